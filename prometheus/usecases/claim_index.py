"""Read a signed statement that came from outside, and make the vault's record of it.

Rules: the bytes are kept as they came; everything else in the record is read from them and can be made again. A
statement that hides a part of itself is no claim that could be presented, so it is refused. The id leaves the outer
nonce out: nobody signed it, and with it one statement would have many ids.

What this is not: a verdict. The signature is checked, and that the key is that of the link which the statement gives;
whether the authority may say such things, and still may, is judged by `claim verify`.
"""

from __future__ import annotations

from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import parse
from prometheus.claims.shown import leaves
from prometheus.claims.signed import signature_is_valid
from prometheus.claims.statement import Constraints, Statement, parse_signed_statement, statement_to_json
from prometheus.errors import NotUnderstood, TooLarge
from prometheus.identity.did import Did, KeyLink
from prometheus.identity.multicipher import PublicKey
from prometheus.model.claim_record import ClaimRecord
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus.claims.claim import Claim
    from prometheus.claims.jsontext import Json
    from prometheus.claims.statement import SignedStatement
    from prometheus.model.persona import Persona

LARGEST: Final = 1 << 20
"""Bytes of a statement that are read at most."""


class OpenStatement(NamedTuple):
    """A signed statement with nothing hidden, its signature checked."""

    id: str
    raw: bytes
    signed: SignedStatement
    statement: Statement
    claim: Claim
    constraints: Constraints
    is_default_key: bool
    """Whether the key that signed is the default key of the authority's DID; of another the right is not known here."""


def read_statement(raw: bytes) -> OpenStatement:
    """Return what a file with a signed statement holds.

    Raises:
        NotUnderstood: When it is not JSON, hides a part, its signature does not fit, or another key signed it than the
            one that it names.
        Malformed: When it is no signed statement.
        TooLarge: When it is longer than `LARGEST`.
    """
    if len(raw) > LARGEST:
        raise TooLarge(f"the statement is longer than {LARGEST} bytes", code="STATEMENT-TOO-LARGE")
    document = parse(raw)
    signed = parse_signed_statement(document)
    statement, claim, constraints = _opened(signed)
    if not signature_is_valid(document):
        raise NotUnderstood(
            "the signature of the statement does not fit",
            code="STATEMENT-SIGNATURE",
            meaning="it was changed after it was signed, or another key signed it",
            remedy="ask the authority for the original file",
        )
    _require_named_key(signed.public_key, constraints)
    is_default = PublicKey.parse(signed.public_key).matches(Did.parse(constraints.authority).key_id)
    return OpenStatement(statement_id(signed), raw, signed, statement, claim, constraints, is_default)


def statement_id(signed: SignedStatement) -> str:
    """Return the id of a claim: the content id of signature and content, without the outer nonce."""
    return content_id(statement_to_json(signed._replace(outer_nonce=None)))


def record_of(found: OpenStatement, personas: Iterable[Persona], *, added: str, source: str) -> ClaimRecord:
    """Return the record of a statement, linked to the persona that it is about."""
    return ClaimRecord(
        id=found.id,
        persona=persona_of(found.claim.subject, personas),
        process_id=found.statement.process_id,
        subject=found.claim.subject,
        authority=found.constraints.authority,
        witness=found.constraints.witness,
        after=found.constraints.after or "",
        before=found.constraints.before or "",
        fields=field_paths(found.claim.content),
        added=added,
        source=source,
        raw=found.raw,
    )


def statement_of(record: ClaimRecord) -> OpenStatement:
    """Return the statement that a record keeps; it was checked when it came in."""
    signed = parse_signed_statement(parse(record.raw))
    statement, claim, constraints = _opened(signed)
    is_default = PublicKey.parse(signed.public_key).matches(Did.parse(constraints.authority).key_id)
    return OpenStatement(record.id, record.raw, signed, statement, claim, constraints, is_default)


def persona_of(subject: str, personas: Iterable[Persona]) -> str:
    """Return the DID of the persona that a subject is, however its DID is written, or empty."""
    did = Did.parse(subject)
    return next((persona.did for persona in personas if Did.parse(persona.did) == did), "")


def field_paths(content: Json) -> tuple[str, ...]:
    """Return the paths of a claim's fields; a value wrapped with a nonce is one field."""
    return tuple(leaf.dotted for leaf in leaves(content))


def _opened(signed: SignedStatement) -> tuple[Statement, Claim, Constraints]:
    statement = signed.content
    if not isinstance(statement, str):
        claim, constraints = statement.claim, statement.constraints
        if not isinstance(claim, str) and not isinstance(constraints, str):
            return statement, claim, constraints
    raise NotUnderstood(
        "the statement hides a part of itself",
        code="STATEMENT-MASKED",
        meaning="only the whole statement, as the authority signed it, can be presented later",
        remedy="ask the authority for the original file",
    )


def _require_named_key(public_key: str, constraints: Constraints) -> None:
    link = KeyLink.parse(constraints.witness)
    if link.did is None or link.key_index != 0 or PublicKey.parse(public_key).matches(link.did.key_id):
        return
    raise NotUnderstood(
        "another key signed the statement than the one it names",
        code="STATEMENT-KEY",
        meaning=f"the witness is given as {constraints.witness}, whose default key is another one",
        remedy="ask the authority which key signs for it",
    )
