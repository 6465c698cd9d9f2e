"""A Hydra transaction as a frozen value, and from JSON; `posted` writes it again.

    {"version": 2, "network": 128, "typeGroup": 1, "type": 0, "asset"?: {…}, "nonce": "1", "senderPublicKey": "02…",
     "fee": "10000000", "amount": "1", "expiration"?: 77, "recipientId"?: "t…", "vendorField"?: "…",
     "id": "<hex>", "signature": "<hex>"}

Rules:
* Version 2 alone: transactions with a nonce, as they are since the ARK proposal AIP11. `network` is the address byte.
* `nonce`, `fee` and `amount` are decimal texts, without sign and leading zeros, at most 2^63-1: nodes cannot hold more.
* Members that are not named above, or do not belong to the kind, are dropped, as nodes do. So is an `id`: it is
  computed (`serialized.transaction_id`), and whoever was given one compares.
* A vendor field is at most 255 bytes of UTF-8 and belongs to payments.
* The order of an asset's members is kept: it is the order of the bytes that were signed.
* What a node shows (`is_shown`) was sent by somebody else: its numbers may be any that JavaScript writes, and a wallet
  that registered a second key has a second signature, which stands behind the first and counts for the id. We make
  neither, and post neither.

What this is not: a check of the signature (`signing`), nor of what a wallet may spend.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus_morpheus.transactions.addresses import address_payload
from prometheus_morpheus.transactions.assets import checked_asset
from prometheus_morpheus.transactions.kinds import CORE_GROUP, IOP_GROUP, TRANSFER, kind_of
from prometheus_morpheus.transactions.members import (
    decimal,
    hex_bytes,
    refusal,
    signature_bytes,
    vendor_field,
    whole_number,
)

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.transactions.kinds import Kind

VERSION = 2
MAX_EXPIRATION = 2**32 - 1
PUBLIC_KEY_SIZE = 33
SECOND_SIGNATURE = "secondSignature"


class Transaction(NamedTuple):
    """A transaction: `sender` is 33 bytes, amounts are flakes, `asset` is what its kind carries, or None.

    `recipient` is an address and empty where there is none; `expiration` is the height from which on it is too late, 0
    for never; `signature` is DER or 64 bytes, empty as long as nobody signed; `second_signature` is only ever read.
    """

    network: int
    type_group: int
    type: int
    nonce: int
    sender: bytes
    fee: int
    amount: int
    recipient: str = ""
    vendor_field: str | None = None
    asset: Json = None
    expiration: int = 0
    signature: bytes = b""
    version: int = VERSION
    second_signature: bytes = b""

    @property
    def kind(self) -> Kind:
        """The kind of transaction; UnsupportedFormat where it is none of ours."""
        return kind_of(self.type_group, self.type)


def parse_transaction(value: Json, *, network: int | None = None, is_shown: bool = False) -> Transaction:
    """Return the transaction that a JSON object, as it is posted to a node, stands for.

    Args:
        value: The object. A type group that is missing is 1, as for nodes.
        network: The address byte of the node that was asked: taken where none is named, any other one is refused.
        is_shown: Whether a node shows it, in a block or in its pool.

    Raises:
        NotUnderstood: When a member is missing, of the wrong type, out of range, or what nodes refuse by its form.
        UnsupportedFormat: When it is of a kind that is not read here.
        TooLarge: When the asset is longer than 1 MiB or the vendor field than 255 bytes.
    """
    if not isinstance(value, dict):
        raise refusal("a transaction is a JSON object")
    version = value.get("version", VERSION)
    if type(version) is not int or version != VERSION:
        raise refusal("the transaction is not of version 2", "older ones have no nonce and are not read here")
    kind = _kind(value)
    network = _network(value, network)
    transaction = Transaction(
        network,
        kind.group,
        kind.type,
        decimal(_present(value, "nonce", "Nonce is missing"), "nonce"),
        hex_bytes(value, "senderPublicKey", PUBLIC_KEY_SIZE),
        decimal(value, "fee"),
        decimal(value, "amount"),
        _recipient(value) if kind is TRANSFER else "",
        vendor_field(value.get("vendorField")) if kind.has_vendor_field else None,
        checked_asset(kind, value.get("asset"), network, is_shown=is_shown),
        _expiration(value) if kind is TRANSFER else 0,
        signature_bytes(value),
        second_signature=signature_bytes(value, SECOND_SIGNATURE) if is_shown else b"",
    )
    check_amounts(transaction)
    return transaction


def parse_answer(value: Json, network: int) -> Transaction:
    """Return the transaction that a node shows, for the network with that address byte.

    A node's answer names no network, calls the recipient ``recipient`` and names one for every kind, and leaves out the
    expiration. So the id of a transfer that had one cannot be computed: compare, and never conclude that it is forged.

    Raises:
        NotUnderstood, UnsupportedFormat, TooLarge: As `parse_transaction`.
    """
    if not isinstance(value, dict):
        raise refusal("a transaction is a JSON object")
    posted = {name: member for name, member in value.items() if name not in ("network", "expiration")}
    return parse_transaction(posted | {"recipientId": value.get("recipient")}, network=network)


def check_amounts(transaction: Transaction) -> None:
    """Refuse what every node refuses by its form alone: no fee, a payment of nothing, an address of another network.

    Raises:
        NotUnderstood: As said.
        UnsupportedFormat: When the kind is none of ours.
    """
    kind = transaction.kind
    if not transaction.fee and kind.group != IOP_GROUP:
        raise refusal("the fee of a transaction is at least 1")
    if kind is not TRANSFER:
        if transaction.amount:
            raise refusal(f"the amount of a transaction of the kind {kind.name} is 0")
        return
    if not transaction.amount:
        raise refusal("the amount of a transfer is at least 1")
    address_payload(transaction.recipient, transaction.network)


def _kind(value: dict[str, Json]) -> Kind:
    group = whole_number(value, "typeGroup", 2**32 - 1) if "typeGroup" in value else CORE_GROUP
    return kind_of(group, whole_number(value, "type", 2**16 - 1))


def _network(value: dict[str, Json], expected: int | None) -> int:
    if "network" not in value and expected is not None:
        return expected
    network = whole_number(_present(value, "network", "Network is missing"), "network", 255)
    if expected not in (None, network):
        raise refusal(f"the transaction is for the network {network}, not for {expected}")
    return network


def _present(value: dict[str, Json], name: str, otherwise: str) -> dict[str, Json]:
    if value.get(name) is None:
        raise refusal(otherwise)
    return value


def _recipient(value: dict[str, Json]) -> str:
    address = value.get("recipientId")
    if address is None:
        raise refusal("No recipient for transfer")
    if not isinstance(address, str):
        raise refusal("the member recipientId is an address")
    return address


def _expiration(value: dict[str, Json]) -> int:
    return whole_number(value, "expiration", MAX_EXPIRATION) if "expiration" in value else 0
