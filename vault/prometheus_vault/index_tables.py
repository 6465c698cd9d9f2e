"""The index in memory: one SQLite database that never touches a disk.

    entry    one row per record: collection, name, row id, version, place (what it is sorted by; NULL = not to be found)
    tag      each tag of a collection once; tagged says which entries have it
    words    the words of each entry, for SQLite's full-text search

Words are searched by their beginnings. The tokeniser splits at spaces alone (all else that `index_words` lets through
is a letter or digit to it), and no positions are kept, because no query asks for phrases. The text itself is not kept
either: it would be most of the file. So the words of an entry that went stay, under a number that no entry ever gets
again, until half of all that was ever taken in is gone; then the index is worn, and made anew.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple
from unicodedata import unidata_version

from prometheus_vault import blake2
from prometheus_vault.index_words import sought_words, words_of
from prometheus_vault.limits import BLOB_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus_vault.index import Said

SCHEMA: Final = (
    # No number is ever given again: that of an entry which went still stands in the lists of words.
    (
        "CREATE TABLE entry("
        "number INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER, name TEXT, id BLOB, ver INTEGER, place BLOB) STRICT"
    ),
    "CREATE UNIQUE INDEX entry_by_id ON entry(id)",
    "CREATE INDEX entry_by_place ON entry(kind, place, name)",
    "CREATE TABLE tag(number INTEGER PRIMARY KEY, kind INTEGER, text BLOB, UNIQUE(kind, text)) STRICT",
    "CREATE TABLE tagged(tag INTEGER NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY(tag, entry)) STRICT, WITHOUT ROWID",
    "CREATE INDEX tagged_by_entry ON tagged(entry)",
    "CREATE VIRTUAL TABLE words USING fts5(text, content='', detail=none, columnsize=0, tokenize='ascii')",
)
_PRAGMAS: Final = (
    "temp_store=MEMORY",
    "journal_mode=MEMORY",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "secure_delete=ON",
)
_VOCABULARY: Final = "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'words', 'row')"
"""Every word there is, sorted, with the number of entries that have it; a view of the words, never written out."""
_BATCH: Final = 1000
_GONE_AT_MOST: Final = 1000
"""Entries that went, besides half as many as there are, before an index is worn."""
_RARE: Final = 2000
"""Entries with a tag up to which sorting them all beats walking the collection in order."""
_BEGINNINGS: Final = 50
"""Words with a beginning up to which looking for each of them beats SQLite's search for the beginning."""
_FOUND: Final = 500
"""Entries found by words from which on walking the collection in order until there are enough beats sorting them."""
_FEW_WANTED: Final = 200
"""Records wanted up to which the newest are looked for among those with the highest numbers."""
_LOOKED_AT: Final = 4
"""So many times as many as are wanted are looked at: some went, are of another collection, or lack a tag."""
_HAS_TAG: Final = " AND EXISTS (SELECT 1 FROM tagged WHERE tagged.tag = ? AND tagged.entry = entry.number)"

_HAS_TAG_TOO: Final = " AND EXISTS (SELECT 1 FROM tagged WHERE tagged.tag = ? AND tagged.entry = first.entry)"


class Row(NamedTuple):
    """One record as it stands in the index."""

    kind: int
    name: str
    row_id: bytes
    version: int
    indexed: Said | None


class IndexTables:
    """An index in memory; not for two threads at once."""

    def __init__(self, describe_version: int = 0) -> None:
        self.connection = connected()
        self._mark = _mark(describe_version)
        for statement in SCHEMA:
            self.connection.execute(statement)
        self.connection.execute(f"PRAGMA user_version={self._mark}")
        self.connection.execute(_VOCABULARY)

    def restore(self, database: memoryview | bytes) -> bool:
        """Take over what `serialized` returned, unless it is of another schema, describer or kind of words.

        Nothing but what this module wrote comes here, because it was sealed; the schema is looked at all the same.
        """
        expected = self._schema()
        try:
            self.connection.deserialize(database)
            _set_up(self.connection)
            return self._schema() == expected
        except sqlite3.Error:
            return False

    def serialized(self) -> bytes:
        """Return the whole database."""
        return self.connection.serialize()

    def put(self, rows: Iterable[Row], *, are_new: bool = False) -> None:
        """Take records in, each in the place of what stood under its id; `are_new` promises that nothing did."""
        with _one_transaction(self.connection):
            waiting = iter(rows)
            while batch := list(islice(waiting, _BATCH)):
                if not are_new:
                    for row in batch:
                        self._remove(row.row_id)
                self._insert(batch)

    def remove(self, row_ids: Iterable[bytes]) -> None:
        """Take records out, as far as they are there."""
        with _one_transaction(self.connection):
            for row_id in row_ids:
                self._remove(row_id)

    @property
    def is_worn(self) -> bool:
        """Whether so much of what was taken in is gone that the index should be made anew."""
        given, held = self._last_number(), self.connection.execute("SELECT count(*) FROM entry").fetchone()[0]
        return bool(given - held > _GONE_AT_MOST + held // 2)

    def version_of(self, row_id: bytes) -> int | None:
        """Return the version of a record, or None when there is none of that row id."""
        found = self.connection.execute("SELECT ver FROM entry WHERE id = ?", (row_id,)).fetchone()
        return found[0] if found else None

    def rows_of(self, kind: int) -> list[tuple[str, bytes, int]]:
        """Return name, row id and version of each record of a collection, sorted by name."""
        return sorted(self.connection.execute("SELECT name, id, ver FROM entry WHERE kind = ?", (kind,)))

    def find(self, kind: int, words: str, tags: Iterable[str], *, newest_first: bool, limit: int | None) -> list[str]:
        """Return the names of the records that have all tags and a word for each beginning; see `Vault.find`."""
        numbers = self._tag_numbers(kind, tags)
        if numbers is None:
            return []
        sought = sought_words(words)
        if sought and newest_first and limit is not None and 0 < limit <= _FEW_WANTED:
            newest = self._newest(kind, sought, numbers, limit)
            if newest is not None:
                return newest
        source, values = self._source(sought, numbers, is_cut=limit is not None)
        direction = "DESC" if newest_first else "ASC"
        query = (  # nothing from outside is in these texts; values are bound
            f"SELECT entry.name FROM {source} AND entry.kind = ? AND entry.place IS NOT NULL{_HAS_TAG * len(numbers)}"  # noqa: S608
            f" ORDER BY entry.place {direction}, entry.name {direction} LIMIT ?"
        )
        at_most = -1 if limit is None else max(0, limit)
        return [name for (name,) in self.connection.execute(query, (*values, kind, *numbers, at_most))]

    def _newest(self, kind: int, sought: list[str], tags: list[int], limit: int) -> list[str] | None:
        """Return the newest records that fit among those with the highest numbers, or None when others may be newer.

        Numbers mostly follow the order of time. Whether they do here is not assumed: no record with a lower number than
        those looked at may stand as high as the last that is returned.
        """
        query = " AND ".join(text for text, _ in map(self._beginning_with, sought))
        latest = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?"
        looked_at = [number for (number,) in self.connection.execute(latest, (query, limit * _LOOKED_AT))]
        has_tags = _HAS_TAG * len(tags)
        one = f"SELECT place, name FROM entry WHERE number = ? AND kind = ? AND place IS NOT NULL{has_tags}"  # noqa: S608
        rows = (self.connection.execute(one, (number, kind, *tags)).fetchone() for number in looked_at)
        found = sorted((row for row in rows if row is not None), reverse=True)[:limit]
        if len(looked_at) < limit * _LOOKED_AT:
            return [name for _, name in found]
        if len(found) < limit:
            return None
        higher = "SELECT 1 FROM entry INDEXED BY entry_by_place WHERE kind = ? AND place >= ? AND number < ? LIMIT 1"
        other = self.connection.execute(higher, (kind, found[-1][0], looked_at[-1])).fetchone()
        return None if other else [name for _, name in found]

    def count(self, kind: int, tags: Iterable[str]) -> int:
        """Return how many records have all tags; see `Vault.count`."""
        numbers = self._tag_numbers(kind, tags)
        if numbers is None:
            return 0
        query = "SELECT count(*) FROM entry WHERE entry.kind = ? AND entry.place IS NOT NULL"
        values = [kind]
        if numbers:
            query = "SELECT count(*) FROM tagged AS first WHERE first.tag = ?" + _HAS_TAG_TOO * (len(numbers) - 1)
            values = numbers
        found: int = self.connection.execute(query, values).fetchone()[0]
        return found

    def close(self) -> None:
        """Let go of everything."""
        self.connection.close()

    def _source(self, words: list[str], numbers: list[int], *, is_cut: bool) -> tuple[str, list[str | int]]:
        """Return where a search begins, which decides how long it takes: at the words, at a tag, or in order."""
        if words:
            sought = [self._beginning_with(word) for word in words]
            query = " AND ".join(text for text, _ in sought)
            if is_cut and self._finds_many(query, [most for _, most in sought]):
                found = "SELECT rowid FROM words WHERE words MATCH ?"
                return f"entry INDEXED BY entry_by_place WHERE entry.number IN ({found})", [query]
            return "words CROSS JOIN entry ON entry.number = words.rowid WHERE words MATCH ?", [query]
        rarest = min(((self._uses(number), number) for number in numbers), default=(_RARE + 1, 0))
        if numbers and not (is_cut and rarest[0] > _RARE):
            return "tagged AS first CROSS JOIN entry ON entry.number = first.entry WHERE first.tag = ?", [rarest[1]]
        return "entry INDEXED BY entry_by_place WHERE 1", []

    def _beginning_with(self, word: str) -> tuple[str, int]:
        """Return the query for all words with a beginning, and how many entries it finds at most."""
        query = "SELECT term, doc FROM temp.vocabulary WHERE term >= ? AND term < ? LIMIT ?"
        # The last code point of all is neither letter nor digit, so no word has it.
        found = self.connection.execute(query, (word, f"{word}\U0010ffff", _BEGINNINGS + 1)).fetchall()
        if not 0 < len(found) <= _BEGINNINGS:
            return f'"{word}"*', _FOUND + 1 if found else 0
        each = " OR ".join(f'"{term}"' for term, _ in found)
        return f"({each})", sum(count for _, count in found)

    def _finds_many(self, query: str, most: list[int]) -> bool:
        if min(most) <= _FOUND:
            return False
        counting = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)"
        return bool(self.connection.execute(counting, (query, _FOUND + 1)).fetchone()[0] > _FOUND)

    def _schema(self) -> list[tuple[object, ...]]:
        query = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
        return [*self.connection.execute("PRAGMA user_version"), *self.connection.execute(query)]

    def _uses(self, tag: int) -> int:
        query = "SELECT count(*) FROM (SELECT 1 FROM tagged WHERE tag = ? LIMIT ?)"
        found: int = self.connection.execute(query, (tag, _RARE + 1)).fetchone()[0]
        return found

    def _tag_numbers(self, kind: int, tags: Iterable[str]) -> list[int] | None:
        """Return the numbers of tags, each once, or None when nothing has one of them."""
        numbers = []
        for tag in dict.fromkeys(tags):
            query = "SELECT number FROM tag WHERE kind = ? AND text = ?"
            found = self.connection.execute(query, (kind, _sortable(tag))).fetchone()
            if found is None:
                return None
            numbers.append(found[0])
        return numbers

    def _insert(self, rows: list[Row]) -> None:
        many = self.connection.executemany
        numbered = list(enumerate(rows, self._last_number() + 1))
        many(
            "INSERT INTO entry(number, kind, name, id, ver, place) VALUES (?, ?, ?, ?, ?, ?)",
            ((number, row.kind, row.name, row.row_id, row.version, _place(row.indexed)) for number, row in numbered),
        )
        known = [(number, row.kind, row.indexed) for number, row in numbered if row.indexed is not None]
        texts = ((number, " ".join(words_of(indexed.text))) for number, _, indexed in known)
        many("INSERT INTO words(rowid, text) VALUES (?, ?)", (each for each in texts if each[1]))
        tags = {(kind, _sortable(tag)) for _, kind, indexed in known for tag in indexed.tags}
        numbers = {tag: self._tag_number(*tag) for tag in tags}
        pairs = {(numbers[kind, _sortable(tag)], number) for number, kind, indexed in known for tag in indexed.tags}
        many("INSERT INTO tagged(tag, entry) VALUES (?, ?)", sorted(pairs))

    def _last_number(self) -> int:
        """Return the highest number that an entry ever had."""
        found = self.connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entry'").fetchone()
        return found[0] if found else 0

    def _tag_number(self, kind: int, tag: bytes) -> int:
        self.connection.execute("INSERT OR IGNORE INTO tag(kind, text) VALUES (?, ?)", (kind, tag))
        query = "SELECT number FROM tag WHERE kind = ? AND text = ?"
        number: int = self.connection.execute(query, (kind, tag)).fetchone()[0]
        return number

    def _remove(self, row_id: bytes) -> None:
        execute = self.connection.execute
        found = execute("SELECT number FROM entry WHERE id = ?", (row_id,)).fetchone()
        if found is None:
            return
        tags = execute("SELECT tag FROM tagged WHERE entry = ?", found).fetchall()
        for statement in ("DELETE FROM tagged WHERE entry = ?", "DELETE FROM entry WHERE number = ?"):
            execute(statement, found)
        query = "DELETE FROM tag WHERE number = ?1 AND NOT EXISTS (SELECT 1 FROM tagged WHERE tag = ?1)"
        self.connection.executemany(query, tags)


def connected() -> sqlite3.Connection:
    """Return an empty database in memory, which never writes a temporary file either."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, BLOB_LIMIT)
    _set_up(connection)
    return connection


def _set_up(connection: sqlite3.Connection) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _mark(describe_version: int) -> int:
    """Return 31 bits of all that decides what an index holds besides the records."""
    parts = (*SCHEMA, unidata_version, str(describe_version))
    return int.from_bytes(blake2.digest(None, b"prom-idx-form", "\n".join(parts).encode(), 4), "little") >> 1


@contextmanager
def _one_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _place(indexed: Said | None) -> bytes | None:
    return None if indexed is None else _sortable(indexed.order)


def _sortable(text: str) -> bytes:
    # As bytes, because a text may hold half a surrogate pair, which SQLite does not take; the order is the same.
    return text.encode("utf-8", "surrogatepass")
