"""The first block: five delegates and one wallet that holds all money, made anew wherever it is needed.

Rules:
* Every key here is SHA-256 of a published phrase, so anybody can forge and spend. That is what the network is for.
* Its transactions are of version 1, which has no nonce:

      type u8 | timestamp u32 | sender public key 33 | recipient 21, or zeros | vendor field 64, zeros | amount u64 |
      fee u64 | name of the delegate, UTF-8 | signature (DER)

* Signatures are deterministic, so the block is the same on every machine, and the hash of its transactions, which is
  the payload hash, names the network.
"""

from __future__ import annotations

import hashlib
import struct
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from prometheus_morpheus.ledger.block import signed_block
from prometheus_morpheus.ledger.rules import ADDRESS_BYTE
from prometheus_morpheus.ledger.views import Block
from prometheus_morpheus.transactions.addresses import address_payload, sender_address

if TYPE_CHECKING:
    from coincurve import PrivateKey

    from prometheus.claims.jsontext import Json

FAUCET_PHRASE = "scout try doll stuff cake welcome random taste load town clerk ostrich"
"""The phrase of the wallet that holds all money at first."""
SUPPLY = 12_500_000_000_000_000
"""All money of the first block, in flakes."""

_PREMINE_PHRASE = "hydra devnode premine wallet, holds nothing after genesis"
_DELEGATE_PHRASE = "hydra devnode delegate secret {}"
_DELEGATES = 5
_NOBODY = bytes(32).hex()
_TRANSFER = 0
_REGISTRATION = 2
_FRONT = struct.Struct("<BI33s21s64sQQ")


class FirstTransaction(NamedTuple):
    """A transaction of the first block: a transfer where `recipient` is given, else a registration as delegate."""

    id: str
    type: int
    sender: bytes
    recipient: str
    amount: int
    username: str
    signature: bytes

    @property
    def raw(self) -> bytes:
        """The transaction's bytes with the signature."""
        return self.signed_part + self.signature

    @property
    def signed_part(self) -> bytes:
        """The bytes that the sender signed."""
        recipient = address_payload(self.recipient, ADDRESS_BYTE) if self.recipient else bytes(21)
        front = _FRONT.pack(self.type, 0, self.sender, recipient, bytes(64), self.amount, 0)
        return front + self.username.encode()


class Genesis(NamedTuple):
    """The first block with its transactions, and the keys that go with it."""

    block: Block
    transactions: tuple[FirstTransaction, ...]
    forgers: tuple[PrivateKey, ...]
    faucet: PrivateKey

    @property
    def nethash(self) -> str:
        """What names the network: the payload hash of the first block."""
        return self.block.payload_hash


def key_of(phrase: str) -> PrivateKey:
    """Return the secp256k1 key of a phrase as ARK makes it: SHA-256 of its UTF-8."""
    from coincurve import PrivateKey

    return PrivateKey(hashlib.sha256(phrase.encode()).digest())


@cache
def genesis() -> Genesis:
    """Return the first block of the development network."""
    forgers = tuple(key_of(_DELEGATE_PHRASE.format(number)) for number in range(1, _DELEGATES + 1))
    premine, faucet = key_of(_PREMINE_PHRASE), key_of(FAUCET_PHRASE)
    money = _signed(premine, _TRANSFER, sender_address(faucet.public_key.format(), ADDRESS_BYTE), SUPPLY, "")
    delegates = (_signed(key, _REGISTRATION, "", 0, f"genesis_{number}") for number, key in enumerate(forgers, start=1))
    transactions = (money, *delegates)
    return Genesis(_first_block(premine, transactions), transactions, forgers, faucet)


def block_document() -> dict[str, Json]:
    """Return the first block as Hydra's configuration has it: amounts as texts, transactions with all they hold."""
    block, transactions, _, _ = genesis()
    return {
        "version": block.version,
        "totalAmount": str(block.amount),
        "totalFee": "0",
        "reward": "0",
        "payloadHash": block.payload_hash,
        "timestamp": 0,
        "numberOfTransactions": block.transaction_count,
        "payloadLength": block.payload_length,
        "previousBlock": block.previous,
        "generatorPublicKey": block.generator,
        "height": 1,
        "transactions": [_transaction_document(transaction) for transaction in transactions],
        "previousBlockHex": block.previous,
        "blockSignature": block.signature,
        "id": block.id,
    }


def registration_asset(transaction: FirstTransaction) -> dict[str, Json]:
    """Return the asset of a registration of the first block, which holds the delegate's key besides the name."""
    return {"delegate": {"username": transaction.username, "publicKey": transaction.sender.hex()}}


def _signed(key: PrivateKey, kind: int, recipient: str, amount: int, username: str) -> FirstTransaction:
    unsigned = FirstTransaction("", kind, key.public_key.format(), recipient, amount, username, b"")
    signed = unsigned._replace(signature=key.sign(unsigned.signed_part))
    return signed._replace(id=hashlib.sha256(signed.raw).hexdigest())


def _first_block(key: PrivateKey, transactions: tuple[FirstTransaction, ...]) -> Block:
    payload = b"".join(transaction.raw for transaction in transactions)
    unsigned = Block(
        id="",
        height=1,
        version=0,
        timestamp=0,
        previous=_NOBODY,
        transaction_count=len(transactions),
        amount=SUPPLY,
        fee=0,
        reward=0,
        payload_length=len(payload),
        payload_hash=hashlib.sha256(payload).hexdigest(),
        generator=key.public_key.format().hex(),
        signature="",
    )
    return signed_block(unsigned, key.sign)


def _transaction_document(transaction: FirstTransaction) -> dict[str, Json]:
    is_transfer = transaction.type == _TRANSFER
    members: dict[str, Json] = {
        "timestamp": 0,
        "version": 1,
        "type": transaction.type,
        "fee": "0",
        "amount": str(transaction.amount),
    }
    if is_transfer:
        members["recipientId"] = transaction.recipient
    members["senderPublicKey"] = transaction.sender.hex()
    if is_transfer:
        members["expiration"] = 0
    else:
        members["asset"] = registration_asset(transaction)
    return members | {"signature": transaction.signature.hex(), "id": transaction.id, "typeGroup": 1}
