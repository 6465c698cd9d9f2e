"""An inspector's service, as holders and the inspector ask it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from prometheus.claims.digest import content_id as id_of
from prometheus_morpheus.asking_services import paths, published
from prometheus_morpheus.asking_services.attempts import LONGEST_DOCUMENT, Wanted
from prometheus_morpheus.asking_services.reading import Reader

if TYPE_CHECKING:
    from prometheus.api import Published, ReceivedPresentation
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.asking_services.caller import Caller


class AskedInspector:
    """The `Inspector` at one address."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._reader = Reader(caller.garbage)
        self._unread = 0

    @property
    def unread(self) -> int:
        """How many entries of the newest list were left out."""
        return self._unread

    def scenarios(self) -> tuple[Published, ...]:
        """Return every scenario that it publishes, whole."""

        async def ask() -> tuple[Published, ...]:
            async with self._caller.talking() as talk:
                listed = self._reader.ids(await talk.answer(Wanted("GET", paths.SCENARIOS)), "scenarios")
                return await published.scenarios(talk, listed)

        return asyncio.run(ask())

    def send(self, signed_presentation: Json) -> str:
        """Hand in a signed presentation and return its content id."""
        own = id_of(signed_presentation)
        came = self._reader.own_id(self._answer(Wanted("POST", paths.PRESENTATION, signed_presentation, "welcome")))
        if came != own:
            raise self._caller.garbage(f"it keeps another document than the one sent: {came} instead of {own}")
        return own

    def presentation(self, content_id: str) -> Json:
        """Return a presentation by its content id."""

        async def ask() -> Json:
            async with self._caller.talking() as talk:
                return await published.document(talk, paths.blob(content_id), content_id)

        return asyncio.run(ask())

    def received(self) -> tuple[ReceivedPresentation, ...]:
        """Return what has arrived."""
        wanted = Wanted("GET", paths.PRESENTATIONS, proof="needed", longest=LONGEST_DOCUMENT)
        found, self._unread = self._reader.received(self._answer(wanted))
        return found

    def _answer(self, wanted: Wanted) -> Json:
        async def ask() -> Json:
            async with self._caller.talking() as talk:
                return await talk.answer(wanted)

        return asyncio.run(ask())
