"""A DID document as it could be known at a height, and how two of them differ.

A node's document of a past height also tells what came later: ends of keys, points of rights, a tombstone. Two nodes
that have come differently far therefore differ although neither lies. So what lies above the height is forgotten before
anything is compared: an end that had not come yet is an open end. What it takes away cannot matter at that height.

Entries whose history says nothing are left out, for nodes write them in different ways.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.claims.did_document import DidDocument, DocumentKey, RightEntry
from prometheus.errors import NotUnderstood
from prometheus.identity.did import KeyLink

if TYPE_CHECKING:
    from collections.abc import Iterator


def known_at(document: DidDocument, height: int) -> DidDocument:
    """Return what a document says about a height, without what came after it.

    Raises:
        NotUnderstood: When the document was asked at a lower height.
    """
    if height > document.queried_at:
        raise NotUnderstood(f"the document is of height {document.queried_at}, below {height}", code="FUTURE-HEIGHT")
    keys = tuple(
        DocumentKey(key.auth, key.valid_from, _not_after(key.valid_until, height))
        for key in document.keys
        if (key.valid_from or 0) <= height
    )
    rights = {
        right: tuple(_entry(entry, height) for entry in entries if _is_within(entry, len(keys)))
        for right, entries in document.rights.items()
    }
    return DidDocument(document.did, keys, rights, _not_after(document.tombstoned_at, height), height)


def _not_after(end: int | None, height: int) -> int | None:
    return None if end is None or end > height else end


def _entry(entry: RightEntry, height: int) -> RightEntry:
    return RightEntry(entry.key_link, tuple(point for point in entry.history if point.height <= height))


def _is_within(entry: RightEntry, keys: int) -> bool:
    try:
        return KeyLink.parse_local(entry.key_link).key_index < keys
    except NotUnderstood:
        return True


def is_same(one: DidDocument, other: DidDocument) -> bool:
    """Return whether two documents of one height say the same, in whatever order."""
    return _comparable(one) == _comparable(other)


def differences(one: DidDocument, other: DidDocument) -> tuple[str, ...]:
    """Return in what two documents of one height differ, one sentence each; empty where they say the same."""
    return tuple(_differences(one, other))


def _differences(one: DidDocument, other: DidDocument) -> Iterator[str]:
    if one.tombstoned_at != other.tombstoned_at:
        yield f"given up at height {_shown(one.tombstoned_at)} or {_shown(other.tombstoned_at)}"
    if len(one.keys) != len(other.keys):
        yield f"{len(one.keys)} or {len(other.keys)} keys"
    for index, (key, same) in enumerate(zip(one.keys, other.keys, strict=False)):
        if key != same:
            yield f"key #{index}: {_key(key)} or {_key(same)}"
    mine, theirs = _comparable(one)[1], _comparable(other)[1]
    for right in sorted(set(mine) | set(theirs)):
        if mine.get(right) != theirs.get(right):
            yield f"who has the right {right[:20]}"


def _comparable(document: DidDocument) -> tuple[object, dict[str, dict[str, object]]]:
    rights: dict[str, dict[str, object]] = {}
    for right, entries in document.rights.items():
        told = {entry.key_link: entry.history for entry in entries if any(point.is_granted for point in entry.history)}
        if told:
            rights[right] = dict(told)
    return (document.did, document.keys, document.tombstoned_at, document.queried_at), rights


def _key(key: DocumentKey) -> str:
    return f"{key.auth.text} from {_shown(key.valid_from)} until {_shown(key.valid_until)}"


def _shown(height: int | None) -> str:
    return "-" if height is None else str(height)
