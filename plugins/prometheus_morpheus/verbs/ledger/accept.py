"""``ledger accept``: take the network that an endpoint serves now for the right one, after it has changed.

The one way in which a pinned network is replaced. What was pinned and what is served now are shown side by side; an
endpoint that was given by the name of a known network is refused unless it is of that network.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from prometheus.errors import NoConsent
from prometheus_morpheus.client.endpoint import parse_endpoint
from prometheus_morpheus.client.identity_pin import NewPins, in_words, lacks_second_block, pin_name
from prometheus_morpheus.pins import file_pins

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus.api import Call
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.client.endpoint import Endpoint


def run(call: Call) -> int:
    """Show both networks, ask, and pin the new one."""
    endpoint = parse_endpoint(call.text("endpoint"))
    pins, name = file_pins(call.places), pin_name(endpoint)
    before, now = pins.get(name), _served(call, endpoint)
    if before == now or (before is not None and lacks_second_block(before, now)):
        pins.put(name, now)
        call.output.result(_document(endpoint, now, changed=False), [f"{endpoint.base_url} serves what it served"])
        return 0
    if before is not None:
        call.show([f"{endpoint.base_url} served", f"  {in_words(before)}", "and now serves", f"  {in_words(now)}"])
        if not call.confirm("take the new one for the right one?"):
            raise NoConsent("the pinned network stays", remedy="the endpoint stays refused until it serves that again")
    pins.put(name, now)
    call.output.result(
        _document(endpoint, now, changed=True), [f"{endpoint.base_url} is pinned to", f"  {in_words(now)}"]
    )
    return 0


def _served(call: Call, endpoint: Endpoint) -> dict[str, Json]:
    from prometheus_morpheus.client.connecting import connected

    fresh = NewPins()

    async def ask() -> None:
        async with connected([endpoint], fresh, call.clock) as (node,):
            await node.configuration()

    asyncio.run(ask())
    return fresh.pins[pin_name(endpoint)]


def _document(endpoint: Endpoint, pin: Mapping[str, Json], *, changed: bool) -> dict[str, Json]:
    return {"endpoint": endpoint.base_url, "network": dict(pin), "changed": changed}
