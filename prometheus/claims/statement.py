"""A witness statement: an authority confirms a claim, within constraints.

    {"processId", "claim", "constraints", "nonce"?}
    constraints: {"after": time or null, "before": time or null, "witness": "<did>#<index>", "authority": DID,
                  "content": any}

Rules: `claim`, `constraints`, `constraints.content` and the whole content may be replaced by their content ids; all
other members are in the open. The times say from when until when the statement may be used; they are free text here
and are read as times by the verifier.
"""

from __future__ import annotations

from prometheus.claims.claim import Claim, content_id_text, parse_claim_or_id
from prometheus.claims.members import did, members, optional_text, text, text_or_null
from prometheus.claims.shell import Signed, parse_signed
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json


class Constraints(NamedTuple):
    """Within which limits a statement holds, which key signed it, and for which authority."""

    after: str | None
    before: str | None
    witness: str
    authority: str
    content: Json

    def to_json(self) -> dict[str, Json]:
        """Return the JSON form."""
        return dict(self._asdict())


class Statement(NamedTuple):
    """What an authority signed; a text in place of claim or constraints is the content id of the hidden part."""

    process_id: str
    claim: Claim | str
    constraints: Constraints | str
    nonce: str | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the JSON form."""
        value: dict[str, Json] = {
            "processId": self.process_id,
            "claim": self.claim if isinstance(self.claim, str) else self.claim.to_json(),
            "constraints": self.constraints if isinstance(self.constraints, str) else self.constraints.to_json(),
        }
        return value if self.nonce is None else {**value, "nonce": self.nonce}


SignedStatement = Signed[Statement | str]


def parse_constraints(value: Json, at: str = "") -> Constraints:
    """Return the constraints in a JSON value.

    Raises:
        Malformed: When a member is missing, unknown or of the wrong kind.
    """
    found = members(value, at, ("after", "before", "witness", "authority", "content"))
    return Constraints(
        text_or_null(found["after"], f"{at}/after"),
        text_or_null(found["before"], f"{at}/before"),
        text(found["witness"], f"{at}/witness"),
        did(found["authority"], f"{at}/authority"),
        found["content"],
    )


def parse_statement(value: Json, at: str = "") -> Statement:
    """Return the statement in a JSON value.

    Raises:
        Malformed: When a member is missing, unknown or of the wrong kind.
    """
    found = members(value, at, ("processId", "claim", "constraints"), ("nonce",))
    constraints = found["constraints"]
    inside = f"{at}/constraints"
    return Statement(
        text(found["processId"], f"{at}/processId"),
        parse_claim_or_id(found["claim"], f"{at}/claim"),
        content_id_text(constraints, inside)
        if isinstance(constraints, str)
        else parse_constraints(constraints, inside),
        optional_text(found, "nonce", at),
    )


def parse_statement_or_id(value: Json, at: str = "") -> Statement | str:
    """Return the statement, or the content id that stands for it."""
    return content_id_text(value, at) if isinstance(value, str) else parse_statement(value, at)


def parse_signed_statement(value: Json, at: str = "") -> SignedStatement:
    """Return the signed statement in a JSON value.

    Raises:
        Malformed: When a member is missing, unknown or of the wrong kind.
    """
    return parse_signed(value, parse_statement_or_id, at)


def statement_to_json(signed: SignedStatement) -> dict[str, Json]:
    """Return the JSON form of a signed statement."""
    return signed.shell(signed.content if isinstance(signed.content, str) else signed.content.to_json())
