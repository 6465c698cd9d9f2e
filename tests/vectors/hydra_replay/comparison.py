"""Compares two answers, member by member; nothing is masked.

The recorded transactions are sent as they are, at the recorded moments, and blocks are forged by the same keys in the
same turns. So ids, times and signatures have to come out as they were recorded, those of blocks too. Members of an
object have no order, elements of a list have.
"""

from __future__ import annotations

from typing import Any


def differing(recorded: Any, answered: Any, path: str = "") -> set[str]:
    """Return the paths at which two bodies differ, lists without their index: ``data[].height``."""
    if isinstance(recorded, dict) and isinstance(answered, dict):
        return set().union(
            *(
                differing(recorded[name], answered[name], f"{path}.{name}".lstrip("."))
                if name in recorded and name in answered
                else {f"{path}.{name}".lstrip(".")}
                for name in recorded | answered
            )
        )
    if isinstance(recorded, list) and isinstance(answered, list):
        length = {f"{path}[]"} if len(recorded) != len(answered) else set()
        return length.union(*(differing(*pair, f"{path}[]") for pair in zip(recorded, answered, strict=False)))
    return set() if type(recorded) is type(answered) and recorded == answered else {path}


def refusal_types(body: Any) -> list[tuple[str, str]]:
    """Return the transactions refused in an answer and why, as pairs of id and type."""
    errors = body.get("errors", {}) if isinstance(body, dict) else {}
    return sorted((txid, found["type"]) for txid, each in errors.items() for found in each)
