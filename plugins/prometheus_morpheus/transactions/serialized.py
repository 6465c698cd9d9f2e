"""A transaction as bytes, and its id; all numbers little endian.

    ff | 02 | network u8 | group u32 | type u16 | nonce u64 | sender 33 | fee u64 | size u8 | vendor field | payload
    transfer               amount u64 | expiration u32 | recipient 21
    vote                   count u8 | for each: 01 for, 00 against | key 33
    delegate registration  size u8 | name
    multi-payment          count u16 | for each: amount u64 | recipient 21
    Morpheus, Coeus        length as a variable length number | the asset's JSON text
    and behind it the signature: DER, or 64 bytes; behind that the second one, of wallets that have registered one

Rules:
* What is signed is all of it but the signatures. The id is the SHA-256 of all of it, signatures included, in hex.
* A vendor field on a kind that has none is written, as the reference writes it. Nodes leave it out, and so find another
  id and no valid signature: see `as_nodes_read`.
* Nothing is cut: a vendor field whose size does not fit its byte is refused.

* Bytes are read strictly: what is read is written again, and unless these are the very same bytes, refused. So an
  asset's text is the shortest one, and nothing stands behind the signature.

What this is not: a check of the signature (`signing`).
"""

from __future__ import annotations

import struct

from prometheus.errors import TooLarge
from prometheus.model.frozen import TYPE_CHECKING
from prometheus_morpheus.transactions.addresses import address_payload
from prometheus_morpheus.transactions.assets import asset_text, payments_of, username_of, votes_of
from prometheus_morpheus.transactions.kinds import DELEGATE, IOP_GROUP, TRANSFER, VOTE
from prometheus_morpheus.transactions.layout import (
    COUNT,
    HEAD,
    MARK,
    PAYMENT,
    SMALL_COUNT,
    TRANSFER_PAYLOAD,
    VOTE_PAYLOAD,
)
from prometheus_morpheus.transactions.members import MAX_VENDOR_FIELD, refusal, vendor_bytes
from prometheus_morpheus.transactions.reading import read_transaction
from prometheus_morpheus.transactions.varint import varint

if TYPE_CHECKING:
    from prometheus_morpheus.transactions.transaction import Transaction


def bytes_to_sign(transaction: Transaction) -> bytes:
    """Return the bytes whose SHA-256 is signed.

    Raises:
        NotUnderstood: When a number does not fit its place, or an address is none of the network.
        UnsupportedFormat: When the kind is none of ours.
        TooLarge: When the vendor field is longer than 255 bytes.
    """
    vendor = vendor_bytes(transaction.vendor_field or "")
    if len(vendor) > MAX_VENDOR_FIELD:
        raise TooLarge(f"the vendor field is longer than {MAX_VENDOR_FIELD} bytes", code="VENDOR-FIELD")
    if len(transaction.sender) != 33:
        raise refusal("the sender's key is 33 bytes")
    try:
        head = HEAD.pack(
            MARK,
            transaction.version,
            transaction.network,
            transaction.type_group,
            transaction.type,
            transaction.nonce,
            transaction.sender,
            transaction.fee,
            len(vendor),
        )
        return head + vendor + _payload(transaction)
    except struct.error as error:
        raise refusal("a number of the transaction does not fit its place", str(error)) from None


def whole_bytes(transaction: Transaction) -> bytes:
    """Return all bytes of a transaction, with its signatures where it has one; errors as `bytes_to_sign`."""
    return bytes_to_sign(transaction) + transaction.signature + transaction.second_signature


def transaction_id(transaction: Transaction) -> str:
    """Return the id, 64 hex digits; an unsigned transaction has one too, which is not the one it will have."""
    from hashlib import sha256

    return sha256(whole_bytes(transaction)).hexdigest()


def parse_bytes(raw: bytes) -> Transaction:
    """Return the transaction that these bytes are, signed or not.

    Raises:
        NotUnderstood: When the bytes are not exactly one transaction, or one that nodes refuse by its form.
        UnsupportedFormat: When it is of a kind that is not read here.
        TooLarge: When there are more bytes than any transaction has.
    """
    transaction = read_transaction(raw)
    if whole_bytes(transaction) != raw:
        raise refusal("the bytes of the transaction are not the shortest ones", "its id would be another one")
    return transaction


def as_nodes_read(transaction: Transaction) -> Transaction:
    """Return the transaction without a vendor field where its kind has none: what a node makes of it."""
    if transaction.vendor_field is None or transaction.kind.has_vendor_field:
        return transaction
    return transaction._replace(vendor_field=None)


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise refusal("the asset holds half a character, which has no bytes") from None


def _payload(transaction: Transaction) -> bytes:
    kind = transaction.kind
    if kind is TRANSFER:
        recipient = address_payload(transaction.recipient, transaction.network)
        return TRANSFER_PAYLOAD.pack(transaction.amount, transaction.expiration, recipient)
    if kind.group == IOP_GROUP:
        text = _encoded(asset_text(transaction.asset))
        return varint(len(text)) + text
    if kind is VOTE:
        votes = votes_of(transaction.asset)
        return SMALL_COUNT.pack(len(votes)) + b"".join([VOTE_PAYLOAD.pack(is_for, key) for is_for, key in votes])
    if kind is DELEGATE:
        name = username_of(transaction.asset).encode()
        return SMALL_COUNT.pack(len(name)) + name
    payments = payments_of(transaction.asset)
    packed = [PAYMENT.pack(amount, address_payload(address, transaction.network)) for address, amount in payments]
    return COUNT.pack(len(payments)) + b"".join(packed)
