"""A whole service: its folder read, its store opened and purged, its routes served, until the context ends.

Rules:
* Nothing is served before everything was read and the port is ours. What is wrong is told then.
* The purge runs at start and every day; one that fails, in whatever way, is told in the log and tried again. The log
  tells then, too, how many rows were found changed on the disk.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from prometheus.claims.jsontext import compact
from prometheus.errors import NotFound
from prometheus.model.hosts import host_of, is_loopback
from prometheus.model.service_address import service_address
from prometheus_morpheus.listening import listen, url_of
from prometheus_morpheus.services.catalogue import Catalogue, read_catalogue
from prometheus_morpheus.services.clerks import Admitted, read_admitted
from prometheus_morpheus.services.description import describe
from prometheus_morpheus.services.floor import Floor
from prometheus_morpheus.services.http.asked import json_reply
from prometheus_morpheus.services.http.page import page_of
from prometheus_morpheus.services.http.route import Route
from prometheus_morpheus.services.http.server import running as running_routes
from prometheus_morpheus.services.limits import Limits
from prometheus_morpheus.services.purging import EVERY_SECONDS, Rule, purge
from prometheus_morpheus.services.sealing import Seal
from prometheus_morpheus.services.store.opening import open_store

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import AsyncIterator, Callable, Iterator

    from prometheus.claims.jsontext import Json
    from prometheus.ports import Clock
    from prometheus_morpheus.services.description import Description, Kind
    from prometheus_morpheus.services.http.asked import Asked, Reply
    from prometheus_morpheus.services.http.journal import Journal
    from prometheus_morpheus.services.store.published import PublishedDocuments


class Plan(NamedTuple):
    """What is to be served, and how; a verifier has no folder and no seal."""

    kind: Kind
    folder: str | None
    seal: Seal | None
    host: str
    port: int
    url: str = ""
    """Under which others reach it; the address listened at when empty."""
    clerks: tuple[str, ...] = ()
    is_open: bool = True
    dids: tuple[str, ...] = ()
    ledgers: tuple[str, ...] = ()
    rule: Rule = Rule()
    limits: Limits = Limits()
    tls: ssl.SSLContext | None = None
    is_behind_proxy: bool = False
    name: str = ""
    """What whoever runs it calls themselves."""


class Started(NamedTuple):
    """A service that answers: how it describes itself, which documents are new, who may decide, what was purged.

    `changed` names what is another document than before under the same name and version, with its earlier id.
    """

    description: Description
    catalogue: Catalogue
    admitted: Admitted
    new: tuple[str, ...]
    purged: int
    listens_at: str
    changed: tuple[tuple[str, str], ...] = ()


@asynccontextmanager
async def running(plan: Plan, clock: Clock, journal: Journal) -> AsyncIterator[Started]:
    """Serve what a plan says while the context is open.

    Raises:
        Conflict: When the port is taken, or another service has the folder.
        NotFound: When there is nothing to offer.
        NotUnderstood: When a file of the folder is wrong, or the key is another.
        Damaged: When the store is.
    """
    with ExitStack() as stack:
        catalogue, admitted = _offered(plan), _admitted(plan)
        door = stack.enter_context(listen(plan.host, plan.port, what="a service", option="--listen"))
        listens_at = url_of(door, has_tls=plan.tls is not None)
        url = plan.url or listens_at
        store = open_store(plan.folder, plan.seal or Seal.for_this_run(), plan.limits)
        stack.callback(store.close)
        floor = Floor(store, catalogue, admitted, plan.limits, clock, plan.ledgers, _own_addresses(plan, listens_at))
        changed = tuple(_changed(plan.kind, store.published, catalogue))
        new = store.published.publish(catalogue.documents, floor.now())
        purged = purge(store, plan.rule, floor.now())
        description = describe(plan.kind, url, catalogue, plan.rule, is_open=plan.is_open, name=plan.name)
        async with _served(plan, floor, description, door, journal), _purged_daily(plan, floor, journal):
            yield Started(description, catalogue, admitted, new, purged, listens_at, changed)


def routes_of(kind: Kind, floor: Floor, description: Description) -> tuple[Route, ...]:
    """Return every route of a service, the page and its health among them."""
    return (
        *_routes_of_kind(kind)(floor),
        Route("page", "GET", ("/",), page_of(description)),
        Route("health", "GET", ("/health",), _health(kind, floor)),
    )


def _changed(kind: Kind, published: PublishedDocuments, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield what people knew otherwise under the same name and version, and under which id they did."""
    ever = published.ever("process" if kind == "authority" else "scenario")
    known: dict[str, str] = {}
    for content_id in ever:
        document = published.blob(content_id)
        if isinstance(document, dict):
            known[_named(document.get("name"), document.get("version"))] = content_id
    offers = [(one.content_id, one.process.name, one.process.version) for one in catalogue.processes]
    if kind != "authority":
        offers = [(one.content_id, one.scenario.name, one.scenario.version) for one in catalogue.scenarios]
    for content_id, name, version in offers:
        named = _named(name, version)
        if content_id not in ever and named in known:
            yield named, known[named]


def _named(name: Json, version: Json) -> str:
    return f"{name}, version {compact(version)}"


def _routes_of_kind(kind: Kind) -> Callable[[Floor], tuple[Route, ...]]:
    if kind == "authority":
        from prometheus_morpheus.services.authority.routes import authority_routes

        return authority_routes
    if kind == "inspector":
        from prometheus_morpheus.services.inspector.routes import inspector_routes

        return inspector_routes
    from prometheus_morpheus.services.verifier.routes import verifier_routes

    return verifier_routes


def _own_addresses(plan: Plan, listens_at: str) -> tuple[str, ...]:
    """Return under which addresses people surely reach it; what another machine calls it only its operator knows."""
    is_direct = service_address(listens_at, allow_http=True).is_loopback and not plan.is_behind_proxy
    return tuple(url for url in (plan.url, listens_at if is_direct else "") if url)


def _health(kind: Kind, floor: Floor) -> Callable[[Asked], Reply]:
    def answer(_asked: Asked) -> Reply:
        floor.store.database.one("SELECT 1")
        return json_reply({"service": kind, "status": "ok"})

    return answer


def _offered(plan: Plan) -> Catalogue:
    if plan.folder is None:
        return Catalogue((), (), ())
    found = read_catalogue(plan.folder)
    offers, folder = (found.processes, "processes") if plan.kind == "authority" else (found.scenarios, "scenarios")
    if not offers:
        raise NotFound(
            f"there is nothing to offer in {plan.folder}/{folder}",
            code="SERVICE-EMPTY",
            meaning=f"an {plan.kind} publishes at least one file there, whose name ends with .json",
            remedy="prometheus schema show NAME --out FILE writes a process"
            if plan.kind == "authority"
            else "write a scenario that names a process and fields of its claims",
        )
    return found


def _admitted(plan: Plan) -> Admitted:
    if plan.folder is None:
        return Admitted(frozenset())
    return read_admitted(plan.folder, plan.clerks, is_open=plan.is_open, dids=plan.dids)


@asynccontextmanager
async def _served(
    plan: Plan, floor: Floor, description: Description, door: socket.socket, journal: Journal
) -> AsyncIterator[None]:
    serving = running_routes(
        routes_of(plan.kind, floor, description),
        plan.limits,
        floor.clock,
        door=door,
        journal=journal,
        tls=plan.tls,
        is_behind_proxy=plan.is_behind_proxy,
        name_elsewhere=_name_elsewhere(plan),
    )
    async with serving:
        yield


def _name_elsewhere(plan: Plan) -> str | None:
    """Return what a service of this machine alone is called besides, maybe nothing; None where others reach it."""
    is_alone = is_loopback(plan.host.lower()) and not plan.is_behind_proxy
    return host_of(plan.url).lower() if is_alone else None


@asynccontextmanager
async def _purged_daily(plan: Plan, floor: Floor, journal: Journal) -> AsyncIterator[None]:
    task = asyncio.create_task(_purge_daily(plan, floor, journal))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _purge_daily(plan: Plan, floor: Floor, journal: Journal) -> None:
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            purged = await asyncio.to_thread(purge, floor.store, plan.rule, floor.now())
        except Exception as error:  # noqa: BLE001 - the next round is worth more than knowing each way to fail
            journal.failed("purge", error)
        else:
            journal.event("purged", documents=purged)
            left_out = floor.store.left_out()
            if left_out:
                journal.event("damaged", rows=left_out)
