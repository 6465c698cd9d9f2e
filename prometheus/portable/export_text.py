"""All of a vault as lines of JSON: a manifest, then one line for each record, sorted.

    {"counts":{"claim":1,…},"created":"…","format":"prometheus-export","keys":false,"lines":4,"sha256":"…","v":1,
     "vault":"…","whole":true}

The first line says what follows: how many lines, of which kinds, and the SHA-256 of every byte after the first line
end. Anyone can check that with standard tools. Reading is strict and goes from cheap to expensive: length, manifest,
number of lines, hash, and only then line by line.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from datetime import datetime

from prometheus.errors import NotUnderstood, TooLarge, TooNew
from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple
from prometheus.portable.export_record import ExportRecord, kind_of, line_of, number_of, record_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import NoReturn

FORMAT: Final = "prometheus-export"
VERSION: Final = 1
LINES_LIMIT: Final = 900_000
"""Records of a file; that many fit into one commit."""
_MANIFEST_LIMIT: Final = 1 << 16
_VAULT_ID_DIGITS: Final = 32
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_HEX: Final = frozenset("0123456789abcdef")
_PROGRESS_EVERY: Final = 20_000


class Manifest(NamedTuple):
    """What the first line says."""

    counts: Mapping[str, int]
    """How many records of each kind."""
    created: str
    """When it was written, RFC 3339 UTC."""
    keys: bool
    """Whether secret keys are in it."""
    lines: int
    sha256: str
    vault: str
    """Id of the vault that it is of, 32 hex digits."""
    whole: bool
    """False when it is what was left of a damaged vault."""

    @property
    def line(self) -> bytes:
        """The line without its end."""
        import rfc8785

        return rfc8785.dumps({"format": FORMAT, "v": VERSION, **self._asdict()})


class Export(NamedTuple):
    """A file that was read."""

    manifest: Manifest
    records: tuple[ExportRecord, ...]


class Origin(NamedTuple):
    """Where the records of a file come from."""

    vault_id: bytes
    created: str
    has_keys: bool
    is_whole: bool = True


def counts_of(records: Iterable[ExportRecord]) -> dict[str, int]:
    """Return how many records there are of each kind, in the order of the kinds."""
    found = Counter(record.collection for record in records)
    return {kind_of(number): found[number] for number in sorted(found)}


def write_export(
    records: Sequence[ExportRecord], origin: Origin, progress: Callable[[int], None] = lambda _: None
) -> bytes:
    """Return the text of an export.

    Args:
        records: All that goes in, sorted by `ExportRecord.place`.
        origin: What the manifest says of them.
        progress: Told now and then how many lines are written.

    Raises:
        TooLarge: When there are more records than `read_export` takes.
    """
    if len(records) > LINES_LIMIT:
        raise TooLarge(
            f"the vault has more than {LINES_LIMIT} records, which is more than an export holds",
            code="EXPORT-TOO-LARGE",
            remedy="keep a copy of the vault file instead",
        )
    lines = bytearray()
    for number, record in enumerate(records):
        lines += line_of(record) + b"\n"
        if number % _PROGRESS_EVERY == 0:
            progress(number)
    manifest = Manifest(
        counts=counts_of(records),
        created=origin.created,
        keys=origin.has_keys,
        lines=len(records),
        sha256=hashlib.sha256(lines).hexdigest(),
        vault=origin.vault_id.hex(),
        whole=origin.is_whole,
    )
    return manifest.line + b"\n" + lines


def read_export(content: bytes, progress: Callable[[int], None] = lambda _: None) -> Export:
    """Return what an export holds.

    Raises:
        TooNew: When it is of a later version.
        TooLarge: When it has more lines than are read.
        NotUnderstood: When it is no export, or anything in it is not as `write_export` writes it.
    """
    end = content.find(b"\n", 0, _MANIFEST_LIMIT)
    if end < 0:
        _refuse("its first line does not end")
    manifest = read_manifest(content[:end])
    lines = memoryview(content)[end + 1 :]
    _require_lines(content, end + 1, manifest)
    if hashlib.sha256(lines).hexdigest() != manifest.sha256:
        _refuse("its lines are not those that its first line speaks of")
    return Export(manifest, _records(content, end + 1, manifest, progress))


def read_manifest(line: bytes) -> Manifest:
    """Return what the first line says; errors as `read_export`."""
    try:
        members = json.loads(line.decode())
    except (ValueError, RecursionError):
        members = None
    if not isinstance(members, dict) or members.get("format") != FORMAT:
        _refuse("its first line does not say that it is an export")
    version = members.get("v")
    if type(version) is int and version > VERSION:
        raise TooNew(
            f"the export is of version {version}, and {VERSION} is the newest that is known here",
            code="EXPORT-TOO-NEW",
            remedy="update prometheus",
        )
    if version != VERSION or set(members) != {"format", "v", *Manifest._fields}:
        _refuse("its first line has not the members that it has to")
    if not _has_right_types(members):
        _refuse("a member of its first line is of the wrong kind")
    manifest = Manifest(**{name: members[name] for name in Manifest._fields})
    if manifest.line != line:
        _refuse("its first line is not written in the one way that is allowed")
    return manifest


def _require_lines(content: bytes, start: int, manifest: Manifest) -> None:
    if manifest.lines > LINES_LIMIT:
        raise TooLarge(f"the export has more than {LINES_LIMIT} lines", code="EXPORT-TOO-LARGE")
    if not content.endswith(b"\n") or content.count(b"\n", start) != manifest.lines:
        _refuse("it has fewer or more lines than its first line says")


def _records(
    content: bytes, start: int, manifest: Manifest, progress: Callable[[int], None]
) -> tuple[ExportRecord, ...]:
    records: list[ExportRecord] = []
    for number in range(2, manifest.lines + 2):
        end = content.index(b"\n", start)
        record = record_of(content[start:end], number)
        if records and record.place <= records[-1].place:
            _refuse(f"line {number} repeats the one before or is out of order")
        records.append(record)
        start = end + 1
        if number % _PROGRESS_EVERY == 0:
            progress(number)
    if counts_of(records) != manifest.counts or ("key" in manifest.counts) != manifest.keys:
        _refuse("it has other records than its first line says")
    return tuple(records)


def _has_right_types(members: dict[str, Any]) -> bool:
    counts = members["counts"]
    return (
        isinstance(counts, dict)
        and all(number_of(kind) and type(count) is int and 0 < count < 1 << 53 for kind, count in counts.items())
        and type(members["lines"]) is int
        and 0 <= members["lines"] < 1 << 53
        and type(members["keys"]) is bool
        and type(members["whole"]) is bool
        and isinstance(members["created"], str)
        and _is_moment(members["created"])
        and _is_hex(members["sha256"], hashlib.sha256().digest_size * 2)
        and _is_hex(members["vault"], _VAULT_ID_DIGITS)
    )


def _is_moment(text: str) -> bool:
    try:
        return _MOMENT.fullmatch(text) is not None and datetime.fromisoformat(text) is not None
    except ValueError:
        return False


def _is_hex(text: object, length: int) -> bool:
    return isinstance(text, str) and len(text) == length and set(text) <= _HEX


def _refuse(meaning: str) -> NoReturn:
    raise NotUnderstood(
        "the content of the file is no export of a vault",
        code="EXPORT-FORM",
        meaning=f"{meaning}; nothing was imported",
        remedy="import a file as 'prometheus vault export' wrote it",
    )
