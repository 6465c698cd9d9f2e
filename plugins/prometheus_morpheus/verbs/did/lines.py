"""A DID document as lines for a person: who may act, since when, until when, and what a change would make of it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from prometheus.claims.did_document import has_right_at, linked_key
from prometheus.errors import NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus.claims.did_document import DidDocument, DocumentKey
    from prometheus_morpheus.resolving.disagreements import Disagreement

RIGHTS: Final = ("impersonate", "update")
_WIDTH: Final = 80
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def document_lines(document: DidDocument, names: Mapping[str, str], *, is_planned: bool = False) -> Iterator[str]:
    """Yield the lines of a document at its height.

    Args:
        document: As known at its height.
        names: What the person calls a key, by the text of its id or public key.
        is_planned: Whether its height is that of a block to come, which nobody knows yet.
    """
    height = document.queried_at
    for index, key in enumerate(document.keys):
        yield key_line(document, index, key, names, is_planned=is_planned)
    if is_planned and document.tombstoned_at == height:
        yield "given up     it will be given up for good by the block that takes this; no key may act from then on"
    elif document.tombstoned_at is not None:
        tense = "was" if document.tombstoned_at <= height else "will be"
        yield f"given up     it {tense} given up for good at height {document.tombstoned_at}; no key may act"


def key_line(
    document: DidDocument, index: int, key: DocumentKey, names: Mapping[str, str], *, is_planned: bool = False
) -> str:
    """Return the line of one key: its number, the key, its time, what it may do at the height of the document."""
    height = document.queried_at
    held = [right for right in RIGHTS if key.is_valid_at(height) and _holds(document, index, right, height)]
    if document.tombstoned_at is not None and document.tombstoned_at <= height:
        held = []
    name = f" ({names[key.auth.text]})" if key.auth.text in names else ""
    may = ", ".join(held) or ("nothing" if key.is_valid_at(height) else "no more")
    return f"  #{index}  {key.auth.text}{name}  {_period(key, height if is_planned else None)}: {may}"


def _holds(document: DidDocument, index: int, right: str, height: int) -> bool:
    for entry in document.rights.get(right, ()):
        try:
            same = linked_key(document, entry.key_link) is document.keys[index]
        except NotUnderstood:
            continue
        if same and entry.key_link == f"#{index}":
            return entry.is_granted_at(height) and has_right_at(document, document.keys[index].auth, right, height)
    return False


def _period(key: DocumentKey, planned: int | None) -> str:
    """Return the time of a key; what is at the planned height is told as the block that nobody knows yet."""
    start = "since ever" if key.valid_from is None else f"from height {key.valid_from}"
    if planned is not None and key.valid_from == planned:
        start = "from its block on"
    if key.valid_until is None:
        return start
    return f"{start} until {'its block' if key.valid_until == planned else key.valid_until}"


def change_lines(before: DidDocument, after: DidDocument, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what a change makes of a document: its lines before, and after with a mark where they differ."""
    old = list(document_lines(before, names))
    new = list(document_lines(after, names, is_planned=True))
    yield f"before, at height {before.queried_at}"
    yield from (f"{'-' if line not in new else ' '}{line}" for line in old)
    yield f"after, at height {after.queried_at} or later"
    yield from (f"{'+' if line not in old else ' '}{line}" for line in new)


def wrapped(start: str, text: str) -> Iterator[str]:
    """Yield a text after its start within 80 columns, its further lines under itself."""
    yield from textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,  # what is too long for a line is an id or an address, and useless in pieces
        break_on_hyphens=False,
    )


def age(seconds: int) -> str:
    """Return an age in words."""
    if seconds < 1:
        return "just now"
    if seconds < _MINUTE:
        return f"{seconds} s ago"
    for size, word in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {word}{'' if count == 1 else 's'} ago"
    return "just now"


def disagreement_lines(found: Disagreement) -> Iterator[str]:
    """Yield a contradiction with both sides; the caller makes it safe."""
    yield f"DISAGREEMENT {found.id}  about {found.about} at height {found.height}"
    yield from wrapped("  ", found.what)
    for side in found.sides:
        yield f"  says {side.source}"
