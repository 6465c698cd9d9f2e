"""What a request must look like before anything in it is judged: Hydra's schema, checked by hand.

Rules:
* A misfit refuses the whole request. Hydra joins the texts that its validator has for every known type; those are of no
  use to anybody, so the first misfit is named here in the validator's words.
* Numbers may be whole numbers or decimal texts, at most 2^63-1. A missing network is this one, a missing group is 1.
* A multi-payment with fewer than two payments passes here: Hydra's schemas let one through, too.
* Kinds that Hydra knows and this ledger does not keep pass here and are refused one by one later.
* Members that are no part of a transaction are passed over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from prometheus.errors import InputError
from prometheus_morpheus.transactions.kinds import (
    DELEGATE,
    KINDS,
    MORPHEUS,
    MULTI_PAYMENT,
    TRANSFER,
    VOTE,
)
from prometheus_morpheus.transactions.members import MAX_NUMBER
from prometheus_morpheus.transactions.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.ledger.rules import Rules
    from prometheus_morpheus.transactions.kinds import Kind

_ID = re.compile(r"[0-9A-Fa-f]{64}")
_KEY = re.compile(r"[0-9A-Fa-f]{66}")
_SIGNATURE = re.compile(r"[0-9A-Za-z]{1,4096}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){1,72}")
_ADDRESS = re.compile(r"[1-9A-HJ-NP-Za-km-z]{34}")
_USERNAME = re.compile(r"[a-z0-9!@$&_.]{1,20}")
_VOTE = re.compile(r"[+-][0-9A-Fa-f]{66}")
_NUMBER = re.compile(r"[0-9]{1,40}")
_CORE_TYPES = 11
_ENTITY_GROUP = 2
_ENTITY_TYPES = 6
_SIGNED_WITH_AUTH = frozenset({"addKey", "revokeKey", "addRight", "revokeRight"})
_SIGNED_WITH_RIGHT = frozenset({"addRight", "revokeRight"})


class UnfitRequest(InputError):
    """The request has a form no Hydra node takes: status 422 with this text."""


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
    txid = _text(value, "id", _ID)
    group = _whole(value, "typeGroup", 1)
    number = _whole(value, "type", None)
    version = _version(value)
    if value.get("network", rules.address_byte) != rules.address_byte:
        raise UnfitRequest('should pass "network" keyword validation')
    kind = KINDS.get((group, number))
    if kind is None:
        _check_known(group, number)
    transaction = None if kind is None else _transaction(value, kind, version, rules)
    expiration = _whole(value, "expiration", 0)
    second = bool(value.get("secondSignature") or value.get("signSignature"))
    return Posted(txid, number, kind, transaction, expiration, _whole(value, "timestamp", 0), second)


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
    signature = _text(value, "signature", _SIGNATURE) if "signatures" not in value else ""
    return Transaction(
        rules.address_byte,
        kind.group,
        kind.type,
        _number(value, "nonce", 0) if version > 1 else 0,
        bytes.fromhex(_text(value, "senderPublicKey", _KEY)),
        _number(value, "fee", 0 if kind.group != 1 else 1),
        _amount(value, kind),
        _text(value, "recipientId", _ADDRESS) if kind is TRANSFER else "",
        _vendor_field(value, rules) if kind.has_vendor_field else None,
        _asset(value, kind, rules),
        _whole(value, "expiration", 0) if kind is TRANSFER else 0,
        bytes.fromhex(signature) if _HEX.fullmatch(signature) else b"",
        version,
    )


def _amount(value: dict[str, Json], kind: Kind) -> int:
    amount = _number(value, "amount", 1 if kind is TRANSFER else 0)
    if amount and kind is not TRANSFER:
        raise UnfitRequest('should pass "bignumber" keyword validation')
    return amount


def _text(value: dict[str, Json], name: str, pattern: re.Pattern[str]) -> str:
    text = value.get(name)
    if text is None:
        raise UnfitRequest(f"should have required property '.{name}'")
    if not isinstance(text, str):
        raise UnfitRequest("should be string")
    if not pattern.fullmatch(text):
        raise UnfitRequest(f'should match pattern "{pattern.pattern}"')
    return text


def _number(value: dict[str, Json], name: str, least: int) -> int:
    """Return a number that may be written as a text or as a number."""
    number = value.get(name)
    if number is None:
        raise UnfitRequest(f"should have required property '.{name}'")
    if isinstance(number, str) and _NUMBER.fullmatch(number):
        number = int(number)
    if type(number) is not int or not least <= number <= MAX_NUMBER:
        raise UnfitRequest('should pass "bignumber" keyword validation')
    return number


def _whole(value: dict[str, Json], name: str, missing: int | None) -> int:
    number = value.get(name, missing)
    if number is None:
        raise UnfitRequest(f"should have required property '.{name}'")
    if type(number) is not int or not 0 <= number < 2**32:
        raise UnfitRequest("should be integer")
    return number


def _vendor_field(value: dict[str, Json], rules: Rules) -> str | None:
    text = value.get("vendorField")
    if text is None or text == "":
        return None
    if not isinstance(text, str):
        raise UnfitRequest("should be string")
    if len(text.encode(errors="replace")) > rules.vendor_field_bytes:
        raise UnfitRequest('should match format "vendorField"')
    return text


def _asset(value: dict[str, Json], kind: Kind, rules: Rules) -> Json:
    if kind is TRANSFER:
        return None
    asset = value.get("asset")
    if asset is None:
        raise UnfitRequest("should have required property '.asset'")
    if not isinstance(asset, dict):
        raise UnfitRequest("should be object")
    check = _ASSETS.get(kind)
    return check(asset, rules) if check is not None else asset


def _delegate(asset: dict[str, Json], _rules: Rules) -> Json:
    return {"delegate": {"username": _text(_object(asset.get("delegate")), "username", _USERNAME)}}


def _votes(asset: dict[str, Json], _rules: Rules) -> Json:
    votes = _array(asset.get("votes"))
    if len(votes) != 1:
        raise UnfitRequest("should NOT have more than 1 items")
    return {"votes": [_text({"votes": votes[0]}, "votes", _VOTE).lower()]}


def _payments(asset: dict[str, Json], rules: Rules) -> Json:
    payments = [_object(payment) for payment in _array(asset.get("payments"))]
    if len(payments) > rules.multi_payments:
        raise UnfitRequest('should pass "transactionType" keyword validation')
    return {
        "payments": [
            {"amount": str(_number(payment, "amount", 1)), "recipientId": _text(payment, "recipientId", _ADDRESS)}
            for payment in payments
        ]
    }


def _morpheus(asset: dict[str, Json], _rules: Rules) -> Json:
    for attempt in _array(asset.get("operationAttempts")):
        _check_attempt(_object(attempt))
    return asset


def _check_attempt(attempt: dict[str, Json]) -> None:
    operation = attempt.get("operation")
    if operation == "registerBeforeProof":
        _check_texts(attempt, "contentId")
    elif operation == "signed":
        _check_texts(attempt, "signerPublicKey", "signature")
        for signable in _array(attempt.get("signables")):
            _check_signable(_object(signable))
    else:
        raise UnfitRequest("should match some schema in anyOf")


def _check_signable(signable: dict[str, Json]) -> None:
    operation = signable.get("operation")
    _check_texts(signable, "did")
    if "lastTxId" not in signable or not isinstance(signable["lastTxId"], (str, type(None))):
        raise UnfitRequest("should have required property '.lastTxId'")
    if operation == "tombstoneDid":
        return
    if operation not in _SIGNED_WITH_AUTH:
        raise UnfitRequest("should match some schema in anyOf")
    _check_texts(signable, "auth")
    if operation in _SIGNED_WITH_RIGHT:
        _check_texts(signable, "right")
    expires = signable.get("expiresAtHeight", 1)
    if operation == "addKey" and (isinstance(expires, bool) or not isinstance(expires, (int, float))):
        raise UnfitRequest("should be number")


def _check_texts(value: dict[str, Json], *names: str) -> None:
    for name in names:
        if not isinstance(value.get(name), str):
            raise UnfitRequest(f"should have required property '.{name}'")


def _object(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise UnfitRequest("should be object")
    return value


def _array(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise UnfitRequest("should be array")
    return value


_ASSETS: dict[Kind, Callable[[dict[str, Json], Rules], Json]] = {
    DELEGATE: _delegate,
    VOTE: _votes,
    MULTI_PAYMENT: _payments,
    MORPHEUS: _morpheus,
}
