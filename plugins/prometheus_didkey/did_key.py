"""The method did:key: an identifier that holds its own public key, and the document that follows from it.

    did:key:z<base58btc(multicodec prefix ‖ public key)>         ed25519-pub ed01, secp256k1-pub e701

Rules: base58btc only, one spelling for one key; the key must be a point of its curve. The document lists the key once,
as a Multikey, for authentication, assertion, invocation and delegation. Key agreement is left out: signing keys do
not encrypt here. Source: the did:key method of the W3C Credentials Community Group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prometheus.errors import NotUnderstood
from prometheus.identity.multibase import decode, encode_b58
from prometheus.identity.multicipher import ED25519, SECP256K1, PublicKey, Suite

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX: Final = "did:key:"
_CONTEXT: Final = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")
_CODECS: Final[Mapping[Suite, bytes]] = {ED25519: b"\xed\x01", SECP256K1: b"\xe7\x01"}
_LONGEST: Final = 128
_PURPOSES: Final = ("authentication", "assertionMethod", "capabilityInvocation", "capabilityDelegation")


class DidKey:
    """Writes and resolves ``did:key`` identifiers; nothing is ever looked up."""

    name = "key"

    def write(self, key: PublicKey) -> str:
        """Return the identifier that holds a public key."""
        return PREFIX + encode_b58(_CODECS[key.suite] + key.raw)

    def resolve(self, did: str) -> Mapping[str, Any]:
        """Return the document that follows from an identifier.

        Raises:
            NotUnderstood: When it is no did:key, holds no key of a known kind, or is not the one spelling of it.
        """
        self.read(did)
        key = did.removeprefix(PREFIX)
        method = {"id": f"{did}#{key}", "type": "Multikey", "controller": did, "publicKeyMultibase": key}
        relations = {purpose: [method["id"]] for purpose in _PURPOSES}
        return {"@context": list(_CONTEXT), "id": did, "verificationMethod": [method], **relations}

    def read(self, did: str) -> PublicKey:
        """Return the public key that an identifier holds; errors as `resolve`."""
        if not did.startswith(PREFIX + "z") or len(did) > _LONGEST:
            raise NotUnderstood(
                "this is no did:key identifier",
                code="DID-KEY",
                meaning="it begins with `did:key:z` and is at most 128 characters long",
            )
        raw = decode(did.removeprefix(PREFIX))
        for suite, codec in _CODECS.items():
            if raw.startswith(codec):
                return self._one_spelling(did, PublicKey.from_bytes(suite, raw[len(codec) :]))
        raise NotUnderstood(
            "the did:key holds a kind of key that is not known here",
            code="DID-KEY",
            meaning="Ed25519 and secp256k1 are known",
        )

    def _one_spelling(self, did: str, key: PublicKey) -> PublicKey:
        if self.write(key) != did:
            raise NotUnderstood("the did:key is not written in its one spelling", code="DID-KEY")
        return key
