"""One record of a vault as one line of JSON, and back.

    {"body":{…},"collection":"claim","name":"cju…"}
    {"base64":"…","collection":"key","name":"seed"}

A body that is a JSON object in the canonical form of RFC 8785, nested at most `DEPTH_LIMIT` deep, stands in the line as
it is, so that a person can read it; any other body stands there as base64. The line as a whole is canonical too, so
each record has exactly one line, and a line that is written in any other way is refused.
"""

from __future__ import annotations

import binascii
import json

from prometheus.errors import NotUnderstood
from prometheus.model import collection
from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from typing import NoReturn

NAME_LIMIT: Final = 1024
"""Bytes of a name in UTF-8."""
BODY_LIMIT: Final = 16 << 20
"""Bytes of a body."""
LINE_LIMIT: Final = 24 << 20
"""Bytes of a line: the largest body as base64, the longest name and what is around them."""
DEPTH_LIMIT: Final = 64
"""Objects and lists within each other, in a body that stands in its line as it is."""
COLLECTION_LIMIT: Final = 255
KINDS: Final[dict[int, str]] = {
    collection.KEY: "key",
    collection.PERSONA: "persona",
    collection.CLAIM: "claim",
    collection.RELATION: "relation",
    collection.CHAT: "chat",
    collection.CONTACT: "contact",
    collection.SETTING: "setting",
    collection.REQUEST: "request",
    collection.GRANT: "grant",
    collection.AUDIT: "audit",
    collection.TOMBSTONE: "tombstone",
    collection.PLUGIN: "plugin",
}
_NUMBERS: Final = {kind: number for number, kind in KINDS.items()}
_MEMBERS: Final = ({"body", "collection", "name"}, {"base64", "collection", "name"})


class ExportRecord(NamedTuple):
    """One record as the vault has it."""

    collection: int
    name: str
    body: bytes

    @property
    def place(self) -> tuple[int, str]:
        """What names it in the vault; records of a file are sorted by this."""
        return self.collection, self.name


def kind_of(number: int) -> str:
    """Return the word for a collection; its number in digits where it has none yet."""
    return KINDS.get(number) or str(number)


def number_of(kind: str) -> int | None:
    """Return the collection that a word or a number in digits stands for, or None."""
    if kind in _NUMBERS:
        return _NUMBERS[kind]
    found = int(kind) if kind.isascii() and kind.isdecimal() and len(kind) <= 3 else 0
    return found if 1 <= found <= COLLECTION_LIMIT and kind_of(found) == kind else None


def line_of(record: ExportRecord) -> bytes:
    """Return the line of a record, without its end."""
    import rfc8785

    members: dict[str, Any] = {"collection": kind_of(record.collection), "name": record.name}
    embedded = _canonical_object(record.body)
    if embedded is None:
        members["base64"] = binascii.b2a_base64(record.body, newline=False).decode()
    else:
        members["body"] = embedded
    return rfc8785.dumps(members)


def record_of(line: bytes, number: int) -> ExportRecord:
    """Return the record of a line.

    Args:
        line: The line without its end.
        number: Which line of the file it is, for the error.

    Raises:
        NotUnderstood: When it is no line that `line_of` writes.
    """
    if len(line) > LINE_LIMIT:
        _refuse(number, "it is too long")
    members = _object(line)
    if members is None or set(members) not in _MEMBERS:
        _refuse(number, "it is no JSON object with the members that a record has")
    name, kind = members["name"], members["collection"]
    if not isinstance(name, str) or not isinstance(kind, str):
        _refuse(number, "its name or its collection is no text")
    group = number_of(kind)
    if group is None:
        _refuse(number, "no vault has such a collection")
    record = ExportRecord(group, name, _body(members, number))
    if not _is_name(name):
        _refuse(number, f"its name is empty, longer than {NAME_LIMIT} bytes or no text")
    if len(record.body) > BODY_LIMIT:
        _refuse(number, f"its body is longer than {BODY_LIMIT >> 20} MiB")
    if line_of(record) != line:
        _refuse(number, "it is not written in the one way that is allowed")
    return record


def _is_name(name: str) -> bool:
    try:
        return 0 < len(name.encode()) <= NAME_LIMIT
    except UnicodeEncodeError:
        return False


def _body(members: dict[str, Any], number: int) -> bytes:
    import rfc8785

    if "body" in members:
        try:
            return rfc8785.dumps(members["body"])
        except (ValueError, RecursionError):
            _refuse(number, "its body has a number or a text that canonical JSON cannot hold")
    text = members["base64"]
    try:
        return binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (AttributeError, ValueError):
        _refuse(number, "its body is no base64")


def _canonical_object(body: bytes) -> dict[str, Any] | None:
    """Return the object that a body is, when writing it again gives the same bytes."""
    import rfc8785

    value = _object(body)
    if value is None or _is_too_deep(body, value):
        return None
    try:
        return value if rfc8785.dumps(value) == body else None
    except ValueError:
        return None


def _is_too_deep(text: bytes, value: dict[str, Any]) -> bool:
    if text.count(b"{") + text.count(b"[") <= DEPTH_LIMIT:
        return False
    level: list[Any] = [value]
    for _ in range(DEPTH_LIMIT):
        inner = (item.values() if isinstance(item, dict) else item for item in level)
        level = [item for items in inner for item in items if isinstance(item, dict | list)]
    return bool(level)


def _object(text: bytes) -> dict[str, Any] | None:
    if not text.startswith(b"{"):
        return None
    try:
        value = json.loads(text.decode(), object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object has the same member twice")
    return members


def _refuse(number: int, meaning: str) -> NoReturn:
    raise NotUnderstood(
        f"line {number} of the export is no record",
        code="EXPORT-LINE",
        meaning=f"{meaning}; nothing was imported",
        remedy="import a file as 'prometheus vault export' wrote it",
    )
