"""The paths of an authority, under the names of both generations, and the forms of its answers.

    GET  /processes                     anybody       {"processes": [content id…]}
    GET  /blob/{id}                     anybody       a process or a schema
    POST /requests                      as listed     202 {"capabilityLink"}
    GET  /requests/{link}/status        the link      {"status", "signedStatement", "rejectionReason"}
    POST /requests/{link}/withdraw      the link      {"success": true}                        (ours)
    GET  /requests                      a clerk       {"requests": […]}
    GET  /private-blob/{id}             a clerk       the signed request
    POST /requests/{link}/approve       a clerk       {"success": true}
    POST /requests/{link}/reject        a clerk       {"success": true}

Two differences from the reference service, both on purpose: a private blob needs a clerk's token, and an answer is
judged against its request before it is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.errors import Conflict, NetworkError, NotFound, NotUnderstood
from prometheus_morpheus.services.authority.clerk_rights import ClerkRights
from prometheus_morpheus.services.authority.registry import Purged, Registry
from prometheus_morpheus.services.http import refusals
from prometheus_morpheus.services.http.asked import forbidden, json_reply, object_refusal, text_refusal
from prometheus_morpheus.services.http.route import Route, both
from prometheus_morpheus.services.ledger import ledger_of
from prometheus_morpheus.services.public_blobs import published
from prometheus_morpheus.services.store.room import Full
from prometheus_morpheus.services.times import iso_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus.claims.jsontext import Json
    from prometheus.errors import PrometheusError
    from prometheus_morpheus.services.floor import Floor
    from prometheus_morpheus.services.http.asked import Asked, Refused, Reply
    from prometheus_morpheus.services.ledger import Ledger
    from prometheus_morpheus.services.store.requests import Row

_DONE: dict[str, Json] = {"success": True}
_REFUSALS = (Conflict, NotFound, NotUnderstood, NetworkError)


def authority_routes(floor: Floor, ledger: Ledger | None = None) -> tuple[Route, ...]:
    """Return the routes of an authority; a ledger given here is asked instead of the endpoints of the floor."""
    desk = _Desk(floor, ledger or ledger_of(floor))
    longest, asks = floor.limits.document, desk.asks_ledger
    one, status = ("/requests/{link}", "/request/{link}"), "/status"
    return (
        Route("processes", "GET", both("/processes", "/process"), desk.processes),
        Route("blob", "GET", ("/blob/{id}",), desk.blob),
        Route(
            "requests.send",
            "POST",
            both("/requests", "/request"),
            desk.send,
            longest=longest,
            before=None if floor.admitted.requesters is None else floor.may_ask,
        ),
        Route("requests.status", "GET", both(one[0] + status, one[1] + status), desk.status),
        Route("requests.withdraw", "POST", both(one[0] + "/withdraw", one[1] + "/withdraw"), desk.withdraw),
        Route("requests.list", "GET", both("/requests", "/request"), desk.requests, asks_others=asks),
        Route(
            "private-blob",
            "GET",
            both("/private-blob/{id}", "/privateBlob/{id}"),
            desk.private_blob,
            asks_others=asks,
        ),
        Route(
            "requests.approve",
            "POST",
            both(one[0] + "/approve", one[1] + "/approve"),
            desk.approve,
            longest=longest,
            asks_others=asks,
            before=floor.may_decide,
        ),
        Route("requests.reject", "POST", both(one[0] + "/reject", one[1] + "/reject"), desk.reject, asks_others=asks),
    )


class _Desk:
    """Reads what is asked, has it done, and writes what comes of it."""

    def __init__(self, floor: Floor, ledger: Ledger | None) -> None:
        self._floor = floor
        self._registry = Registry(floor, ledger)
        self._rights = None if ledger is None else ClerkRights(ledger, floor.admitted.dids, floor.clock)
        self.asks_ledger = ledger is not None

    def processes(self, _asked: Asked) -> Reply:
        """Return the ids of the processes."""
        return json_reply({"processes": [*self._floor.store.published.current("process")]})

    def blob(self, asked: Asked) -> Reply:
        """Return a public document."""
        return json_reply(published(self._floor, asked.names["id"]))

    def send(self, asked: Asked) -> Reply:
        """Take a request in."""
        self._floor.requester(asked)
        try:
            link = self._registry.take_in(asked.body)
        except NotUnderstood as error:
            raise text_refusal(400, error.what) from None
        except Full:
            raise refusals.no_room("request") from None
        return json_reply({"capabilityLink": link}, 202)

    def status(self, asked: Asked) -> Reply:
        """Tell what became of a request."""
        row = self._by_link(asked)
        rows = self._floor.store.requests
        told: dict[str, Json] = {
            "status": row.status,
            "signedStatement": rows.statement(row.request_id),
            "rejectionReason": rows.reason(row.request_id),
        }
        if row.purged is not None:
            told["purged"] = iso_time(row.purged)
        return json_reply(told)

    def withdraw(self, asked: Asked) -> Reply:
        """Take a request back."""
        return self._done(lambda: self._registry.withdraw(asked.names["link"]), _as_text)

    def requests(self, asked: Asked) -> Reply:
        """List requests for a clerk."""
        self._clerk(asked)
        return json_reply({"requests": [_told(row) for row in self._registry.listed()]})

    def private_blob(self, asked: Asked) -> Reply:
        """Return a signed request to a clerk."""
        self._clerk(asked)
        try:
            return json_reply(self._registry.document(asked.names["id"]))
        except NotFound as error:
            raise _as_object(error) from None

    def approve(self, asked: Asked) -> Reply:
        """Take a clerk's statement."""
        clerk = self._floor.clerk(asked).public_key
        return self._done(lambda: self._registry.approve(asked.names["link"], asked.body, clerk), _as_object)

    def reject(self, asked: Asked) -> Reply:
        """Take a clerk's refusal."""
        self._clerk(asked)
        reason = asked.body.get("rejectionReason") if isinstance(asked.body, dict) else None
        return self._done(lambda: self._registry.reject(asked.names["link"], reason), _as_object)

    def _clerk(self, asked: Asked) -> None:
        """Refuse whoever is no clerk, or may not speak for the authority any more."""
        key = self._floor.clerk(asked).public_key
        try:
            may = self._rights is None or self._rights.may_decide(key)
        except NetworkError as error:
            raise _as_object(error) from None
        if not may:
            raise forbidden(f"Error: Public key {key.text} is not authorized")

    def _by_link(self, asked: Asked) -> Row:
        try:
            return self._registry.find(asked.names["link"])
        except NotFound as error:
            raise _as_text(error) from None

    def _done(self, act: Callable[[], None], refusal: Callable[[PrometheusError], Refused]) -> Reply:
        try:
            act()
        except _REFUSALS as error:
            raise refusal(error) from None
        return json_reply(_DONE)


def _told(row: Row) -> dict[str, Json]:
    told: dict[str, Json] = {
        "capabilityLink": row.link,
        "requestId": row.request_id,
        "dateOfRequest": iso_time(row.received),
        "status": row.status,
        "processId": row.process_id,
        "notes": None,
    }
    if row.purged is not None:
        told["purged"] = iso_time(row.purged)
    return told


def _as_text(error: PrometheusError) -> Refused:
    return text_refusal(_status(error), error.what)


def _as_object(error: PrometheusError) -> Refused:
    return object_refusal(_status(error), error.what)


def _status(error: PrometheusError) -> int:
    if isinstance(error, NotFound):
        return 410 if isinstance(error, Purged) else 404
    return 502 if isinstance(error, NetworkError) else 400
