"""``wallet vote`` and ``wallet unvote``: which delegate an account stands behind.

Rules: nodes are asked which delegate has a name and what the account votes for now; where they differ, nothing is done.
What the ledger would refuse - a second vote, a vote that is not there to be taken back - is refused here, with the
reason.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from prometheus.errors import Conflict, NetworkError, NotFound, NotTrusted
from prometheus_morpheus.sending import wishes
from prometheus_morpheus.verbs.asking import asked
from prometheus_morpheus.verbs.laid_out import short
from prometheus_morpheus.verbs.wallet.place import network_meant, purse_of, refuse_other_network
from prometheus_morpheus.verbs.wallet.spending import Spending, fee_given, spend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.api import Call
    from prometheus_morpheus.client.answers import Wallet
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.transactions.networks import HydraNetwork
    from prometheus_morpheus.wallet.purse import Purse

_KEY_DIGITS = 66


def vote(call: Call) -> int:
    """Vote for a delegate, once the person saw what it costs."""
    network, doubt = network_meant(call)
    with call.open_vault() as vault:
        purse = purse_of(call, vault, network)
        own, voted, delegate = asked(call, lambda nodes: _all_three(nodes, purse, call.text("delegate")))
        key, name = _delegate(delegate, call.text("delegate"))
        if own.vote:
            called = (voted.username if voted is not None else None) or own.vote
            raise Conflict(
                f"the account votes for {called} already",
                code="WALLET-VOTE",
                meaning="that is this delegate" if own.vote == key.hex() else "an account has one vote",
                remedy="take it back first: `prometheus wallet unvote`",
            )
        title = f"vote for {name or short(key.hex())}"
        wish = wishes.vote(purse.payer, purse.public_key, network.address_byte, key, title=title, fee=fee_given(call))
        return spend(call, vault, Spending(purse, wish, _lines("for", name, key), f"{title}?", doubt))


def unvote(call: Call) -> int:
    """Take a vote back, once the person saw what it costs."""
    network, doubt = network_meant(call)
    with call.open_vault() as vault:
        purse = purse_of(call, vault, network)
        own, delegate = asked(call, lambda nodes: _voted(nodes, purse))
        if not own.vote or not _is_key(own.vote):
            raise Conflict("the account votes for nobody", code="WALLET-VOTE", remedy="there is nothing to take back")
        key, name = bytes.fromhex(own.vote), (delegate.username or "") if delegate is not None else ""
        title = f"take back the vote for {name or short(own.vote)}"
        wish = wishes.unvote(purse.payer, purse.public_key, network.address_byte, key, title=title, fee=fee_given(call))
        return spend(call, vault, Spending(purse, wish, _lines("no more for", name, key), f"{title}?", doubt))


async def _all_three(nodes: Sequence[LedgerNode], purse: Purse, delegate: str) -> tuple[Wallet, Wallet | None, Wallet]:
    """Return the wallet of a purse, that of the delegate it votes for if any, and that of the one it is to vote for."""
    own, voted = await _voted(nodes, purse)
    return own, voted, await _agreed(nodes, purse.network, delegate)


async def _voted(nodes: Sequence[LedgerNode], purse: Purse) -> tuple[Wallet, Wallet | None]:
    """Return the wallet of a purse, and that of the delegate it votes for, None where it votes for nobody."""
    own = await _agreed(nodes, purse.network, purse.address)
    return own, await _agreed(nodes, purse.network, own.vote) if own.vote and _is_key(own.vote) else None


def _lines(does: str, name: str, key: bytes) -> tuple[str, ...]:
    """Return whom it is about: by name where there is one, and always by the key, which is what is signed."""
    return (f"{'votes':<8}{does} {name}", f"{'':<8}{key.hex()}") if name else (f"{'votes':<8}{does} {key.hex()}",)


async def _agreed(nodes: Sequence[LedgerNode], network: HydraNetwork, whose: str) -> Wallet:
    """Return the wallet that all nodes that answer tell alike in what votes need.

    Raises:
        NotTrusted: When they differ.
        NetworkError: When none answers.
    """
    answers = await asyncio.gather(*(_told(node, network, whose) for node in nodes))
    there = [answer for answer in answers if not isinstance(answer, NetworkError)]
    if not there:
        raise next(answer for answer in answers if isinstance(answer, NetworkError))
    if len({(each.vote, each.public_key, each.username) for each in there}) > 1:
        raise NotTrusted("the endpoints differ about this wallet", code="LEDGER-FORK", meaning=whose)
    return there[0]


async def _told(node: LedgerNode, network: HydraNetwork, whose: str) -> Wallet | NetworkError:
    try:
        refuse_other_network(await node.configuration(), network, node.endpoint)
        return await node.wallet(whose)
    except NetworkError as error:
        return error


def _delegate(found: Wallet, asked_for: str) -> tuple[bytes, str]:
    """Return key and name of a delegate.

    Raises:
        NotFound: When no delegate has that name or key.
    """
    if _is_key(asked_for):
        return bytes.fromhex(asked_for), found.username or ""
    if found.public_key is None or found.username != asked_for:
        raise NotFound(
            "no delegate has that name",
            code="WALLET-DELEGATE",
            meaning=asked_for[:40],
            remedy="give its exact user name, as explorers list it, or its public key in hex",
        )
    return found.public_key, found.username


def _is_key(text: str) -> bool:
    return len(text) == _KEY_DIGITS and all(each in "0123456789abcdef" for each in text)
