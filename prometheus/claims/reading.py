"""The first check: a document is read once, strictly, and everything later works on what was read.

What comes in: text or bytes of unknown origin, up to a size. What goes out: typed values, each part's content id, and
which kind of document it is. What is refused: JSON that is not JSON, duplicate keys, keys outside NFKD, members that
the type does not have, members that are missing, content ids where none may stand, lists beyond their limit.
Each part is digested once: a content id may stand for the part that it belongs to without changing the id of the
whole, so the id of a presentation is made from those of its claims and statements.
Not here: signatures, rights, times.
"""

from __future__ import annotations

from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import parse
from prometheus.claims.members import refusal
from prometheus.claims.presentation import parse_signed_presentation
from prometheus.claims.request import parse_signed_request
from prometheus.claims.statement import Statement, parse_signed_statement, parse_statement
from prometheus.errors import InputError, ProofError, TooLarge
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus.claims.claim import Claim
    from prometheus.claims.jsontext import Json
    from prometheus.claims.presentation import Presentation, ProvenClaim
    from prometheus.claims.request import WitnessRequest
    from prometheus.claims.shell import Signed
    from prometheus.claims.statement import SignedStatement

PARSE = "parse"
PRESENTATION = "morpheus/presentation"
STATEMENT = "morpheus/statement"
REQUEST = "morpheus/request"
UNREADABLE = "morpheus"


class ReadStatement(NamedTuple):
    """A signed statement in its place: its content where it is at hand, the ids of claim, content and the whole."""

    at: str
    signed: SignedStatement
    content: Statement | None
    claim_digest: str | None
    digest: str
    signed_id: str


class ReadClaim(NamedTuple):
    """A claim of a presentation, None where only its id is shown, with that id and its statements."""

    at: str
    claim: Claim | None
    digest: str
    statements: tuple[ReadStatement, ...]


class ReadPresentation(NamedTuple):
    """A signed presentation: typed, the content as JSON, and the content id that was signed."""

    signed: Signed[Presentation]
    content: dict[str, Json]
    digest: str
    claims: tuple[ReadClaim, ...]


class ReadRequest(NamedTuple):
    """A signed witness request and the content id that was signed."""

    signed: Signed[WitnessRequest]
    digest: str


Document = ReadPresentation | ReadStatement | ReadRequest


def read(text: str | bytes, *, max_bytes: int, contents: Mapping[str, Json]) -> Document:
    """Return the document in a text.

    Args:
        text: JSON text of a signed presentation, statement or request.
        max_bytes: How much is read at all.
        contents: Opened contents by content id, for statements that are collapsed to theirs.

    Raises:
        InputError: When it is too large or no JSON of the kind that is read here.
        ProofError: When it does not have exactly the members of its type.
    """
    if len(text) > max_bytes:
        raise TooLarge(f"the document is longer than {max_bytes} bytes", remedy="check that it is the right file")
    value = parse(text)
    kind = kind_of(value)
    if kind == PRESENTATION:
        return _read_presentation(value, contents)
    if kind == REQUEST:
        signed = parse_signed_request(value)
        return ReadRequest(signed, content_id(_content(value)))
    return _read_statement(parse_signed_statement(value), "", contents)


def kind_of(value: Json) -> str:
    """Return which kind of document a JSON value claims to be, by the members of its content.

    Raises:
        Malformed: When it is no signed JSON, or of none of the three kinds.
    """
    if not isinstance(value, dict) or "content" not in value:
        raise refusal("this is no signed document: it has no content", "")
    content = value["content"]
    if isinstance(content, str):
        return STATEMENT
    names = content.keys() if isinstance(content, dict) else ()
    for name, kind in (("provenClaims", PRESENTATION), ("constraints", STATEMENT), ("claimant", REQUEST)):
        if name in names:
            return kind
    raise refusal("this is no presentation, statement or witness request", "/content")


def _read_presentation(value: Json, contents: Mapping[str, Json]) -> ReadPresentation:
    signed = parse_signed_presentation(value)
    presentation = signed.content
    at_hand = {**contents, **_shown_contents(presentation)}
    claims = tuple(
        _read_claim(proven, f"/content/provenClaims/{position}", at_hand)
        for position, proven in enumerate(presentation.proven_claims)
    )
    content = _content(value)
    reduced: list[Json] = [_reduced(proven) for proven in claims]
    return ReadPresentation(signed, content, content_id({**content, "provenClaims": reduced}), claims)


def _content(value: Json) -> dict[str, Json]:
    """Return the content of a document that was parsed already."""
    content = value["content"] if isinstance(value, dict) else None
    return content if isinstance(content, dict) else {}


def _shown_contents(presentation: Presentation) -> dict[str, Json]:
    """Return the open statements by content id, where another statement is collapsed to such an id."""
    statements = [statement for proven in presentation.proven_claims for statement in proven.statements]
    if not any(isinstance(statement.content, str) for statement in statements):
        return {}
    shown = [statement.content.to_json() for statement in statements if isinstance(statement.content, Statement)]
    return {content_id(content): content for content in shown}


def _reduced(proven: ReadClaim) -> dict[str, Json]:
    """Return a proven claim with content ids in place of the parts that were digested already."""
    statements: list[Json] = [statement.signed.shell(statement.digest) for statement in proven.statements]
    return {"claim": proven.digest, "statements": statements}


def _read_claim(proven: ProvenClaim, at: str, contents: Mapping[str, Json]) -> ReadClaim:
    claim = None if isinstance(proven.claim, str) else proven.claim
    statements = tuple(
        _read_statement(statement, f"{at}/statements/{position}", contents)
        for position, statement in enumerate(proven.statements)
    )
    return ReadClaim(at, claim, _digest_of(proven.claim), statements)


def _digest_of(claim: Claim | str) -> str:
    return claim if isinstance(claim, str) else content_id(claim.to_json())


def _read_statement(signed: SignedStatement, at: str, contents: Mapping[str, Json]) -> ReadStatement:
    content = signed.content if isinstance(signed.content, Statement) else _opened(signed.content, contents)
    claim_digest = None if content is None else _digest_of(content.claim)
    digest = signed.content if isinstance(signed.content, str) else _digest_of_statement(signed.content, claim_digest)
    return ReadStatement(at, signed, content, claim_digest, digest, _signed_id(signed, digest))


def _digest_of_statement(content: Statement, claim_digest: str | None) -> str:
    return content_id(content._replace(claim=claim_digest or content.claim).to_json())


def _signed_id(signed: SignedStatement, digest: str) -> str:
    """Return the content id of statement and signature, the same for every masking; an outer nonce stays out."""
    return content_id(signed._replace(outer_nonce=None).shell(digest))


def _opened(digest: str, contents: Mapping[str, Json]) -> Statement | None:
    """Return the statement behind a content id, None where no content at hand has that id."""
    content = contents.get(digest)
    if content is None or content_id(content) != digest:
        return None
    try:
        return parse_statement(content)
    except (InputError, ProofError):
        return None
