"""The records of an open vault as tables in memory, to be asked with SQL.

Rules: the tables lie in the memory of this process alone, temporary ones included, and are gone with it. Keys are there
by name, never with what is in them. A question can only read: no statement that writes, attaches a file, loads code or
changes a setting is allowed, and one that takes too long or says too much is stopped.

    records   collection, kind, name, size, version, state (current, old, newer, unreadable, unknown kind)
    personas  record, did, kind, key_index, public_key, name, label, hidden, created
    claims    record, id, persona, process_id, subject, authority, witness, after, before, added, source, uses,
              deleted_at, fields, statement
    copies    record, id, kind, persona, process_id, subject, claim_id, created, partner, before, deleted_at, document
    log       record, seq, at, act, persona, facts, prev, hash, whole
    settings  record, members

This is for looking at a vault as a whole, off the way of every other verb: its import alone takes 80 ms.
"""

from __future__ import annotations

import json
import math
import sqlite3
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prometheus.errors import Damaged, NotUnderstood, TooLarge, TooNew
from prometheus.model import collection, record
from prometheus.model.audit_entry import AuditEntry
from prometheus.model.claim_record import issued_bytes
from prometheus.model.upgrades.table import CHAINS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlite_utils import Database

    from prometheus.ports import Clock

    Row = dict[str, Any]

TABLES: Final[dict[str, tuple[str, ...]]] = {
    "records": ("collection", "kind", "name", "size", "version", "state"),
    "personas": ("record", "did", "kind", "key_index", "public_key", "name", "label", "hidden", "created"),
    "claims": (
        *("record", "id", "persona", "process_id", "subject", "authority", "witness", "after", "before", "added"),
        *("source", "uses", "deleted_at", "fields", "statement"),
    ),
    "copies": (
        *("record", "id", "kind", "persona", "process_id", "subject", "claim_id", "created", "partner", "before"),
        *("deleted_at", "document"),
    ),
    "log": ("record", "seq", "at", "act", "persona", "facts", "prev", "hash", "whole"),
    "settings": ("record", "members"),
}
CURRENT: Final = "current"
OLD: Final = "old"
NEWER: Final = "newer"
UNREADABLE: Final = "unreadable"
STRANGE: Final = "unknown kind"
_NUMBERS: Final = frozenset({"collection", "size", "version", "key_index", "hidden", "uses", "seq", "whole"})
_HOMES: Final = {collection.PERSONA: "personas", collection.CLAIM: "claims", collection.REQUEST: "copies"}
_ALLOWED: Final = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
_FORBIDDEN_FUNCTIONS: Final = frozenset({"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"})
_LONGEST_VALUE: Final = 32 << 20
_STEPS: Final = 10_000
SECONDS_AT_MOST: Final = 20.0
ROWS_AT_MOST: Final = 100_000
WEIGHT_AT_MOST: Final = 256 << 20
"""Characters and bytes of an answer."""


class Answer(NamedTuple):
    """What a question was answered with."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def build(records: Iterable[tuple[int, str, bytes]]) -> Database:
    """Return the tables of records; those of keys come without their bodies."""
    from sqlite_utils import Database

    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    database = Database(connection, execute_plugins=False)
    for table, columns in TABLES.items():
        database.table(table).create({column: int if column in _NUMBERS else str for column in columns})
    rows: dict[str, list[Row]] = {table: [] for table in TABLES}
    for group, name, body in records:
        _add(rows, group, name, body)
    for table, found in rows.items():
        database.table(table).insert_all(found)
    return database


def ask(database: Database, question: str, clock: Clock) -> Answer:
    """Return the answer to a question in SQL.

    Raises:
        NotUnderstood: When it is no statement that reads, or SQLite does not understand it.
        TooLarge: When it takes too long or has too many rows.
    """
    connection = database.conn
    deadline = clock.monotonic() + SECONDS_AT_MOST
    connection.execute("PRAGMA query_only=ON")
    connection.set_authorizer(_may)
    connection.set_progress_handler(lambda: clock.monotonic() > deadline, _STEPS)
    try:
        found = connection.execute(question)
        if found.description is None:
            raise _refusal("it is no question")
        rows = _fetched(found)
    except (sqlite3.Error, sqlite3.Warning, UnicodeError, ValueError) as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise _too_much(f"it takes longer than {SECONDS_AT_MOST:.0f} seconds") from None
        raise _refusal(str(error)) from None
    finally:
        connection.set_authorizer(None)
        connection.set_progress_handler(None, 0)
    columns = tuple(column[0] for column in found.description)
    return Answer(columns, tuple(tuple(map(_shown, row)) for row in rows))


def _fetched(found: sqlite3.Cursor) -> list[tuple[Any, ...]]:
    """Return the rows of an answer, counted and weighed one by one: each value alone may be as large as a record."""
    rows: list[tuple[Any, ...]] = []
    weight = 0
    for row in found:
        rows.append(row)
        weight += sum(len(value) for value in row if isinstance(value, str | bytes))
        if len(rows) > ROWS_AT_MOST:
            raise _too_much(f"its answer has more than {ROWS_AT_MOST} rows")
        if weight > WEIGHT_AT_MOST:
            raise _too_much(f"its answer has more than {WEIGHT_AT_MOST >> 20} MiB")
    return rows


def _shown(value: Any) -> str | int | float | None:
    """Return a value as JSON can hold it: bytes as hexadecimal digits, numbers without an end as text."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value  # type: ignore[no-any-return]  # SQLite gives these kinds alone


def _may(action: int, _one: str | None, two: str | None, _database: str | None, _source: str | None) -> int:
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_DENY if two in _FORBIDDEN_FUNCTIONS else sqlite3.SQLITE_OK
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _add(rows: dict[str, list[Row]], group: int, name: str, body: bytes) -> None:
    fields, version, state = _read(group, body)
    kind = collection.NAMES.get(group, "record of an unknown kind")
    size = None if group == collection.KEY else len(body)
    known = {"collection": group, "kind": kind, "name": name, "size": size, "version": version, "state": state}
    rows["records"].append(_row("records", known))
    if fields is None:
        return
    if group in _HOMES:
        table = _HOMES[group]
        rows[table].append(_row(table, {"record": name, **fields, **_issued(group, fields)}))
    elif group == collection.AUDIT:
        rows["log"].append(_row("log", {"record": name, **fields, "whole": _is_whole(fields)}))
    elif group == collection.SETTING:
        rows["settings"].append(_row("settings", {"record": name, "members": record.without_envelope(fields)}))


def _read(group: int, body: bytes) -> tuple[dict[str, Any] | None, int | None, str]:
    if group == collection.KEY:
        return None, None, CURRENT
    if not CHAINS.knows(group):
        return None, None, STRANGE
    try:
        version = record.decode(body)["v"]
    except Damaged:
        return None, None, UNREADABLE
    try:
        fields = record.decode(body, group)
    except TooNew:
        return None, version, NEWER
    return fields, version, CURRENT if version == fields["v"] else OLD


def _issued(group: int, fields: Mapping[str, Any]) -> Row:
    raw = fields.get("raw")
    if group == collection.REQUEST:
        return {"document": raw}
    if group != collection.CLAIM or not isinstance(raw, str):
        return {}
    try:
        return {"statement": issued_bytes(raw).decode("utf-8", "backslashreplace")}
    except ValueError:
        return {}


def _is_whole(fields: Mapping[str, Any]) -> bool:
    try:
        return AuditEntry.from_fields(fields).is_whole
    except (LookupError, TypeError, ValueError):
        return False


def _row(table: str, values: Mapping[str, Any]) -> Row:
    return {column: _cell(values.get(column)) for column in TABLES[table]}


def _cell(value: Any) -> str | int | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text.encode("utf-8", "backslashreplace").decode()


def _refusal(detail: str) -> NotUnderstood:
    return NotUnderstood(
        f"the question was not understood: {detail}",
        code="QUERY-NOT-UNDERSTOOD",
        meaning="one SELECT over the tables " + ", ".join(TABLES) + " is answered, and nothing else",
        remedy="see 'prometheus vault doctor --help'",
    )


def _too_much(detail: str) -> TooLarge:
    return TooLarge(f"the question was stopped: {detail}", code="QUERY-TOO-LARGE", remedy="ask for less, with LIMIT")
