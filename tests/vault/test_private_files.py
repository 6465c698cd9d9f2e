"""Files and folders of a vault are their owner's alone, whatever the mask and whatever lies there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.vault_lab import Place

from prometheus_vault.filesystem import make_private_folder, write_durably

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
    getattr(os, kind)(victim, f"{target}.{os.getpid()}.new")
    write_durably(str(target), b"72 bytes")
    assert target.read_bytes() == b"72 bytes"
    assert not target.is_symlink()
    assert victim.read_bytes() == b"precious"
    assert sorted(os.listdir(tmp_path)) == ["anchor", "victim"]
