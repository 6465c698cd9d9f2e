"""What a request must look like before anything in it is judged: Hydra's schema, checked by hand.

Rules:
* A misfit refuses the whole request. Hydra joins the texts that its validator has for every known type; those are of no
  use to anybody, so the first misfit is named here in the validator's words.
* Numbers may be whole numbers or decimal texts, at most 2^63-1. A missing network is this one, a missing group is 1.
* Kinds that Hydra knows and this ledger does not keep pass here and are refused one by one later.
* Members that are no part of a transaction are passed over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from prometheus_morpheus.ledger.asset_shape import asset_of
from prometheus_morpheus.ledger.fields import ADDRESS, UnfitRequest, number_of, text_of, whole_of
from prometheus_morpheus.transactions.kinds import KINDS, TRANSFER
from prometheus_morpheus.transactions.transaction import Transaction

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.ledger.rules import Rules
    from prometheus_morpheus.transactions.kinds import Kind

__all__ = ["Posted", "UnfitRequest", "read_request"]

_ID = re.compile(r"[0-9A-Fa-f]{64}")
_KEY = re.compile(r"[0-9A-Fa-f]{66}")
_SIGNATURE = re.compile(r"[0-9A-Za-z]{1,4096}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){1,72}")
_CORE_TYPES = 11
_ENTITY_GROUP = 2
_ENTITY_TYPES = 6


class Posted(NamedTuple):
    """A transaction of a request: `kind` and `transaction` are None when this ledger does not keep its kind.

    `id` is what the sender says, which nobody checked yet. `expiration` is as posted, even where the kind has none.
    """

    id: str
    type: int
    kind: Kind | None
    transaction: Transaction | None
    expiration: int
    timestamp: int
    has_second_signature: bool


def read_request(transactions: Json, rules: Rules) -> list[Posted]:
    """Return the transactions of a request.

    Raises:
        UnfitRequest: When the list or one transaction has a form that no node takes.
    """
    if not isinstance(transactions, list):
        raise UnfitRequest("should be array")
    if len(transactions) > rules.request_transactions:
        raise UnfitRequest(f"should NOT have more than {rules.request_transactions} items")
    if not transactions:
        raise UnfitRequest("should NOT have fewer than 1 items")
    return [_posted(value, rules) for value in transactions]


def _posted(value: Json, rules: Rules) -> Posted:
    if not isinstance(value, dict):
        raise UnfitRequest("should be object")
    txid = text_of(value, "id", _ID)
    group = whole_of(value, "typeGroup", 1)
    number = whole_of(value, "type", None)
    version = _version(value)
    if value.get("network", rules.address_byte) != rules.address_byte:
        raise UnfitRequest('should pass "network" keyword validation')
    kind = KINDS.get((group, number))
    if kind is None:
        _check_known(group, number)
    transaction = None if kind is None else _transaction(value, kind, version, rules)
    expiration = whole_of(value, "expiration", 0)
    second = bool(value.get("secondSignature") or value.get("signSignature"))
    return Posted(txid, number, kind, transaction, expiration, whole_of(value, "timestamp", 0), second)


def _version(value: dict[str, Json]) -> int:
    version = value.get("version")
    if version is None:
        version = 1
    if type(version) is not int or version not in {1, 2}:
        raise UnfitRequest("should be equal to one of the allowed values")
    if version == 1 and "timestamp" not in value:
        raise UnfitRequest("should have required property '.timestamp'")
    return version


def _check_known(group: int, number: int) -> None:
    """Refuse a type that Hydra does not know; of a group that it does not know it looks at the type alone."""
    types = _ENTITY_TYPES if group == _ENTITY_GROUP else _CORE_TYPES
    if number >= types:
        raise UnfitRequest('should pass "transactionType" keyword validation')


def _transaction(value: dict[str, Json], kind: Kind, version: int, rules: Rules) -> Transaction:
    signature = text_of(value, "signature", _SIGNATURE) if "signatures" not in value else ""
    return Transaction(
        rules.address_byte,
        kind.group,
        kind.type,
        number_of(value, "nonce", 0) if version > 1 else 0,
        bytes.fromhex(text_of(value, "senderPublicKey", _KEY)),
        number_of(value, "fee", 0 if kind.group != 1 else 1),
        _amount(value, kind),
        text_of(value, "recipientId", ADDRESS) if kind is TRANSFER else "",
        _vendor_field(value, rules) if kind.has_vendor_field else None,
        asset_of(value, kind, rules),
        whole_of(value, "expiration", 0) if kind is TRANSFER else 0,
        bytes.fromhex(signature) if _HEX.fullmatch(signature) else b"",
        version,
    )


def _amount(value: dict[str, Json], kind: Kind) -> int:
    amount = number_of(value, "amount", 1 if kind is TRANSFER else 0)
    if amount and kind is not TRANSFER:
        raise UnfitRequest('should pass "bignumber" keyword validation')
    return amount


def _vendor_field(value: dict[str, Json], rules: Rules) -> str | None:
    text = value.get("vendorField")
    if text is None or text == "":
        return None
    if not isinstance(text, str):
        raise UnfitRequest("should be string")
    if len(text.encode(errors="replace")) > rules.vendor_field_bytes:
        raise UnfitRequest('should match format "vendorField"')
    return text
