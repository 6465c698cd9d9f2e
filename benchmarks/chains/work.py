"""The work that both sides get: transfers that are really signed, and operations on DIDs that follow each other."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from prometheus.identity.hydra_keys import passphrase_key
from prometheus.identity.morpheus_keys import derive_secret
from prometheus.identity.secp256k1 import sign_der
from prometheus_morpheus.transactions.addresses import sender_address
from prometheus_morpheus.transactions.making import morpheus, transfer
from prometheus_morpheus.transactions.operations import operations_message
from prometheus_morpheus.transactions.posted import transaction_json
from prometheus_morpheus.transactions.signing import with_signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.identity.multicipher import SecretKey

NETWORK = 128
RICH = "scout try doll stuff cake welcome random taste load town clerk ostrich"
"""The published passphrase of the wallet that both networks begin with."""
REQUEST = 40
"""Transactions that a node takes in one request."""
OPERATIONS = 4
"""Operations of one transaction."""
DIDS = 250


class Change(NamedTuple):
    """One transaction of the second layer."""

    height: int
    txid: str
    asset: Any


def requests(count: int, first_nonce: int) -> list[bytes]:
    """Return the bodies of requests that post so many transfers of the rich wallet, in the order of their nonces."""
    key = passphrase_key(RICH)
    sender = key.public_key().raw
    addresses = [sender_address(passphrase_key(f"somebody {number}").public_key().raw, NETWORK) for number in range(20)]
    signed = [
        transaction_json(
            with_signature(
                transfer(NETWORK, sender, nonce, addresses[nonce % len(addresses)], nonce),
                lambda message: sign_der(key.locked, message),
            )
        )
        for nonce in range(first_nonce, first_nonce + count)
    ]
    return [
        json.dumps({"transactions": signed[start : start + REQUEST]}).encode() for start in range(0, count, REQUEST)
    ]


def changes(operations: int) -> Iterator[Change]:
    """Yield transactions of four operations each: keys of 250 DIDs come and go, one change a block."""
    last: list[str | None] = [None] * DIDS
    owners = [derive_secret(bytes(64), "persona", number) for number in range(DIDS)]
    for number in range(operations // OPERATIONS):
        which, turn = number % DIDS, number // DIDS
        attempt = _attempt(owners[which], last[which], turn)
        txid = hashlib.sha256(attempt["signature"].encode()).hexdigest()
        last[which] = txid
        yield Change(10 + turn, txid, {"operationAttempts": [attempt]})


def document_history(operations: int) -> tuple[str, list[tuple[int, Any]]]:
    """Return a DID and its whole signed transactions with their heights: one operation in each."""
    owner, payer = derive_secret(bytes(64), "persona", DIDS), passphrase_key(RICH)
    did = _did(owner)
    last: str | None = None
    found: list[tuple[int, Any]] = []
    for number in range(operations):
        signables = [{"did": did, "lastTxId": last, "operation": "addKey", "auth": _other(number)}]
        unsigned = morpheus(NETWORK, payer.public_key().raw, number + 1, [_signed(owner, signables)])
        whole = with_signature(unsigned, lambda message: sign_der(payer.locked, message))
        last = str(transaction_json(whole)["id"])
        found.append((10 + number, whole))
    return did, found


def _attempt(owner: SecretKey, last: str | None, turn: int) -> dict[str, Any]:
    key, spare = _other(turn // 2), _other(turn // 2 + 1_000_000)
    coming = ({"operation": "addKey", "auth": key}, {"operation": "addKey", "auth": spare})
    rights = [{"auth": key, "right": right} for right in ("update", "impersonate")]
    given = tuple({"operation": "addRight", **right} for right in rights)
    taken = tuple({"operation": "revokeRight", **right} for right in rights)
    going = ({"operation": "revokeKey", "auth": key}, {"operation": "revokeKey", "auth": spare})
    operations = (*taken, *going) if turn % 2 else (*coming, *given)
    return _signed(owner, [{"did": _did(owner), "lastTxId": last, **each} for each in operations])


def _signed(owner: SecretKey, signables: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "operation": "signed",
        "signables": signables,
        "signerPublicKey": owner.public_key().text,
        "signature": owner.sign(operations_message(list(signables))).text,
    }


def _did(owner: SecretKey) -> str:
    return f"did:morpheus:{owner.public_key().key_id().text[1:]}"


def _other(number: int) -> str:
    from prometheus.identity.multicipher import KeyId

    return KeyId("e", b"\x01" + hashlib.sha256(str(number).encode()).digest()[:16]).text
