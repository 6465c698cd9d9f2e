"""Which network a verb of the wallet means, and which purse.

A network is the one named by ``--network``, else that of the first endpoint: by its name, by what was pinned when it
was first asked, or by asking it now. Without endpoints it is mainnet, since that is where coins are worth something and
an address of another network would be refused there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.errors import Conflict, NotUnderstood
from prometheus_morpheus.client.endpoint import parse_endpoints
from prometheus_morpheus.client.identity_pin import pin_name
from prometheus_morpheus.pins import file_pins
from prometheus_morpheus.transactions.networks import NETWORKS, network_keyed, network_of
from prometheus_morpheus.verbs.asking import asked_at, endpoints_of
from prometheus_morpheus.wallet.purse import purse_at

if TYPE_CHECKING:
    from prometheus.api import Call
    from prometheus_morpheus.client.answers import NodeConfiguration
    from prometheus_morpheus.client.endpoint import Endpoint
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.sending.maker import WalletSigner
    from prometheus_morpheus.transactions.networks import HydraNetwork
    from prometheus_morpheus.wallet.purse import Purse


def network_for(call: Call) -> HydraNetwork:
    """Return the network that a call means.

    Raises:
        NetworkError: When only a node could tell and none does.
        NotUnderstood: When only a node could tell and nobody is to be asked.
    """
    named = call.maybe("network")
    if named is not None:
        return network_keyed(named)
    configured = parse_endpoints(call.setting("ledger") or "")
    if not configured:
        return NETWORKS[0]
    known = _known(call, configured[0])
    if known is not None:
        return known
    if call.setting("offline") is not None:
        raise NotUnderstood(
            f"which network {configured[0].base_url} serves is not known yet",
            code="NETWORK",
            remedy="give --network, or go online once",
        )
    return network_of(_address_byte(call, endpoints_of(call)))


def purse_of(call: Call, signer: WalletSigner, network: HydraNetwork) -> Purse:
    """Return the purse that a call means on a network."""
    return purse_at(signer, network, call.number("account") or 0, call.number("key") or 0)


def refuse_other_network(configuration: NodeConfiguration, network: HydraNetwork, endpoint: Endpoint) -> None:
    """Refuse a node of another network than the purse's.

    Raises:
        Conflict: When its addresses begin with another byte.
    """
    if configuration.address_byte != network.address_byte:
        raise Conflict(
            f"{endpoint.base_url} serves another network than {network.name}",
            code="LEDGER-OTHER-NETWORK",
            remedy="name an endpoint of that network with --ledger",
        )


def _known(call: Call, endpoint: Endpoint) -> HydraNetwork | None:
    if endpoint.network:
        return network_keyed(endpoint.network)
    byte = (file_pins(call.places).get(pin_name(endpoint)) or {}).get("address_byte")
    return network_of(byte) if isinstance(byte, int) else None


def _address_byte(call: Call, endpoints: tuple[Endpoint, ...]) -> int:
    async def ask(nodes: tuple[LedgerNode, ...]) -> int:
        return (await nodes[0].configuration()).address_byte

    return asked_at(endpoints, call, ask)
