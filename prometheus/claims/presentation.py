"""A claim presentation: claims with the statements that prove them, shown to somebody for a purpose.

    {"provenClaims": [{"claim", "statements": [signed statement…]}…], "licenses": [licence…], "nonce"?}

Rules: signed by the subject's key. A claim may be replaced by its content id, a statement's content too; the lists, the
licences and the signatures are always in the open. Where audience, purpose, time and challenge are bound:
`prometheus.claims.binding`.
"""

from __future__ import annotations

from prometheus.claims.claim import Claim, parse_claim_or_id
from prometheus.claims.licence import Licence, parse_licence
from prometheus.claims.members import each, members, optional_text
from prometheus.claims.shell import Signed, parse_signed
from prometheus.claims.statement import SignedStatement, parse_signed_statement, statement_to_json
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json


class ProvenClaim(NamedTuple):
    """A claim, or the content id that stands for it, and the statements that are said to prove it."""

    claim: Claim | str
    statements: tuple[SignedStatement, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {
            "claim": self.claim if isinstance(self.claim, str) else self.claim.to_json(),
            "statements": [statement_to_json(statement) for statement in self.statements],
        }


class Presentation(NamedTuple):
    """What a holder shows; the nonce is the inner one, which her signature covers."""

    proven_claims: tuple[ProvenClaim, ...]
    licences: tuple[Licence, ...]
    nonce: str | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the JSON form."""
        value: dict[str, Json] = {
            "provenClaims": [proven.to_json() for proven in self.proven_claims],
            "licenses": [licence.to_json() for licence in self.licences],
        }
        return value if self.nonce is None else {**value, "nonce": self.nonce}


def parse_proven_claim(value: Json, at: str = "") -> ProvenClaim:
    """Return the proven claim in a JSON value.

    Raises:
        Malformed: When a member is missing, unknown or of the wrong kind.
    """
    found = members(value, at, ("claim", "statements"))
    return ProvenClaim(
        parse_claim_or_id(found["claim"], f"{at}/claim"),
        each(found["statements"], f"{at}/statements", parse_signed_statement),
    )


def parse_presentation(value: Json, at: str = "") -> Presentation:
    """Return the presentation in a JSON value.

    Raises:
        Malformed: When a member is missing, unknown or of the wrong kind, or a list is too long.
    """
    found = members(value, at, ("provenClaims", "licenses"), ("nonce",))
    return Presentation(
        each(found["provenClaims"], f"{at}/provenClaims", parse_proven_claim),
        each(found["licenses"], f"{at}/licenses", parse_licence),
        optional_text(found, "nonce", at),
    )


def parse_signed_presentation(value: Json, at: str = "") -> Signed[Presentation]:
    """Return the signed presentation in a JSON value.

    Raises:
        Malformed: When a member is missing, unknown or of the wrong kind, or a list is too long.
    """
    return parse_signed(value, parse_presentation, at)
