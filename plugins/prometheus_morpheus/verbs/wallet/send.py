"""``wallet send``: pay one or several addresses or names in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.errors import NotUnderstood, Offline, TimedOut
from prometheus_morpheus.sending import wishes
from prometheus_morpheus.transactions.addresses import is_address
from prometheus_morpheus.transactions.networks import network_of
from prometheus_morpheus.verbs.wallet.place import network_meant, purse_of
from prometheus_morpheus.verbs.wallet.spending import Payment, Spending, fee_given, spend
from prometheus_morpheus.wallet.address_book import AddressBook, address_byte_of
from prometheus_morpheus.wallet.coins import payment_of, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.api import Call
    from prometheus_morpheus.sending.wishes import Wish
    from prometheus_morpheus.transactions.networks import HydraNetwork
    from prometheus_morpheus.wallet.purse import Purse


def run(call: Call) -> int:
    """Pay what the person wants, once they saw it."""
    pairs = _pairs(call.many("payments"))
    network, doubt = _network(call, [whom for whom, _ in pairs])
    with call.open_vault() as vault:
        book = AddressBook(vault.store)
        payments = [Payment(*book.resolve(whom, network), amount) for whom, amount in pairs]
        purse = purse_of(call, vault, network)
        wish, question = _wish(call, purse, payments), _question(payments, network)
        return spend(
            call, vault, Spending(purse, wish, _lines(call, payments, purse), question, doubt, tuple(payments))
        )


def _network(call: Call, payees: Sequence[str]) -> tuple[HydraNetwork, str]:
    """Return the network that is meant, as `network_meant`; that of the addresses where no node can tell.

    Raises:
        NetworkError: When no node can tell, and it is not addresses of one network that are to be paid.
    """
    try:
        return network_meant(call)
    except (Offline, TimedOut) as error:
        networks = {address_byte_of(whom) if is_address(whom) else None for whom in payees}
        only = networks.pop() if len(networks) == 1 else None
        if only is None:
            error.meaning = f"{error.meaning}; which network it serves is not known yet"
            error.remedy = "name the network with --network: then it is kept here and sent later"
            raise
        return network_of(only), ""


def _pairs(words: Sequence[str]) -> list[tuple[str, int]]:
    """Return whom and how many flakes of each pair of words.

    Raises:
        NotUnderstood: When a word has no partner, or an amount is none.
    """
    if len(words) % 2:
        raise NotUnderstood("whom to pay and how much come in pairs", code="USAGE", remedy="such as: ana 1.5 ben 0.25")
    return [(words[at], payment_of(words[at + 1])) for at in range(0, len(words), 2)]


def _wish(call: Call, purse: Purse, payments: Sequence[Payment]) -> Wish:
    title, fee = _title(payments, purse.network), fee_given(call)
    sender, network, note = purse.public_key, purse.network.address_byte, call.maybe("note")
    if len(payments) == 1:
        only = payments[0]
        return wishes.transfer(
            purse.payer, sender, network, only.address, only.amount, title=title, fee=fee, vendor_field=note
        )
    if note is not None:
        raise NotUnderstood("a note goes with a single payment", code="USAGE")
    together = [(each.address, each.amount) for each in payments]
    return wishes.multi_transfer(purse.payer, sender, network, together, title=title, fee=fee)


def _title(payments: Sequence[Payment], network: HydraNetwork) -> str:
    whole = shown(sum(each.amount for each in payments), network.token)
    return f"{whole} to {payments[0].whom}" if len(payments) == 1 else f"{whole} to {len(payments)} payees"


def _lines(call: Call, payments: Sequence[Payment], purse: Purse) -> tuple[str, ...]:
    lines = []
    for each in payments:
        lines.append(f"{'to':<8}{each.address}  {shown(each.amount, purse.network.token)}  {each.name}".rstrip())
        if each.address == purse.address:
            lines.append(f"{'':<8}which is this account itself: only the fee goes")
    note = call.maybe("note")
    if note is not None:
        lines.append(f"{'note':<8}{note}  (everybody can read it for ever)")
    return tuple(lines)


def _question(payments: Sequence[Payment], network: HydraNetwork) -> str:
    return f"pay {_title(payments, network)}?"
