"""Which network an endpoint serves, remembered from the first time it was asked.

Rules:
* The identity is the network's hash, its address byte and the ids of its first two blocks. They are pinned at first use
  and compared at every later one; a change is an error and never silently the new truth.
* The second block tells development ledgers apart, whose first blocks are all the same. A pin that was made before
  there was one gets it later. Of a network whose hash is known here it is not asked.
* An endpoint that was named by a known network has to be of that network from the start.
* A network made anew on the same machine (a development ledger) is another network; ``ledger accept`` replaces its pin.

What this is not: proof of who runs the endpoint; a liar may repeat the right hash. It tells networks apart, so that a
signature for one is not spent on another.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus_morpheus.client.chain_name import chain_name
from prometheus_morpheus.client.errors import ChangedNetwork, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.client.answers import Block, NodeConfiguration
    from prometheus_morpheus.client.chain_name import ChainName
    from prometheus_morpheus.client.endpoint import Endpoint
    from prometheus_morpheus.client.ports import PinStore

PIN_PREFIX = "pin/"


class NetworkIdentity(NamedTuple):
    """What tells one network from every other."""

    nethash: str
    address_byte: int
    genesis: str
    second_block: str = ""

    def as_json(self) -> dict[str, Json]:
        """Return it as it is kept; without a second block where none is known."""
        kept: dict[str, Json] = {"v": 1, "nethash": self.nethash, "address_byte": self.address_byte}
        return kept | {"genesis": self.genesis} | ({"second_block": self.second_block} if self.second_block else {})


def identity_of(configuration: NodeConfiguration, genesis: Block) -> NetworkIdentity:
    """Return the identity that a node claims."""
    return NetworkIdentity(configuration.nethash, configuration.address_byte, genesis.id, configuration.second_block)


def pinned_chain(endpoint: Endpoint, store: PinStore) -> ChainName | None:
    """Return the chain that an endpoint served when it was asked last, None where it never was."""
    pin = store.get(pin_name(endpoint))
    if pin is None or not isinstance(pin.get("nethash"), str):
        return None
    return chain_name(str(pin["nethash"]), str(pin.get("second_block") or ""))


def lacks_second_block(pin: Mapping[str, Json], claimed: Mapping[str, Json]) -> bool:
    """Whether a pin lacks nothing but the second block, which was not there yet when it was made."""
    first = {name: value for name, value in claimed.items() if name != "second_block"}
    return first != claimed and dict(pin) == first


def in_words(pin: Mapping[str, Json]) -> str:
    """Return a pin as it is shown; whole, for two networks may differ in the last digit."""
    second = pin.get("second_block")
    parts = [f"network {pin.get('nethash')}", f"first block {pin.get('genesis')}"]
    parts += [f"second block {second}"] if second else []
    return quoted(", ".join((*parts, f"address byte {pin.get('address_byte')}")))


def pin_name(endpoint: Endpoint) -> str:
    """Return the name under which an endpoint's pin is kept."""
    return PIN_PREFIX + endpoint.base_url


class NewPins:
    """Pins that last as long as the object: whatever is asked is asked for the first time."""

    def __init__(self) -> None:
        """Begin without any."""
        self.pins: dict[str, dict[str, Json]] = {}

    def get(self, name: str) -> dict[str, Json] | None:
        """Return what was put under a name, or None."""
        return self.pins.get(name)

    def put(self, name: str, value: dict[str, Json]) -> None:
        """Keep an object under a name."""
        self.pins[name] = value


class IdentityPin:
    """The pin of one endpoint."""

    def __init__(self, endpoint: Endpoint, store: PinStore) -> None:
        """Keep the pin of an endpoint in a store."""
        self._endpoint = endpoint
        self._store = store
        self._seen: NetworkIdentity | None = None

    def check(self, claimed: NetworkIdentity) -> None:
        """Compare what a node claims with the pin, and pin it at first use.

        Raises:
            ChangedNetwork: When it is another network than it was, or than its name says.
        """
        if claimed == self._seen:
            return
        self._check_name(claimed)
        pinned = self._store.get(pin_name(self._endpoint))
        if pinned is None or lacks_second_block(pinned, claimed.as_json()):
            self._store.put(pin_name(self._endpoint), claimed.as_json())
        elif pinned != claimed.as_json():
            raise self._change(in_words(pinned), claimed)
        self._seen = claimed

    def _check_name(self, claimed: NetworkIdentity) -> None:
        if not self._endpoint.network:
            return
        from prometheus_morpheus.transactions.networks import NETWORKS

        for network in NETWORKS:
            if network.key == self._endpoint.network and (
                network.address_byte != claimed.address_byte or not claimed.nethash.startswith(network.nethash_prefix)
            ):
                raise self._change(f"{network.name}, address byte {network.address_byte}", claimed)

    def _change(self, expected: str, claimed: NetworkIdentity) -> ChangedNetwork:
        return ChangedNetwork(
            f"{self._endpoint.base_url} serves another network than expected",
            meaning=f"expected {expected}; it says {in_words(claimed.as_json())}",
            remedy=f"nothing was sent; if the change is yours, run prometheus ledger accept {self._endpoint.base_url}",
        )
