"""What a DID document says: which keys act for a DID, with which rights, from and until which height of the ledger.

    {"did", "keys": [{"index", "auth", "validFromHeight", "validUntilHeight", "valid"}],
     "rights": {"impersonate": [{"keyLink": "#0", "history": [{"height", "valid"}], "valid"}], "update": […]},
     "tombstonedAtHeight", "tombstoned", "queriedAtHeight"}

Rules:
* A DID that the ledger has never seen has an implicit document: its default key, valid since ever, with all rights.
* Validity runs from a height, inclusive, until a height, exclusive. A right is what the last point of its history at or
  below the height says; without one it is not granted.
* ``valid`` and ``tombstoned`` describe the height at which the ledger was asked and are not read here: everything is
  judged by heights. Asking about a height beyond the one known is an error.
* Key links of other documents are not followed: such an entry grants nothing.

What this is not: a way to get a document; it comes in as JSON from whoever asked a ledger. Judging a signature over a
range of heights is `prometheus.claims.signature_period`. A DID document has no fixed order of members; never hash one.
"""

from __future__ import annotations

from prometheus.claims.reference_members import list_member, member, object_of, text_member
from prometheus.errors import Malformed, NotUnderstood
from prometheus.identity.did import Did, KeyLink
from prometheus.identity.multicipher import parse_authentication, same_authentication
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus.identity.multicipher import Authentication

is_same_key = same_authentication
"""Whether two keys or key ids name the same key."""

IMPERSONATE = "impersonate"
UPDATE = "update"
MAX_HEIGHT = 0xFFFFFFFF


class DocumentKey(NamedTuple):
    """A key of a DID; heights are None where the range is open."""

    auth: Authentication
    valid_from: int | None
    valid_until: int | None

    def is_valid_at(self, height: int) -> bool:
        """Return whether the key is in force at a height."""
        return (self.valid_from or 0) <= height and (self.valid_until is None or height < self.valid_until)


class RightPoint(NamedTuple):
    """One point of a right's history; height 0 stands for "since ever"."""

    height: int
    is_granted: bool


class RightEntry(NamedTuple):
    """A key's claim to a right, by a link to the key."""

    key_link: str
    history: tuple[RightPoint, ...]

    def is_granted_at(self, height: int) -> bool:
        """Return what the last point at or below a height says."""
        granted = [point.is_granted for point in self.history if point.height <= height]
        return bool(granted) and granted[-1]


class DidDocument(NamedTuple):
    """All that is known of a DID at a height."""

    did: Did
    keys: tuple[DocumentKey, ...]
    rights: dict[str, tuple[RightEntry, ...]]
    tombstoned_at: int | None
    queried_at: int


def implicit_document(did: Did, height: int = MAX_HEIGHT) -> DidDocument:
    """Return the document of a DID that the ledger has never seen, as known at a height."""
    entry = RightEntry("#0", (RightPoint(0, is_granted=True),))
    return DidDocument(
        did, (DocumentKey(did.key_id, None, None),), {IMPERSONATE: (entry,), UPDATE: (entry,)}, None, height
    )


def is_tombstoned_at(document: DidDocument, height: int) -> bool:
    """Return whether the DID was given up for good at or before a height.

    Raises:
        NotUnderstood: When the height is beyond the one that the document was asked at.
    """
    _refuse_future(document, height)
    return document.tombstoned_at is not None and document.tombstoned_at <= height


def has_right_at(document: DidDocument, authentication: Authentication, right: str, height: int) -> bool:
    """Return whether a key or key id has a right at a height; the first entry of a matching key in force decides.

    Args:
        document: What is known of the DID.
        authentication: The key that acts, or its id.
        right: `IMPERSONATE` or `UPDATE`.
        height: Of the ledger.

    Raises:
        NotUnderstood: When the height is beyond the one that the document was asked at.
    """
    if is_tombstoned_at(document, height):
        return False
    for entry in document.rights.get(right, ()):
        key = _key_or_none(document, entry)
        if key is not None and key.is_valid_at(height) and is_same_key(key.auth, authentication):
            return entry.is_granted_at(height)
    return False


def linked_key(document: DidDocument, key_link: str) -> DocumentKey:
    """Return the key that a link such as ``#1`` leads to.

    Raises:
        NotUnderstood: When it leads to another document, or nowhere.
    """
    index = KeyLink.parse_local(key_link).key_index
    if index >= len(document.keys):
        raise NotUnderstood(f"No key found for link {key_link}", code="KEY-LINK")
    return document.keys[index]


def _key_or_none(document: DidDocument, entry: RightEntry) -> DocumentKey | None:
    try:
        return linked_key(document, entry.key_link)
    except NotUnderstood:
        return None


def _refuse_future(document: DidDocument, height: int) -> None:
    if document.queried_at < height:
        raise NotUnderstood(f"Queried future height {height}, present is {document.queried_at}", code="FUTURE-HEIGHT")


def parse_did_document(value: Json) -> DidDocument:
    """Take a DID document apart.

    Raises:
        Malformed: When a member is missing or of the wrong type.
        NotUnderstood: When the DID, a key or a key id is not one.
    """
    document = object_of(value, "the DID document")
    rights = document.get("rights")
    by_right = {} if rights is None else object_of(rights, "rights")
    return DidDocument(
        did=Did.parse(text_member(document, "did")),
        keys=tuple(_parse_key(item, position) for position, item in enumerate(list_member(document, "keys"))),
        rights={right: _parse_right(entries, right) for right, entries in by_right.items()},
        tombstoned_at=_height_or_none(document, "tombstonedAtHeight"),
        queried_at=_height(document, "queriedAtHeight"),
    )


def _parse_key(value: Json, position: int) -> DocumentKey:
    key = object_of(value, "a key")
    if _height(key, "index") != position:
        raise Malformed("the keys of the DID document are not numbered in their order")
    return DocumentKey(
        parse_authentication(text_member(key, "auth")),
        _height_or_none(key, "validFromHeight"),
        _height_or_none(key, "validUntilHeight"),
    )


def _parse_right(value: Json, right: str) -> tuple[RightEntry, ...]:
    if not isinstance(value, list):
        raise Malformed(f"the right {right!r} is not a list")
    entries = [object_of(item, "the entry of a right") for item in value]
    return tuple(
        RightEntry(text_member(entry, "keyLink"), tuple(_parse_point(point) for point in list_member(entry, "history")))
        for entry in entries
    )


def _parse_point(value: Json) -> RightPoint:
    point = object_of(value, "a point of a right's history")
    is_granted = point.get("valid")
    if not isinstance(is_granted, bool):
        raise Malformed("valid is not true or false")
    return RightPoint(_height_or_none(point, "height") or 0, is_granted)


def _height(members: dict[str, Json], name: str) -> int:
    value = member(members, name)
    if type(value) is not int or not 0 <= value <= MAX_HEIGHT:
        raise Malformed(f"{name} is not a number of 32 bits")
    return value


def _height_or_none(members: dict[str, Json], name: str) -> int | None:
    return None if members.get(name) is None else _height(members, name)
