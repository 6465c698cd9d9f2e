"""A second anchor beside the first: judged before anything is written, and never a false alarm after a crash."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.sudden_death import deaths
from prometheus_simulators.vault_lab import PASSPHRASE, SECRET, Place

from prometheus_vault import LIGHT, Vault
from prometheus_vault.ages import rollback_of, seen_epoch
from prometheus_vault.anchor_mirror import MirroredAnchor
from prometheus_vault.errors import Rollback
from prometheus_vault.rekey import renewing_keys
from prometheus_vault.restore import Target, restoring

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Folder:
    """A mirror in a folder, which replaces its files whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.trouble = ""
        path.mkdir(exist_ok=True)

    def read(self, vault_id: bytes) -> bytes | None:
        path = self._path / vault_id.hex()
        return path.read_bytes() if path.exists() else None

    def write(self, vault_id: bytes, entries: bytes) -> None:
        (self._path / "new").write_bytes(entries)
        os.replace(self._path / "new", self._path / vault_id.hex())

    def kept(self) -> bytes:
        (path,) = self._path.iterdir()
        return path.read_bytes()

    def put(self, entries: bytes) -> None:
        (path,) = self._path.iterdir()
        path.write_bytes(entries)


@pytest.fixture
def mirror(full: Place) -> Folder:
    """A mirror that has seen the vault once."""
    mirror = Folder(full.folder / "mirror")
    opened(full, mirror).close()
    return mirror


def opened(place: Place, mirror: Folder | None, *, read_only: bool = False) -> Vault:
    return Vault.open_with_recovery(
        place.file, place.anchors, recovery_secret=SECRET, read_only=read_only, mirror=mirror
    )


def write(place: Place, mirror: Folder | None, name: str) -> None:
    with opened(place, mirror) as vault, vault.transaction() as change:
        change.put(3, name, b"x")


def kept(place: Place) -> Callable[[], None]:
    """Keep the vault and its anchor as they are; the result puts both back."""
    copy = place.folder / "kept"
    shutil.rmtree(copy, ignore_errors=True)
    for name in ("vaults", "state"):
        shutil.copytree(place.folder / name, copy / name)

    def back() -> None:
        for name in ("vaults", "state"):
            shutil.rmtree(place.folder / name)
            shutil.copytree(copy / name, place.folder / name)

    return back


def renew(place: Place, mirror: Folder) -> None:
    with (
        opened(place, mirror) as vault,
        renewing_keys(vault, passphrase=PASSPHRASE, recovery_secret=SECRET, kdf=LIGHT) as change,
    ):
        change.put(10, "log", b"new keys")


def put_in_place(place: Place, mirror: Folder, backup: Path) -> None:
    target = Target(str(place.file), str(place.anchors), f"{place.file}.before", mirror=mirror)
    with (
        Vault.open_with_recovery(backup, place.folder / "no", recovery_secret=SECRET, read_only=True) as vault,
        restoring(vault, target) as change,
    ):
        change.put(10, "log", b"restored")


def test_it_names_the_newest_state_once_the_vault_is_closed(full: Place, mirror: Folder) -> None:
    write(full, mirror, "one")
    assert mirror.kept() == full.anchor_file().read_bytes()


@pytest.mark.parametrize("anchor_is_there", [True, False])
def test_vault_and_anchor_taken_back_together_are_refused_and_nothing_is_written(
    full: Place, mirror: Folder, *, anchor_is_there: bool
) -> None:
    back = kept(full)
    write(full, mirror, "newer")
    back()
    if not anchor_is_there:
        full.anchor_file().unlink()
    before = {path: path.read_bytes() for path in full.anchors.iterdir()}
    with pytest.raises(Rollback, match="older than it was"):
        opened(full, mirror)
    assert {path: path.read_bytes() for path in full.anchors.iterdir()} == before


def test_a_mirror_that_is_off_for_a_while_still_refuses_afterwards(full: Place, mirror: Folder) -> None:
    back = kept(full)
    write(full, mirror, "newer")
    back()
    opened(full, None).close()
    with pytest.raises(Rollback):
        opened(full, mirror)


def test_a_branch_that_the_mirror_does_not_know_is_refused(full: Place, mirror: Folder) -> None:
    back = kept(full)
    write(full, mirror, "newer")
    back()
    for name in ("other", "further"):
        write(full, None, name)
    with pytest.raises(Rollback, match="another branch"):
        opened(full, mirror)


def test_an_anchor_that_is_behind_its_mirror_is_no_rollback(full: Place, mirror: Folder) -> None:
    old = full.anchor_file().read_bytes()
    write(full, mirror, "newer")
    full.anchor_file().write_bytes(old)
    opened(full, mirror).close()
    assert full.anchor_file().read_bytes() == mirror.kept()


def test_reading_alone_says_it_and_teaches_the_mirror_nothing(full: Place, mirror: Folder) -> None:
    back = kept(full)
    write(full, mirror, "newer")
    newest = mirror.kept()
    back()
    with opened(full, mirror, read_only=True) as vault:
        assert any("older than it was" in warning for warning in vault.warnings)
        assert rollback_of(vault) is not None
        assert seen_epoch(vault) == vault.epoch + 1
    assert mirror.kept() == newest


@pytest.mark.parametrize("wrong", [b"", b"x", bytes(72), bytes(71), bytes(288)])
def test_what_another_wrote_into_it_is_a_rollback(full: Place, mirror: Folder, wrong: bytes) -> None:
    mirror.put(wrong)
    with pytest.raises(Rollback, match="second anchor"):
        opened(full, mirror)
    assert mirror.kept() == wrong


@pytest.mark.parametrize("fits", [True, False])
def test_what_only_the_mirror_has_against_a_vault_is_accepted_and_noted(
    full: Place, mirror: Folder, *, fits: bool
) -> None:
    back = kept(full)
    write(full, mirror, "newer")
    back()
    if not fits:
        mirror.put(bytes(72))
    with Vault.accept_rollback(
        full.file,
        full.anchors,
        recovery_secret=SECRET,
        mirror=mirror,
        note=lambda change: change.put(10, "log", b"accepted"),
    ) as vault:
        assert vault.get(10, "log") == b"accepted"
        assert vault.epoch == (4 if fits else 3)
        accepted = mirror.kept()
    assert accepted == mirror.kept() == full.anchor_file().read_bytes()
    with opened(full, mirror) as vault:
        assert vault.warnings == ()


def test_a_mirror_that_does_not_answer_keeps_nothing_shut_and_is_told(full: Place, mirror: Folder) -> None:
    mirror.trouble = "the keyring is locked"
    with opened(full, mirror) as vault:
        assert vault.warnings == ("the keyring is locked",)


def test_new_keys_leave_their_own_entry_and_the_file_from_before_is_refused(full: Place, mirror: Folder) -> None:
    back = kept(full)
    renew(full, mirror)
    assert mirror.kept() == full.anchor_file().read_bytes()
    opened(full, mirror).close()
    back()
    with pytest.raises(Rollback, match="second anchor"):
        opened(full, mirror)


def test_a_backup_in_place_goes_past_what_the_mirror_remembers(full: Place, mirror: Folder) -> None:
    backup = full.copy("backup")
    write(full, mirror, "newer")
    newest = kept(full)
    full.anchor_file().unlink()
    put_in_place(full, mirror, backup)
    assert mirror.kept() == full.anchor_file().read_bytes()
    with opened(full, mirror) as vault:
        assert (vault.epoch, vault.warnings) == (4, ())
    newest()
    with pytest.raises(Rollback):
        opened(full, mirror)


def test_a_backup_from_before_new_keys_is_put_in_place_with_the_mirror(full: Place, mirror: Folder) -> None:
    backup = full.copy("backup")
    renew(full, mirror)
    put_in_place(full, mirror, backup)
    assert len(mirror.kept()) == 72
    with opened(full, mirror) as vault:
        assert (vault.warnings, vault.get(10, "log")) == ((), b"restored")


def died(place: Place, mirror: Folder, act: Callable[[], None]) -> list[bool]:
    """Return for each death whether the new file was there; one that does not open fails the test."""
    back, before = kept(place), mirror.kept()

    def prepare() -> None:
        back()
        mirror.put(before)

    return [opens_whole(place, mirror) for _ in deaths(act, prepare)]


def opens_whole(place: Place, mirror: Folder) -> bool:
    with opened(place, mirror) as vault:
        assert vault.warnings == ()
        is_new = vault.get(10, "log") is not None
        with vault.transaction() as change:
            change.put(3, "goes on", b"x")
    assert len(mirror.kept()) == 72
    return is_new


def test_after_death_at_any_call_of_new_keys_no_rollback_is_told(full: Place, mirror: Folder) -> None:
    outcomes = died(full, mirror, lambda: renew(full, mirror))
    assert outcomes == sorted(outcomes)
    assert {True, False} == set(outcomes)


def test_after_death_at_any_call_of_a_restored_backup_no_rollback_is_told(full: Place, mirror: Folder) -> None:
    backup = full.copy("backup")
    renew(full, mirror)
    with opened(full, mirror) as vault, vault.transaction() as change:
        assert change.delete(10, "log")
    outcomes = died(full, mirror, lambda: put_in_place(full, mirror, backup))
    assert outcomes == sorted(outcomes)
    assert {True, False} == set(outcomes)


@pytest.mark.parametrize("which", [slice(None, 1), slice(-1, None)])
def test_with_one_entry_in_the_mirror_a_death_shows_as_rollback(
    full: Place, mirror: Folder, monkeypatch: pytest.MonkeyPatch, which: slice
) -> None:
    whole = MirroredAnchor.replace
    act = renew

    def renew_with_one() -> None:
        monkeypatch.setattr(MirroredAnchor, "replace", lambda self, entries: whole(self, entries[which]))
        act(full, mirror)

    with pytest.raises(Rollback, match="second anchor"):
        died(full, mirror, renew_with_one)
