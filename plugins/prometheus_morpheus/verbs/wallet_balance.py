"""``wallet balance``: what accounts hold, by every endpoint, and what waits here to be sent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prometheus.errors import NetworkError
from prometheus_morpheus.sending.action import IN_A_BLOCK
from prometheus_morpheus.sending.costs import leaving
from prometheus_morpheus.sending.maker import draft_of
from prometheus_morpheus.transactions.addresses import is_address
from prometheus_morpheus.verbs.asking import asked
from prometheus_morpheus.verbs.at_desk import at_desk
from prometheus_morpheus.verbs.wallet_place import network_for, refuse_other_network
from prometheus_morpheus.wallet.address_book import AddressBook
from prometheus_morpheus.wallet.coins import coins_of, shown
from prometheus_morpheus.wallet.purse import purse_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prometheus.api import Call
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
        places, until_unused = [Place("", whose)], False
    else:
        places, until_unused = _own(call, network, whose)
    found = asked(call, lambda nodes: _ask(call, nodes, network, places, until_unused=until_unused))
    for holding in found:
        for said in holding.differing:
            call.warn(f"the endpoints differ about {holding.place.address}: {said}")
    call.output.result(_document(found, network), [_line(each, network.token, call.safe) for each in found])
    return 0


def _own(call: Call, network: HydraNetwork, whose: str | None) -> tuple[list[Place], bool]:
    """Return whom to ask about, from the vault, and whether to stop after the first that was never used."""
    with call.open_vault() as vault:
        if whose is not None:
            address, name = AddressBook(vault.store).resolve(whose, network)
            return [Place(name, address)], False
        only = call.number("account")
        numbers = range(_MOST_ACCOUNTS) if only is None else (only,)
        purses = [purse_at(vault, network, number) for number in numbers]
        waiting: dict[str, int] = {}
        for action in at_desk(call, vault, _still_pending):
            if action.network == network.address_byte and action.state not in IN_A_BLOCK:
                left = leaving(draft_of(action)) + (action.fee or action.fee_limit)
                waiting[action.sender] = waiting.get(action.sender, 0) + left
    places = [Place(each.place, each.address, waiting.get(each.public_key.hex(), 0)) for each in purses]
    return places, only is None


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
            call.warn(call.safe(answer.what))
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


def _line(holding: Holding, token: str, safe: Callable[[str], str]) -> str:
    place = holding.place
    waiting = f"  ({shown(place.waiting, token)} waits to leave)" if place.waiting else ""
    return f"{place.address}  {shown(holding.wallet.balance, token):>18}  {safe(place.called)}{waiting}".rstrip()


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
