"""Claims as files: one statement as its authority issued it, or several in a bundle.

    {"v": 1, "type": "prometheus/claims", "claims": [{"raw": "<base64url of the issued bytes>"}, …]}

A bundle carries the issued bytes verbatim, so what is imported from it is what was exported. It is not encrypted: it
shows every value, and whoever has it can read the claims, but not present them without the personas' keys.
"""

from __future__ import annotations

from prometheus.claims.jsontext import compact, parse
from prometheus.errors import NotUnderstood
from prometheus.identity.multibase import b64u_decode, b64u_encode
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.usecases import audit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.jsontext import Json
    from prometheus.model.claim_record import ClaimRecord
    from prometheus.usecases.session import Session

KIND: Final = "prometheus/claims"
VERSION: Final = 1
LARGEST: Final = 16 * 1024 * 1024
"""Bytes of a bundle that are read at most."""
MOST_CLAIMS: Final = 10_000


def export_claims(session: Session, claims: Sequence[ClaimRecord]) -> bytes:
    """Return one claim as it was issued, or several as a bundle; the log entries are durable before that."""
    with session.commit() as commit:
        for claim in claims:
            audit.append(commit, "claim.export", persona=claim.persona, facts={"claim": claim.id})
    return claims[0].raw if len(claims) == 1 else bundle_of(claims)


def bundle_of(claims: Sequence[ClaimRecord]) -> bytes:
    """Return a bundle of claims."""
    packed: list[Json] = [{"raw": b64u_encode(claim.raw)} for claim in claims]
    return compact({"v": VERSION, "type": KIND, "claims": packed}).encode() + b"\n"


def statements_in(content: bytes) -> list[bytes]:
    """Return the statements in a file: those of a bundle, or the file itself as one; they are not judged here.

    Raises:
        NotUnderstood: When it is not JSON, or a bundle that is broken or of a later version.
    """
    document = parse(content)
    if not isinstance(document, dict) or document.get("type") != KIND:
        return [content]
    packed = document.get("claims")
    if document.get("v") != VERSION:
        raise _refusal("it is of another version", "use a newer version of this program")
    if not isinstance(packed, list) or len(packed) > MOST_CLAIMS:
        raise _refusal("it has no list of claims, or too long a one")
    return [_unpacked(item) for item in packed]


def _unpacked(item: Json) -> bytes:
    raw = item.get("raw") if isinstance(item, dict) else None
    if not isinstance(raw, str):
        raise _refusal("a claim in it has no bytes")
    try:
        return b64u_decode(raw)
    except NotUnderstood:
        raise _refusal("the bytes of a claim in it are not base64url") from None


def _refusal(meaning: str, remedy: str = "export it again") -> NotUnderstood:
    return NotUnderstood("the bundle of claims cannot be read", code="BUNDLE", meaning=meaning, remedy=remedy)
