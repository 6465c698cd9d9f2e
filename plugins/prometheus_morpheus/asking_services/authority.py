"""An authority's service, as holders and clerks ask it.

A repeated approval or rejection whose first answer was lost is refused by the service, because the request is decided;
then what was decided is looked up, and it counts as done when it is the same.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from prometheus.claims.digest import content_id
from prometheus_morpheus.asking_services import paths, published
from prometheus_morpheus.asking_services.attempts import LONGEST_DOCUMENT, Wanted
from prometheus_morpheus.asking_services.errors import ServiceRefused
from prometheus_morpheus.asking_services.reading import Reader
from prometheus_morpheus.asking_services.refusals import is_no_such_path, words_of

if TYPE_CHECKING:
    from prometheus.api import Published, RequestStatus, WaitingRequest
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.asking_services.caller import Caller


class AskedAuthority:
    """The `Authority` at one address."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._reader = Reader(caller.garbage)
        self._unread = 0

    @property
    def unread(self) -> int:
        """How many entries of the newest list were left out."""
        return self._unread

    def processes(self) -> tuple[Published, ...]:
        """Return every process that it publishes, whole."""

        async def ask() -> tuple[Published, ...]:
            async with self._caller.talking() as talk:
                listed = self._reader.ids(await talk.answer(Wanted("GET", paths.PROCESSES)), "processes")
                return await published.processes(talk, listed)

        return asyncio.run(ask())

    def process(self, content_id: str) -> Published:
        """Return one process, whole."""

        async def ask() -> Published:
            async with self._caller.talking() as talk:
                (found,) = await published.processes(talk, [content_id])
                return found

        return asyncio.run(ask())

    def send(self, signed_request: Json) -> str:
        """Hand in a signed request and return its capability link."""
        wanted = Wanted("POST", paths.REQUESTS, signed_request, "welcome")
        return self._reader.link(self._answer(wanted))

    def status(self, link: str) -> RequestStatus:
        """Return what became of a request."""
        wanted = Wanted("GET", paths.of_request(link, "status"), longest=LONGEST_DOCUMENT)
        return self._reader.status(self._answer(wanted))

    def withdraw(self, link: str) -> bool:
        """Take a request back; return False where the service has no such way."""

        async def ask() -> bool:
            async with self._caller.talking() as talk:
                reply = await talk.reply(Wanted("POST", paths.of_request(link, "withdraw")))
                if is_no_such_path(reply):
                    return False
                if reply.status < 300:
                    self._reader.success(talk.parsed(reply))
                elif not _says_state(words_of(reply), "withdrawn", "withdrawn"):
                    raise self._caller.refusal(reply)
                return True

        return asyncio.run(ask())

    def requests(self) -> tuple[WaitingRequest, ...]:
        """Return every request that the clerk may see."""
        wanted = Wanted("GET", paths.REQUESTS, proof="needed", longest=LONGEST_DOCUMENT)
        found, self._unread = self._reader.waiting(self._answer(wanted))
        return found

    def private_blob(self, content_id: str) -> Json:
        """Return a signed request by its content id."""

        async def ask() -> Json:
            async with self._caller.talking() as talk:
                return await published.document(talk, paths.private_blob(content_id), content_id, is_private=True)

        return asyncio.run(ask())

    def approve(self, link: str, signed_statement: Json) -> None:
        """Hand in the statement that answers a request."""
        wanted = Wanted("POST", paths.of_request(link, "approve"), signed_statement, "needed")
        try:
            self._reader.success(self._answer(wanted))
        except ServiceRefused as refused:
            if not _says_state(refused.message, "approved", "approved"):
                raise
            kept = self.status(link).statement
            if kept is None or content_id(kept) != content_id(signed_statement):
                raise

    def reject(self, link: str, reason: str) -> None:
        """Say no to a request."""
        wanted = Wanted("POST", paths.of_request(link, "reject"), {"rejectionReason": reason}, "needed")
        try:
            self._reader.success(self._answer(wanted))
        except ServiceRefused as refused:
            if not _says_state(refused.message, "rejected", "rejected") or self.status(link).reason != reason:
                raise

    def _answer(self, wanted: Wanted) -> Json:
        async def ask() -> Json:
            async with self._caller.talking() as talk:
                return await talk.answer(wanted)

        return asyncio.run(ask())


def _says_state(words: str, act: str, state: str) -> bool:
    """Whether a service refuses an act because the request is in that state already."""
    return f"cannot be {act} in state {state}" in words
