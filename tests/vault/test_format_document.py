"""The page on the file format says what the code does: statements, purposes, limits and test values."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prometheus_vault import limits, padme, sqlite_file
from prometheus_vault.keys import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = (CHECKOUT / "docs" / "reference" / "vault-format.md").read_text(encoding="utf-8")
KAT: dict[str, Any] = json.loads((CHECKOUT / "tests" / "vectors" / "vault-kat.json").read_text(encoding="utf-8"))
PURPOSE = re.compile(r"prom-[a-z]+-v\d")
LONG_HEX = re.compile(r"\b[0-9a-f]{32,}\b")


def values(node: object) -> Iterator[str]:
    """Yield every text in a JSON value."""
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from values(each)
    elif isinstance(node, str):
        yield node


def test_the_statements_of_the_schema_are_those_of_the_page() -> None:
    shown = re.findall(r"^CREATE .*$", PAGE, re.MULTILINE)
    assert sorted(shown) == sorted(statement.decode() for statement in sqlite_file.TABLES.values())


def test_every_purpose_that_separates_keys_is_on_the_page() -> None:
    folder = CHECKOUT / "vault" / "prometheus_vault"
    used = {name for path in folder.glob("*.py") for name in PURPOSE.findall(path.read_text(encoding="utf-8"))}
    assert len(used) > 10
    assert used - set(PURPOSE.findall(PAGE)) == set()
    assert [label for label in LABELS if f"`{label}`" not in PAGE] == []


def test_the_test_values_are_those_of_the_known_answers() -> None:
    joined = re.sub(r"(?<=[0-9a-f])\n *(?=[0-9a-f]{16})", "", PAGE)
    shown = set(LONG_HEX.findall(joined))
    assert KAT["header_2_slots"] in shown
    assert {record["ct"] for record in KAT["records"]} & shown
    assert len(shown) >= 12
    assert shown - set(values(KAT)) == set()


def test_the_padded_lengths_are_right() -> None:
    pairs = re.findall(r"(\d+) → (\d+)", PAGE)
    assert {length: int(padded) for length, padded in pairs} == KAT["padme"]
    assert all(padme.padded_length(int(length)) == int(padded) for length, padded in pairs)


def test_the_limits_are_those_of_the_code() -> None:
    numbers = set(re.findall(r"\d(?:[\d,]*\d)?", PAGE))
    for limit in (
        limits.KDF_MEMORY_KIB_AT_MOST, limits.KDF_WORK_AT_MOST, limits.KDF_MEMORY_KIB_FLOOR, limits.KDF_WORK_FLOOR,
        limits.KDF_PASSES_AT_MOST, limits.KDF_LANES_AT_MOST, limits.HEADER_SHORTEST, limits.HEADER_LONGEST,
        limits.SLOTS_AT_MOST, limits.SLOT_PARAMETERS_AT_MOST, limits.PAGE_SIZE, limits.JOURNAL_KEPT,
    ):  # fmt: skip
        assert str(limit) in numbers
    assert f"{limits.OPERATIONS_AT_MOST:,}" in numbers
    assert f"0x{limits.APPLICATION_ID:X}" in PAGE
