"""The signature of a transaction: made by a function that is handed in, checked by libsecp256k1.

Rules:
* Signed is the SHA-256 of `bytes_to_sign`. We write ECDSA in DER (RFC 6979 nonce, low S), which every node takes.
* ECDSA of others counts only with low S and in strict DER, as for nodes.
* A signature of exactly 64 bytes is Schnorr's in the form that ARK uses, which is not BIP-340's: see
  `ark_schnorr`. It is checked and never made.
* Judged is what nodes read: a vendor field where none belongs is no part of it.

What this is not: a key, nor a decision that the sender may pay.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_morpheus.transactions.transaction import Transaction

SCHNORR_SIZE = 64


def with_signature(transaction: Transaction, sign: Callable[[bytes], bytes]) -> Transaction:
    """Return the transaction signed; `sign` returns the DER signature over the SHA-256 of the message it is given.

    Raises:
        ProofError: ``Attempt to sign transaction with key different from tx.sender_public_key``
    """
    raise NotImplementedError


def has_valid_signature(transaction: Transaction) -> bool:
    """Return whether the sender's key signed the transaction as nodes read it."""
    raise NotImplementedError
