"""Operations of the claims room: JSON, digests, nonces, signed documents and bearer tokens."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from prometheus_simulators.plain import plain

from iop_player.reference_reading import as_reference_reads
from prometheus.claims import did_document, jwt, nonce, signature_period, signed
from prometheus.claims.canonical import canonical
from prometheus.claims.digest import content_id, mask, selective_digest
from prometheus.claims.jsontext import compact, parse
from prometheus.errors import KeyUnavailable
from prometheus.identity import bip39, morpheus_keys
from prometheus.identity.multibase import b64u_decode
from prometheus.identity.multicipher import KeyId, PublicKey, SecretKey, Signature

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus.claims.jsontext import Json

Input = dict[str, Any]

EXAMPLE_PHRASE = (
    "include pear escape sail spy orange cute despair witness trouble sleep torch "
    "wire burst unable brass expose fiction drift clock duck oxygen aerobic already"
)


def _document(given: Input) -> Json:
    return parse(given["doc_json"], unique_keys=False)


def _number(given: Input) -> Any:
    value = parse(given["json"])
    return {"canonical": canonical(value), "digest_in_list": content_id([value])}


def _selective_digest(given: Input, output: Any) -> Any:
    document = _document(given)
    answer = {"result": selective_digest(document, given["keep"])}
    if output is not None and "digest_of_original" in output:
        answer["digest_of_original"] = content_id(document)
        answer["digest_of_result"] = content_id(parse(answer["result"]))
    return answer


def _wrapped(given: Input, output: Any) -> Any:
    wrapped: dict[str, Any] = nonce.wrap(given["value"])
    shape = re.compile("u[A-Za-z0-9_-]{44}")
    for sample in (wrapped, output):
        assert shape.fullmatch(sample["nonce"])
        assert list(sample) == ["nonce", "value"]
    return {"nonce": output["nonce"], "value": wrapped["value"]}


@cache
def _seed(phrase: str, password: str) -> bytes:
    return plain(bip39.phrase_to_seed(phrase, password))


def _secret(given: Input) -> SecretKey:
    """Return the key that a signer such as ``persona 0`` names, checked against the key id asked for."""
    seed = _seed(given["phrase"], given["password"])
    kinds = ("persona", "device", "group", "resource")
    for kind in kinds:
        for index in range(3):
            secret = morpheus_keys.derive_secret(seed, kind, index)
            if secret.public_key().key_id().text == given["key_id"]:
                return secret
    raise KeyUnavailable(f"Could not find {given['key_id']} among Morpheus key ids")


def _sign_bytes(given: Input, output: Any) -> Any:
    secret = _secret(given)
    public_key, message = secret.public_key(), bytes.fromhex(given["message_hex"])
    signature = signed.sign_bytes(message, secret, public_key)
    document = signed.SignedBytes(public_key, signature, message)
    stranger = SecretKey("e", bytes(32)).public_key().key_id()
    return {
        "publicKey": public_key.text,
        "signature": signature.text,
        "content_hex": message.hex(),
        "validate": document.is_valid(),
        "validateWithKeyId": document.is_valid() and public_key.matches(KeyId.parse(given["key_id"])),
        "validateWithOtherKeyId": document.is_valid() and public_key.matches(stranger),
    }


def _sign(kind: str) -> Callable[[Input], Any]:
    def sign(given: Input) -> Any:
        content = as_reference_reads(kind, given[kind])
        secret = _secret(given)
        document = signed.sign_json(content, secret, secret.public_key())
        # The vectors always ask whether it was persona 0, whoever signed.
        first = morpheus_keys.derive_secret(_seed(given["phrase"], given["password"]), "persona", 0)
        return {
            "signed": document,
            "signed_content_id": content_id(document),
            "content_to_sign": content_id(content),
            "validate": signed.signature_is_valid(document),
            "validateWithKeyId": _is_valid_for(document, first.public_key().key_id().text),
        }

    return sign


def _is_valid_for(document: Json, key_id: str) -> bool:
    parsed = signed.parse_signed(document)
    return parsed.is_valid() and parsed.public_key.matches(KeyId.parse(key_id))


def _validate(given: Input, output: Any) -> Any:
    document = given["signed"]
    answer: dict[str, Any] = {"validate": signed.signature_is_valid(document)}
    if output is not None:
        answer |= {"with_key_id": _is_valid_for(document, output["key_id"]), "key_id": output["key_id"]}
    return answer


def _envelope(given: Input) -> Any:
    return {"content_id": content_id(given["envelope"]), "inner_content_id": content_id(given["envelope"]["content"])}


def _content_ids(given: Input) -> Any:
    answer = {name: content_id(given[name]) for name in ("process", "scenario", "claim", "request", "statement")}
    clerk = morpheus_keys.derive_secret(_seed(EXAMPLE_PHRASE, ""), "persona", 1)
    statement = signed.sign_json(given["statement"], clerk, clerk.public_key())
    collapsed = canonical(mask(given["process"], [".name"]))
    return answer | {"process_collapsed": collapsed, "signed_statement": content_id(statement)}


def _validate_with_document(given: Input) -> Any:
    text = given["did_document"]
    document = did_document.parse_did_document(parse(text if isinstance(text, str) else compact(text)))
    key, signature = PublicKey.parse(given["public_key"]), Signature.parse(given["signature"])
    evidence = signed.SignedBytes(key, signature, bytes.fromhex(given["content_hex"]))
    heights: dict[str, int] = {
        ours: given[theirs]
        for ours, theirs in (("from_height", "from_height_inc"), ("until_height", "until_height_exc"))
        if given.get(theirs) is not None
    }
    return signature_period.validate_signature(evidence, document, **heights).as_document()


def _token_key(given: Input) -> SecretKey:
    if given["signer"].startswith("secp256k1"):
        return SecretKey("s", sha256(given["passphrase"].encode()).digest())
    return morpheus_keys.derive_secret(_seed(given["phrase"], given["password"]), "persona", 0)


def _sign_token(given: Input) -> Any:
    secret, time_to_live = _token_key(given), given["time_to_live"]
    lifetime = jwt.TIME_TO_LIVE if time_to_live is None else time_to_live
    token = jwt.sign_token(
        secret, secret.public_key(), given["now"], time_to_live=lifetime, content_id=given["content_id"]
    )
    header, payload, signature = (b64u_decode(part).decode() for part in token.split("."))
    found = {"header_json": header, "payload_json": payload, "signature": signature, "effective_ttl": str(lifetime)}
    return {"token": token} | found


def _parse_token(given: Input) -> Any:
    token = jwt.parse_token(given["token"], given["now"])
    return {
        "public_key": token.public_key.text,
        "created_at": str(token.created_at),
        "time_to_live": str(token.time_to_live),
    }


OPS: dict[tuple[str, str], Callable[..., Any]] = {
    ("canonical_json", "stringify"): lambda given: canonical(_document(given)),
    ("canonical_numbers", "number"): _number,
    ("json_digest", "digest"): lambda given: content_id(_document(given)),
    ("json_digest", "selective_digest"): _selective_digest,
    ("nonce", "encode"): lambda given: nonce.encode(bytes.fromhex(given["bytes_hex"])),
    ("nonce", "wrap_with_nonce_sample"): _wrapped,
    ("signed", "sign_did_operations"): _sign_bytes,
    ("signed", "sign_witness_request"): _sign("request"),
    ("signed", "sign_witness_statement"): _sign("statement"),
    ("signed", "sign_claim_presentation"): _sign("presentation"),
    ("signed", "validate_signed_json"): _validate,
    ("signed", "after_envelope_digest"): _envelope,
    ("signed", "content_ids"): _content_ids,
    ("signed", "validate_with_did_doc"): _validate_with_document,
    ("jwt", "jwt_sign"): _sign_token,
    ("jwt", "jwt_parse"): _parse_token,
}
