"""Error codes are an interface: one code means one thing and gives one exit code."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

from prometheus import errors

if TYPE_CHECKING:
    from pathlib import Path


def error_classes() -> list[type[errors.PrometheusError]]:
    """Return every class of the tree."""
    return [
        found
        for found in vars(errors).values()
        if isinstance(found, type) and issubclass(found, errors.PrometheusError)
    ]


def exits_by_code(sources: list[Path], checkout: Path) -> dict[str, set[int]]:
    """Collect, for each code given where an error is raised, the exit codes it is raised with."""
    exits = {found.__name__: found.exit_code for found in error_classes()}
    seen: dict[str, set[int]] = defaultdict(set)
    for found in error_classes():
        seen[found.code].add(found.exit_code)
    for path in sources:
        if path.is_relative_to(checkout / "tests"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (name := called_name(node)) in exits:
                for keyword in node.keywords:
                    if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
                        seen[str(keyword.value.value)].add(exits[name])
    return seen


def called_name(node: ast.Call) -> str:
    """Return the last word of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_no_two_classes_share_a_code() -> None:
    codes = [found.code for found in error_classes() if found is not errors.PrometheusError]
    assert sorted(codes) == sorted(set(codes))


def test_a_code_always_ends_with_the_same_exit_code(sources: list[Path], checkout: Path) -> None:
    exits = exits_by_code(sources, checkout)
    assert {code: found for code, found in exits.items() if len(found) > 1} == {}


def test_codes_are_capital_words_joined_by_hyphens(sources: list[Path], checkout: Path) -> None:
    for code in exits_by_code(sources, checkout):
        assert all(word.isalnum() and word == word.upper() for word in code.split("-")), code


def test_every_class_has_an_exit_code_of_the_table() -> None:
    table = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 70, 130}
    assert {found.exit_code for found in error_classes()} <= table
