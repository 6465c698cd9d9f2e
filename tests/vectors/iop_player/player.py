"""Reads vector files, plays one vector and says whether the answer is the known one.

Rules:
* An ``output`` has to be equal, member for member and type for type.
* An ``error`` means that the input is refused with one of our own errors. The text is exact, except where it names a
  line and column (a deserialiser of the reference speaks) or ``unreachable`` (the reference crashed): there only the
  refusal counts.
* An operation is a function of the vector's ``input``, or of the whole entry where it has none. One that cannot be
  repeated byte for byte, because the reference drew random bytes, either takes the ``output`` as its second argument
  and reads those bytes from it, or answers with a value of a class of its own that knows how to compare itself.
"""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from iop_player.categories import LATER, PLAYED
from prometheus.errors import PrometheusError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


class Vector(NamedTuple):
    """One known answer."""

    category: str
    name: str
    operation: str
    given: dict[str, Any]
    output: Any
    error: str | None


class WrongAnswer(AssertionError):
    """The answer is not the known one."""


def unlisted_files(folder: Path) -> list[str]:
    """Return the vector files that neither table of categories names."""
    return sorted(file.name for file in folder.glob("*.json") if file.stem not in PLAYED | LATER)


def load(folder: Path) -> list[Vector]:
    """Return the vectors of all played categories whose file is there."""
    return [
        vector
        for category in sorted(PLAYED)
        if (folder / f"{category}.json").exists()
        for vector in load_category(folder, category)
    ]


def load_category(folder: Path, category: str) -> list[Vector]:
    """Return the vectors of one category."""
    document = json.loads((folder / f"{category}.json").read_text("utf-8"))
    return [
        Vector(category, entry["id"], entry["op"], _given(document, entry), _output(entry), entry.get("error"))
        for entry in document["vectors"]
    ]


def _given(document: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """Return what an operation gets: the input, or the recorded request with its file, which has the beginnings."""
    if "request" in entry:
        return {**entry["request"], "setup": document.get("setup"), "id": entry["id"], "file": document}
    given: dict[str, Any] = entry.get("input", entry)
    return given


def _output(entry: dict[str, Any]) -> Any:
    return entry.get("output", entry.get("response"))


def play(vector: Vector, operations: Mapping[tuple[str, str], Callable[..., Any]]) -> None:
    """Run the operation of a vector and compare.

    Raises:
        WrongAnswer: When the operation is unknown or the answer is not the known one.
    """
    operation = operations.get((vector.category, vector.operation))
    if operation is None:
        raise WrongAnswer(f"no operation {vector.operation!r} of {vector.category} is known")
    try:
        answer = _run(operation, vector)
    except PrometheusError as refused:
        _compare_refusal(vector, refused)
        return
    if vector.error is not None:
        raise WrongAnswer(f"{answer!r} instead of a refusal: {vector.error}")
    if not is_same(answer, vector.output):
        raise WrongAnswer(f"got      {answer!r}\nexpected {vector.output!r}")


def _run(operation: Callable[..., Any], vector: Vector) -> Any:
    if len(inspect.signature(operation).parameters) == 1:
        return operation(vector.given)
    return operation(vector.given, vector.output)


def _compare_refusal(vector: Vector, refused: PrometheusError) -> None:
    if vector.error is None:
        raise WrongAnswer(f"refused: {refused.what}; {refused.meaning}") from refused
    if is_exact(vector.error) and refused.what != vector.error:
        raise WrongAnswer(f"refused with {refused.what!r} instead of {vector.error!r}") from refused


def is_exact(error: str) -> bool:
    """Return whether a text of the reference has to be met to the letter."""
    return " at line " not in error and "unreachable" not in error


def is_same(one: Any, other: Any) -> bool:
    """Return whether two values are equal in JSON's sense: 1, 1.0 and true differ.

    An answer of a class of its own decides by its own comparison; so answers with random parts can be compared.
    """
    if type(one) is dict and type(other) is dict:
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    if type(one) is list and type(other) is list:
        return len(one) == len(other) and all(map(is_same, one, other))
    if one is None or type(one) in (str, int, float, bool):
        return type(one) is type(other) and bool(one == other)
    return bool(one == other)
