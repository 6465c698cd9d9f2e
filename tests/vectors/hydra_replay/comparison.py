"""Compares two answers after masking what two chains cannot share: ids of blocks, their signatures, and times.

Ids and signatures of transactions are not masked: the recorded transactions are sent as they are, so both chains have
the same ones. Members of an object have no order, elements of a list have.
"""

from __future__ import annotations

from typing import Any

_MASKED_EVERYWHERE = {"blockId", "previous"}
_TIME = {"epoch", "unix", "human"}


def differing(recorded: Any, answered: Any) -> set[str]:
    """Return the paths at which two bodies differ after masking, lists without their index: ``data[].height``."""
    return _differing(masked(recorded), masked(answered), "")


def masked(value: Any) -> Any:
    """Return a body without what two chains cannot share."""
    if isinstance(value, list):
        return [masked(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == _TIME:
        return "a time"
    hidden = set(_MASKED_EVERYWHERE if _is_block_id(value) else ())
    if _is_block(value):
        hidden |= {"id", "signature"}
    if "synced" in value:
        hidden |= {"timestamp"}
    return {name: "masked" if name in hidden else masked(item) for name, item in value.items()}


def _is_block_id(value: dict[str, Any]) -> bool:
    """Return whether the members that name blocks do so here: ``previous`` is also the address of a page."""
    return "blockId" in value or "payload" in value


def _is_block(value: dict[str, Any]) -> bool:
    """Return whether an object is a block or stands for one: it has an id and a height."""
    return "id" in value and "height" in value


def _differing(recorded: Any, answered: Any, path: str) -> set[str]:
    if isinstance(recorded, dict) and isinstance(answered, dict):
        return set().union(
            *(
                _differing(recorded[name], answered[name], f"{path}.{name}".lstrip("."))
                if name in recorded and name in answered
                else {f"{path}.{name}".lstrip(".")}
                for name in recorded | answered
            )
        )
    if isinstance(recorded, list) and isinstance(answered, list):
        length = {f"{path}[]"} if len(recorded) != len(answered) else set()
        return length.union(*(_differing(*pair, f"{path}[]") for pair in zip(recorded, answered, strict=False)))
    return set() if type(recorded) is type(answered) and recorded == answered else {path}


def refusal_types(body: Any) -> list[tuple[str, str]]:
    """Return the transactions refused in an answer and why, as pairs of id and type."""
    errors = body.get("errors", {}) if isinstance(body, dict) else {}
    return sorted((txid, found["type"]) for txid, each in errors.items() for found in each)
