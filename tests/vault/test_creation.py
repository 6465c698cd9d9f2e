"""Making a vault where there is no room: it is whole, or nothing of it is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.small_disk import small_disk
from prometheus_simulators.vault_lab import Place

from prometheus_vault import creation, sqlite_file, store
from prometheus_vault.errors import Busy, StorageError

if TYPE_CHECKING:
    from pathlib import Path


def left(place: Place) -> list[str]:
    """Name what lies in the folders of a place, but for the lock file, which stays."""
    folders = [folder for folder in (place.file.parent, place.anchors) if folder.exists()]
    return sorted(path.name for folder in folders for path in folder.iterdir() if path.suffix != ".lock")


@pytest.mark.parametrize("kibibytes", [12, 24, 36, 48])
def test_a_vault_that_does_not_fit_leaves_nothing_however_far_it_came(place: Place, kibibytes: int) -> None:
    with small_disk(place.folder / "disk", kibibytes) as disk:
        there = Place(disk.folder)
        with pytest.raises(StorageError) as caught:
            there.create()
        assert caught.value.reason == "disk full"
        assert left(there) == []


@pytest.mark.parametrize("kibibytes", [80, 96, 1024])
def test_a_vault_that_just_fits_is_whole(place: Place, kibibytes: int) -> None:
    with small_disk(place.folder / "disk", kibibytes) as disk:
        there = Place(disk.folder)
        there.create().close()
        disk.resize(4096)
        with there.open() as vault:
            assert vault.verify(deep=True).records == 0


def fail(*_: object, **__: object) -> None:
    raise Busy("something came in between")


@pytest.mark.parametrize("step", ["_open", "_open_new"])
def test_a_vault_that_is_not_open_in_the_end_is_taken_back(
    place: Place, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(store.Vault, step, fail)
    with pytest.raises(Busy):
        place.create()
    assert left(place) == []


def test_a_vault_whose_first_write_fails_is_taken_back_with_its_anchor(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "use_write_ahead_log", fail)
    with pytest.raises(Busy):
        place.create()
    assert place.anchors.is_dir()
    assert left(place) == []


def test_taking_back_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    creation.discard_file(str(tmp_path / "none.vault"), str(tmp_path / "nowhere"), bytes(16))
