"""The signature of a transaction: made by a function that is handed in, checked by libsecp256k1.

Rules:
* Signed is the SHA-256 of `bytes_to_sign`. We write ECDSA in DER (RFC 6979 nonce, low S), which every node takes.
* ECDSA of others counts only with low S and in strict DER, as for nodes.
* A signature of exactly 64 bytes is Schnorr's in the form that ARK uses, which is not BIP-340's: see `ark_schnorr`.
  It is checked and never made.
* Judged is what nodes read: a vendor field where none belongs is no part of it.

What this is not: a key, nor a decision that the sender may pay.
"""

from __future__ import annotations

from hashlib import sha256

from prometheus.errors import ProofError
from prometheus.model.frozen import TYPE_CHECKING
from prometheus_morpheus.transactions import ark_schnorr
from prometheus_morpheus.transactions.serialized import as_nodes_read, bytes_to_sign

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_morpheus.transactions.transaction import Transaction


def with_signature(transaction: Transaction, sign: Callable[[bytes], bytes]) -> Transaction:
    """Return the transaction signed; `sign` returns the DER signature over the SHA-256 of the message it is given.

    Raises:
        ProofError: ``Attempt to sign transaction with key different from tx.sender_public_key``
    """
    message = bytes_to_sign(transaction)
    signed = transaction._replace(signature=sign(message))
    if not signature_fits(signed.sender, message, signed.signature):
        raise ProofError(
            "Attempt to sign transaction with key different from tx.sender_public_key",
            code="TRANSACTION-SIGNER",
            meaning="the signature is not the sender's",
        )
    return signed


def has_valid_signature(transaction: Transaction) -> bool:
    """Return whether the sender's key signed the transaction as nodes read it.

    Raises:
        PrometheusError: What `bytes_to_sign` refuses; a transaction that was parsed is never refused.
    """
    return signature_fits(transaction.sender, bytes_to_sign(as_nodes_read(transaction)), transaction.signature)


def signature_fits(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether a signature over the SHA-256 of a message, DER or ARK's 64 bytes, is that compressed key's."""
    digest = sha256(message).digest()
    if len(signature) == ark_schnorr.SIGNATURE_SIZE:
        return ark_schnorr.verify(public_key, digest, signature)
    return _ecdsa_fits(public_key, digest, signature)


def _ecdsa_fits(public_key: bytes, digest: bytes, der: bytes) -> bool:
    from coincurve._libsecp256k1 import ffi, lib
    from coincurve.context import GLOBAL_CONTEXT

    context = GLOBAL_CONTEXT.ctx
    point, signature = ffi.new("secp256k1_pubkey *"), ffi.new("secp256k1_ecdsa_signature *")
    return bool(
        lib.secp256k1_ec_pubkey_parse(context, point, public_key, len(public_key))
        and lib.secp256k1_ecdsa_signature_parse_der(context, signature, der, len(der))
        and lib.secp256k1_ecdsa_verify(context, signature, digest, point)
    )
