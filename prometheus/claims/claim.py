"""A claim: what is said about a subject.

    {"subject": "did:morpheus:…", "content": any JSON}

Rules: the subject is always in the open. `content`, and every object or array in it, may be replaced by its content id;
whether a text in its place is a hidden part or a plain text can only be told by the schema, never by its look.
"""

from __future__ import annotations

from prometheus.claims.digest import is_content_id
from prometheus.claims.members import did, members, refusal
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json


class Claim(NamedTuple):
    """The subject's DID as it is written, and the content, parts of which may be hidden."""

    subject: str
    content: Json

    def to_json(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {"subject": self.subject, "content": self.content}


def parse_claim(value: Json, at: str = "") -> Claim:
    """Return the claim in a JSON value.

    Raises:
        Malformed: When a member is missing or unknown, or the subject is no DID.
    """
    claim = members(value, at, ("subject", "content"))
    return Claim(did(claim["subject"], f"{at}/subject"), claim["content"])


def parse_claim_or_id(value: Json, at: str = "") -> Claim | str:
    """Return the claim, or the content id that stands for it."""
    return content_id_text(value, at) if isinstance(value, str) else parse_claim(value, at)


def content_id_text(value: str, at: str) -> str:
    """Return a text that has the form of a content id, or refuse it."""
    if not is_content_id(value):
        raise refusal("a text stands where only a content id may", at)
    return value
