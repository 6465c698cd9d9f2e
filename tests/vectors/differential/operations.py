"""Our side of each operation of the driver, and the comparison of two answers."""

from __future__ import annotations

import struct
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from iop_player.player import is_exact

from prometheus.claims import jwt, signature_period, signed
from prometheus.claims.canonical import canonical
from prometheus.claims.did_document import parse_did_document
from prometheus.claims.digest import content_id, selective_digest
from prometheus.claims.jsontext import parse
from prometheus.errors import PrometheusError
from prometheus.identity import morpheus_keys
from prometheus.identity.did import Did
from prometheus.identity.multicipher import KeyId, PublicKey, SecretKey, Signature

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus.claims.jsontext import Json

Given = dict[str, Any]


def _document(given: Given) -> Json:
    return parse(given["doc_json"], unique_keys=False)


def _number_text(given: Given) -> str:
    """Return an integer in digits, or the bits of a double."""
    value = parse(given["text"])
    assert isinstance(value, int | float)
    return str(value) if isinstance(value, int) else struct.pack(">d", value).hex()


def _is_canonical(given: Given) -> bool:
    text = f"[{given['text']}]"
    return canonical(parse(text, unique_keys=False)) == text


def secret(given: Given) -> SecretKey:
    """Return the key that a case names."""
    if given["suite"] == "s":
        return SecretKey("s", sha256(given["passphrase"].encode()).digest())
    return morpheus_keys.derive_secret(bytes.fromhex(given["seed_hex"]), given["kind"], given["index"])


def _public(key: PublicKey) -> dict[str, str]:
    return {"text": key.text, "key_id": key.key_id().text}


def _did(given: Given) -> dict[str, str]:
    did = Did.parse(given["text"])
    return {"text": did.text, "key_id": did.key_id.text}


def _signed_bytes(given: Given) -> signed.SignedBytes:
    key, signature = PublicKey.parse(given["public_key"]), Signature.parse(given["signature"])
    return signed.SignedBytes(key, signature, bytes.fromhex(given["message_hex"]))


def _sign_bytes(given: Given) -> str:
    key = secret(given)
    return signed.sign_bytes(bytes.fromhex(given["message_hex"]), key, key.public_key()).text


def sign_json(given: Given) -> Any:
    """Return the signed document of a case."""
    key = secret(given)
    return signed.sign_json(_document(given), key, key.public_key())


def sign_token(given: Given) -> str:
    """Return the token of a case."""
    key = secret(given)
    lifetime, content = given["time_to_live"], given["content_id"]
    return jwt.sign_token(key, key.public_key(), given["now"], time_to_live=lifetime, content_id=content)


def _parse_token(given: Given) -> dict[str, str]:
    token = jwt.parse_token(given["token"], given["now"])
    return {
        "public_key": token.public_key.text,
        "created_at": str(token.created_at),
        "time_to_live": str(token.time_to_live),
    }


def _validate(given: Given) -> dict[str, Json]:
    heights = {name: given[name] for name in ("from_height", "until_height") if given[name] is not None}
    document = parse_did_document(parse(given["document"]))
    return signature_period.validate_signature(_signed_bytes(given), document, **heights).as_document()


OURS: dict[str, Callable[[Given], Any]] = {
    "number_text": _number_text,
    "is_canonical": _is_canonical,
    "stringify": lambda given: canonical(_document(given)),
    "digest": lambda given: content_id(_document(given)),
    "selective_digest": lambda given: selective_digest(_document(given), given["keep"]),
    "public_key": lambda given: _public(PublicKey.parse(given["text"])),
    "key_id": lambda given: KeyId.parse(given["text"]).text,
    "signature": lambda given: Signature.parse(given["text"]).text,
    "did": _did,
    "derive": lambda given: _public(secret(given).public_key()),
    "sign_bytes": _sign_bytes,
    "verify_bytes": lambda given: _signed_bytes(given).is_valid(),
    "sign_json": lambda given: sign_json(given)["signature"]["bytes"],
    "verify_json": lambda given: signed.signature_is_valid(_document(given)),
    "sign_token": sign_token,
    "parse_token": _parse_token,
    "validate": _validate,
}


def answer(operation: str, given: Given) -> dict[str, Any]:
    """Return our answer in the form of the driver's: ``output`` or ``error``."""
    try:
        return {"output": OURS[operation](given)}
    except PrometheusError as refused:
        return {"error": refused.what}


def agree(ours: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Return whether two answers say the same; texts of deserialisers count as plain refusals."""
    if "error" in theirs:
        return "error" in ours and (not is_exact(theirs["error"]) or ours["error"] == theirs["error"])
    return "error" not in ours and bool(ours["output"] == theirs["output"])
