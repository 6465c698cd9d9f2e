"""Building a presentation: hide what is not shown, bind what is, sign.

The steps:
 1. The claim: its subject and the fields shown stay, every other object or array becomes its content id.
 2. The statement: everything but the constraints becomes content ids; that is the smallest form that still says who the
    authority is. It is never collapsed as a whole: nobody could link the claim to it.
 3. The unsigned outer nonce of the statement is left out: it would change the id of the signed statement.
 4. The inner nonce is made from all the rest (`prometheus.claims.binding`), so it comes last.
 5. The signature is made by the signer, with a key that never comes here.
 6. The result is read back by the verifier's own reader before anybody gets it.

What is refused: a statement that is not in the open, a field that the claim does not have, no licence, a reserved
challenge. What this is not: a choice of claims (`prometheus.claims.plan`) or anybody's consent.
"""

from __future__ import annotations

from prometheus.claims.binding import answer_nonce, disclosure_hash, one_way_nonce, text_nonce
from prometheus.claims.claim import Claim
from prometheus.claims.digest import content_id, mask
from prometheus.claims.jsontext import text_form
from prometheus.claims.licence import Licence
from prometheus.claims.moments import write_moment
from prometheus.claims.reading import ReadPresentation, read
from prometheus.claims.signed import sign_json
from prometheus.claims.statement import Constraints, Statement
from prometheus.errors import Bug, NotFound, NotUnderstood
from prometheus.identity.did import Did
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from prometheus.claims.jsontext import Json
    from prometheus.claims.statement import SignedStatement
    from prometheus.ports import Signer

LIVE_SECONDS = 60
COPY_SECONDS = 24 * 3600
MAX_PURPOSE = 200


class PartToShow(NamedTuple):
    """A signed statement in full, and which paths of its claim's content are shown, each with a leading dot."""

    statement: SignedStatement
    show: tuple[str, ...]
    hides_constraints_content: bool = False


class Binding(NamedTuple):
    """What the nonce answers: a request by its 32-byte hash, or a challenge given as text; with neither, nothing."""

    request_hash: bytes | None = None
    challenge: str | None = None


class Composed(NamedTuple):
    """A finished presentation: its text, its JSON, and the content id that was signed."""

    text: str
    document: dict[str, Json]
    content_id: str


ONE_WAY = Binding()


def new_licence(issued_to: str, purpose: str, start: datetime, end: datetime) -> Licence:
    """Return a licence in the form that every reader keeps as it is: DID in base58, times in UTC, purpose in NFKD.

    Raises:
        NotUnderstood: When the DID is none, the purpose is longer than 200 characters, or it ends before it starts.
    """
    from unicodedata import normalize

    text = normalize("NFKD", purpose[: MAX_PURPOSE + 1])  # which only makes it longer
    if len(text) > MAX_PURPOSE:
        raise NotUnderstood(
            f"a purpose has at most {MAX_PURPOSE} characters, not {max(len(text), len(purpose))}", code="LICENCE"
        )
    if end <= start:
        raise NotUnderstood("the licence would end before it starts", code="LICENCE", remedy="give a longer time")
    return Licence(Did.parse(issued_to).text, text, write_moment(start), write_moment(end))


def masked_claim(claim: Claim, show: Sequence[str]) -> dict[str, Json]:
    """Return a claim with only the subject and the given fields in the open.

    Raises:
        NotFound: When the claim has no such field.
        NotUnderstood: When a path does not start with a dot.
    """
    for path in show:
        _require_field(claim.content, path)
    masked = mask(claim.to_json(), [".subject", *(f".content{path}" for path in _widest(show))])
    return masked if isinstance(masked, dict) else claim.to_json()


def _widest(show: Sequence[str]) -> list[str]:
    """Return the paths without those that lie inside another: of two such paths masking would heed the longer only."""
    return [path for path in dict.fromkeys(show) if not any(path.startswith(f"{other}.") for other in show)]


def _require_field(content: Json, path: str) -> None:
    if not path.startswith("."):
        raise NotUnderstood(f"Path must start with '.' but it's: {path}", code="PATH", remedy="write it like .address")
    found = content
    for name in path[1:].split("."):
        if not isinstance(found, dict) or name not in found:
            raise NotFound(f"the claim has no field {path}", code="NO-SUCH-FIELD", remedy="look at the claim's fields")
        found = found[name]


def masked_statement(part: PartToShow) -> dict[str, Json]:
    """Return a signed statement with only its constraints in the open.

    Raises:
        NotUnderstood: When the statement, its claim or its constraints are hidden already.
    """
    statement, _, constraints = open_statement(part.statement)
    only_scalars = part.hides_constraints_content and isinstance(constraints.content, dict | list)
    masked = mask(statement.to_json(), [".constraints.witness" if only_scalars else ".constraints"])
    return part.statement._replace(outer_nonce=None).shell(masked)


def open_statement(signed: SignedStatement) -> tuple[Statement, Claim, Constraints]:
    """Return statement, claim and constraints of a signed statement in which nothing is hidden.

    Raises:
        NotUnderstood: When one of them is hidden.
    """
    statement = signed.content
    if isinstance(statement, Statement):
        claim, constraints = statement.claim, statement.constraints
        if isinstance(claim, Claim) and isinstance(constraints, Constraints):
            return statement, claim, constraints
    raise NotUnderstood(
        "a part of the statement is hidden",
        code="STATEMENT-HIDDEN",
        meaning="only the statement as the authority signed it can be presented",
        remedy="import the statement as it was issued",
    )


def compose_content(
    parts: Iterable[PartToShow], licences: Sequence[Licence], binding: Binding = ONE_WAY
) -> dict[str, Json]:
    """Return the content of a presentation as it would be signed, nonce included; nothing is signed.

    Raises:
        NotUnderstood: As `masked_statement`, without a licence, or for a reserved challenge.
        NotFound: When a claim lacks a field that is to be shown.
    """
    if not licences:
        raise NotUnderstood("a presentation needs a licence", code="LICENCE", remedy="say for whom and how long")
    if len({licence.valid_from for licence in licences}) > 1:
        raise NotUnderstood("all licences start when the presentation is signed", code="LICENCE")
    content: dict[str, Json] = {
        "provenClaims": [
            {
                "claim": masked_claim(open_statement(part.statement)[1], part.show),
                "statements": [masked_statement(part)],
            }
            for part in parts
        ],
        "licenses": [licence.to_json() for licence in licences],
    }
    return {**content, "nonce": _nonce(content, binding)}


def _nonce(content: dict[str, Json], binding: Binding) -> str:
    if binding.challenge is not None:
        return text_nonce(binding.challenge)
    disclosure = disclosure_hash(content)
    if binding.request_hash is not None:
        return answer_nonce(binding.request_hash, disclosure)
    return one_way_nonce(disclosure)


def compose_presentation(
    parts: Iterable[PartToShow],
    licences: Sequence[Licence],
    *,
    signer: Signer,
    public_key: str,
    binding: Binding = ONE_WAY,
) -> Composed:
    """Return a signed presentation in its text form.

    Args:
        parts: Statements of one subject, each with the fields that are shown.
        licences: At least one; all with the same start, which is taken for the time of signing.
        signer: Signs with the key of `public_key`.
        public_key: Text of the key that may act for the subject.
        binding: The request or challenge that is answered.

    Raises:
        KeyUnavailable: When the signer does not hold the key.
        NotUnderstood: As `compose_content`.
        NotFound: As `compose_content`.
    """
    return sign_content(compose_content(parts, licences, binding), signer=signer, public_key=public_key)


def sign_content(content: dict[str, Json], *, signer: Signer, public_key: str) -> Composed:
    """Return the signed presentation of a content from `compose_content`, so that what was previewed is what is signed.

    Raises:
        KeyUnavailable: When the signer does not hold the key.
    """
    document = sign_json(content, signer, public_key)
    text = text_form(document)
    found = read(text, max_bytes=len(text), contents={})
    signed_id = content_id(content)
    is_whole = isinstance(found, ReadPresentation) and found.digest == signed_id
    if not is_whole or any(
        statement.claim_digest != proven.digest
        for proven in (found.claims if isinstance(found, ReadPresentation) else ())
        for statement in proven.statements
    ):
        raise Bug("the presentation does not read back as it was built")
    return Composed(text, document, signed_id)
