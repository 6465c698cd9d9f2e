"""A witness request: a claim and evidence for it, brought before an authority.

    {"processId", "claimant": "<did>#<index>", "claim", "evidence": any, "nonce"?}

Rules: signed by the claimant's key. Nothing in it may be hidden: the authority has to see what it is asked to sign.
Not here: judging a request (`prometheus.claims.verify`).
"""

from __future__ import annotations

from prometheus.claims.claim import Claim, parse_claim
from prometheus.claims.members import members, optional_text, text
from prometheus.claims.shell import Signed, parse_signed
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json


class WitnessRequest(NamedTuple):
    """What a claimant asks an authority to confirm; `claimant` is a key link, `evidence` any JSON or None."""

    process_id: str
    claimant: str
    claim: Claim
    evidence: Json
    nonce: str | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the JSON form."""
        value: dict[str, Json] = {
            "processId": self.process_id,
            "claimant": self.claimant,
            "claim": self.claim.to_json(),
            "evidence": self.evidence,
        }
        return value if self.nonce is None else {**value, "nonce": self.nonce}


def parse_request(value: Json, at: str = "") -> WitnessRequest:
    """Return the request in a JSON value.

    Raises:
        Malformed: When a member is missing, unknown or of the wrong kind.
    """
    request = members(value, at, ("processId", "claimant", "claim", "evidence"), ("nonce",))
    return WitnessRequest(
        text(request["processId"], f"{at}/processId"),
        text(request["claimant"], f"{at}/claimant"),
        parse_claim(request["claim"], f"{at}/claim"),
        request["evidence"],
        optional_text(request, "nonce", at),
    )


def parse_signed_request(value: Json, at: str = "") -> Signed[WitnessRequest]:
    """Return the signed request in a JSON value.

    Raises:
        Malformed: When a member is missing, unknown or of the wrong kind.
    """
    return parse_signed(value, parse_request, at)
