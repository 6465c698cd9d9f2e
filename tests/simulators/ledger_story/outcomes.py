"""What came of a step, in a form that is the same on every ledger: no ids, no heights, names instead of keys.

Rules:
* There are three kinds of failure: a refused request (status), a refused transaction (type), and what is in a block
  and was rejected by layer 2.
* A text is compared whole. `ANY` stands for texts that nobody is meant to read: lists of what a JSON validator says of
  a transaction under the schema of every type it knows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

REFUSED_REQUEST = "refused request"
REFUSED = "refused transaction"
REJECTED = "rejected by layer 2"
ACCEPTED = "accepted"
CONFIRMED = "confirmed"
APPLIED = "applied"
TOLD = "told"
ANY = "…"


class Outcome(NamedTuple):
    """Which kind of end, its status or type, and the words."""

    kind: str
    code: str = ""
    text: str = ""


class Step(NamedTuple):
    """A step: its name, what has to come of it, what is done, which recordings of a real node it stands for."""

    name: str
    expected: Outcome
    act: Any
    recorded: tuple[int, ...] = ()


def agrees(found: Outcome | None, expected: Outcome) -> bool:
    """Whether an outcome is the expected one."""
    if found is None:
        return False
    return found == expected or (expected.text == ANY and found[:2] == expected[:2])


def refused(type_: str, text: str) -> Outcome:
    """Return the outcome of a transaction that a node does not take."""
    return Outcome(REFUSED, type_, text)


def unfit(status: int, text: str = ANY) -> Outcome:
    """Return the outcome of a request that a node does not take."""
    return Outcome(REFUSED_REQUEST, str(status), text)


def rejected(reason: str) -> Outcome:
    """Return the outcome of what is in a block, is paid for and has no effect."""
    return Outcome(REJECTED, "false", reason)


_NUMBERS = (
    (re.compile(r"\b[0-9a-f]{66}\b"), "KEY"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "ID"),
    (re.compile(r"\bat height \d+"), "at height H"),
    (re.compile(r"\bregistered at \d+"), "registered at H"),
    (re.compile(r"expired since -?\d+ blocks"), "expired since N blocks"),
    (re.compile(r" at line \d+ column \d+"), ""),
)


def masked(text: str, names: Mapping[str, str]) -> str:
    """Return a text with names for what has one, and letters for ids and heights."""
    for value in sorted(names, key=len, reverse=True):
        text = text.replace(value, names[value])
    for pattern, letter in _NUMBERS:
        text = pattern.sub(letter, text)
    return text
