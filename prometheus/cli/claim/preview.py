"""What the inspector would and would not learn, for the person to read before anything is signed.

Every line comes from the content that would be signed, read back by the verifier's own reader.
"""

from __future__ import annotations

from prometheus.claims.compose_presentation import open_statement
from prometheus.claims.weaknesses import LINKABLE
from prometheus.cli.claim.lines import told_once, when
from prometheus.cli.output import safe
from prometheus.cli.schema.lines import SHOWN_ID
from prometheus.cli.verdict_lines import brief, wrapped
from prometheus.compose.known_schemas import schemas
from prometheus.model.frozen import TYPE_CHECKING, Any
from prometheus.usecases.choose_claims import reasons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.claims.plan import Offer
    from prometheus.cli.output import Output
    from prometheus.usecases.present_claim import Prepared

_WIDEST_PATH = 40
_TIMES = frozenset({"usable from", "usable until", "shown at"})
_IN_HEADING = frozenset({"audience", "purpose", "licence ends"})


def preview_lines(prepared: Prepared, output: Output) -> Iterator[str]:
    """Yield the lines of the preview."""
    yield from _heading(prepared, output)
    yield output.paint("They will learn", "1")
    for number, offer in enumerate(prepared.plan.offers):
        yield from _shown(prepared, number, offer)
    yield from _facts(prepared)
    yield output.paint("They will not learn", "1")
    hidden = [safe(field.path or "the whole claim") for field in prepared.learnt.hidden]
    yield from wrapped("  ", ", ".join(hidden) or "nothing is hidden", 2)
    yield output.paint("What could link you", "1")
    for joins in dict.fromkeys(link.joins for link in prepared.learnt.links):
        names = [link.name for link in prepared.learnt.links if link.joins == joins]
        yield from wrapped("  ", safe(f"with {joins}: {_grouped(names)}"), 4)
    yield from _before(prepared)
    yield from _warnings(prepared, output)
    yield from _unused(prepared, output)
    yield from wrapped("Policy  ", prepared.decision.effect + _rule(prepared), 8)


def as_document(prepared: Prepared) -> dict[str, Any]:
    """Return the preview as ``--json`` shows it."""
    learnt = prepared.learnt
    return {
        "persona": prepared.persona.did,
        "licences": [licence.to_json() for licence in prepared.licences],
        "claims": [
            {"id": offer.claim_id, "show": list(offer.show), "besides": list(offer.besides)}
            for offer in prepared.plan.offers
        ],
        "shown": [field._asdict() for field in learnt.shown],
        "hidden": [field._asdict() for field in learnt.hidden],
        "facts": [fact._asdict() for fact in learnt.facts],
        "links": [link._asdict() for link in learnt.links],
        "missing": list(prepared.missing),
        "weaknesses": [weakness._asdict() for weakness in prepared.weaknesses],
        "unused": [refusal._asdict() for refusal in prepared.plan.refusals],
        "unweighed": prepared.unweighed,
        "shown_before": prepared.shown_before,
        "policy": {"decision": prepared.decision.effect, "rule": prepared.decision.number},
    }


def _heading(prepared: Prepared, output: Output) -> Iterator[str]:
    persona = prepared.persona
    name = output.paint(f"{persona.glyph} {safe(persona.shown_name)}", "1")
    for licence in prepared.licences:
        own = licence.issued_to == persona.did
        audience = "nobody in particular" if own else safe(licence.issued_to)
        purpose = f' for "{safe(licence.purpose)}"' if licence.purpose else ""
        text = f"to {audience}{purpose}, until {when(licence.valid_until)}"
        yield from wrapped(f"As {name} ", text, 4, used=len(persona.shown_name) + 6)


def _shown(prepared: Prepared, number: int, offer: Offer) -> Iterator[str]:
    process_id = open_statement(offer.statement)[0].process_id
    known = schemas().by_id(process_id)
    kind = safe(known.name) if known else f"unknown kind {process_id[:SHOWN_ID]}"
    yield f"  from your claim {offer.claim_id[:SHOWN_ID]}, {kind}"
    fields = [(safe(field.path), field.value) for field in prepared.learnt.shown if field.claim == number]
    width = min(_WIDEST_PATH, max((len(path) for path, _ in fields), default=0))
    for path, value in fields:
        yield f"    {path:<{width}}  {brief(value)}"
    if not fields:
        yield "    no field: only that the authority signed such a claim"


def _facts(prepared: Prepared) -> Iterator[str]:
    """Yield what shows whichever fields are chosen; audience, purpose and end are in the heading."""
    yield "  and always"
    for fact in prepared.learnt.facts:
        if fact.name in _IN_HEADING:
            continue
        value = when(fact.value) if fact.name in _TIMES else safe(fact.value)
        yield from wrapped(f"    {fact.name:<13}  ", value, 19)


def _before(prepared: Prepared) -> Iterator[str]:
    if all(licence.issued_to == prepared.persona.did for licence in prepared.licences):
        return
    times = {0: "never", 1: "once"}.get(prepared.shown_before, f"{prepared.shown_before} times")
    yield f"  with what this persona showed to this audience before: {times}"


def _warnings(prepared: Prepared, output: Output) -> Iterator[str]:
    grave = [weakness for weakness in prepared.weaknesses if weakness.code != LINKABLE]
    besides = [path for offer in prepared.plan.offers for path in offer.besides]
    for path in prepared.missing:
        yield from wrapped(f"{output.paint('!', '33;1')} ", f"{safe(path)} was asked for, and you do not show it", 2)
    if besides:
        text = f"shown although nobody asked, because it is not wrapped: {', '.join(besides)}"
        yield from wrapped(f"{output.paint('!', '33;1')} ", safe(text), 2)
    for code, text in told_once(grave):
        yield from wrapped(f"{output.paint('!', '33;1')} ", f"{code} {text}", 2)
    if prepared.challenge is not None:
        text = "the challenge is a text of the inspector's: which fields you show is then not part of your signature"
        yield from wrapped(f"{output.paint('!', '33;1')} ", f"UNBOUND {text}", 2)


def _unused(prepared: Prepared, output: Output) -> Iterator[str]:
    if prepared.plan.refusals:
        yield output.paint("Claims not used", "1")
    for reason in reasons(prepared.plan.refusals):
        yield from wrapped("  ", safe(reason), 4)
    if prepared.unweighed:
        text = f"{prepared.unweighed} more were not weighed: --claim names one"
        yield from wrapped("  ", text, 4)


def _rule(prepared: Prepared) -> str:
    decision = prepared.decision
    return f": rule {decision.number}, {safe(str(decision.rule))}" if decision.rule else ": no rule speaks about this"


def _grouped(names: list[str]) -> str:
    """Return the names as one list, with the content ids of hidden parts counted rather than spelled out."""
    names = list(dict.fromkeys(names))
    digests = [name for name in names if name.startswith("content id of ")]
    others = [name for name in names if name not in digests]
    count = f"content ids of {len(digests)} hidden parts" if len(digests) > 1 else "".join(digests)
    return ", ".join([*others, *([count] if count else [])])
