"""What the machine gives: memory and threads for the derivation, its default cost, and file systems."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_simulators.vault_lab import (
    PASSPHRASE,
    Place,
    child_environment,
    install_quick_kdf,
)

from prometheus_memory import LockedBytes, allocate, holding
from prometheus_vault import LIGHT, KdfParameters, Vault, calibration, filesystem, kdf
from prometheus_vault.errors import (
    Damaged,
    NetworkDisk,
    StorageError,
    VaultError,
)

MEMORY = """
import resource, sys
from prometheus_memory import holding
from prometheus_vault import LIGHT, kdf
from prometheus_vault.errors import NotEnoughMemory
kdf.argon2id(holding(b"x"), bytes(32), LIGHT)
now = int(open("/proc/self/statm").read().split()[0]) * 4096
resource.setrlimit(resource.RLIMIT_AS, (now + int(sys.argv[1]), resource.RLIM_INFINITY))
try:
    kdf.argon2id(holding(b"x"), bytes(32), LIGHT._replace(memory_kib=131072))
    print("derived")
except NotEnoughMemory as error:
    print(error.exit_code, error.meaning)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs procfs")
@pytest.mark.parametrize(("room", "outcome"), [(64 << 20, "16 128 MiB"), (512 << 20, "derived")])
def test_too_little_memory_for_the_derivation_is_its_own_error(room: int, outcome: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(room)], env=child_environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(outcome)


def test_without_threads_the_derivation_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = kdf._run(holding(b"x"), bytes(32), LIGHT, threads=1)
    run = kdf._run

    def refuse_threads(
        passphrase: LockedBytes, salt: bytes, parameters: KdfParameters, *, threads: int
    ) -> tuple[int, LockedBytes]:
        return run(passphrase, salt, parameters, threads=1) if threads == 1 else (-33, allocate(32))

    whole = kdf.argon2id(holding(b"x"), bytes(32), LIGHT)
    monkeypatch.setattr(kdf, "_run", refuse_threads)
    monkeypatch.setattr(kdf, "_threads", lambda lanes: 2)
    assert kdf.argon2id(holding(b"x"), bytes(32), LIGHT) == alone[1] == whole
    monkeypatch.setattr(kdf, "_run", lambda *_, **__: (-1, allocate(32)))
    with pytest.raises(StorageError, match="could not be turned"):
        kdf.argon2id(holding(b"x"), bytes(32), LIGHT)


class Stopwatch:
    """A derivation that costs a fixed time per MiB and pass."""

    def __init__(self, seconds_per_mib: float) -> None:
        self.now = 0.0
        self.rate = seconds_per_mib

    def derive(self, passphrase: bytes, salt: bytes, parameters: KdfParameters) -> bytes:
        self.now += self.rate * parameters.memory_kib / 1024 * parameters.passes
        return bytes(32)

    def monotonic(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("memory_mib", "rate", "expected"),
    [
        (8192, 0.001, KdfParameters(3, 256 * 1024, 4)),
        (1024, 0.001, KdfParameters(3, 256 * 1024, 4)),
        (1023, 0.001, KdfParameters(4, 128 * 1024, 4)),
        (511, 0.001, KdfParameters(7, 64 * 1024, 4)),
        (100, 0.001, KdfParameters(7, 64 * 1024, 4)),
        (8192, 0.0002, KdfParameters(8, 256 * 1024, 4)),
        (8192, 0.0, KdfParameters(64, 256 * 1024, 4)),
    ],
)
def test_the_default_cost_fits_the_machine(
    memory_mib: int, rate: float, expected: KdfParameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Stopwatch(rate)
    monkeypatch.setattr(kdf, "argon2id", watch.derive)
    found = calibration.default_parameters(memory_bytes=memory_mib << 20, monotonic=watch.monotonic)
    assert found == expected
    kdf.check(found)


def test_the_memory_in_reach_is_at_most_that_of_the_machine_or_its_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert 0 < calibration.memory_in_reach() <= physical
    for text, expected in (("1048576\n", 1 << 20), ("max\n", physical), ("\xe9", physical)):
        (tmp_path / "limit").write_text(text)
        monkeypatch.setattr(calibration, "_UNIFIED_LIMIT", str(tmp_path / "limit"))
        monkeypatch.setattr(calibration, "_OLD_LIMIT", str(tmp_path / "missing"))
        monkeypatch.setattr(calibration, "_OWN_GROUPS", str(tmp_path / "missing"))
        assert calibration.memory_in_reach() == expected


MOUNTS = r"""24 1 8:1 / / rw - ext4 /dev/sda1 rw
30 24 0:40 / /home rw shared:1 - nfs4 server:/home rw
31 30 0:41 / /home/ana/disk rw - ext4 /dev/sdb1 rw
32 24 0:42 / /mnt/with\040space rw - fuse.sshfs host:/ rw
33 24 0:43 / /mnt/c rw - 9p drvfs rw
broken line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/x.vault", ""),
        ("/home/ana/x.vault", "nfs4"),
        ("/homes/ana/x.vault", ""),
        ("/home/ana/disk/x.vault", ""),
        ("/mnt/with space/x.vault", "fuse.sshfs"),
        ("/mnt/c/x.vault", "9p"),
    ],
)
def test_file_systems_of_the_network_are_told(tmp_path: Path, path: str, kind: str) -> None:
    table = tmp_path / "mounts"
    table.write_text(MOUNTS)
    assert filesystem.network_type(path, str(table)) == kind
    assert filesystem.network_type(path, str(tmp_path / "missing")) == ""


def test_a_vault_on_the_network_is_refused_unless_allowed(full: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filesystem, "network_type", lambda path: "nfs4")
    with pytest.raises(NetworkDisk, match="network") as caught:
        full.open()
    assert caught.value.exit_code == 16
    with pytest.raises(NetworkDisk, match="network"):
        Place(full.folder / "new").create()
    Vault.open(full.file, full.anchors, passphrase=PASSPHRASE, allow_network_fs=True).close()


def test_the_quick_derivation_of_children_is_not_that_of_the_product(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kdf, "argon2id", kdf.argon2id)
    install_quick_kdf()
    assert kdf.argon2id(holding(b"x"), bytes(32), LIGHT) != kdf._run(holding(b"x"), bytes(32), LIGHT, threads=1)[1]
    assert issubclass(Damaged, VaultError)
    assert resource.RLIM_INFINITY
