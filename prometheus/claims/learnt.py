"""What somebody learns from a presentation, worked out from its very bytes by the reader that a verifier uses.

Three lists: what is shown, what is hidden (and how it looks from outside), and what stays the same from one
presentation to the next, by which those who compare can tell that it is one person. Nothing is taken from the holder's
own records, so the preview cannot be kinder than the truth.
Not here: how weak a hidden part is, for which its value is needed (`prometheus.claims.weaknesses`).
"""

from __future__ import annotations

from prometheus.claims.claim import Claim
from prometheus.claims.jsontext import parse, text_form
from prometheus.claims.presentation import Presentation, parse_presentation, parse_signed_presentation
from prometheus.claims.shown import leaves
from prometheus.claims.statement import Constraints, Statement
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus.claims.jsontext import Json
    from prometheus.claims.presentation import ProvenClaim
    from prometheus.claims.statement import SignedStatement


class ShownField(NamedTuple):
    """A value that is in the open: number of the claim, path, plain value."""

    claim: int
    path: str
    value: Json


class HiddenField(NamedTuple):
    """A part that is hidden: number of the claim, path, and the content id that stands for it."""

    claim: int
    path: str
    digest: str


class Fact(NamedTuple):
    """Something about claim, statement or licence that always shows."""

    name: str
    value: str


class Link(NamedTuple):
    """Something that is the same in other presentations too, and what it joins."""

    name: str
    value: str
    joins: str


class Learnt(NamedTuple):
    """All that a presentation tells."""

    shown: tuple[ShownField, ...]
    hidden: tuple[HiddenField, ...]
    facts: tuple[Fact, ...]
    links: tuple[Link, ...]


def what_is_learnt(
    text: str | bytes,
    schema_of: Callable[[str], Json] = lambda _process: None,
    public_key: str | None = None,
) -> Learnt:
    """Return what a reader of a presentation learns.

    Args:
        text: A signed presentation, or the content of one that is not signed yet.
        schema_of: Gives the claim schema of a process id, or None.
        public_key: The key that will sign what is not signed yet.

    Raises:
        InputError: When it is no JSON.
        ProofError: When it is no presentation.
    """
    value = parse(text)
    if isinstance(value, dict) and "signature" in value:
        signed = parse_signed_presentation(value)
        return _learnt(signed.content, schema_of, signed.public_key)
    return _learnt(parse_presentation(value), schema_of, public_key)


def _learnt(presentation: Presentation, schema_of: Callable[[str], Json], public_key: str | None) -> Learnt:
    shown: list[ShownField] = []
    hidden: list[HiddenField] = []
    for number, proven in enumerate(presentation.proven_claims):
        for content, schema in _contents(proven, schema_of):
            found = leaves(content, schema)
            shown += [ShownField(number, leaf.dotted, leaf.value) for leaf in found if not leaf.is_hidden]
            hidden += [HiddenField(number, leaf.dotted, str(leaf.value)) for leaf in found if leaf.is_hidden]
    seen = {(field.claim, field.path) for field in shown}
    return Learnt(
        tuple({(field.claim, field.path): field for field in shown}.values()),
        tuple(dict.fromkeys(field for field in hidden if (field.claim, field.path) not in seen)),
        tuple(dict.fromkeys(_facts(presentation))),
        tuple(dict.fromkeys(_links(presentation, hidden, public_key))),
    )


def _contents(proven: ProvenClaim, schema_of: Callable[[str], Json]) -> Iterator[tuple[Json, Json]]:
    """Yield every open form of a claim's content with the schema of its process."""
    statements = [statement.content for statement in proven.statements if isinstance(statement.content, Statement)]
    schema = next((found for one in statements if (found := schema_of(one.process_id)) is not None), None)
    for claim in (proven.claim, *(statement.claim for statement in statements)):
        if isinstance(claim, Claim):
            yield claim.content, schema


def _facts(presentation: Presentation) -> Iterator[Fact]:
    for proven in presentation.proven_claims:
        if isinstance(proven.claim, Claim):
            yield Fact("subject", proven.claim.subject)
        for statement in proven.statements:
            yield from _facts_of(statement)
    for licence in presentation.licences:
        yield Fact("audience", licence.issued_to)
        yield Fact("purpose", licence.purpose)
        yield Fact("shown at", licence.valid_from)
        yield Fact("licence ends", licence.valid_until)


def _facts_of(signed: SignedStatement) -> Iterator[Fact]:
    if not isinstance(signed.content, Statement):
        return
    yield Fact("process", signed.content.process_id)
    constraints = signed.content.constraints
    if not isinstance(constraints, Constraints):
        return
    yield Fact("authority", constraints.authority)
    yield Fact("witness", constraints.witness)
    for name, time in (("usable from", constraints.after), ("usable until", constraints.before)):
        if time is not None:
            yield Fact(name, time)
    if constraints.content is not None:
        yield Fact("constraints", text_form(constraints.content))


def _links(presentation: Presentation, hidden: list[HiddenField], public_key: str | None) -> Iterator[Link]:
    every = "everything that this persona shows to anybody"
    same = "every presentation of the same claim"
    if public_key is not None:
        yield Link("key of the persona", public_key, every)
    for proven in presentation.proven_claims:
        if isinstance(proven.claim, Claim):
            yield Link("DID of the persona", proven.claim.subject, every)
        for statement in proven.statements:
            yield Link("signature of the statement", statement.signature, same)
            if isinstance(statement.content, Statement) and statement.content.nonce is not None:
                yield Link("nonce of the statement", statement.content.nonce, same)
    for field in hidden:
        yield Link(f"content id of {field.path or 'the claim'}", field.digest, same)
