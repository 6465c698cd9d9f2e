"""Every stable error code, found by reading the source: where it is raised, and what it says there.

A code is either the class attribute of an error, whose docstring is its meaning, or the argument ``code=`` where an
error is made, whose text is. Nothing is imported: the source is the truth, and a code cannot be forgotten.
"""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING, NamedTuple

from prometheus import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SKIPPED = frozenset({"rendered", "__pycache__"})


class ErrorCode(NamedTuple):
    """One code with what the source says about it."""

    code: str
    exit_code: int | None
    sayings: tuple[str, ...]
    remedies: tuple[str, ...]


class _Use(NamedTuple):
    code: str
    exit_code: int | None
    saying: str
    remedy: str


def found_in(folders: Iterable[str]) -> list[ErrorCode]:
    """Return the codes of the Python files below the folders, sorted."""
    uses = [use for folder in folders for path in _files(folder) for use in _uses(path)]
    return [_joined(code, [use for use in uses if use.code == code]) for code in sorted({use.code for use in uses})]


def _joined(code: str, uses: list[_Use]) -> ErrorCode:
    exits = [use.exit_code for use in uses if use.exit_code is not None]
    sayings = dict.fromkeys(use.saying for use in uses if use.saying)
    remedies = dict.fromkeys(use.remedy for use in uses if use.remedy)
    return ErrorCode(code, exits[0] if exits else None, tuple(sayings), tuple(remedies))


def _files(folder: str) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - _SKIPPED)
        yield from (os.path.join(parent, name) for name in sorted(names) if name.endswith(".py"))


def _uses(path: str) -> Iterator[_Use]:
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from _of_class(node)
        elif isinstance(node, ast.Call):
            yield from _of_call(node)


def _of_class(node: ast.ClassDef) -> Iterator[_Use]:
    kind = getattr(errors, node.name, None)
    if not isinstance(kind, type) or not issubclass(kind, errors.PrometheusError) or "code" not in vars(kind):
        return
    saying = _meaning(ast.get_docstring(node))
    if kind is not errors.PrometheusError:
        yield _Use(kind.code, kind.exit_code, saying, "")


def _of_call(node: ast.Call) -> Iterator[_Use]:
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    code = given.get("code")
    kind = getattr(errors, _name(node.func), None)
    if not isinstance(code, ast.Constant) or not isinstance(code.value, str) or not isinstance(kind, type):
        return
    saying = (_text(node.args[0]) if node.args else "") or _meaning(kind.__doc__)
    remedy = _text(given["remedy"]) if "remedy" in given else ""
    yield _Use(code.value, getattr(kind, "exit_code", None), saying, remedy)


def _meaning(docstring: str | None) -> str:
    return (docstring or "").partition("\n\n")[0].rstrip(".")


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _text(node: ast.expr) -> str:
    """Return a text as the source writes it, with an ellipsis for what is filled in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return ""
