"""``serve authority``, ``serve inspector``, ``serve verifier`` and ``serve key``: a service until somebody stops it.

The result comes as soon as the service answers, so that whoever started it in the background can read the address; then
the log goes to standard error. Being told to stop is how it ends well, so that is 0.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from prometheus_morpheus.verbs.serve_plan import plan_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.api import Call
    from prometheus_morpheus.services.description import Description, Kind
    from prometheus_morpheus.services.running import Plan, Started


_EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound


def authority(call: Call) -> int:
    """Serve an authority."""
    return _run(call, "authority")


def inspector(call: Call) -> int:
    """Serve an inspector."""
    return _run(call, "inspector")


def verifier(call: Call) -> int:
    """Serve a verifier."""
    return _run(call, "verifier")


def key(call: Call) -> int:
    """Make the key of a service."""
    from prometheus_morpheus.services.key_file import make_key_file

    path = call.text("out")
    make_key_file(path)
    lines = (f"{call.safe(path)} holds a new key", "keep a copy of it away from the folder of the service")
    call.output.result({"file": path}, lines)
    return 0


def _run(call: Call, kind: Kind) -> int:
    import asyncio

    from prometheus_memory.process import forbid_dumps

    forbid_dumps()
    asyncio.run(_serve(call, plan_of(call, kind)))
    return 0


async def _serve(call: Call, plan: Plan) -> None:
    import asyncio
    import signal

    from prometheus_morpheus.services.http.journal import Journal
    from prometheus_morpheus.services.running import running

    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    journal = Journal(call.clock, sys.stderr)
    async with running(plan, call.clock, journal) as started:
        for number in (signal.SIGINT, signal.SIGTERM):  # until it is served, either ends it at once
            loop.add_signal_handler(number, stop.set)
        _introduce(call, plan, started)
        await stop.wait()
        journal.event("stopping")
    journal.event("stopped")


def _introduce(call: Call, plan: Plan, started: Started) -> None:
    """Say where it is, what it offers and what is missing; at once, since the command goes on."""
    document = {
        **started.description.as_json(),
        "listens_at": started.listens_at,
        "folder": plan.folder,
        "new": [*started.new],
        "clerks": len(started.admitted.clerks),
        "ledgers": [*plan.ledgers],
        "purged": started.purged,
    }
    call.output.result(document, _lines(call, plan, started))
    sys.stdout.flush()
    for what, earlier in started.changed:
        call.warn(
            f"{call.safe(what)} was {earlier} until now; people who know that one will be refused: give it a version "
            "of its own"
        )
    if plan.kind == "authority" and not started.admitted.clerks:
        call.warn("no clerk is named, so nobody may decide: give --clerk PUBLIC_KEY, or write one into the file clerks")
    if plan.kind == "authority" and not plan.ledgers:
        call.warn("no ledger is named, so a clerk whose rights were revoked is not noticed here")
    if plan.kind == "authority" and not plan.dids:
        call.warn("no DID is named, so a clerk may sign in any name: give --did with that of the authority")
    if plan.kind == "authority" and started.admitted.requesters == frozenset():
        call.warn("nobody is listed, so nobody but clerks may send a request: write keys into the file requesters")
    if plan.kind == "inspector" and not started.admitted.clerks:
        call.warn("no key is listed, so nobody may list what arrives: give --clerk, or write one into the file clerks")
    if not plan.url and (plan.is_behind_proxy or plan.host in _EVERY_ADDRESS):
        call.note(f"people read {started.listens_at} on the page: give --url with the address that they reach")
    if plan.is_behind_proxy:
        call.note("whoever reaches this port without the proxy can say to be anybody: close it to others")
    call.note("stop it with Ctrl-C")


def _lines(call: Call, plan: Plan, started: Started) -> Iterator[str]:
    shown: Description = started.description
    yield f"{call.safe(shown.url)}   {'an' if plan.kind != 'verifier' else 'a'} {plan.kind}"
    if started.listens_at != shown.url:
        yield f"listens at {started.listens_at}"
    yield ""
    for offer in shown.offers:
        new = "   (new)" if offer.content_id in started.new else ""
        yield f"{call.safe(offer.name)}, version {offer.version}{new}"
        yield f"  {offer.content_id}"
    if shown.offers:
        yield ""
    yield from _about_people(call, plan, started)
    yield from shown.rule
    yield ""
    for what, command in shown.commands:
        yield f"{what}:"
        yield f"  {call.safe(command)}"


def _about_people(call: Call, plan: Plan, started: Started) -> Iterator[str]:
    if plan.folder is not None:
        yield f"kept in   {call.safe(plan.folder)}"
        yield f"clerks    {len(started.admitted.clerks) or 'none'}"
    if plan.ledgers:
        yield f"ledger    {call.safe(', '.join(plan.ledgers))}"
    if started.purged:
        yield f"purged    {started.purged} at this start"
    yield ""
