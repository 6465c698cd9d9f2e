"""What a Morpheus DID document says, in the words of W3C: a DID document, and the result of a DID resolution.

Rules:
* A key that is valid at the height asked for is a verification method, named by its number: ``<did>#<index>``.
* The right to impersonate becomes ``authentication`` and ``assertionMethod``; the right to update becomes
  ``capabilityInvocation``, the relationship for changing a DID document.
* A public key is a Multikey. Of a key that the ledger names by its id alone the public key is not known, unless the
  caller brings it; else the method holds the id (``morpheusKeyId``), which verifies nothing but tells the right key.
* A DID that was given up at or before the height is ``deactivated``, and its document names no key.
* An unknown time is left out: the ledger has heights, so the metadata say ``queriedAtHeight`` and, where it is known,
  the last transaction as ``versionId``.

Specifications: W3C Decentralized Identifiers 1.0 (DID Core) 5 and 7, W3C DID Resolution, W3C Controlled Identifiers
(Multikey). What this is not: a document to hash or to sign; heights, ends and histories are in the ledger's own form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.claims.did_document import IMPERSONATE, UPDATE, has_right_at, is_tombstoned_at
from prometheus.identity.multibase import encode_b58
from prometheus.identity.multicipher import ED25519, SECP256K1, PublicKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus.claims.did_document import DidDocument, DocumentKey
    from prometheus.claims.jsontext import Json
    from prometheus.identity.multicipher import Authentication, KeyId

DID_CONTEXT = "https://www.w3.org/ns/did/v1"
MULTIKEY_CONTEXT = "https://w3id.org/security/multikey/v1"
RESOLUTION_CONTEXT = "https://w3id.org/did-resolution/v1"
MEDIA_TYPE = "application/did+ld+json"

_MULTICODEC = {ED25519: b"\xed\x01", SECP256K1: b"\xe7\x01"}
_KEY_ID_TERMS: dict[str, Json] = {
    "MorpheusKeyId": "https://iop.global/morpheus#MorpheusKeyId",
    "morpheusKeyId": "https://iop.global/morpheus#keyId",
}
_RELATIONSHIPS = (
    ("authentication", IMPERSONATE),
    ("assertionMethod", IMPERSONATE),
    ("capabilityInvocation", UPDATE),
)


def w3c_document(
    document: DidDocument, *, height: int | None = None, known_keys: Iterable[PublicKey] = ()
) -> dict[str, Json]:
    """Return the W3C DID document of a DID at a height.

    Args:
        document: What the ledger says.
        height: At most the one the ledger was asked at, which it is when left out.
        known_keys: Public keys that may stand behind key ids.

    Raises:
        NotUnderstood: When the height is beyond the one that the document was asked at.
    """
    at = document.queried_at if height is None else height
    did = document.did.text
    if is_tombstoned_at(document, at):
        return {"@context": [DID_CONTEXT], "id": did}
    by_id = {key.key_id(): key for key in known_keys}
    valid = [(index, key) for index, key in enumerate(document.keys) if key.is_valid_at(at)]
    methods: list[Json] = [_method(did, index, _public_key(key.auth, by_id)) for index, key in valid]
    made: dict[str, Json] = {"@context": _context(methods), "id": did, "verificationMethod": methods}
    for relationship, right in _RELATIONSHIPS:
        holders: list[Json] = [f"{did}#{index}" for index, key in valid if _has_right(document, key, right, at)]
        if holders:
            made[relationship] = holders
    return made


def resolution_result(
    document: DidDocument,
    *,
    height: int | None = None,
    version_id: str = "",
    known_keys: Iterable[PublicKey] = (),
    is_looked_up: bool = True,
) -> dict[str, Json]:
    """Return the result of resolving a DID: document, how it was resolved, and what is known about the document.

    Args:
        document: What the ledger says.
        height: As for `w3c_document`.
        version_id: The last confirmed transaction of the DID; empty when there is none or it is not known.
        known_keys: As for `w3c_document`.
        is_looked_up: Whether a ledger was asked, or remembered. Where it was not, no height is named, and the metadata
            of the resolution say so (``lookedUp``).
    """
    at = document.queried_at if height is None else height
    metadata: dict[str, Json] = {"deactivated": is_tombstoned_at(document, at), "queriedAtHeight": at}
    resolution: dict[str, Json] = {"contentType": MEDIA_TYPE}
    if not is_looked_up:
        del metadata["queriedAtHeight"]
        resolution["lookedUp"] = False
    if version_id:
        metadata["versionId"] = version_id
    return {
        "@context": RESOLUTION_CONTEXT,
        "didDocument": w3c_document(document, height=at, known_keys=known_keys),
        "didResolutionMetadata": resolution,
        "didDocumentMetadata": metadata,
    }


def _public_key(authentication: Authentication, by_id: dict[KeyId, PublicKey]) -> Authentication:
    if isinstance(authentication, PublicKey):
        return authentication
    return by_id.get(authentication, authentication)


def _method(did: str, index: int, authentication: Authentication) -> dict[str, Json]:
    method: dict[str, Json] = {"id": f"{did}#{index}", "type": "MorpheusKeyId", "controller": did}
    if isinstance(authentication, PublicKey):
        multikey = encode_b58(_MULTICODEC[authentication.suite] + authentication.raw)
        return method | {"type": "Multikey", "publicKeyMultibase": multikey}
    return method | {"morpheusKeyId": authentication.text}


def _context(methods: list[Json]) -> list[Json]:
    kinds = {method["type"] for method in methods if isinstance(method, dict)}
    context: list[Json] = [DID_CONTEXT]
    if "Multikey" in kinds:
        context.append(MULTIKEY_CONTEXT)
    if "MorpheusKeyId" in kinds:
        context.append(_KEY_ID_TERMS)
    return context


def _has_right(document: DidDocument, key: DocumentKey, right: str, height: int) -> bool:
    """Return whether a key has a right, as whoever verifies a signature with it would find."""
    return has_right_at(document, key.auth, right, height)
