"""What lies in the memory of a process that holds a vault open, and what does not."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from prometheus_simulators.memory_reader import copies, locked_kibibytes
from prometheus_simulators.plain import plain
from prometheus_simulators.terminal import Terminal
from prometheus_simulators.vault_lab import child_environment

from prometheus.compose import vaults
from prometheus.identity.bip39 import entropy_to_phrase, phrase_to_seed
from prometheus.identity.morpheus_keys import derive_extended
from prometheus.model.places import find_places
from prometheus.model.secret import Secret
from prometheus.usecases.create_vault import furnish_vault
from prometheus_memory import holding
from prometheus_vault import kdf, recovery_secret, slots

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_memory import LockedBytes
    from prometheus_vault.header import Header

pytestmark = pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="procfs is not there to look at memory")

NOBODY = 65534
USERS = ["root", "ordinary"]


class Scene(NamedTuple):
    """A vault, what opens it, and what must not be found."""

    environ: dict[str, str]
    passphrase: bytes
    gone: dict[str, bytes]
    kept: dict[str, bytes]
    prefix: tuple[str, ...]


@pytest.fixture(params=USERS)
def scene(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Scene:
    home = tmp_path_factory.mktemp("memory")
    environ = {**child_environment(), "HOME": str(home), "PROMETHEUS_TEST_HOME": str(home)}
    for name in ("CONFIG", "DATA", "STATE", "CACHE", "RUNTIME"):
        environ[f"XDG_{name}_{'DIR' if name == 'RUNTIME' else 'HOME'}"] = str(home / name.lower())
    passphrase = secrets.token_urlsafe(24).encode()
    phrase = entropy_to_phrase(os.urandom(32))
    seed = phrase_to_seed(phrase)
    places, recovery = find_places(environ), Secret(seed.copy())
    with vaults.making(places, "subject", Secret(passphrase), seed=recovery, cost="light") as made:
        furnish_vault(made.session, Secret(seed.copy()))
        unlocked = made.vault._session.unlocked
        on_the_way = _on_the_way(made.vault._session.records.header, passphrase, seed)
        kept = {"master": plain(unlocked.master_key)}
        kept |= {name: plain(key) for name, key in unlocked.keys._asdict().items()}
    extended = derive_extended(seed, "persona", 0)
    words = phrase.split()
    gone = {
        "passphrase": passphrase,
        "phrase": phrase.encode(),
        "three words": " ".join(words[7:10]).encode(),
        "seed": plain(seed),
        "half of the seed": plain(seed)[:32],
        "signing key": plain(extended.secret),
        "chain code": plain(extended.chain_code),
        **on_the_way,
    }
    if request.param == "ordinary" and os.getuid() == 0:
        for path in (home, *home.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
    return Scene(environ, passphrase, gone, kept, _prefix(request.param))


def _on_the_way(header: Header, passphrase: bytes, seed: LockedBytes) -> dict[str, bytes]:
    """Return what is made of passphrase and seed on the way to the master key."""
    typed, words = header.slots
    assert typed.passphrase is not None
    derived = kdf.argon2id(holding(passphrase), typed.passphrase.salt, typed.passphrase.cost)
    recovery = recovery_secret(seed)
    return {
        "derived": plain(derived),
        "recovery secret": plain(recovery),
        "key of its slot": plain(slots.key_encryption_key(derived, header.vault_id, typed.slot_id)),
        "key of the slot of words": plain(slots.key_encryption_key(recovery, header.vault_id, words.slot_id)),
    }


def _prefix(user: str) -> tuple[str, ...]:
    """Return what starts a program as that user; one that may read every file, for ours may lie in a closed home."""
    if user == "root" and os.getuid() != 0:
        pytest.skip("only root can look as root")
    if user == "root" or os.getuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv is not installed")
    right = "+dac_read_search"
    user_and_group = (f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    return ("setpriv", *user_and_group, "--inh-caps", right, "--ambient-caps", right)


class Subject:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def stands(self, said: str) -> list[str]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline().rstrip("\n").split(" ", 3)
        assert line[0] == said
        return line

    def goes_on(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def has(self, needles: dict[str, bytes]) -> dict[str, int]:
        return copies(self.process.pid, needles)


@contextmanager
def subject(scene: Scene, how: str = "careful") -> Iterator[Subject]:
    reading, writing = os.pipe()
    os.write(writing, (scene.gone["phrase"] if how == "words" else scene.passphrase) + b"\n")
    os.close(writing)
    command = [
        *scene.prefix,
        sys.executable,
        "-m",
        "prometheus_simulators.memory_subject",
        "subject",
        str(reading),
        how,
    ]
    process = subprocess.Popen(
        command, env=scene.environ, pass_fds=(reading,), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    os.close(reading)
    try:
        yield Subject(process)
    finally:
        process.kill()
        process.communicate()


def none_of(needles: dict[str, bytes]) -> dict[str, int]:
    return dict.fromkeys(needles, 0)


@pytest.mark.parametrize("how", ["passphrase", "words"])
def test_secrets_lie_nowhere_and_keys_once(scene: Scene, how: str) -> None:
    with subject(scene, how) as seen:
        for moment in ("opened", "signed"):
            granted = seen.stands(moment)
            assert granted[2] == "1", "the native way is not in use here"
            assert seen.has(scene.gone) == none_of(scene.gone), moment
            assert seen.has(scene.kept) == dict.fromkeys(scene.kept, 1), moment
            if granted[1] == "1":
                assert 16 <= locked_kibibytes(seen.process.pid) <= 64
            seen.goes_on()
        seen.stands("closed")
        assert seen.has(scene.gone) == none_of(scene.gone)
        assert seen.has(scene.kept) == none_of(scene.kept)


def test_a_copy_that_was_kept_is_found(scene: Scene) -> None:
    with subject(scene, "careless") as seen:
        for moment in ("opened", "signed", "closed"):
            seen.stands(moment)
            assert seen.has(scene.gone)["passphrase"] == 1, moment
            seen.goes_on()


def test_memory_that_cannot_be_locked_is_told_once_and_the_vault_opens(scene: Scene) -> None:
    with subject(scene, "unlockable") as seen:
        said = seen.stands("opened")
        assert said[1] == "0"
        assert said[3].count("refuses to lock memory") == 1


class Way(NamedTuple):
    """A command at its terminal: what is typed at which prompt, the prompt at which it stands still, what it holds."""

    command: str
    typed: tuple[tuple[str, str], ...]
    until: str
    held: tuple[str, ...] = ()
    """What is still to be used then, and lies in locked memory, once."""


AT_ITS_PROMPT = ("Passphrase of subject: ", "passphrase")
OF_A_BACKUP = ("Passphrase of backup.vault: ", "passphrase")
SEED = ("seed", "half of the seed")
WAYS = {
    "typed": Way("vault passphrase subject", (AT_ITS_PROMPT,), "New passphrase: "),
    "words": Way("vault unlock subject --recovery", ((" 1 > ", "phrase"),), "New passphrase: "),
    "a file": Way("vault passphrase subject --passphrase-file given", (), "New passphrase: "),
    "an open file": Way("vault passphrase subject --passphrase-fd 3", (), "New passphrase: "),
    "a new one": Way(
        "vault passphrase subject --passphrase-fd 3", (("New passphrase: ", "new"),), "passphrase again: ", ("new",)
    ),
    "new keys": Way("vault rekey subject --full", (AT_ITS_PROMPT,), "new keys? ", ("passphrase", *SEED)),
    "an export": Way("vault export out.age subject", (AT_ITS_PROMPT,), "write this to "),
    "a backup": Way("vault restore-backup backup.vault subject", (OF_A_BACKUP,), "? [", ("passphrase",)),
}


@pytest.mark.parametrize("name", WAYS)
def test_a_command_keeps_nothing_of_what_it_was_given_but_what_it_needs(
    scene: Scene, name: str, tmp_path: Path
) -> None:
    way = WAYS[name]
    given = {**scene.gone, "new": secrets.token_urlsafe(24).encode()}
    vault = next(Path(scene.environ["HOME"]).rglob("subject.vault"))
    shutil.copy(vault, tmp_path / "backup.vault")
    (tmp_path / "given").write_bytes(scene.passphrase + b"\n")
    for path in (tmp_path, *tmp_path.iterdir()):
        os.chown(path, vault.stat().st_uid, vault.stat().st_gid)
    command = [*scene.prefix, sys.executable, "-m", "prometheus", *way.command.split()]
    with_a_file = ["sh", "-c", 'exec "$@" 3<given', "sh", *command]
    with Terminal(with_a_file, environ={**scene.environ, "TERM": "xterm"}, folder=tmp_path) as terminal:
        for prompt, secret in way.typed:
            terminal.wait_for(prompt)
            terminal.type(given[secret].decode() + "\n")
        terminal.wait_for(way.until)
        found = copies(terminal.process.pid, given)
        assert found == {**none_of(given), **dict.fromkeys(way.held, 1)}
        assert copies(terminal.process.pid, scene.kept) == dict.fromkeys(scene.kept, 1)
