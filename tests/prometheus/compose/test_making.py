"""Vaults are made whole or not at all, whatever dies, fills up or lies about; and what is deleted never comes back."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.quick_kdf import quick_argon2id
from prometheus_simulators.small_disk import small_disk
from prometheus_simulators.vault_lab import child_environment

from prometheus import errors
from prometheus.compose import shelf, unfinished, vaults
from prometheus.model.places import Places, find_places
from prometheus.model.secret import Secret
from prometheus.usecases.create_vault import furnish_vault
from prometheus.usecases.personas import active_persona, add_persona, list_personas
from prometheus_vault import kdf, sqlite_file

if TYPE_CHECKING:
    from collections.abc import Callable

PASSPHRASE = Secret(b"correct horse battery staple")
SEED, OTHER_SEED = Secret(bytes(range(64))), Secret(bytes(64))


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    monkeypatch.setattr(kdf, "argon2id", quick_argon2id)
    return find_places({"HOME": str(tmp_path)})


def make(places: Places, seed: Secret = SEED, *, personas: int = 1) -> str:
    """Make a vault and return the DID of its first persona."""
    with vaults.making(places, "personal", PASSPHRASE, seed=seed, cost="light") as made:
        return furnish_vault(made.session, seed, counts={"persona": personas})[0].did


def first_did(places: Places) -> str:
    with vaults.opened(places, "personal", PASSPHRASE) as opened:
        return active_persona(opened.session).did


def left(places: Places) -> list[str]:
    folders = [Path(places.vaults), Path(places.state)]
    return sorted(path.name for folder in folders if folder.exists() for path in folder.iterdir())


@pytest.mark.parametrize("kibibytes", [8, 24, 40, 56, 64, 72, 76, 80, 84, 88, 92, 96, 104, 512])
@pytest.mark.parametrize("personas", [1, 20])
def test_on_a_small_disk_a_vault_is_made_whole_or_not_at_all(places: Places, kibibytes: int, personas: int) -> None:
    with small_disk(Path(places.vaults), kibibytes) as disk:
        try:
            make(places, personas=personas)
        except errors.StorageFailed:
            assert left(places) == []
            return
        disk.resize(4096)
        with vaults.opened(places, "personal", PASSPHRASE) as opened:
            assert len(list_personas(opened.session)) == personas
            opened.vault.verify(deep=True)


def test_a_vault_whose_log_stays_behind_is_not_given_out(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "has_log", lambda _: True)
    with pytest.raises(errors.StorageFailed):
        make(places)
    assert left(places) == []


DIE = """
import os, signal, sys
from prometheus_simulators.vault_lab import install_quick_kdf
install_quick_kdf()
from prometheus.compose import vaults
from prometheus.model.places import find_places
from prometheus.model.secret import Secret
from prometheus.usecases.create_vault import furnish_vault
from prometheus.usecases.personas import add_persona
from prometheus_vault import replace
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
where, seed = sys.argv[2], Secret(bytes(range(64)))
if where == "staged":
    replace.sync_file = die
if where == "named":
    link = os.link
    vaults._link = lambda *paths: (link(*paths), die())
places = find_places({"HOME": sys.argv[1]})
if where == "writer":
    with vaults.opened(places, "personal", Secret(sys.stdin.buffer.read())) as opened:
        add_persona(opened.session)
        die()
with vaults.making(places, "personal", Secret(b"a"), seed=seed, cost="light") as made:
    if where == "made":
        die()
    furnish_vault(made.session, seed)
    if where == "furnished":
        die()
    if where == "alive":
        print("here", flush=True)
        sys.stdin.read()
"""


def start(places: Places, where: str) -> subprocess.Popen[bytes]:
    home = str(Path(places.state).parents[2])
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", DIE, home, where], stdin=pipe, stdout=pipe, env=child_environment())


@pytest.mark.parametrize(("where", "anchors"), [("staged", 0), ("made", 1), ("furnished", 1)])
def test_what_a_killed_creation_left_goes_with_the_next_one(places: Places, where: str, anchors: int) -> None:
    with start(places, where) as child:
        child.communicate()
    assert child.returncode == -signal.SIGKILL
    debris = left(places)
    assert len([name for name in debris if name.endswith(".anchor")]) == anchors
    assert len(debris) > 2
    assert vaults.vault_names(places) == []
    make(places)
    assert [name.rpartition(".")[2] for name in left(places)] == ["anchor", "vault"]


def test_a_vault_whose_maker_died_right_after_naming_it_keeps_its_anchor(places: Places) -> None:
    with start(places, "named") as child:
        child.communicate()
    assert vaults.vault_names(places) == ["personal"]
    with vaults.making(places, "other", PASSPHRASE, seed=SEED, cost="light"):
        pass
    assert [name.rpartition(".")[2] for name in left(places)] == ["anchor", "anchor", "vault", "vault"]
    with vaults.opened(places, "personal", Secret(b"a")) as opened:
        assert opened.vault.warnings == ()


def test_a_creation_that_still_runs_is_left_alone(places: Places) -> None:
    with start(places, "alive") as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"here\n"
        with vaults.making(places, "other", PASSPHRASE, seed=SEED, cost="light"):
            pass
        child.communicate(b"")
    assert child.returncode == 0
    assert vaults.vault_names(places) == ["other", "personal"]
    assert [name.rpartition(".")[2] for name in left(places)] == ["anchor", "anchor", "vault", "vault"]


@pytest.mark.parametrize(
    "name", [".personal.0123.unfinished", ".x.unfinished", ".personal.0123456789abcdef.other", "a.b"]
)
def test_files_of_other_names_are_never_swept(places: Places, name: str) -> None:
    Path(places.vaults).mkdir(parents=True)
    Path(places.vaults, name).write_text("mine")
    make(places)
    assert Path(places.vaults, name).read_text() == "mine"


def test_a_mark_that_was_swept_in_the_moment_of_making_is_made_anew(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([False, True])
    monkeypatch.setattr(unfinished, "_is_locked", lambda _: next(answers))
    make(places)
    assert vaults.vault_names(places) == ["personal"]


def test_where_a_file_has_one_name_only_the_vault_is_made_all_the_same(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    did = make(places)
    assert first_did(places) == did
    with pytest.raises(errors.Conflict):
        make(places, OTHER_SEED)
    assert first_did(places) == did


def with_a_log_that_holds_everything(places: Places) -> str:
    """Make a vault whose writer died, so that all its rows are in the log too."""
    did = make(places)
    with start(places, "writer") as child:
        child.communicate(PASSPHRASE.expose())
    assert child.returncode == -signal.SIGKILL
    assert Path(vaults.vault_path(places, "personal") + "-wal").stat().st_size
    return did


def test_the_log_of_a_vault_that_went_is_in_the_way_of_the_next_one(places: Places) -> None:
    with_a_log_that_holds_everything(places)
    Path(vaults.vault_path(places, "personal")).unlink()
    with pytest.raises(errors.Conflict) as caught:
        make(places, OTHER_SEED)
    assert "personal.vault" in caught.value.meaning
    assert vaults.vault_names(places) == []


STEPS_OF_A_DELETION = 9
"""Log, its memory, file; anchor and index, each with what may be staged; the note of backups; the lock."""


class Died(BaseException):
    """Stands for a process that is gone."""


def dying_after(calls: int, act: Callable[[str], None]) -> Callable[[str], None]:
    done = iter(range(calls))

    def step(path: str) -> None:
        if next(done, None) is None:
            raise Died
        act(path)

    return step


@pytest.mark.parametrize("steps", range(STEPS_OF_A_DELETION + 1))
def test_a_deletion_that_dies_after_any_step_can_be_repeated_and_brings_nothing_back(
    places: Places, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    old = with_a_log_that_holds_everything(places)
    with monkeypatch.context() as patched:
        patched.setattr(os, "unlink", dying_after(steps, os.unlink))
        if steps < STEPS_OF_A_DELETION:
            with pytest.raises(Died):
                shelf.remove_vault(places, "personal")
        else:
            shelf.remove_vault(places, "personal")
    if "personal" in vaults.vault_names(places):
        shelf.remove_vault(places, "personal")
    new = make(places, OTHER_SEED)
    assert first_did(places) == new != old
    with vaults.opened(places, "personal", PASSPHRASE) as opened:
        assert opened.vault.warnings == ()


def test_a_vault_of_the_same_name_has_an_anchor_of_its_own(places: Places) -> None:
    make(places)
    kept = Path(vaults.vault_path(places, "personal")).read_bytes()
    shelf.remove_vault(places, "personal")
    assert left(places) == []
    make(places, OTHER_SEED)
    with vaults.opened(places, "personal", PASSPHRASE) as opened:
        add_persona(opened.session)
    Path(vaults.vault_path(places, "personal")).write_bytes(kept)
    with vaults.opened(places, "personal", PASSPHRASE) as opened:
        assert "not seen this vault before" in opened.vault.warnings[0]


def test_a_folder_that_cannot_be_looked_into_is_not_an_empty_one(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(places)

    def refuse(path: str) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "lstat", refuse)
    with pytest.raises(errors.StorageFailed):
        vaults.require_vault(places, "personal")


def test_a_deletion_on_a_read_only_disk_takes_nothing(places: Places) -> None:
    with small_disk(Path(places.vaults), 1024) as disk:
        make(places)
        before = left(places)
        disk.make_read_only()
        with pytest.raises(errors.StorageFailed):
            shelf.remove_vault(places, "personal")
        assert left(places) == before
        with vaults.opened(places, "personal", PASSPHRASE) as opened:
            assert len(list_personas(opened.session)) == 1
