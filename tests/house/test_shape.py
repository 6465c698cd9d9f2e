"""Shape: files and functions that can be read at one sitting, and folders that say what they are for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 60
OPENING_LINES = 3
ROOMS_WITH_README = (
    ".",
    "benchmarks",
    "changelog.d",
    "docs",
    "docs/adr",
    "plugins",
    "requirements",
    "tests",
    "tui",
    "vault",
)


def long_functions(source: str) -> list[str]:
    """Name every function that is longer than may be."""
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LINES_OF_A_FUNCTION
    ]


def test_no_source_file_is_longer_than_400_lines(sources: list[Path], checkout: Path) -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources}
    assert {
        str(path.relative_to(checkout)): length for path, length in lengths.items() if length > LINES_OF_A_FILE
    } == {}


def test_no_function_is_longer_than_60_lines(sources: list[Path], checkout: Path) -> None:
    found = {str(path.relative_to(checkout)): long_functions(path.read_text(encoding="utf-8")) for path in sources}
    assert {path: names for path, names in found.items() if names} == {}


def test_a_planted_long_function_is_seen() -> None:
    assert long_functions("def endless():\n" + "    pass\n" * LINES_OF_A_FUNCTION) == ["endless"]


def test_every_module_says_what_it_is_for(sources: list[Path], checkout: Path) -> None:
    silent = [
        str(path.relative_to(checkout))
        for path in sources
        if not path.is_relative_to(checkout / "tests") and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_every_package_opens_with_what_lives_in_it(sources: list[Path], checkout: Path) -> None:
    short = []
    for path in sources:
        if path.name != "__init__.py" or path.is_relative_to(checkout / "tests"):
            continue
        opening = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        has_readme = (path.parent / "README.md").is_file() or (path.parents[1] / "README.md").is_file()
        if len(opening.splitlines()) < OPENING_LINES and not (has_readme and path.parents[1] != checkout):
            short.append(str(path.relative_to(checkout)))
    assert short == []


def test_every_folder_that_is_no_package_has_a_readme(checkout: Path) -> None:
    assert [room for room in ROOMS_WITH_README if not (checkout / room / "README.md").is_file()] == []
