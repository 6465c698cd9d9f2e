"""A licence: to whom a presentation is shown, what for, and for how long.

    {"issuedTo": DID, "purpose": text, "validFrom": time, "validUntil": time}

Rules: always in the open, so any change breaks the presenter's signature. `validUntil` is exclusive. Texts are kept as
written; what this program writes is UTC without fractions, and the purpose in NFKD.
"""

from __future__ import annotations

from prometheus.claims.members import did, members, text
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json


class Licence(NamedTuple):
    """Leave to use a presentation: audience, purpose, and the times as they are written."""

    issued_to: str
    purpose: str
    valid_from: str
    valid_until: str

    def to_json(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {
            "issuedTo": self.issued_to,
            "purpose": self.purpose,
            "validFrom": self.valid_from,
            "validUntil": self.valid_until,
        }


def parse_licence(value: Json, at: str = "") -> Licence:
    """Return the licence in a JSON value.

    Raises:
        Malformed: When a member is missing, unknown or of the wrong kind.
    """
    found = members(value, at, ("issuedTo", "purpose", "validFrom", "validUntil"))
    return Licence(
        did(found["issuedTo"], f"{at}/issuedTo"),
        text(found["purpose"], f"{at}/purpose"),
        text(found["validFrom"], f"{at}/validFrom"),
        text(found["validUntil"], f"{at}/validUntil"),
    )
