"""A floor for services under test, and routes served on a real socket by a loop in a thread of its own."""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from prometheus.claims.digest import content_id
from prometheus.claims.process import parse_process
from prometheus.claims.scenario import parse_scenario
from prometheus_morpheus.services.catalogue import OfferedProcess, OfferedScenario, catalogue_of
from prometheus_morpheus.services.clerks import Admitted
from prometheus_morpheus.services.floor import Floor
from prometheus_morpheus.services.http.journal import Journal
from prometheus_morpheus.services.http.server import running
from prometheus_morpheus.services.limits import Limits
from prometheus_morpheus.services.sealing import Seal
from prometheus_morpheus.services.store.opening import open_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from prometheus.ports import Clock
    from prometheus_morpheus.services.http.route import Route


def laid_floor(
    clock: Clock,
    *,
    processes: Iterable[Any] = (),
    scenarios: Iterable[Any] = (),
    clerks: Iterable[str] = (),
    requesters: Iterable[str] | None = None,
    dids: Iterable[str] = (),
    limits: Limits | None = None,
    folder: str | None = None,
    key: bytes | None = None,
    ledgers: tuple[str, ...] = (),
) -> Floor:
    """Return a floor on a store in memory, or in a folder; documents are JSON values with whole schemas."""
    takes = limits or Limits()
    offered = tuple(OfferedProcess(content_id(one), parse_process(one)) for one in processes)
    asked = tuple(OfferedScenario(content_id(one), parse_scenario(one)) for one in scenarios)
    catalogue = catalogue_of(offered, asked)
    store = open_store(folder, Seal(key or os.urandom(32)), takes)
    admitted = Admitted(frozenset(clerks), None if requesters is None else frozenset(requesters), frozenset(dids))
    floor = Floor(store, catalogue, admitted, takes, clock, ledgers)
    store.published.publish(catalogue.documents, floor.now())
    return floor


@contextmanager
def served(
    routes: Iterable[Route],
    clock: Clock,
    limits: Limits | None = None,
    *,
    log: TextIO | None = None,
    is_behind_proxy: bool = False,
) -> Iterator[str]:
    """Serve routes at a free port of the loopback, and give the URL."""
    loop, found, stop = asyncio.new_event_loop(), "", asyncio.Event()
    began = threading.Event()

    async def serve() -> None:
        nonlocal found
        journal = Journal(clock, log)
        async with running(
            routes, limits or Limits(), clock, journal=journal, is_behind_proxy=is_behind_proxy
        ) as service:
            found = service.url
            began.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert began.wait(10), "the service did not start"
    try:
        yield found
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)
        loop.close()
