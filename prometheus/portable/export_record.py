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
    collection.SUBMISSION: "submission",
    collection.PLUGIN: "plugin",
}
_NUMBERS: Final = {kind: number for number, kind in KINDS.items()}
_SHORT_DIGITS: Final = 15
"""Digits of a whole number, with its sign, that every reader of JSON keeps."""
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
    if _is_canonical_object(record.body):
        body = b'{"body":' + record.body
    else:
        body = b'{"base64":"' + binascii.b2a_base64(record.body, newline=False) + b'"'
    tail = f',"collection":{_quoted(kind_of(record.collection))},"name":{_quoted(record.name)}}}'
    return body + tail.encode()


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
    found = _object(line)
    if found is None or set(found.members) not in _MEMBERS:
        _refuse(number, "it is no JSON object with the members that a record has")
    members = found.members
    name, kind = members["name"], members["collection"]
    if not isinstance(name, str) or not isinstance(kind, str):
        _refuse(number, "its name or its collection is no text")
    group = number_of(kind)
    if group is None:
        _refuse(number, "no vault has such a collection")
    record = ExportRecord(group, name, _body(found, number))
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


def _body(found: _Object, number: int) -> bytes:
    if "body" in found.members:
        try:
            return _canonical(found.members["body"], is_plain=found.is_plain)
        except (ValueError, RecursionError):
            _refuse(number, "its body has a number or a text that canonical JSON cannot hold")
    text = found.members["base64"]
    try:
        return binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (AttributeError, ValueError):
        _refuse(number, "its body is no base64")


def _is_canonical_object(body: bytes) -> bool:
    """Return whether a body is an object, not too deep, of which writing it again gives the same bytes."""
    found = _object(body)
    if found is None or _is_too_deep(body, found.members):
        return False
    try:
        return _canonical(found.members, is_plain=found.is_plain) == body
    except ValueError:
        return False


def _canonical(value: Any, *, is_plain: bool) -> bytes:
    """Return a value in the form of RFC 8785; the standard library writes the same where the value is plain."""
    if is_plain:
        return _PLAIN_WRITER.encode(value).encode()
    import rfc8785

    return rfc8785.dumps(value)


def _is_too_deep(text: bytes, value: dict[str, Any]) -> bool:
    if text.count(b"{") + text.count(b"[") <= DEPTH_LIMIT:
        return False
    level: list[Any] = [value]
    for _ in range(DEPTH_LIMIT):
        inner = (item.values() if isinstance(item, dict) else item for item in level)
        level = [item for items in inner for item in items if isinstance(item, dict | list)]
    return bool(level)


class _Object(NamedTuple):
    """A JSON object as it was read."""

    members: dict[str, Any]
    is_plain: bool
    """Whether it was written in ASCII, without fractions and without long numbers."""


class _NotPlain(Exception):
    """There is something of which the standard library's form may differ from the canonical one."""


def _object(text: bytes) -> _Object | None:
    if not text.startswith(b"{"):
        return None
    try:
        value, is_plain = _value(text)
    except (ValueError, RecursionError):
        return None
    return _Object(value, is_plain) if isinstance(value, dict) else None


def _value(text: bytes) -> tuple[object, bool]:
    if text.isascii():
        try:
            return _PLAIN_READER.decode(text.decode("ascii")), True
        except _NotPlain:
            pass
    return json.loads(text.decode(), object_pairs_hook=_unique), False


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object has the same member twice")
    return members


def _short(digits: str) -> int:
    if len(digits) > _SHORT_DIGITS:
        raise _NotPlain
    return int(digits)


def _not_plain(_: str) -> NoReturn:
    raise _NotPlain


_PLAIN_READER: Final = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_short, parse_float=_not_plain, parse_constant=_not_plain
)
_PLAIN_WRITER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_quoted: Final = json.JSONEncoder(ensure_ascii=False).encode


def _refuse(number: int, meaning: str) -> NoReturn:
    raise NotUnderstood(
        f"line {number} of the export is no record",
        code="EXPORT-LINE",
        meaning=f"{meaning}; nothing was imported",
        remedy="import a file as 'prometheus vault export' wrote it",
    )
