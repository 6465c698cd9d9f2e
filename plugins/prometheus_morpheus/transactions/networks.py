"""The Hydra networks: what tells them apart, and where each is asked by default.

Rules:
* A network is recognised by the address byte of its addresses and by the hash that its nodes give for it (``nethash``);
  only the first eight hex digits are known here, and a client pins the whole one when it first meets it.
* ``local`` is whatever runs on this machine: it has testnet's address byte and any hash.

What this is not: a promise that a host answers, nor the keys of a network (`prometheus.identity.networks`).
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood
from prometheus.identity.networks import network_named
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus.identity.networks import Network


class HydraNetwork(NamedTuple):
    """A Hydra network: `nethash_prefix` is 8 hex digits, empty where any will do; `base_url` has no path."""

    key: str
    name: str
    address_byte: int
    nethash_prefix: str
    token: str
    base_url: str

    @property
    def keys(self) -> Network:
        """How this network writes keys and addresses."""
        return network_named(self.name)


def _hydra(key: str, name: str, nethash_prefix: str, token: str, base_url: str) -> HydraNetwork:
    return HydraNetwork(key, name, network_named(name).address_byte, nethash_prefix, token, base_url)


NETWORKS = (
    _hydra("mainnet", "HYD mainnet", "802b6c05", "HYD", "https://explorer.hydraledger.tech:4705"),
    _hydra("devnet", "HYD devnet", "30b7368d", "DHYD", "https://dev.explorer.hydraledger.tech:4705"),
    _hydra("testnet", "HYD testnet", "4e0c60c1", "THYD", "https://test.explorer.hydraledger.tech:4705"),
    _hydra("local", "HYD testnet", "", "THYD", "http://127.0.0.1:4703"),
)
"""All networks; the first one with an address byte is the one that `network_of` finds."""


def network_of(address_byte: int) -> HydraNetwork:
    """Return the network whose addresses begin with that byte; ``local`` shares testnet's and is never found.

    Raises:
        NotUnderstood: ``Invalid network prefix found: 17``
    """
    for network in NETWORKS:
        if network.address_byte == address_byte:
            return network
    raise NotUnderstood(
        f"Invalid network prefix found: {address_byte:02x}",
        code="NETWORK",
        meaning="no Hydra network has this address byte",
    )


def is_public(nethash: str) -> bool:
    """Return whether a hash is the one of a network that is known here, of which there is one chain."""
    return any(each.nethash_prefix and nethash.startswith(each.nethash_prefix) for each in NETWORKS)


def is_of(chain: str, key: str) -> bool:
    """Return whether a chain is that of the public network with that short name; never where the name is none."""
    return any(each.key == key and each.nethash_prefix and chain.startswith(each.nethash_prefix) for each in NETWORKS)


def is_feigned(address_byte: int, nethash: str) -> bool:
    """Return whether a chain has the address byte of a known network and is not that network.

    What is signed for such a chain is valid on the network that it feigns to be. Testnet's byte belongs to every local
    chain as well, so nobody feigns it.
    """
    alike = [network for network in NETWORKS if network.address_byte == address_byte]
    return bool(alike) and not any(nethash.startswith(network.nethash_prefix) for network in alike)


def network_keyed(key: str) -> HydraNetwork:
    """Return the network of that short name: mainnet, devnet, testnet or local.

    Raises:
        NotUnderstood: When there is none.
    """
    for network in NETWORKS:
        if network.key == key:
            return network
    raise NotUnderstood(
        f"there is no Hydra network called {key[:40]!r}",
        code="NETWORK",
        remedy=f"use one of {', '.join(network.key for network in NETWORKS)}",
    )
