"""Whom a verb asks, and how: endpoints from ``--ledger``, the environment or the configuration, asked in one session.

    answer = asked(call, lambda nodes: resolve(nodes, did, call.clock))

Plain http to another machine is told, for everybody on the way can read what is asked and change what is answered.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from prometheus.errors import NotFound, Offline, TimedOut
from prometheus_morpheus.client.endpoint import parse_endpoints
from prometheus_morpheus.pins import file_pins
from prometheus_morpheus.verbs.laid_out import noted, warned

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from prometheus.api import Call
    from prometheus_morpheus.client.endpoint import Endpoint
    from prometheus_morpheus.client.ports import LedgerNode

Answer = TypeVar("Answer")


def endpoints_of(call: Call) -> tuple[Endpoint, ...]:
    """Return the endpoints that a call means; none where nobody is named or nobody is to be asked.

    Raises:
        NotUnderstood: When one is no endpoint.
    """
    if call.setting("offline") is not None:
        return ()
    found = parse_endpoints(call.setting("ledger") or "")
    for endpoint in found:
        if endpoint.is_open_to_eavesdroppers:
            warned(call, f"{endpoint.base_url} is asked without encryption")
    return found


def named_endpoints(call: Call) -> list[str]:
    """Return the URLs of whom a call would send something to, without a word about them; none where none is named."""
    if call.setting("offline") is not None:
        return []
    return [endpoint.base_url for endpoint in parse_endpoints(call.setting("ledger") or "")]


def required_endpoints(call: Call) -> tuple[Endpoint, ...]:
    """Return the endpoints that a call means.

    Raises:
        NotFound: When it names none.
    """
    found = endpoints_of(call)
    if not found:
        raise NotFound(
            "no ledger is named",
            code="LEDGER-UNNAMED",
            meaning="this needs an endpoint to ask",
            remedy="give --ledger local (`prometheus ledger dev` runs one on this machine) or the URL of a node; "
            'to keep it, write `ledger = "local"` into config.toml',
        )
    return found


def asked(call: Call, question: Callable[[tuple[LedgerNode, ...]], Awaitable[Answer]]) -> Answer:
    """Return the answer to a question that is put to the nodes a call names.

    Raises:
        NotFound: When it names none.
        NetworkError: As the question.
    """
    return asked_at(required_endpoints(call), call, question)


def asked_if_reachable(call: Call, question: Callable[[tuple[LedgerNode, ...]], Awaitable[Answer]]) -> Answer | None:
    """Return the answer to a question of somebody who wants to pay; None where nobody can be reached, which is told.

    Raises:
        NotFound: With ``--dry-run``, when nobody is named.
        Offline: With ``--dry-run``, when nobody can be reached; TimedOut when nobody answers in time.
    """
    endpoints = required_endpoints(call) if call.flag("dry_run") else endpoints_of(call)
    try:
        if endpoints:
            return asked_at(endpoints, call, question)
    except (Offline, TimedOut) as error:
        if call.flag("dry_run"):
            raise
        why = error.what
    else:
        why = "nobody is asked"
    noted(call, f"{why}: it will be kept here, and sent with `prometheus ledger pending`")
    return None


def asked_at(
    endpoints: tuple[Endpoint, ...], call: Call, question: Callable[[tuple[LedgerNode, ...]], Awaitable[Answer]]
) -> Answer:
    """Return the answer to a question that is put to these endpoints."""
    answers: list[Answer] = []  # of what its coroutine returns, `asyncio.run` makes a text, however long it is

    async def ask() -> None:
        from prometheus_morpheus.client.connecting import connected

        async with connected(endpoints, file_pins(call.places), call.clock) as nodes:
            answers.append(await question(nodes))

    asyncio.run(ask())
    return answers[0]
