"""The known answers of the reference packages, one test each.

``PROMETHEUS_VECTORS=DIR`` plays the files of the same names in DIR instead, those that are there.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from iop_player import claims_ops, http_ops, identity_ops, ledger_ops, service_ops, state_ops, vault_ops
from iop_player.categories import LATER, PLAYED
from iop_player.player import Vector, load, load_category, play, unlisted_files
from iop_player.service_differences import DIFFERENCES, difference

SHIPPED = Path(__file__).parent / "iop"
FOLDER = Path(os.environ.get("PROMETHEUS_VECTORS") or SHIPPED)
TABLES = (
    claims_ops.OPS,
    http_ops.OPS,
    identity_ops.OPS,
    ledger_ops.OPS,
    service_ops.OPS,
    state_ops.OPS,
    vault_ops.OPS,
)
OPERATIONS = {name: operation for table in TABLES for name, operation in table.items()}
VECTORS = load(FOLDER)
SERVICES = ("http_authority", "http_inspector")

needs_shipped = pytest.mark.skipif(FOLDER != SHIPPED, reason="the folder is not the shipped one")


@pytest.mark.parametrize("vector", VECTORS, ids=[vector.name for vector in VECTORS])
def test_vector_has_its_known_answer(vector: Vector) -> None:
    play(vector, OPERATIONS)


@pytest.mark.parametrize("category", sorted(LATER))
def test_category_waits_with_a_reason(category: str) -> None:
    if (FOLDER / f"{category}.json").exists():
        pytest.skip(LATER[category])
    assert FOLDER != SHIPPED


@needs_shipped
def test_our_services_differ_from_the_recorded_ones_where_the_table_says_and_nowhere_else() -> None:
    found = {vector.name: difference(vector.given, vector.output) for vector in VECTORS if vector.category in SERVICES}
    assert {name: which for name, which in found.items() if which} == DIFFERENCES


@needs_shipped
@pytest.mark.parametrize("category", sorted(PLAYED))
def test_all_vectors_of_a_category_are_played(category: str) -> None:
    assert len(load_category(SHIPPED, category)) == PLAYED[category]


def test_something_is_played_and_no_vector_has_the_name_of_another() -> None:
    names = [vector.name for vector in VECTORS]
    assert names
    assert len(set(names)) == len(names)


def test_every_file_of_the_folder_is_listed() -> None:
    assert unlisted_files(FOLDER) == []


def test_no_category_is_both_played_and_waiting() -> None:
    assert not PLAYED.keys() & LATER.keys()


def test_no_operation_is_offered_twice() -> None:
    assert len(OPERATIONS) == sum(map(len, TABLES))
