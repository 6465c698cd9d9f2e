"""README.md: what it tells a newcomer to type works as typed, in an empty home and folder, to the exit codes it states.

Its first block is the demo, which `test_demo` plays.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.reader import PASSPHRASE, Block, Reader, blocks, command_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
VERDICT_OF_A_STRANGER = 13
COLOUR = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def shell_blocks() -> list[Block]:
    """Return what a person types, block by block."""
    return [block for block in blocks(README) if block.language == "sh"]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[int, str, int]]:
    """Every line of the page as it was typed: its exit code, what it showed, and the code that the page states."""
    folder = tmp_path_factory.mktemp("newcomer")
    (folder / "pass.txt").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    reader = Reader(tmp_path_factory.mktemp("home"), folder)
    typed = {}
    for block in shell_blocks()[1:]:
        lines = command_lines(block.text)
        for number, line in enumerate(lines, start=1):
            stated = block.exit_code if number == len(lines) else 0
            typed[line] = (*reader.types(line), stated)
    return typed


def test_every_line_ends_as_the_page_says(followed: Mapping[str, tuple[int, str, int]]) -> None:
    assert {line: shown for line, (code, shown, stated) in followed.items() if code != stated} == {}


def test_the_first_thing_to_type_is_the_demo() -> None:
    assert shell_blocks()[0].text == "./start demo\n"


def test_the_page_leads_from_nothing_to_a_verdict(followed: Mapping[str, tuple[int, str, int]]) -> None:
    lines = list(followed)
    assert lines[0] == "prometheus vault create"
    code, shown, _ = followed["prometheus claim verify shown.json"]
    assert code == VERDICT_OF_A_STRANGER
    assert "UNKNOWN-ISSUER" in shown
    assert "ana@example.org" in shown


def test_nothing_that_is_shown_is_wider_than_the_terminal(followed: Mapping[str, tuple[int, str, int]]) -> None:
    wide = {
        line: [row for row in COLOUR.sub("", shown).splitlines() if len(row) > 80 and not row.startswith("{")]
        for line, (_, shown, _) in followed.items()
    }
    assert {line: rows for line, rows in wide.items() if rows} == {}
