"""The paths of an inspector, under the names of both generations.

    GET  /scenarios         anybody        {"scenarios": [content id…]}
    GET  /blob/{id}         anybody        a scenario, a result schema, or a presentation that was shown here
    POST /presentation      anybody        202 {"contentId"}
    GET  /presentations     a listed key  {"presentations": [{"contentId", "dateOfPresentation", "scenarioIds"}]} (ours)

With a ledger there are ``/after-proof`` and ``/validate`` too, as at a verifier. The content id of a presentation is as
hard to guess as the signature in it; who knows it may read the presentation, so that it can be handed on as a link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus.errors import NotUnderstood
from prometheus_morpheus.services.http import refusals
from prometheus_morpheus.services.http.asked import json_reply, text_refusal
from prometheus_morpheus.services.http.route import Route, both
from prometheus_morpheus.services.inspector.arriving import read_presentation
from prometheus_morpheus.services.ledger import ledger_of
from prometheus_morpheus.services.public_blobs import published
from prometheus_morpheus.services.store.room import Full
from prometheus_morpheus.services.times import iso_time
from prometheus_morpheus.services.verifier.routes import ledger_routes

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.services.floor import Floor
    from prometheus_morpheus.services.http.asked import Asked, Reply
    from prometheus_morpheus.services.ledger import Ledger
    from prometheus_morpheus.services.store.presentations import Shown

MOST_LISTED: Final = 10_000
"""Presentations in one list."""


def inspector_routes(floor: Floor, ledger: Ledger | None = None) -> tuple[Route, ...]:
    """Return the routes of an inspector; a ledger given here is asked instead of the endpoints of the floor."""
    counter = _Counter(floor)
    asked_ledger = ledger or ledger_of(floor)
    return (
        Route("scenarios", "GET", both("/scenarios", "/scenario"), counter.scenarios),
        Route("blob", "GET", ("/blob/{id}",), counter.blob),
        Route("presentation.send", "POST", ("/presentation",), counter.take_in, longest=floor.limits.document),
        Route("presentations.list", "GET", ("/presentations",), counter.received),
        *(() if asked_ledger is None else ledger_routes(asked_ledger)),
    )


class _Counter:
    """Where people show what they were asked for."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._shown = floor.store.presentations

    def scenarios(self, _asked: Asked) -> Reply:
        """Return the ids of the scenarios."""
        return json_reply({"scenarios": [*self._floor.store.published.current("scenario")]})

    def blob(self, asked: Asked) -> Reply:
        """Return a public document, or a presentation to whoever knows its id."""
        content_id = asked.names["id"]
        document = self._shown.document(content_id)
        if document is not None:
            return json_reply(document)
        row = self._shown.row(content_id)
        if row is not None:
            raise text_refusal(410, f"The presentation with contentId '{content_id}' was purged")
        return json_reply(published(self._floor, content_id))

    def take_in(self, asked: Asked) -> Reply:
        """Keep a presentation; it is on the disk before its id is told."""
        try:
            arrived = read_presentation(asked.body, self._floor.catalogue.scenarios)
            self._shown.add(arrived.content_id, asked.body, arrived.scenario_ids, self._floor.now())
        except NotUnderstood as error:
            raise text_refusal(400, error.what) from None
        except Full:
            raise refusals.no_room("presentation") from None
        return json_reply({"contentId": arrived.content_id}, 202)

    def received(self, asked: Asked) -> Reply:
        """List what arrived, the oldest first, for a key that is listed; of very many the newest."""
        self._floor.clerk(asked)
        return json_reply({"presentations": [_told(one) for one in self._shown.listed(MOST_LISTED)]})


def _told(one: Shown) -> dict[str, Json]:
    told: dict[str, Json] = {
        "contentId": one.content_id,
        "dateOfPresentation": iso_time(one.received),
        "scenarioIds": [*one.scenario_ids],
    }
    if one.purged is not None:
        told["purged"] = iso_time(one.purged)
    return told
