"""Taking a transaction's bytes apart; their form is described in `serialized`, whose `parse_bytes` is the door.

Rules:
* Every length is compared with what is there before anything is cut off.
* Where exactly 64 bytes are left, they are a signature of Schnorr's kind; else they are one DER value to the last byte.
  Second signatures and multisignatures, which would stand behind it, are not read.
* A vendor field on a kind that has none is refused: nodes would take its bytes for the payload.

What this is not: the proof that nothing was passed over. `parse_bytes` writes what was read and compares.
"""

from __future__ import annotations

from prometheus.claims.jsontext import parse
from prometheus.errors import NotUnderstood, TooLarge
from prometheus.model.frozen import TYPE_CHECKING
from prometheus_morpheus.transactions.addresses import address_text
from prometheus_morpheus.transactions.assets import MAX_ASSET, checked_asset
from prometheus_morpheus.transactions.kinds import DELEGATE, IOP_GROUP, TRANSFER, VOTE, kind_of
from prometheus_morpheus.transactions.layout import (
    COUNT,
    HEAD,
    MARK,
    PAYMENT,
    SMALL_COUNT,
    TRANSFER_PAYLOAD,
    VOTE_PAYLOAD,
)
from prometheus_morpheus.transactions.members import MAX_NUMBER, MAX_SIGNATURE, refusal, vendor_field
from prometheus_morpheus.transactions.transaction import VERSION, Transaction, check_amounts
from prometheus_morpheus.transactions.varint import read_varint

if TYPE_CHECKING:
    import struct
    from typing import Any

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.transactions.kinds import Kind

MAX_BYTES = MAX_ASSET + 1024
_DER_SEQUENCE = 0x30
_SCHNORR_SIZE = 64


def read_transaction(raw: bytes) -> Transaction:
    """Return the transaction that these bytes stand for; errors as `serialized.parse_bytes`."""
    if len(raw) > MAX_BYTES:
        raise TooLarge(f"a transaction has at most {MAX_BYTES} bytes", code="TRANSACTION")
    reader = _Reader(raw)
    mark, version, network, group, number, nonce, sender, fee, vendor_size = reader.unpack(HEAD)
    if mark != MARK or version != VERSION:
        raise refusal("the bytes are not a transaction of version 2")
    kind = kind_of(group, number)
    vendor = _vendor_field(kind, reader.take(vendor_size))
    _refuse_above_limit(nonce, fee)
    if kind is TRANSFER:
        amount, expiration, payload = reader.unpack(TRANSFER_PAYLOAD)
        _refuse_above_limit(amount)
        recipient, asset = address_text(payload, network), None
    else:
        amount, expiration, recipient = 0, 0, ""
        asset = checked_asset(kind, _asset(kind, reader, network), network)
    signature = _signature(reader.rest())
    transaction = Transaction(
        network, group, number, nonce, sender, fee, amount, recipient, vendor, asset, expiration, signature
    )
    check_amounts(transaction)
    return transaction


class _Reader:
    """Walks along bytes and refuses to walk past their end."""

    __slots__ = ("_at", "_raw")

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def take(self, size: int) -> bytes:
        end = self._at + size
        if end > len(self._raw):
            raise refusal("the bytes of the transaction end too early")
        taken, self._at = self._raw[self._at : end], end
        return taken

    def unpack(self, layout: struct.Struct) -> tuple[Any, ...]:
        return layout.unpack(self.take(layout.size))

    def length(self) -> int:
        size, self._at = read_varint(self._raw, self._at)
        return size

    def rest(self) -> bytes:
        return self._raw[self._at :]


def _vendor_field(kind: Kind, raw: bytes) -> str | None:
    if raw and not kind.has_vendor_field:
        raise refusal(f"a transaction of the kind {kind.name} has no vendor field")
    try:
        return vendor_field(raw.decode())
    except UnicodeDecodeError:
        raise refusal("the vendor field is not UTF-8") from None


def _asset(kind: Kind, reader: _Reader, network: int) -> Json:
    if kind.group == IOP_GROUP:
        return _asset_of_text(reader.take(reader.length()))
    if kind is VOTE:
        (count,) = reader.unpack(SMALL_COUNT)
        return {"votes": [_vote(*reader.unpack(VOTE_PAYLOAD)) for _ in range(count)]}
    if kind is DELEGATE:
        (size,) = reader.unpack(SMALL_COUNT)
        return {"delegate": {"username": reader.take(size).decode("ascii", "replace")}}
    (count,) = reader.unpack(COUNT)
    return {"payments": [_payment(network, *reader.unpack(PAYMENT)) for _ in range(count)]}


def _asset_of_text(raw: bytes) -> Json:
    try:
        return parse(raw)
    except NotUnderstood as error:
        raise refusal("the asset of the transaction is not JSON", error.what) from None


def _vote(sign: int, delegate: bytes) -> str:
    if sign not in (0, 1):
        raise refusal("a vote is for or against")
    return "-+"[sign] + delegate.hex()


def _payment(network: int, amount: int, payload: bytes) -> Json:
    return {"amount": str(amount), "recipientId": address_text(payload, network)}


def _signature(raw: bytes) -> bytes:
    if not raw or len(raw) == _SCHNORR_SIZE:
        return raw
    if not 2 <= len(raw) <= MAX_SIGNATURE or raw[0] != _DER_SEQUENCE or raw[1] != len(raw) - 2:
        raise refusal("what stands behind the transaction is not one signature")
    return raw


def _refuse_above_limit(*numbers: int) -> None:
    if max(numbers) > MAX_NUMBER:
        raise refusal("a number of the transaction is above 2^63-1", "no node can hold it")
