"""Which network a verb of the wallet means, and which purse.

A network is the one named by ``--network``, else that of the first endpoint: by its name, by what was pinned when it
was first asked, or by asking it now. Without endpoints it is mainnet, since that is where coins are worth something and
an address of another network would be refused there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.errors import Conflict, NotTrusted, NotUnderstood
from prometheus_morpheus.client.endpoint import parse_endpoints
from prometheus_morpheus.client.identity_pin import pin_name
from prometheus_morpheus.pins import file_pins
from prometheus_morpheus.transactions.networks import NETWORKS, is_feigned, network_keyed, network_of
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
        NotTrusted: When an endpoint only feigns to be a known network.
        NotUnderstood: When only a node could tell and nobody is to be asked.
    """
    return network_meant(call)[0]


def network_meant(call: Call) -> tuple[HydraNetwork, str]:
    """Return the network that a call means, and what speaks against spending there unasked; errors as `network_for`.

    The doubt is empty but where an endpoint was asked for the first time and says that it is mainnet, which everybody
    can say, and the person did not name that network.
    """
    named = call.maybe("network")
    if named is not None:
        return network_keyed(named), ""
    configured = parse_endpoints(call.setting("ledger") or "")
    if not configured:
        return NETWORKS[0], ""
    known = _known(call, configured[0])
    if known is not None:
        return known, ""
    if call.setting("offline") is not None:
        raise NotUnderstood(
            f"which network {configured[0].base_url} serves is not known yet",
            code="NETWORK",
            remedy="give --network, or go online once",
        )
    network = asked_at(endpoints_of(call), call, _told_network)
    if network is not NETWORKS[0]:
        return network, ""
    return network, f"{configured[0].base_url} was never asked before, and says that it is {network.name}"


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
    pin = file_pins(call.places).get(pin_name(endpoint)) or {}
    byte, nethash = pin.get("address_byte"), pin.get("nethash")
    if not isinstance(byte, int) or not isinstance(nethash, str):
        return None
    return _recognised(endpoint, byte, nethash)


async def _told_network(nodes: tuple[LedgerNode, ...]) -> HydraNetwork:
    told = await nodes[0].configuration()
    return _recognised(nodes[0].endpoint, told.address_byte, told.nethash)


def _recognised(endpoint: Endpoint, address_byte: int, nethash: str) -> HydraNetwork:
    """Return the network of an address byte.

    Raises:
        NotTrusted: When the chain only feigns to be that network.
    """
    network = network_of(address_byte)
    if is_feigned(address_byte, nethash):
        raise NotTrusted(
            f"{endpoint.base_url} says that it is {network.name}, and its chain is another one",
            code="LEDGER-FEIGNED",
            meaning=f"what is signed for it would be valid on {network.name}",
            remedy="name another endpoint with --ledger",
        )
    return network
