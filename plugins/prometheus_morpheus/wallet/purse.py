"""A purse: one key of the wallet on one network, with its address.

Rules: accounts and keys are those of BIP44, so that any other wallet with the same words finds the same coins. The
secret stays behind the vault's door; here is only what everybody may know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus.errors import NotUnderstood
from prometheus_morpheus.sending.action import Payer
from prometheus_morpheus.transactions.addresses import sender_address

if TYPE_CHECKING:
    from prometheus_morpheus.sending.maker import WalletSigner
    from prometheus_morpheus.transactions.networks import HydraNetwork

LAST_NUMBER: Final = 2**31 - 1


class Purse(NamedTuple):
    """A network, an account, the number of a key in it, its public key (33 bytes) and its address."""

    network: HydraNetwork
    account: int
    key: int
    public_key: bytes
    address: str

    @property
    def payer(self) -> Payer:
        """The same key as the desk names it."""
        return Payer(self.network.name, self.account, self.key)

    @property
    def place(self) -> str:
        """Where it is, in words."""
        return f"account {self.account}" + (f", key {self.key}" if self.key else "")


def purse_at(signer: WalletSigner, network: HydraNetwork, account: int, key: int = 0) -> Purse:
    """Return the purse at a place of the wallet.

    Raises:
        NotUnderstood: When a number is none that a key has.
    """
    for name, number in (("account", account), ("key", key)):
        if not 0 <= number <= LAST_NUMBER:
            raise NotUnderstood(
                f"there is no {name} {number}", code="WALLET-PLACE", meaning="they count from 0 to 2^31-1"
            )
    public_key = signer.wallet_public_key(network.name, account, key)
    return Purse(network, account, key, public_key, sender_address(public_key, network.address_byte))
