"""``wallet balance``: what accounts hold, by every endpoint, and what waits here to be sent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prometheus.errors import NetworkError, Offline, TimedOut
from prometheus.model.laid_out import laid
from prometheus_morpheus.transactions.addresses import is_address
from prometheus_morpheus.verbs.asking import asked, named_endpoints
from prometheus_morpheus.verbs.at_desk import at_desk
from prometheus_morpheus.verbs.did.lines import age
from prometheus_morpheus.verbs.laid_out import warned
from prometheus_morpheus.verbs.wallet.place import network_for, refuse_other_network
from prometheus_morpheus.wallet.address_book import AddressBook
from prometheus_morpheus.wallet.coins import coins_of, shown
from prometheus_morpheus.wallet.purse import purse_at
from prometheus_morpheus.wallet.remembered import recall, remember
from prometheus_morpheus.wallet.waiting import waiting_by_sender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from prometheus.api import Call, OpenVault
    from prometheus_morpheus.client.answers import Wallet
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.sending.desk import Desk
    from prometheus_morpheus.transactions.networks import HydraNetwork

_MOST_ACCOUNTS: Final = 20


class Place(NamedTuple):
    """Something to be asked about: what it is called, its address, and flakes that wait here to leave it."""

    called: str
    address: str
    waiting: int = 0


class Holding(NamedTuple):
    """What one address holds: the wallet as the first endpoint tells it, and what others tell instead."""

    place: Place
    wallet: Wallet
    differing: tuple[str, ...]


def run(call: Call) -> int:
    """Show what accounts or an address hold."""
    network = network_for(call)
    whose = call.maybe("whose")
    if whose is not None and is_address(whose):
        found = asked(call, lambda nodes: _ask(call, nodes, network, [Place("", whose)], until_unused=False))
    else:
        with call.open_vault() as vault:
            found = _of_the_vault(call, vault, network, whose)
    for holding in found:
        for said in holding.differing:
            warned(call, f"the endpoints differ about {holding.place.address}: {said}")
    lines = [line for each in found for line in _lines(each, network.token, call.safe)]
    call.output.result(_document(found, network), lines)
    return 0


def _of_the_vault(call: Call, vault: OpenVault, network: HydraNetwork, whose: str | None) -> list[Holding]:
    """Return what a saved name holds, or the person's own accounts: of these it is kept for when nobody answers."""
    if whose is not None:
        address, name = AddressBook(vault.store).resolve(whose, network)
        return asked(call, lambda nodes: _ask(call, nodes, network, [Place(name, address)], until_unused=False))
    only = call.number("account")
    numbers = range(_MOST_ACCOUNTS) if only is None else (only,)
    purses = [purse_at(vault, network, number) for number in numbers]
    waiting = waiting_by_sender(at_desk(call, vault, _still_pending), network.address_byte)
    places = [Place(each.place, each.address, waiting.get(each.public_key.hex(), 0)) for each in purses]
    try:
        found = asked(call, lambda nodes: _ask(call, nodes, network, places, until_unused=only is None))
    except (Offline, TimedOut):
        _tell_known(call, vault, places, network.token)
        raise
    undisputed = [(each.place.address, each.wallet.balance) for each in found if not each.differing]
    remember(vault.store, undisputed, named_endpoints(call), call.clock.now())
    return found


def _tell_known(call: Call, vault: OpenVault, places: Sequence[Place], token: str) -> None:
    """Say what accounts were last known to hold."""
    for place in places:
        known = recall(vault.store, place.address)
        if known is not None:
            when = age(known.age_s(call.clock.now()))
            call.note(
                f"last known: {place.called} at {place.address}\n            {shown(known.flakes, token)}, {when}"
            )


async def _still_pending(desk: Desk) -> tuple[Action, ...]:
    """Return what waits for the chain that answers, once it was looked at: what is in a block has left already."""
    if desk.pending():
        await desk.refresh()
    return tuple(each for each in desk.pending() if not desk.is_elsewhere(each))


async def _ask(
    call: Call, nodes: Sequence[LedgerNode], network: HydraNetwork, places: Sequence[Place], *, until_unused: bool
) -> list[Holding]:
    """Return what each place holds.

    Raises:
        NetworkError: When no node answers.
    """
    found: list[Holding] = []
    for place in places:
        holding = await _holding(call, nodes, network, place)
        is_unused = not (holding.wallet.nonce or holding.wallet.balance or place.waiting)
        if until_unused and is_unused and found:
            break
        found.append(holding)
        if until_unused and is_unused:
            break
    return found


async def _holding(call: Call, nodes: Sequence[LedgerNode], network: HydraNetwork, place: Place) -> Holding:
    answers = await asyncio.gather(*(_told(node, network, place.address) for node in nodes))
    there = [
        (node, answer) for node, answer in zip(nodes, answers, strict=True) if not isinstance(answer, NetworkError)
    ]
    for answer in answers:
        if isinstance(answer, NetworkError):
            if not there:
                raise answer
            warned(call, answer.what)
    first, wallet = there[0]
    differing = tuple(
        f"{first.endpoint.base_url} says {coins_of(wallet.balance)}, {node.endpoint.base_url} {coins_of(other.balance)}"
        for node, other in there[1:]
        if (other.balance, other.nonce) != (wallet.balance, wallet.nonce)
    )
    return Holding(place, wallet, differing)


async def _told(node: LedgerNode, network: HydraNetwork, address: str) -> Wallet | NetworkError:
    try:
        refuse_other_network(await node.configuration(), network, node.endpoint)
        return await node.wallet(address)
    except NetworkError as error:
        return error


def _lines(holding: Holding, token: str, safe: Callable[[str], str]) -> Iterator[str]:
    place = holding.place
    start = f"{place.address}  {shown(holding.wallet.balance, token):>18}  "
    yield from laid(f"{start}{safe(place.called)}".rstrip(), len(start))
    if place.waiting:
        yield f"{'':{len(place.address)}}  {shown(-place.waiting, token):>18}  waits here to leave"


def _document(found: Sequence[Holding], network: HydraNetwork) -> dict[str, Any]:
    rows = [
        {
            "name": each.place.called,
            "address": each.place.address,
            "balance": coins_of(each.wallet.balance),
            "flakes": str(each.wallet.balance),
            "nonce": str(each.wallet.nonce),
            "waiting_flakes": str(each.place.waiting),
            "differing": list(each.differing),
        }
        for each in found
    ]
    return {"network": network.name, "token": network.token, "wallets": rows}
