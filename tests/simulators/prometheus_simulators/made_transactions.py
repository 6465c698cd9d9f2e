"""Transactions of every kind for tests: hypothesis strategies, and keys that sign them.

Keys are ARK passphrase keys, so that a test can name whose transaction it is.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from prometheus.identity import hydra_keys, secp256k1
from prometheus.identity.multicipher import SecretKey
from prometheus_morpheus.transactions import operations
from prometheus_morpheus.transactions.addresses import sender_address
from prometheus_morpheus.transactions.kinds import COEUS, DELEGATE, MORPHEUS, MULTI_PAYMENT, TRANSFER, VOTE
from prometheus_morpheus.transactions.members import MAX_NUMBER
from prometheus_morpheus.transactions.signing import with_signature
from prometheus_morpheus.transactions.transaction import MAX_EXPIRATION, Transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.transactions.kinds import Kind

TESTNET = 128
NAMES = ("alice", "bob", "carol")


@cache
def wallet_key(name: str) -> SecretKey:
    """Return the key of the wallet with that name."""
    return hydra_keys.passphrase_key(name)


def public_key(name: str) -> bytes:
    """Return its compressed public key."""
    return wallet_key(name).public_key().raw


@cache
def address(name: str, network: int = TESTNET) -> str:
    """Return its address."""
    return sender_address(public_key(name), network)


def signer(name: str) -> Callable[[bytes], bytes]:
    """Return what signs for that wallet."""
    return lambda message: secp256k1.sign_der(wallet_key(name).locked, message)


def signed_by(name: str, transaction: Transaction) -> Transaction:
    """Return the transaction with that wallet as its sender, signed."""
    return with_signature(transaction._replace(sender=public_key(name)), signer(name))


class Persona:
    """A DID's key that signs operations."""

    def __init__(self, seed: bytes = bytes(32)) -> None:
        self.secret = SecretKey("e", seed)

    @property
    def public_key(self) -> str:
        return self.secret.public_key().text

    @property
    def did(self) -> str:
        return "did:morpheus:" + self.secret.public_key().key_id().text[1:]

    def sign(self, _public_key: str, message: bytes) -> str:
        return self.secret.sign(message).text


amounts = st.integers(1, MAX_NUMBER)
networks = st.sampled_from((100, 90, TESTNET))
names = st.sampled_from(NAMES)
ascii_texts = st.text(st.characters(max_codepoint=127), max_size=60)
member_names = ascii_texts.filter(lambda name: not name.isdigit())
vendor_fields = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
usernames = st.text("abcdefghijklmnopqrstuvwxyz0123456789!@$&_.", min_size=1, max_size=20)
transaction_ids = st.none() | st.binary(min_size=32, max_size=32).map(bytes.hex)
rights = st.sampled_from(("update", "impersonate"))
authentications = st.binary(min_size=32, max_size=32).flatmap(
    lambda seed: st.sampled_from(
        (SecretKey("e", seed).public_key().text, SecretKey("e", seed).public_key().key_id().text),
    )
)
dids = st.sampled_from([Persona(bytes([number]) * 32).did for number in range(4)])

signables = st.one_of(
    st.builds(operations.AddKey, dids, transaction_ids, authentications, st.none() | st.integers(0, 2**32 - 1)),
    st.builds(operations.RevokeKey, dids, transaction_ids, authentications),
    st.builds(operations.AddRight, dids, transaction_ids, authentications, rights),
    st.builds(operations.RevokeRight, dids, transaction_ids, authentications, rights),
    st.builds(operations.TombstoneDid, dids, transaction_ids),
)


def _group(members: list[operations.Signable]) -> Json:
    persona = Persona()
    return operations.signed_operations(members, persona.public_key, persona)


attempts = st.builds(operations.before_proof, ascii_texts) | st.lists(signables, min_size=1, max_size=3).map(_group)

_small_json = st.recursive(
    st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | ascii_texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(member_names, inner, max_size=3),
    max_leaves=6,
)


def _payments(pairs: list[tuple[int, str]], network: int) -> Json:
    return {"payments": [{"amount": str(amount), "recipientId": address(name, network)} for amount, name in pairs]}


def _assets(kind: Kind, network: int) -> st.SearchStrategy[Json]:
    if kind is TRANSFER:
        return st.none()
    if kind is DELEGATE:
        return usernames.map(lambda name: {"delegate": {"username": name}})
    if kind is VOTE:
        return st.tuples(st.sampled_from("+-"), names).map(
            lambda vote: {"votes": [vote[0] + public_key(vote[1]).hex()]}
        )
    if kind is MULTI_PAYMENT:
        return st.lists(st.tuples(amounts, names), min_size=2, max_size=5).map(lambda pairs: _payments(pairs, network))
    if kind is MORPHEUS:
        return st.lists(attempts, max_size=3).map(operations.morpheus_asset)
    return st.dictionaries(member_names, _small_json, max_size=4)


@st.composite
def transactions(draw: st.DrawFn, *, is_signed: bool = True) -> Transaction:
    """Draw a transaction of any kind that nodes would read."""
    kind = draw(st.sampled_from((TRANSFER, DELEGATE, VOTE, MULTI_PAYMENT, MORPHEUS, COEUS)))
    network, name = draw(networks), draw(names)
    is_transfer = kind is TRANSFER
    made = Transaction(
        network,
        kind.group,
        kind.type,
        draw(st.integers(0, MAX_NUMBER)),
        public_key(name),
        draw(amounts),
        draw(amounts) if is_transfer else 0,
        address(draw(names), network) if is_transfer else "",
        draw(vendor_fields) if kind.has_vendor_field else None,
        draw(_assets(kind, network)),
        draw(st.integers(0, MAX_EXPIRATION)) if is_transfer else 0,
    )
    return signed_by(name, made) if is_signed else made
