"""The requests that an authority was sent, each with its state and, until they are purged, its sealed documents.

Rules:
* `add` and `decide` are durable when they return: neither a kill nor a power cut takes them back.
* A request is known by its content id. The same one again changes nothing and has the same link.
* The capability link is kept sealed and found by its hash: who only reads the file learns no link, and the time that a
  search takes tells nothing about one.
* Link, process, state and times are sealed together beside the columns that SQLite orders by. A row whose columns were
  changed, or given to another one, is damaged: nothing is answered from it, lists leave it out, and the purge takes it.
* What a person wrote - request, statement, reason - is sealed. What is purged leaves the row: id, process, times and
  state. One that nobody decided until then has lapsed: the same one again is kept anew, under its old link. One that
  was decided stays so, for nobody may bring back what a person took back or a clerk refused.
"""

from __future__ import annotations

import json
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from prometheus.claims.digest import sha3
from prometheus.claims.jsontext import compact, parse
from prometheus.errors import Damaged
from prometheus_morpheus.services.sealing import damaged

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.services.sealing import Seal
    from prometheus_morpheus.services.store.database import Database
    from prometheus_morpheus.services.store.room import Room

Status = Literal["pending", "approved", "rejected", "withdrawn"]
Part = Literal["document", "statement", "reason"]

_COLUMNS = "about, link_hash, request_id, process_id, received, status, decided, purged"
_BY_LINK = f"SELECT {_COLUMNS} FROM requests WHERE link_hash = ?"  # noqa: S608 - names of columns, all ours
_BY_ID = f"SELECT {_COLUMNS} FROM requests WHERE request_id = ?"  # noqa: S608
_WAITING = (
    f"SELECT {_COLUMNS}, rowid FROM requests WHERE status = 'pending' AND purged IS NULL"  # noqa: S608
    " ORDER BY received, rowid LIMIT ?"
)
_OTHERS = (
    f"SELECT {_COLUMNS}, rowid FROM requests WHERE status != 'pending' OR purged IS NOT NULL"  # noqa: S608
    " ORDER BY received DESC, rowid DESC LIMIT ?"
)
_PARTS: dict[Part, str] = {
    "document": "SELECT document FROM requests WHERE request_id = ?",
    "statement": "SELECT statement FROM requests WHERE request_id = ?",
    "reason": "SELECT reason FROM requests WHERE request_id = ?",
}
_DECIDE = "UPDATE requests SET status = ?, decided = ?, statement = ?, reason = ?, about = ? WHERE request_id = ?"
_ANEW = "UPDATE requests SET received = ?, purged = NULL, document = ?, about = ? WHERE request_id = ?"
_FORGET_BEYOND = (
    "DELETE FROM requests WHERE rowid IN (SELECT rowid FROM requests WHERE purged IS NOT NULL"
    " ORDER BY purged DESC, rowid DESC LIMIT -1 OFFSET ?)"
)
_DUE = (
    f"SELECT {_COLUMNS} FROM requests WHERE purged IS NULL"  # noqa: S608
    " AND ((decided IS NOT NULL AND decided <= ?) OR (decided IS NULL AND received <= ?))"
)
_PURGE = (
    "UPDATE requests SET purged = ?, document = NULL, statement = NULL, reason = NULL, about = ? WHERE request_id = ?"
)


class Row(NamedTuple):
    """One request; times are Unix milliseconds. Its documents are read on demand (`Requests`)."""

    link: str
    request_id: str
    process_id: str
    received: int
    status: Status
    decided: int | None
    purged: int | None

    @property
    def has_lapsed(self) -> bool:
        """Whether it was purged before anybody decided."""
        return self.status == "pending" and self.purged is not None


class Requests:
    """The table of requests; every call may come from any thread."""

    def __init__(self, database: Database, seal: Seal, room: Room) -> None:
        self._database = database
        self._seal = seal
        self._room = room
        self.damaged: set[str] = set()
        """Ids of the rows that lists left out."""

    def add(self, request_id: str, process_id: str, document: Json, new_link: str, now: int) -> Row:
        """Keep a signed request and return its row; the row that was there before, where that has not lapsed.

        Args:
            request_id: Content id of the signed request.
            process_id: What it asks for.
            document: The signed request, kept as it is.
            new_link: The capability link that it gets where it was never known.
            now: Unix milliseconds.

        Raises:
            Full: When too many wait or are kept, or too much is stored.
            StorageFailed: When it could not be written.
        """
        known = self.by_id(request_id)
        if known is not None and not known.has_lapsed:
            return known
        box = self._sealed(compact(document), request_id, "document")
        row = Row(new_link, request_id, process_id, now, "pending", None, None)
        with self._database.commit():
            known = self.by_id(request_id)
            if known is not None and not known.has_lapsed:
                return known
            self._room.require(len(box))
            if known is not None:
                row = known._replace(received=now, purged=None)
                self._database.run(_ANEW, (now, box, self._about(row), request_id))
            else:
                self._database.run(
                    "INSERT INTO requests VALUES (?, ?, ?, ?, ?, 'pending', NULL, NULL, ?, NULL, NULL)",
                    (request_id, _hash(new_link), self._about(row), process_id, now, box),
                )
            self._room.took(len(box))
        return row

    def by_link(self, link: str) -> Row | None:
        """Return the request of a capability link.

        Raises:
            Damaged: When its row was changed on the disk.
        """
        return self._row(self._database.one(_BY_LINK, (_hash(link),)))

    def by_id(self, request_id: str) -> Row | None:
        """Return the request of a content id; errors as `by_link`."""
        return self._row(self._database.one(_BY_ID, (request_id,)))

    def listed(self, most: int) -> list[Row]:
        """Return so many requests at most, the oldest first: those that wait, and the newest of the others."""
        found = self._database.rows(_WAITING, (most,))
        found += self._database.rows(_OTHERS, (most - len(found),))
        found.sort(key=lambda one: (one[4], one[-1]))
        return [row for one in found if (row := self._whole(one[:-1])) is not None]

    def document(self, request_id: str) -> Json | None:
        """Return the signed request; None where it is unknown or purged."""
        text = self._part(request_id, "document")
        return None if text is None else parse(text)

    def statement(self, request_id: str) -> Json | None:
        """Return the signed statement; None where there is none, or none any more."""
        text = self._part(request_id, "statement")
        return None if text is None else parse(text)

    def reason(self, request_id: str) -> str | None:
        """Return why it was rejected; None where it was not, or the reason is purged."""
        return self._part(request_id, "reason")

    def decide(
        self, request_id: str, status: Status, now: int, *, statement: Json | None = None, reason: str | None = None
    ) -> bool:
        """Move a pending request into another state, once; return whether this call did it.

        Raises:
            Damaged: As `by_link`.
            StorageFailed: When it could not be written.
        """
        document = None if statement is None else self._sealed(compact(statement), request_id, "statement")
        words = None if reason is None else self._sealed(reason, request_id, "reason")
        with self._database.commit():
            row = self.by_id(request_id)
            if row is None or row.status != "pending" or row.purged is not None:
                return False
            about = self._about(row._replace(status=status, decided=now))
            self._database.run(_DECIDE, (status, now, document, words, about, request_id))
            self._room.decided(len(document or b"") + len(words or b""))
        return True

    def purge(self, decided_until: int, received_until: int, now: int) -> int:
        """Remove the documents of requests decided, or received and never decided, until these times; count them."""
        with self._database.commit():
            due = self._database.rows(_DUE, (decided_until, received_until))
            for found in due:
                row = self._whole(found)
                if row is None:
                    self._database.run("DELETE FROM requests WHERE request_id = ?", (found[2],))
                else:
                    self._database.run(_PURGE, (now, self._about(row._replace(purged=now)), row.request_id))
        return len(due)

    def forget(self, purged_until: int) -> int:
        """Remove the rows of requests that were purged until a time; count them."""
        with self._database.commit():
            return self._database.run("DELETE FROM requests WHERE purged <= ?", (purged_until,))

    def forget_beyond(self, most: int) -> int:
        """Remove the rows of purged requests but for so many, those purged last; count them."""
        with self._database.commit():
            return self._database.run(_FORGET_BEYOND, (most,))

    def _row(self, found: tuple[Any, ...] | None) -> Row | None:
        if found is None:
            return None
        about, link_hash, request_id, *columns = found
        link, *told = json.loads(self._seal.open(about, _place(request_id, "about")))
        if told != columns or not compare_digest(_hash(link), link_hash):
            raise damaged()
        return Row(link, request_id, *told)

    def _whole(self, found: tuple[Any, ...]) -> Row | None:
        """Return a row that was found; None for a damaged one."""
        try:
            return self._row(found)
        except Damaged:
            self.damaged.add(found[2])
            return None

    def _about(self, row: Row) -> bytes:
        """Return what is kept beside the columns of a row: the same, and its link, sealed."""
        told = (row.link, row.process_id, row.received, row.status, row.decided, row.purged)
        return self._sealed(json.dumps(told), row.request_id, "about")

    def _part(self, request_id: str, part: Part) -> str | None:
        found = self._database.one(_PARTS[part], (request_id,))
        if found is None or found[0] is None:
            return None
        return self._seal.open(found[0], _place(request_id, part)).decode()

    def _sealed(self, text: str, request_id: str, part: str) -> bytes:
        return self._seal.seal(text.encode(), _place(request_id, part))


def _place(request_id: str, column: str) -> str:
    return f"requests/{column}/{request_id}"


def _hash(link: str) -> bytes:
    return sha3(link.encode("utf-8", "surrogatepass"))
