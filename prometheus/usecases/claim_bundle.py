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
from prometheus.usecases.signed_copies import SignedCopy
from prometheus.usecases.trash import kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.jsontext import Json
    from prometheus.usecases.session import Session
    from prometheus.usecases.trash import Paper

KIND: Final = "prometheus/claims"
VERSION: Final = 1
LARGEST: Final = 16 * 1024 * 1024
"""Bytes of a bundle that are read at most."""
MOST_CLAIMS: Final = 10_000


def export_papers(session: Session, papers: Sequence[Paper]) -> bytes:
    """Return one document as it was issued, or several as a bundle; the log entries are durable before that.

    Raises:
        NotUnderstood: When a witness request is among several: a bundle holds statements.
    """
    if len(papers) > 1 and any(kind_of(paper) == "request" for paper in papers):
        raise NotUnderstood(
            "a witness request is exported on its own", code="BUNDLE", remedy="name nothing but the request"
        )
    with session.commit() as commit:
        for paper in papers:
            audit.append(commit, "claim.export", persona=paper.persona, facts={kind_of(paper): paper.id})
    return issued_bytes(papers[0]) if len(papers) == 1 else bundle_of(papers)


def issued_bytes(paper: Paper) -> bytes:
    """Return a document byte for byte as it was issued."""
    return paper.file_content if isinstance(paper, SignedCopy) else paper.raw


def bundle_of(papers: Sequence[Paper]) -> bytes:
    """Return a bundle of statements."""
    packed: list[Json] = [{"raw": b64u_encode(issued_bytes(paper))} for paper in papers]
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
