"""The Hydra part of an IOP vault: one ledger account, by its xpub and the number of keys in use.

Rules:
* Addresses come from the xpub, so new ones can be made without the unlock password; asking for receive key n says that
  n + 1 keys are in use. Only spending needs the secret.
* Keys are looked for among those in use. Change keys are counted in the file and, as in the reference, not made here.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood
from prometheus.identity.hydra_keys import account_key, spending_key, watching_key
from prometheus.identity.iop_morpheus import checked_key_index, not_among
from prometheus.identity.networks import network_named
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus.identity.bip32 import ExtendedPublicKey, ExtendedSecretKey
    from prometheus.identity.multicipher import PublicKey, SecretKey
    from prometheus.identity.networks import Network
    from prometheus_memory import SecretBytes


class HydraParameters(NamedTuple):
    """What names an account: the network's name and the account number."""

    network: str
    account: int

    def checked_network(self) -> Network:
        """Return the network.

        Raises:
            NotUnderstood: ``Could not find network with name X.`` or ``Hydra account number cannot be negative``.
        """
        network = network_named(self.network)
        if self.account < 0:
            raise NotUnderstood("Hydra account number cannot be negative", code="ACCOUNT")
        return network


class HydraAccount:
    """The public side: addresses, and how many of them are in use."""

    __slots__ = ("change_keys", "changed", "node", "parameters", "receive_keys")

    parameters: HydraParameters
    node: ExtendedPublicKey
    receive_keys: int
    change_keys: int
    changed: bool

    def __init__(
        self, parameters: HydraParameters, node: ExtendedPublicKey, receive_keys: int = 1, change_keys: int = 0
    ) -> None:
        self.parameters = parameters
        self.node = node
        self.receive_keys = receive_keys
        self.change_keys = change_keys
        self.changed = False

    @classmethod
    def of_seed(cls, seed: SecretBytes, parameters: HydraParameters) -> HydraAccount:
        """Return a fresh account of a seed; errors as `account_key` and `network_named`."""
        network = network_named(parameters.network)
        return cls(parameters, account_key(seed, network, parameters.account).public())

    @property
    def network(self) -> Network:
        """The network of this account."""
        return network_named(self.parameters.network)

    @property
    def xpub(self) -> str:
        """The account's extended public key as text."""
        return self.node.text(self.network)

    def key(self, index: int) -> PublicKey:
        """Return a receive key and count it as in use; NotUnderstood ``Key index cannot be negative``."""
        if checked_key_index(index) >= self.receive_keys:
            self.receive_keys = index + 1
            self.changed = True
        return self._key(index)

    def address(self, index: int) -> str:
        """Return the address of a receive key and count it as in use."""
        return self.network.address(self.key(index))

    def key_by_address(self, address: str) -> PublicKey:
        """Return the key in use with that address; NotFound ``Could not find <address> among Hydra keys``."""
        network = self.network
        for index in range(self.receive_keys):
            key = self._key(index)
            if network.address(key) == address:
                return key
        raise not_among(address, "Hydra")

    def place_of(self, key: PublicKey) -> int:
        """Return the index of a key in use; NotFound ``Could not find <key> among Hydra keys``."""
        for index in range(self.receive_keys):
            if self._key(index) == key:
                return index
        raise not_among(key.raw.hex(), "Hydra")

    def _key(self, index: int) -> PublicKey:
        return watching_key(self.node, index).public_key()


class HydraSecrets:
    """The private side: finds keys that spend. It holds the account's secret, so let go of it soon."""

    __slots__ = ("_node", "public")

    public: HydraAccount

    def __init__(self, node: ExtendedSecretKey, public: HydraAccount) -> None:
        self._node = node
        self.public = public

    def key(self, index: int) -> SecretKey:
        """Return a receive key and count it as in use; NotUnderstood ``Key index cannot be negative``."""
        self.public.key(index)
        return spending_key(self._node, index).secret_key()

    def key_by_public_key(self, key: PublicKey) -> SecretKey:
        """Return the secret of a key in use; NotFound ``Could not find <key> among Hydra keys``."""
        return self.key(self.public.place_of(key))

    def __repr__(self) -> str:
        return "HydraSecrets(hidden)"
