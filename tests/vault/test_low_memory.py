"""Too little memory, and memory that cannot be locked: said, with what to do, and never as damage."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from prometheus_simulators.vault_lab import Place, child_environment

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs procfs")

LIMITS = """
import ctypes, importlib, json, os, pkgutil, resource, sys
from pathlib import Path
import prometheus_vault, unicodedata
from prometheus_simulators.vault_lab import Place
from prometheus_vault.errors import VaultError
for found in pkgutil.iter_modules(prometheus_vault.__path__):
    importlib.import_module(f"prometheus_vault.{found.name}")
place = Place(Path(sys.argv[1]))

def leave_room(size):
    now = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + size, resource.RLIM_INFINITY))

def lift():
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
"""

OPEN_WITH_LITTLE = """
place.create().close()
outcomes = []
for room in json.loads(sys.argv[2]):
    leave_room(room)
    try:
        place.open_by_passphrase().close()
        outcomes.append([0, ""])
    except VaultError as error:
        outcomes.append([error.exit_code, error.remedy])
    finally:
        lift()
place.open_by_passphrase().close()
print(json.dumps(outcomes))
"""

WRITE_WITH_LITTLE = """
from prometheus_simulators.vault_lab import install_quick_kdf
install_quick_kdf()
outcomes = []
with place.create() as vault:
    with vault.transaction() as change:
        change.put(3, "claim", b"old")
    body = bytes(12 << 20)
    for room in json.loads(sys.argv[2]):
        leave_room(room)
        try:
            with vault.transaction() as change:
                change.put(3, "claim", b"new")
                change.put(3, "large", body)
            outcomes.append([0, ""])
        except VaultError as error:
            outcomes.append([error.exit_code, error.remedy])
        finally:
            lift()
        assert bytes(vault.get(3, "claim")) == (b"old" if outcomes[-1][0] else b"new"), outcomes
        vault.verify(deep=True)
        with vault.transaction() as change:
            change.put(3, "claim", b"old")
with place.open() as vault:
    assert bytes(vault.get(3, "claim")) == b"old"
    vault.verify(deep=True)
print(json.dumps(outcomes))
"""


def outcomes(place: Place, code: str, *rooms: int) -> list[tuple[int, str]]:
    done = subprocess.run(
        [sys.executable, "-c", LIMITS + code, str(place.folder), json.dumps(rooms)],
        env=child_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [tuple(found) for found in json.loads(done.stdout)]


def test_a_passphrase_that_memory_does_not_suffice_for_is_no_wrong_one(place: Place) -> None:
    none, some, enough = outcomes(place, OPEN_WITH_LITTLE, 1 << 20, 32 << 20, 512 << 20)
    for code, remedy in (none, some):
        assert code == 16
        assert "close other programs" in remedy
    assert enough == (0, "")


def test_a_commit_that_memory_does_not_suffice_for_is_undone_whole(place: Place) -> None:
    found = outcomes(place, WRITE_WITH_LITTLE, *(size << 20 for size in (0, 2, 8, 14, 26, 38, 512)))
    assert {code for code, _ in found} == {0, 16}
    assert all(remedy for code, remedy in found if code)
    assert found[0][0] == 16
    assert found[-1] == (0, "")


LOCK_NOTHING = """
from prometheus_simulators.vault_lab import install_quick_kdf
install_quick_kdf()
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
if sys.argv[2] == "refused":
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))
with place.create() as vault, vault.transaction() as change:
    change.put(3, "claim", b"x")
warnings = []
for _ in range(2):
    with place.open_by_passphrase() as vault:
        assert bytes(vault.get(3, "claim")) == b"x"
        warnings.append(list(vault.warnings))
print(json.dumps(warnings))
"""


def warnings(how: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        done = subprocess.run(
            [sys.executable, "-c", LIMITS + LOCK_NOTHING, folder, how],
            env=child_environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def test_memory_that_cannot_be_locked_is_said_with_what_to_do_and_the_vault_opens_all_the_same() -> None:
    first, second = warnings("refused")
    assert len(first) == 1
    assert "swap" in first[0]
    assert "ulimit -l" in first[0]
    assert second == first


def test_memory_that_is_locked_gives_no_warning() -> None:
    assert warnings("allowed") == [[], []]
