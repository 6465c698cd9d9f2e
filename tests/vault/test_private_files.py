"""Files and folders of a vault are their owner's alone, whatever the mask and whatever lies there."""

from __future__ import annotations

import fcntl
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.vault_lab import Place

from prometheus_vault.filesystem import make_private_folder, staged_name, write_durably

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def _no_mask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_no_mask")
def test_without_a_mask_nobody_else_may_reach_a_new_vault(place: Place) -> None:
    far = Place(place.folder / "share" / "deep")
    with far.create() as vault, vault.transaction() as change:
        change.put(3, "claim", b"body")
        for folder, _, names in os.walk(place.folder / "share"):
            for path in (folder, *(os.path.join(folder, name) for name in names)):
                assert not os.stat(path).st_mode & 0o077, path


def test_a_folder_that_is_there_stays_as_it_is_and_a_file_in_its_place_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    make_private_folder(str(tmp_path / "open" / "inner"))
    assert os.stat(tmp_path / "open").st_mode & 0o777 == 0o755
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="file"):
        make_private_folder(str(tmp_path / "file"))


@pytest.mark.parametrize("kind", ["symlink", "link"])
def test_a_name_laid_out_for_the_new_file_leads_to_nobody_elses(tmp_path: Path, kind: str) -> None:
    victim, target = tmp_path / "victim", tmp_path / "anchor"
    victim.write_bytes(b"precious")
    getattr(os, kind)(victim, staged_name(str(target)))
    write_durably(str(target), b"72 bytes")
    assert target.read_bytes() == b"72 bytes"
    assert not target.is_symlink()
    assert victim.read_bytes() == b"precious"
    assert sorted(os.listdir(tmp_path)) == ["anchor", "victim"]


def test_a_pipe_laid_out_for_the_new_file_is_replaced(tmp_path: Path) -> None:
    target = str(tmp_path / "anchor")
    os.mkfifo(staged_name(target))
    write_durably(target, b"72 bytes")
    assert os.listdir(tmp_path) == ["anchor"]


@pytest.mark.parametrize("is_alive", [True, False], ids=["another writes", "another died"])
def test_what_another_writer_has_begun_is_left_alone_only_while_it_lives(tmp_path: Path, *, is_alive: bool) -> None:
    target, staged = tmp_path / "anchor", tmp_path / "anchor.new"
    staged.write_bytes(b"half")
    with staged.open("rb") as begun:
        if is_alive:
            fcntl.flock(begun, fcntl.LOCK_EX)
        write_durably(str(target), b"72 bytes")
    assert target.read_bytes() == b"72 bytes"
    assert sorted(os.listdir(tmp_path)) == (["anchor", "anchor.new"] if is_alive else ["anchor"])


def test_writers_at_the_same_time_leave_one_whole_file(tmp_path: Path) -> None:
    target = tmp_path / "anchor"

    def write(byte: int) -> None:
        for _ in range(50):
            write_durably(str(target), bytes([byte]) * 72)
            assert len(set(target.read_bytes())) == 1

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(4)))
    assert len(target.read_bytes()) == 72
