"""Ledger keys: ``m / 44' / coin' / account' / change / index`` in the BIP32 tree of a seed (BIP44).

Rules:
* Coin is the network's number in SLIP-0044. Change is 0 for addresses that are given out, 1 for those that are not.
* The account's xpub is enough to make all its addresses; the secret is needed to spend.
* An ARK passphrase key is no key of the tree: its secret is the SHA-256 of the passphrase, so it is as strong as that.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood
from prometheus.identity import bip32
from prometheus.identity.multicipher import SECP256K1, SecretKey
from prometheus.identity.secret_text import secret_bytes
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus.identity.bip32 import ExtendedPublicKey, ExtendedSecretKey
    from prometheus.identity.networks import Network
    from prometheus_memory import SecretBytes

_BIP44_PURPOSE = 44


def account_key(seed: SecretBytes, network: Network, account: int) -> ExtendedSecretKey:
    """Return the extended secret of an account.

    Raises:
        NotUnderstood: ``Cannot use negative account index``.
    """
    check_account(account)
    purpose = bip32.master(seed).child(_BIP44_PURPOSE, hardened=True)
    return purpose.child(network.slip44, hardened=True).child(account, hardened=True)


def spending_key(account: ExtendedSecretKey, index: int, *, change: bool = False) -> ExtendedSecretKey:
    """Return the index-th key of an account; NotUnderstood ``Derivation index cannot be negative``."""
    return account.child(int(change)).child(index)


def watching_key(account: ExtendedPublicKey, index: int, *, change: bool = False) -> ExtendedPublicKey:
    """Return the public half of the index-th key of an account, from its xpub."""
    return account.child(int(change)).child(index)


def account_path(network: Network, account: int) -> str:
    """Return the path of an account; NotUnderstood ``Cannot use negative account index``."""
    check_account(account)
    return f"m/{_BIP44_PURPOSE}'/{network.slip44}'/{account}'"


def key_path(network: Network, account: int, index: int, *, change: bool = False) -> str:
    """Return the path of one key of an account."""
    return f"{account_path(network, account)}/{int(change)}/{index}"


def check_account(account: int) -> None:
    """Refuse a negative account number with ``Cannot use negative account index``."""
    if account < 0:
        raise NotUnderstood("Cannot use negative account index", code="ACCOUNT")


def passphrase_key(passphrase: str) -> SecretKey:
    """Return the key of an ARK passphrase, which may be any text."""
    from hashlib import sha256

    return SecretKey(SECP256K1, sha256(secret_bytes(passphrase)).digest())
