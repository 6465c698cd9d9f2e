"""Where a ledger ends a step otherwise than the story says, and why.

The Hydra development node has a second layer of its own, written after recordings of a real node. The story follows the
state machine that the reference publishes, as its known answers do, wherever the two part.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from ledger_story.outcomes import ACCEPTED, REFUSED_REQUEST, Outcome, rejected


class Deviation(NamedTuple):
    """What comes of a step on one ledger instead, and why."""

    instead: Outcome
    reason: str


_ONE_BY_ONE = (
    "the node takes the operations of an asset one by one; the reference's state machine reads the whole asset first, "
    "leaves no trace of a malformed one, and a check of it answers 500"
)
_AS_GIVEN = (
    "the node checks the signature over the operations as they were given; the reference's state machine over those "
    "that it has read, without unknown members and with absent ones"
)
_ANY_NUMBER = "the node takes any number for a height; the reference's state machine reads 32 bits without a sign"
_FRACTION = f"{_ANY_NUMBER}, and our ledger takes no fraction in an asset, which nobody could sign with our client"


def _unfit(said: str) -> Outcome:
    return Outcome(REFUSED_REQUEST, "422", said)


def _undefined(member: str) -> Outcome:
    return _unfit(f"Cannot read properties of undefined (reading '{member}')")


_TAKEN = Outcome(ACCEPTED, "true", "nothing is wrong")

DEVIATIONS: Final[dict[str, dict[str, Deviation]]] = {
    "hydra-devnode": {
        "a DID that is none in an operation": Deviation(rejected("Unknown crypto suite 'z'"), _ONE_BY_ONE),
        "a DID of another method in an operation": Deviation(
            rejected("did:web:example.com is not a valid DID: must start with did:morpheus:"), _ONE_BY_ONE
        ),
        "a key that is none": Deviation(rejected("Identifiers must start with 'i'"), _ONE_BY_ONE),
        "an operation without its key": Deviation(_undefined("startsWith"), _ONE_BY_ONE),
        "an operation without its last transaction": Deviation(_unfit("nothing is wrong"), _AS_GIVEN),
        "an operation that nobody knows": Deviation(_unfit("unknown variant `fly`"), _ONE_BY_ONE),
        "an end below zero": Deviation(_TAKEN, _ANY_NUMBER),
        "an end that is a text": Deviation(_unfit("nothing is wrong"), _ANY_NUMBER),
        "an end between two blocks": Deviation(_TAKEN, _FRACTION),
        "an end beyond 32 bits": Deviation(_TAKEN, _ANY_NUMBER),
        "a member that nobody knows": Deviation(_TAKEN, _AS_GIVEN),
        "a group without a signature": Deviation(_undefined("length"), _ONE_BY_ONE),
    },
    "ledger dev": {},
}
"""By the names of the ledger and of the step."""
