"""Claims as lines of at most 80 columns, and as members of JSON. Lists never show a value."""

from __future__ import annotations

from datetime import UTC, datetime

from prometheus.claims.moments import read_moment
from prometheus.claims.shown import leaves
from prometheus.cli.moments import local
from prometheus.cli.output import safe
from prometheus.cli.schema.lines import SHOWN_ID, shortened
from prometheus.cli.verdict_lines import brief, wrapped
from prometheus.model.frozen import TYPE_CHECKING, Any
from prometheus.usecases.claim_data import unwrapped
from prometheus.usecases.claims_store import is_expired
from prometheus.usecases.schema_fields import fields_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prometheus.claims.jsontext import Json
    from prometheus.claims.weaknesses import Weakness
    from prometheus.cli.output import Output
    from prometheus.model.claim_record import ClaimRecord

_MOST_PATHS = 6


def claim_members(claim: ClaimRecord, kind: str, now: datetime) -> dict[str, Any]:
    """Return what ``--json`` shows of a claim in lists; no value is among it."""
    return {
        "id": claim.id,
        "type": kind,
        "process": claim.process_id,
        "persona": claim.persona,
        "subject": claim.subject,
        "authority": claim.authority,
        "witness": claim.witness,
        "after": claim.after or None,
        "before": claim.before or None,
        "expired": is_expired(claim, now),
        "fields": list(claim.fields),
        "added": claim.added,
        "source": claim.source,
        "uses": claim.uses,
        "deleted_at": claim.deleted_at or None,
    }


def claim_row(claim: ClaimRecord, kind: str, persona: str, authority: str, now: datetime) -> str:
    """Return a claim as one line: id, kind, persona, authority, until when, how often it was shown."""
    until = claim.before[:10] or "open"
    state = "expired" if is_expired(claim, now) else until
    used = f"{claim.uses}x" if claim.uses else "never"
    name, who, by = shortened(safe(kind), 18), shortened(safe(persona), 12), shortened(safe(authority), 13)
    return f"{claim.id[:SHOWN_ID]}  {name:<18}  {who:<12}  {by:<13}  {shortened(safe(state), 10):<10} {used}"


def heading() -> str:
    """Return the line above a list of claims."""
    return f"{'id':<{SHOWN_ID}}  {'type':<18}  {'persona':<12}  {'said by':<13}  {'until':<10} shown"


def content_lines(content: Json, schema: Json) -> Iterator[str]:
    """Yield every field of a content with its value, and whether it can be hidden on its own."""
    known = {field.path: field for field in fields_of(schema)}
    shown = [(leaf, known.get(leaf.dotted)) for leaf in leaves(content, schema)]
    width = min(40, max([0, *(len(leaf.dotted) for leaf, _ in shown)]))
    for leaf, field in shown:
        alone = "" if is_hideable(content, leaf.path) else "  (cannot be hidden on its own)"
        title = f"  {safe(field.title)}" if field and field.title else ""
        yield f"  {safe(leaf.dotted):<{width}}  {brief(unwrapped(leaf.value))}{alone or title}"


def is_hideable(content: Json, path: Iterable[str]) -> bool:
    """Whether the part at a path is an object or a list, so that it can be hidden without what stands beside it."""
    part = content
    for name in path:
        part = part.get(name) if isinstance(part, dict) else None
    return isinstance(part, dict | list)


def weakness_members(weaknesses: Iterable[Weakness]) -> list[dict[str, str]]:
    """Return weaknesses as ``--json`` shows them."""
    return [weakness._asdict() for weakness in weaknesses]


def warn_of(output: Output, weaknesses: Iterable[Weakness]) -> None:
    """Tell every weakness with what helps against it."""
    for _, text in told_once(weaknesses):
        output.warn("\n".join(wrapped("", text, len("warning: "))))


def told_once(weaknesses: Iterable[Weakness]) -> Iterator[tuple[str, str]]:
    """Yield code and sentence of every weakness, those of one kind together, with the first of their paths."""
    paths: dict[tuple[str, str, str], list[str]] = {}
    for weakness in weaknesses:
        kind = (weakness.code, weakness.detail, weakness.remedy)
        paths.setdefault(kind, []).append(safe(weakness.path) or "the claim")
    for (code, detail, remedy), places in paths.items():
        more = len(places) - _MOST_PATHS
        where = ", ".join(places[:_MOST_PATHS]) + (f" and {more} more" if more > 0 else "")
        yield code, safe(f"{where}: {detail}; {remedy}")


def when(text: str) -> str:
    """Return a time of a statement for the screen: local where it can be read, else as it is written."""
    moment = read_moment(text)
    return safe(text) if moment is None else local(datetime.fromtimestamp(moment.seconds, UTC))


def short_did(did: str, names: Mapping[str, str]) -> str:
    """Return the name of a DID, or its first characters."""
    return names.get(did) or did.removeprefix("did:morpheus:")
