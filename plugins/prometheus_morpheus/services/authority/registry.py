"""The requests of an authority: taken in, looked at, answered, taken back.

Rules:
* A request is on the disk before its link is told. The same one again has the same link, and keeps it; where it was
  purged undecided it waits anew.
* A capability link has 33 random bytes; whoever knows it may ask for the state of its request and take it back.
* Every step is judged by the machine of `lifecycle` and made by a commit that finds the request still pending, so of
  two clerks at once one is refused.
* A clerk's answer is judged before anything is written: a refused one changes nothing and can be sent anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus.claims.nonce import new_nonce
from prometheus.claims.request import parse_signed_request
from prometheus.errors import Conflict, NotFound, NotUnderstood
from prometheus_morpheus.services.authority.answering import read_answer
from prometheus_morpheus.services.authority.arriving import WHAT, read_request
from prometheus_morpheus.services.authority.clerk_rights import require_right
from prometheus_morpheus.services.authority.lifecycle import APPROVED, REJECTED, WITHDRAWN, require_allowed
from prometheus_morpheus.services.signed_arrivals import name_of

if TYPE_CHECKING:
    from collections.abc import Container

    from prometheus.claims.jsontext import Json
    from prometheus.identity.multicipher import PublicKey
    from prometheus_morpheus.services.authority.lifecycle import State
    from prometheus_morpheus.services.floor import Floor
    from prometheus_morpheus.services.ledger import Ledger
    from prometheus_morpheus.services.store.requests import Row

LONGEST_REASON: Final = 2000
"""Characters of a reason for a refusal."""
MOST_LISTED: Final = 10_000
"""Requests in one list."""


class Purged(NotFound):
    """It was here, and the rule for purging has taken it."""


class Registry:
    """What people and clerks do with requests; every call may come from any thread."""

    def __init__(self, floor: Floor, ledger: Ledger | None) -> None:
        self._floor = floor
        self._rows = floor.store.requests
        self._ledger = ledger

    def take_in(self, document: Json) -> str:
        """Keep a signed request and return its capability link.

        Raises:
            NotUnderstood: When it is no request that can be kept.
            Full: When there is no room.
        """
        known = self._rows.by_id(name_of(document, WHAT))
        if known is not None and not known.has_lapsed:
            return known.link
        arrived = read_request(document, self._processes())
        row = self._rows.add(arrived.request_id, arrived.process_id, arrived.document, new_nonce(), self._floor.now())
        return row.link

    def listed(self) -> list[Row]:
        """Return the requests for a clerk's list, the oldest first: those that wait, and the newest of the others."""
        return self._rows.listed(MOST_LISTED)

    def find(self, link: str) -> Row:
        """Return the request of a capability link; `NotFound` where there is none."""
        row = self._rows.by_link(link)
        if row is None:
            raise NotFound(f"Unknown capabilityLink '{link}'")
        return row

    def approve(self, link: str, statement: Json, clerk: PublicKey) -> None:
        """Answer a request with a signed statement.

        Raises:
            NotFound: When nothing has that link.
            Conflict: When it is decided already.
            NotUnderstood: When the statement does not answer it, or the clerk may not speak for the authority.
            NetworkError: When the ledger could not be asked.
        """
        row = self.find(link)
        require_allowed(row.request_id, row.status, APPROVED)
        asked = parse_signed_request(self.document(row.request_id)).content
        constraints = read_answer(statement, asked, clerk, self._floor.clock.now(), self._floor.admitted.dids)
        if self._ledger is not None:
            require_right(self._ledger, clerk, constraints)
        self._move(row, APPROVED, statement=statement)

    def reject(self, link: str, reason: Json) -> None:
        """Refuse a request.

        Raises:
            NotFound: When nothing has that link.
            Conflict: When it is decided already.
            NotUnderstood: When the reason is no text, or too long.
        """
        row = self.find(link)
        require_allowed(row.request_id, row.status, REJECTED)
        if not isinstance(reason, str):
            raise NotUnderstood(f"Rejection reason '{_shown(reason)}' is not a string")
        if len(reason) > LONGEST_REASON:
            raise NotUnderstood(f"Rejection reason is longer than {LONGEST_REASON} characters")
        self._move(row, REJECTED, reason=reason)

    def withdraw(self, link: str) -> None:
        """Take a request back, once or again; errors as `reject`."""
        row = self.find(link)
        require_allowed(row.request_id, row.status, WITHDRAWN)
        if row.status != WITHDRAWN:
            self._move(row, WITHDRAWN)

    def document(self, request_id: str) -> Json:
        """Return a signed request as it came.

        Raises:
            NotFound: When it is not known; `Purged` when it is not any more.
        """
        document = self._rows.document(request_id)
        if document is not None:
            return document
        if self._rows.by_id(request_id) is not None:
            raise Purged(f"Private contentId '{request_id}' was purged")
        raise NotFound(f"Unknown private contentId '{request_id}'")

    def _processes(self) -> Container[str]:
        """Return what a request may be for: a process that changed may still be asked for by its old id."""
        return self._floor.store.published.ever("process")

    def _move(self, row: Row, wanted: State, *, statement: Json = None, reason: str | None = None) -> None:
        now = self._floor.now()
        if self._rows.decide(row.request_id, wanted, now, statement=statement, reason=reason):
            return
        newer = self._rows.by_id(row.request_id)
        if newer is None or newer.has_lapsed:
            raise Purged(f"Request '{row.request_id}' was purged")
        require_allowed(row.request_id, newer.status, wanted)
        raise Conflict(f"Request '{row.request_id}' cannot be {wanted} now")


def _shown(reason: Json) -> str:
    """Return a value as the reference names it in a text: what is absent is ``undefined``."""
    if reason is None:
        return "undefined"
    if isinstance(reason, bool):
        return "true" if reason else "false"
    return str(reason) if isinstance(reason, (int, float)) else "[object Object]"
