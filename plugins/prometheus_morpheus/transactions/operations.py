"""Operations on DIDs: what the asset of a Morpheus transaction says, and how a DID's key signs it.

    {"operation": "registerBeforeProof", "contentId": "<text>"}
    {"operation": "signed", "signables": […], "signerPublicKey": "p…", "signature": "s…"}

    {"did", "lastTxId": null | "<id>", "operation": "addKey", "auth": "<p… or i…>", "expiresAtHeight"?: u32}
    {"did", "lastTxId", "operation": "revokeKey", "auth"}
    {"did", "lastTxId", "operation": "addRight" | "revokeRight", "auth", "right": "update" | "impersonate"}
    {"did", "lastTxId", "operation": "tombstoneDid"}

Rules:
* Members are written in the order shown: it is the order of the asset's bytes.
* A group is signed over the length of the canonical JSON of its signables, as a variable length number, and that text.
  Canonical JSON is sorted, so the order of the members does not count there.
* The signer's key has nothing to do with the key that pays for the transaction.
* `lastTxId` is the last transaction of the DID that the second layer confirmed, the same in all operations of one
  transaction; it is written as null where there is none. An expiry that is not there is left out.
* The name of a right is not checked when it is written or read: what the second layer does with it is its own rule.

What this is not: a decision whether the second layer accepts an operation (`state`).
"""

from __future__ import annotations

from prometheus.claims.canonical import canonical
from prometheus.errors import NotUnderstood
from prometheus.identity.multicipher import PublicKey, Signature
from prometheus.model.frozen import TYPE_CHECKING
from prometheus_morpheus.transactions.signables import (
    AddKey,
    AddRight,
    RevokeKey,
    RevokeRight,
    Signable,
    TombstoneDid,
    check_signable_shape,
    parse_signable,
    refusal,
)
from prometheus_morpheus.transactions.varint import varint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.jsontext import Json
    from prometheus.ports import Signer

__all__ = [
    "AddKey",
    "AddRight",
    "RevokeKey",
    "RevokeRight",
    "Signable",
    "TombstoneDid",
    "attempt_is_signed",
    "attempts_of",
    "before_proof",
    "morpheus_asset",
    "operations_message",
    "parse_signable",
    "signed_operations",
]

BEFORE_PROOF = "registerBeforeProof"
SIGNED = "signed"


def operations_message(signables: list[Json]) -> bytes:
    """Return the bytes that the key of a DID signs: the length of the canonical JSON of the signables, and that text.

    Raises:
        NotUnderstood: When a key of an object is not in Unicode NFKD.
    """
    text = canonical(signables).encode()
    return varint(len(text)) + text


def signed_operations(signables: Sequence[Signable], public_key: str, signer: Signer) -> dict[str, Json]:
    """Return a group of operations signed by the key that belongs to a multicipher public key text.

    Raises:
        KeyUnavailable: When the signer does not hold that key.
    """
    written: list[Json] = [signable.as_json() for signable in signables]
    signature = signer.sign(public_key, operations_message(written))
    return {"operation": SIGNED, "signables": written, "signerPublicKey": public_key, "signature": signature}


def before_proof(content_id: str) -> dict[str, Json]:
    """Return the attempt to register that content with this id exists now; any ASCII text is an id."""
    return {"operation": BEFORE_PROOF, "contentId": content_id}


def morpheus_asset(attempts: Sequence[Json]) -> dict[str, Json]:
    """Return the asset of a Morpheus transaction that makes these attempts, in this order."""
    return {"operationAttempts": list(attempts)}


def attempts_of(asset: Json) -> list[dict[str, Json]]:
    """Return the operation attempts of an asset, whose shape is as the schema of nodes demands it.

    Texts are not looked into: whether a DID, a key or a signature is one, the second layer decides.

    Raises:
        NotUnderstood: When it is no object with an array of attempts, or one of them lacks a member.
    """
    attempts = asset.get("operationAttempts") if isinstance(asset, dict) else None
    if not isinstance(attempts, list):
        raise refusal("the asset of a Morpheus transaction has an array operationAttempts")
    return [_checked_attempt(attempt) for attempt in attempts]


def attempt_is_signed(attempt: Json) -> bool:
    """Return whether an attempt is a group of operations that bears the signature of its signer's key.

    The JSON is taken as it is given: whoever left a member out gave another message.
    """
    try:
        checked = _checked_attempt(attempt)
        if checked["operation"] != SIGNED:
            return False
        key, signature = PublicKey.parse(str(checked["signerPublicKey"])), Signature.parse(str(checked["signature"]))
        signables = checked["signables"]
        return isinstance(signables, list) and key.verify(operations_message(signables), signature)
    except NotUnderstood:
        return False


def _checked_attempt(attempt: Json) -> dict[str, Json]:
    if not isinstance(attempt, dict):
        raise refusal("an operation attempt is a JSON object")
    operation = attempt.get("operation")
    if operation == BEFORE_PROOF:
        _demand_texts(attempt, "contentId")
    elif operation == SIGNED:
        _demand_texts(attempt, "signerPublicKey", "signature")
        signables = attempt.get("signables")
        if not isinstance(signables, list):
            raise refusal("the signables of a signed attempt are a JSON array")
        for signable in signables:
            check_signable_shape(signable)
    else:
        raise refusal("an operation attempt is registerBeforeProof or signed")
    return attempt


def _demand_texts(attempt: dict[str, Json], *names: str) -> None:
    for name in names:
        if not isinstance(attempt.get(name), str):
            raise refusal(f"the member {name} of an operation attempt is a text")
