"""What a refusal of a transaction means for us: final, to be looked up, to be tried later, or too cheap.

The words of a node decide nothing but what the person reads; the type decides what we do next, and never whether
something was paid. Between two blocks a node remembers each id that it was sent, also refused ones, and answers
``ERR_DUPLICATE``: that says nothing of what became of the first copy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

Meaning = Literal["accepted", "unclear", "known", "later", "cheap", "expired", "final"]

ACCEPTED: Final = "accepted"
UNCLEAR: Final = "unclear"
KNOWN: Final = "known"
LATER: Final = "later"
CHEAP: Final = "cheap"
EXPIRED: Final = "expired"
FINAL: Final = "final"

_BY_TYPE: Final[dict[str, Meaning]] = {
    "ERR_DUPLICATE": KNOWN,
    "ERR_FORGED": KNOWN,
    "ERR_ALREADY_IN_POOL": KNOWN,
    "ERR_POOL_FULL": LATER,
    "ERR_LOW_FEE": CHEAP,
    "ERR_EXPIRED": EXPIRED,
}
_BEST_FIRST: Final[tuple[Meaning, ...]] = (ACCEPTED, UNCLEAR, KNOWN, LATER, CHEAP, EXPIRED, FINAL)


class Reply(NamedTuple):
    """What came of handing one transaction to one node or to several: what it means, and the reason to show.

    ``said_by`` is the endpoint when there was one alone.
    """

    meaning: Meaning
    reason: str = ""
    said_by: str = ""


def meaning_of(type_: str, *, nonce_is_free: bool) -> Meaning:
    """Return what a refusal of that type means.

    Args:
        type_: Such as ``ERR_APPLY``.
        nonce_is_free: Whether the node's wallet is exactly one behind the nonce. When it is not, ``ERR_APPLY`` may mean
            no more than that an earlier transaction is missing, or that the nonce is used: both are looked up.
    """
    if type_ == "ERR_APPLY":
        return FINAL if nonce_is_free else UNCLEAR
    return _BY_TYPE.get(type_, FINAL)


def together(replies: Sequence[Reply]) -> Reply:
    """Return what the replies of several nodes mean: the most hopeful one, as bytes that one has may be forged."""
    if not replies:
        return Reply(UNCLEAR, "nobody could be asked")
    return min(replies, key=lambda reply: _BEST_FIRST.index(reply.meaning))
