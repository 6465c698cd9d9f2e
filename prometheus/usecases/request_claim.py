"""Ask an authority to witness a claim: from plain data and a schema to a signed witness request.

Steps: texts to NFKD, values wrapped as the schema says, the whole judged by the schema, weaknesses named; then, once
the person agreed, signed with the persona's key, kept in the vault with its log entry, and only then handed out.

What this is not: the authority's answer (`witness_claim`), nor keeping it (`accept_claim`).
"""

from __future__ import annotations

from prometheus.claims.claim import Claim
from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import compact
from prometheus.claims.nonce import new_nonce
from prometheus.claims.request import WitnessRequest
from prometheus.claims.signed import sign_json
from prometheus.claims.weaknesses import when_issuing
from prometheus.errors import NotUnderstood, TooLarge
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.usecases import audit
from prometheus.usecases.claim_data import content_faults, data_faults, normalise, require_fit, require_room, wrapped
from prometheus.usecases.schema_fields import fields_of
from prometheus.usecases.signed_copies import SignedCopy, keep

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus.claims.jsontext import Json
    from prometheus.claims.weaknesses import Weakness
    from prometheus.model.persona import Persona
    from prometheus.usecases.schemas import KnownSchema
    from prometheus.usecases.session import Commit, Session

    Beside = Callable[[Commit, "SignedRequest"], dict[str, str]]


LARGEST_REQUEST: Final = 4 << 20
"""Bytes of a signed request with its evidence, in which a photo or two have room; services take as much."""
_LARGEST_CLAIM: Final = (1 << 20) - (16 << 10)
"""Bytes of a claim's content: a statement and a presentation about it are read up to 1 MiB."""
_AROUND: Final = 4 << 10
"""Bytes of a request besides claim and evidence, and some more."""
_MOST_NAMED: Final = 3


class RequestDraft(NamedTuple):
    """A claim that fits its schema, ready to be signed."""

    schema: KnownSchema
    persona: Persona
    content: Json
    evidence: Json
    changed: tuple[str, ...]
    """Paths of the texts that were put into NFKD."""
    weaknesses: tuple[Weakness, ...]


class SignedRequest(NamedTuple):
    """A signed request and its content id."""

    id: str
    document: dict[str, Json]

    @property
    def raw(self) -> bytes:
        """The text to hand to the authority."""
        return compact(self.document).encode() + b"\n"


def draft_request(schema: KnownSchema, persona: Persona, data: Json, evidence: Json = None) -> RequestDraft:
    """Return a request that could be signed.

    Args:
        schema: The process that is asked for.
        persona: Whom the claim is about, and who asks.
        data: The values, bare or wrapped already.
        evidence: What goes to the authority beside the claim, or None.

    Raises:
        NotUnderstood: When data or evidence do not fit; every fault is named by field.
        TooLarge: When nobody could read the request, or the statement about it.
    """
    if not isinstance(data, dict):
        raise NotUnderstood(
            "the data is not a JSON object", code="DATA-INVALID", remedy="write the fields as members of one object"
        )
    normal, normal_evidence = normalise(data), normalise(evidence)
    content = wrapped(normal.value, schema.process.claim_schema)
    require_room(content)
    remedy = f"`prometheus schema show {schema.content_id[:12]}` shows the fields"
    require_fit(content_faults(schema.process.claim_schema, content), "the data", remedy)
    require_evidence(schema, normal_evidence.value)
    _require_size(content, normal_evidence.value)
    changed = (*normal.changed, *(f"evidence {path}" for path in normal_evidence.changed))
    weaknesses = when_issuing(content, schema.process.claim_schema)
    return RequestDraft(schema, persona, content, normal_evidence.value, changed, weaknesses)


def sign_request(session: Session, draft: RequestDraft, beside: Beside | None = None) -> SignedRequest:
    """Sign a request and keep a copy of it in the vault, with its log entry in the same commit.

    Args:
        session: The open vault.
        draft: What the person saw.
        beside: Keeps what belongs to it in the same commit, and returns what the log says besides.
    """
    claim = Claim(draft.persona.did, draft.content)
    request = WitnessRequest(draft.schema.content_id, draft.persona.key_link, claim, draft.evidence, new_nonce())
    document = sign_json(request.to_json(), session.signer, draft.persona.public_key)
    signed = SignedRequest(content_id(document), document)
    with session.commit() as commit:
        copy = SignedCopy(
            id=signed.id,
            kind="request",
            persona=draft.persona.did,
            process_id=draft.schema.content_id,
            subject=claim.subject,
            claim_id=content_id(claim.to_json()),
            created=commit.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            raw=compact(document),
        )
        keep(commit, copy)
        more = beside(commit, signed) if beside else {}
        facts = {"request": signed.id, "process": draft.schema.content_id, **more}
        audit.append(commit, "claim.request", persona=draft.persona.did, facts=facts)
    return signed


def _require_size(content: Json, evidence: Json) -> None:
    claim = len(compact(content).encode())
    if claim <= _LARGEST_CLAIM and claim + len(compact(evidence).encode()) <= LARGEST_REQUEST - _AROUND:
        return
    part, most = ("claim", _LARGEST_CLAIM) if claim > _LARGEST_CLAIM else ("claim with its evidence", LARGEST_REQUEST)
    raise TooLarge(
        f"the {part} is longer than {most // 1024:,} KiB",
        code="REQUEST-TOO-LARGE",
        meaning="nobody would read it whole; nothing was signed",
        remedy="make the pictures in it smaller",
    )


def require_evidence(schema: KnownSchema, evidence: Json) -> None:
    """Refuse evidence that is not what the process wants; this can be known before there is a claim.

    Raises:
        NotUnderstood: With every fault, and how each can be given.
    """
    form = schema.process.evidence_schema
    if not isinstance(form, dict):
        return
    if evidence is None and not form.get("required"):
        return
    faults = data_faults(form, normalise({} if evidence is None else evidence).value)
    paths = {fault.path for fault in faults}
    photos = [field.path[1:] for field in fields_of(form) if field.subtype == "photo" and field.path in paths]
    pictures = " ".join(f"--evidence {name}=FILE" for name in photos[:_MOST_NAMED])
    rest = "give it as a JSON file with --evidence FILE"
    remedy = rest if not photos else f"give the picture with {pictures}"
    if photos and paths - {f".{name}" for name in photos}:
        remedy += ", and the rest as a JSON file with --evidence FILE"
    require_fit(faults, "the evidence that goes to the authority beside the claim", remedy)
