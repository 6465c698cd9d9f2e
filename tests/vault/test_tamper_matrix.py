"""The tamper matrix, row by row; and that it would fail: without a check of the cellar, named rows of it fall."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators import tamper_scene
from prometheus_simulators.quick_kdf import quick_argon2id
from prometheus_simulators.tamper_cases import CASES, Case
from prometheus_simulators.tamper_holes import HOLES, open_hole
from prometheus_simulators.tamper_scene import Scene
from prometheus_simulators.vault_lab import Place, flipped

from prometheus_vault import Indexed, kdf

if TYPE_CHECKING:
    from pathlib import Path


def built(folder: Path) -> Scene:
    """Build a scene with a derivation that costs nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kdf, "argon2id", quick_argon2id)
        return tamper_scene.build(folder)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return built(tmp_path_factory.mktemp("original"))


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kdf, "argon2id", quick_argon2id)


def copied(original: Scene, folder: Path) -> Scene:
    """Copy a scene, to be spoilt."""
    shutil.copytree(original.place.folder.parent, folder)
    here, old, fork, foreign = (Place(folder / place.folder.name) for place in original[:4])
    return Scene(here, old, fork, foreign, original.states)


def failure(case: Case, scene: Scene) -> str:
    """Play a case; return what came of it if that is not what must, else nothing."""
    verdict = tamper_scene.judge(scene, case.attack, typed=case.passphrase, behind=case.behind)
    if verdict.text != case.outcome:
        return verdict.text
    if case.derives is not None and verdict.derived != case.derives:
        return f"{verdict.text}, only after a key derivation"
    return ""


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.row}: {case.name}")
def test_each_attack_has_the_outcome_of_its_row(case: Case, original: Scene, tmp_path: Path) -> None:
    assert failure(case, copied(original, tmp_path / "scene")) == ""


def describe(_collection: int, name: str, _body: bytes) -> Indexed:
    return Indexed(text=name)


def put(place: Place, name: str, count: int = 40) -> None:
    with place.open(describe) if place.file.exists() else place.create(describe) as vault:
        with vault.transaction() as change:
            for number in range(count):
                change.put(3, f"{name} {number}", b"x")
        vault.count(3)


@pytest.mark.parametrize("spoil", ["nothing", "missing", "a bit", "of another vault", "of another branch"])
def test_row_10_also_holds_for_the_index_which_is_made_again(spoil: str, tmp_path: Path) -> None:
    place, fork, foreign = (Place(tmp_path / name) for name in ("here", "fork", "foreign"))
    put(place, "claim")
    put(foreign, "foreign")
    shutil.copytree(place.folder, fork.folder)
    put(place, "here")
    put(fork, "there")
    own, others, strangers = (next(each.anchors.glob("*.idx")) for each in (place, fork, foreign))
    if spoil == "missing":
        own.unlink()
    elif spoil != "nothing":
        data = {"a bit": flipped(own.read_bytes(), 999), "of another vault": strangers.read_bytes()}
        own.write_bytes(data.get(spoil, others.read_bytes()))
    with place.open(describe) as vault:
        assert vault.count(3) == 80
        assert len(vault.find(3, words="here 17")) == 1
        assert vault.find(3, words="there") == vault.find(3, words="foreign") == []


def test_every_row_is_there() -> None:
    assert {case.row for case in CASES} == set(range(20))
    assert len({(case.row, case.name) for case in CASES}) == len(CASES)


OF_CONTENTS = (
    "5: an id changed", "5: a version changed", "5: values swapped", "6: the old value of a row",
    "6: old rows under the new root", "6: rows of the other branch", "7: a bit of a sealed body", "7: a bit of a tag",
    "7: another body under the same tag, with the data key",
)  # fmt: skip
OF_THE_SET = (*OF_CONTENTS, "5: a row deleted", "5: a row added")
OF_OTHER_SLOTS = (
    "2: another slot, with a check", "2: the generation, with a check", "2: a slot added", "2: a slot dropped",
    "2: slots swapped", "2: a slot of another vault",
)  # fmt: skip
OF_SHAPE = (
    "11: a table more", "11: a table less", "11: a view", "11: an index", "11: a trigger", "12: a later format",
    "12: the mark of another program", "18: cut to nothing",
)  # fmt: skip
OF_THE_SLOT_IN_USE = (
    "2: the slot in use, with a check", "2: the vault id, with a check", "2: the slot in use of another vault",
    "13: the log of an earlier time, new passphrase", "13: the log of another vault",
)  # fmt: skip
FALLS = {
    "the sum over all leaves": OF_CONTENTS,
    "sum and number of records": OF_THE_SET,
    "the whole set": (*OF_THE_SET, "5: a row doubled", "8: cells reordered"),
    "the header named by the root": (
        "3: the header of a revoked passphrase",
        "6: old rows and root under the new header",
    ),
    "leaves over whole ciphertexts": (OF_CONTENTS[6], OF_CONTENTS[8]),
    "leaves over versions": (OF_CONTENTS[1],),
    "the order of rows": ("8: cells reordered",),
    "the types of rows": ("11: rows of text", "11: ids of text"),
    "the keys of meta": ("11: a key of meta more", "11: a header of text"),
    "the unkeyed check": ("1: a bit of a slot", "1: a bit of the check", "19: the header behind an open vault"),
    "the MAC of the header": OF_OTHER_SLOTS,
    "commitments": OF_THE_SLOT_IN_USE,
    "limits of the derivation": tuple(f"{case.row}: {case.name}" for case in CASES if case.row == 4),
    "the shape of the database": OF_SHAPE,
    "the anchor": ("13: the log of an earlier time", "14: an older file", "16: a fork of copies"),
    "the MAC of the anchor": ("15: a bit of the anchor", "16: a fork of copies"),
}
"""What falls without each check. Old rows and root are refused all the same, by the anchor, which is another answer.
Nothing of row 9 falls: the root is sealed, and AEAD has its own tests. A doubled row is held by order and by number."""


@pytest.mark.parametrize("hole", HOLES)
def test_without_a_check_these_rows_fall_and_no_others(hole: str, tmp_path: Path) -> None:
    with open_hole(hole):
        original = built(tmp_path / "original")
        fallen = {
            f"{case.row}: {case.name}": outcome
            for number, case in enumerate(CASES)
            if (outcome := failure(case, copied(original, tmp_path / str(number))))
        }
    assert set(fallen) == set(FALLS[hole]), fallen


def test_most_rows_fall_to_some_missing_check() -> None:
    """What no hole reaches is held twice or by a primitive: cut files, the root, broken journals, rows behind."""
    fallen = {int(name.split(":")[0]) for names in FALLS.values() for name in names}
    assert set(range(1, 20)) - fallen == {9, 10, 17}
