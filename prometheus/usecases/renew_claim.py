"""Ask anew for a claim that ends: the same values, the same evidence, the process as it is published now.

Rules: the values are taken from the claim as it was signed and wrapped with fresh nonces, so that the two claims have
no nonce in common. The evidence is that of the request that the claim answers, where its copy is still there. Where the
authority publishes another process in the place of the claim's, what differs is told before anything is signed.
"""

from __future__ import annotations

from prometheus.claims.jsontext import compact, parse
from prometheus.claims.request import parse_signed_request
from prometheus.errors import NotFound
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.usecases.claim_data import unwrapped
from prometheus.usecases.claim_index import statement_of
from prometheus.usecases.naming import plain
from prometheus.usecases.schema_fields import fields_of, flattened
from prometheus.usecases.signed_copies import copies
from prometheus.usecases.submissions import submission_for_claim

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus.claims.jsontext import Json
    from prometheus.model.claim_record import ClaimRecord
    from prometheus.usecases.schema_fields import Field
    from prometheus.usecases.schemas import KnownSchema
    from prometheus.usecases.session import Session

_LONGEST_TOLD: Final = 120


class Renewal(NamedTuple):
    """What is asked for anew, and of whom."""

    claim: ClaimRecord
    service: str
    """Base URL of the authority that gave it, or empty where it did not come over the network."""
    is_plain_agreed: bool
    data: Json
    evidence: Json


def renewal_of(session: Session, claim: ClaimRecord) -> Renewal:
    """Return what a claim was made from."""
    sent = submission_for_claim(session, claim.id)
    data = unwrapped(statement_of(claim).claim.content)
    asked = next(copies(session, "request", partner=claim.id, limit=1), None)
    evidence = parse_signed_request(parse(asked.raw)).content.evidence if asked else None
    service, is_agreed = (sent.service, sent.is_plain_agreed) if sent else ("", False)
    return Renewal(claim, service, is_agreed, data, evidence)


def successor(published: Sequence[KnownSchema], claim: ClaimRecord, known: KnownSchema | None) -> KnownSchema:
    """Return the process to ask for: the claim's own, else the newest of its name.

    Args:
        published: What the authority publishes now.
        claim: The claim.
        known: Its process, where that is known here.

    Raises:
        NotFound: When the authority publishes neither.
    """
    for one in published:
        if one.content_id == claim.process_id:
            return one
    named = [one for one in published if known is not None and plain(one.name) == plain(known.name)]
    if not named:
        raise NotFound(
            "the authority does not publish the process of this claim any more",
            code="PROCESS-GONE",
            meaning=f"it publishes: {', '.join(one.name for one in published) or 'nothing'}",
            remedy="ask for another one with `prometheus claim request --authority URL`",
        )
    return max(named, key=lambda one: one.process.version)


def differences(before: KnownSchema, now: KnownSchema) -> Iterator[str]:
    """Yield what differs between two processes, in words for people."""
    if before.process.version != now.process.version:
        yield f"version {before.process.version} became {now.process.version}"
    if before.process.description != now.process.description:
        yield f"its description was `{_brief(before.process.description)}`, now `{_brief(now.process.description)}`"
    parts = (
        ("", before.process.claim_schema, now.process.claim_schema),
        ("evidence ", before.process.evidence_schema, now.process.evidence_schema),
        ("constraints ", before.process.constraints_schema, now.process.constraints_schema),
    )
    for what, old, new in parts:
        if compact(old) != compact(new):
            yield from _of_fields(what, _fields(old), _fields(new))


def _fields(schema: Json) -> dict[str, Field]:
    return {field.path: field for field in fields_of(flattened(schema))} if isinstance(schema, dict) else {}


def _brief(text: str) -> str:
    return text if len(text) <= _LONGEST_TOLD else f"{text[:_LONGEST_TOLD]}…"


def _of_fields(what: str, old: dict[str, Field], new: dict[str, Field]) -> Iterator[str]:
    told = False
    for path in sorted(old.keys() | new.keys()):
        if path not in new:
            yield f"{what}{path} is gone"
        elif path not in old:
            yield f"{what}{path} is new{', and required' if new[path].is_required else ''}"
        elif old[path] != new[path]:
            yield f"{what}{path} {', '.join(_of_field(old[path], new[path])) or 'has another form'}"
        else:
            continue
        told = True
    if not told:
        yield f"the {what or 'claim '}schema has other rules"


def _of_field(old: Field, new: Field) -> Iterator[str]:
    if old.kind != new.kind:
        yield f"was {old.kind} and is {new.kind}"
    if old.is_required != new.is_required:
        yield "is required now" if new.is_required else "may be left out now"
    if old.can_be_hidden != new.can_be_hidden:
        yield "can be hidden on its own now" if new.can_be_hidden else "cannot be hidden on its own any more"
    if (old.title, old.description) != (new.title, new.description):
        yield "is explained in other words"
