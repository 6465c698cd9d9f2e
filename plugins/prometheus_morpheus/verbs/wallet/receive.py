"""``wallet receive``: an address of the wallet, alone on standard output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_morpheus.verbs.wallet.place import network_for, purse_of

if TYPE_CHECKING:
    from prometheus.api import Call


def run(call: Call) -> int:
    """Show an address of the wallet."""
    network = network_for(call)
    with call.open_vault() as vault:
        purse = purse_of(call, vault, network)
    if not call.is_json:
        call.note(f"{network.name}, {purse.place}")
    document = {
        "address": purse.address,
        "network": network.name,
        "account": purse.account,
        "key": purse.key,
        "public_key": purse.public_key.hex(),
    }
    call.output.result(document, [purse.address])
    return 0
