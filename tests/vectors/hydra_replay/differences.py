"""Every answer of the development ledger that differs from the recorded one, what differs in it, and why.

The status is the recorded one in all of them, and so is the type of every refusal of a transaction.
"""

from __future__ import annotations

from typing import NamedTuple

MOST = 28
"""How many of the 233 answers may differ."""


class Difference(NamedTuple):
    """The paths in a body that differ, and the reason."""

    paths: frozenset[str]
    reason: str


_VALIDATOR = Difference(
    frozenset({"message"}),
    "Hydra joins what its JSON validator says of the transaction under the schema of every known type; one plain text "
    "is said here",
)
_COUNTED = "Hydra guesses how many rows a list has from statistics of its database; here they are counted"


def _paths(prefix: str, names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(f"{prefix}.{name}" for name in names)


DIFFERENCES: dict[int, Difference] = {
    11: Difference(_paths("meta", ("last", "pageCount", "totalCount")), _COUNTED),
    19: Difference(_paths("meta", ("last", "pageCount", "totalCount")), _COUNTED),
    **dict.fromkeys((185, 189, 193, 194, 195, 196, 198, 200, 211, 215, 216), _VALIDATOR),
    223: Difference(
        _paths("data", ("1", "2", "4242")), "the schemas of Hydra's validator, which no client reads, are left out"
    ),
    227: Difference(_paths("meta", ("last", "next", "pageCount", "totalCount")), _COUNTED),
}
"""By number of the exchange."""
