"""What the asset of a posted transaction must look like, by its kind; a transfer has none.

Rules: the assets of layer 1 are reduced to what their bytes hold; those of layer 2 stay as they were posted, members
that nobody knows included, because their text is what was signed. A multi-payment with fewer than two payments passes
here: Hydra's schemas let one through, too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prometheus_morpheus.ledger.fields import ADDRESS, UnfitRequest, as_array, as_object, number_of, text_of
from prometheus_morpheus.transactions.kinds import DELEGATE, MORPHEUS, MULTI_PAYMENT, TRANSFER, VOTE

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.ledger.rules import Rules
    from prometheus_morpheus.transactions.kinds import Kind

_USERNAME = re.compile(r"[a-z0-9!@$&_.]{1,20}")
_VOTE = re.compile(r"[+-][0-9A-Fa-f]{66}")
_SIGNED_WITH_AUTH = frozenset({"addKey", "revokeKey", "addRight", "revokeRight"})
_SIGNED_WITH_RIGHT = frozenset({"addRight", "revokeRight"})


def asset_of(value: dict[str, Json], kind: Kind, rules: Rules) -> Json:
    """Return the asset of a posted transaction, None for a transfer; UnfitRequest when it has no form."""
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
    return {"delegate": {"username": text_of(as_object(asset.get("delegate")), "username", _USERNAME)}}


def _votes(asset: dict[str, Json], _rules: Rules) -> Json:
    votes = as_array(asset.get("votes"))
    if len(votes) != 1:
        raise UnfitRequest("should NOT have more than 1 items")
    return {"votes": [text_of({"votes": votes[0]}, "votes", _VOTE).lower()]}


def _payments(asset: dict[str, Json], rules: Rules) -> Json:
    payments = [as_object(payment) for payment in as_array(asset.get("payments"))]
    if len(payments) > rules.multi_payments:
        raise UnfitRequest('should pass "transactionType" keyword validation')
    return {
        "payments": [
            {"amount": str(number_of(payment, "amount", 1)), "recipientId": text_of(payment, "recipientId", ADDRESS)}
            for payment in payments
        ]
    }


def _morpheus(asset: dict[str, Json], _rules: Rules) -> Json:
    for attempt in as_array(asset.get("operationAttempts")):
        _check_attempt(as_object(attempt))
    return asset


def _check_attempt(attempt: dict[str, Json]) -> None:
    operation = attempt.get("operation")
    if operation == "registerBeforeProof":
        _check_texts(attempt, "contentId")
    elif operation == "signed":
        _check_texts(attempt, "signerPublicKey", "signature")
        for signable in as_array(attempt.get("signables")):
            _check_signable(as_object(signable))
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


_ASSETS: dict[Kind, Callable[[dict[str, Json], Rules], Json]] = {
    DELEGATE: _delegate,
    VOTE: _votes,
    MULTI_PAYMENT: _payments,
    MORPHEUS: _morpheus,
}
