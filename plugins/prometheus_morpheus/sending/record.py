"""How an action is written into the plugin's store, and read from there.

    {"id": "…", "state": "sent", "nonce": "7", "signings": [{"id": "…", "fee": "…", "expiration": 0, "text": "{…}"}], …}

Rules: whatever counts money or transactions is a decimal text, because the numbers of a record end at 2^53;
transactions are texts, because members of a record are sorted and those of a transaction are signed in their own order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prometheus.errors import Malformed
from prometheus_morpheus.sending.action import STATES, Action, Payer, Signing, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

_AS_THEY_ARE: Final = (
    "id",
    "place",
    "title",
    "type_group",
    "type",
    "network",
    "sender",
    "draft",
    "wanted_at",
    "lifetime",
    "state",
    "reason",
    "chain",
    "forged_id",
    "height",
    "block",
    "confirmations",
    "layer_two",
    "is_settled",
    "known_at",
    "is_handed_out",
)
_LATER: Final = {"said_by": "", "wanted": ""}
"""Members that older records lack."""


def fields_of(action: Action) -> dict[str, Any]:
    """Return the record of an action."""
    members = action._asdict()
    return {name: members[name] for name in (*_AS_THEY_ARE, *_LATER)} | {
        "payer": action.payer._asdict(),
        "fee_wanted": str(action.fee_wanted),
        "fee_limit": str(action.fee_limit),
        "nonce": str(action.nonce),
        "signings": [each._asdict() | {"fee": str(each.fee)} for each in action.signings],
        "instead_of": list(action.instead_of),
        "journal": [list(step) for step in action.journal],
    }


def action_of(fields: Mapping[str, Any]) -> Action:
    """Return the action that a record describes.

    Raises:
        Malformed: When it describes none, for instance because a newer program wrote it.
    """
    try:
        return _read(fields)
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed(
            "the record of an action on the ledger cannot be read",
            code="LEDGER-ACTION",
            meaning=f"the member {error} is missing or of another kind",
            remedy="a newer version of this program may have written it",
        ) from error


def _read(fields: Mapping[str, Any]) -> Action:
    if fields["state"] not in STATES:
        raise ValueError("state")
    signings = tuple(
        Signing(each["id"], int(each["fee"]), each["expiration"], each["text"]) for each in fields["signings"]
    )
    return Action(
        payer=Payer(**fields["payer"]),
        fee_wanted=int(fields["fee_wanted"]),
        fee_limit=int(fields["fee_limit"]),
        nonce=int(fields["nonce"]),
        signings=signings,
        instead_of=tuple(fields.get("instead_of", ())),
        journal=tuple(Step(*step) for step in fields["journal"]),
        **{name: fields[name] for name in _AS_THEY_ARE},
        **{name: fields.get(name, default) for name, default in _LATER.items()},
    )
