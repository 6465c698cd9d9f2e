"""Signed JSON and signed bytes.

    {"signature": {"publicKey": "pez…", "bytes": "sez…"}, "content": <any JSON>, "nonce": "u…"}

Rules:
* The signature of JSON covers the ASCII text of the content id of ``content``. So ``content`` may be masked, or be
  replaced by its content id as a whole, and the signature still fits.
* The outer ``nonce`` is optional and covered by nothing; it proves nothing.
* A content without content id (a number, a key outside NFKD) makes a signature invalid, not an error.
* A signature over bytes covers the bytes.

What this is not: a judgement. A fitting signature says that the key signed; whose key it is and what it may do is for
`prometheus.claims.did_document`. Nor does a signature say what kind of document was signed: 46 characters are signed.
"""

from __future__ import annotations

from prometheus.claims.digest import content_id
from prometheus.claims.reference_members import member, object_of, text_member
from prometheus.errors import Malformed, NotUnderstood
from prometheus.identity.multicipher import PublicKey, SecretKey, Signature
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json


class SignsMessages(Protocol):
    """Signs with a key that it keeps to itself, chosen by its public key."""

    def sign(self, public_key: str, message: bytes) -> str:
        """Return the multicipher signature text over a message."""
        ...


class SignedJson(NamedTuple):
    """A signed JSON document, taken apart; whether the signature fits is not yet known."""

    public_key: PublicKey
    signature: Signature
    content: Json
    nonce: str | None

    def is_valid(self) -> bool:
        """Return whether the signature fits the content and the public key."""
        try:
            message = content_id(self.content)
        except NotUnderstood:
            return False
        return self.public_key.verify(message.encode(), self.signature)


class SignedBytes(NamedTuple):
    """Bytes with a signature over them; whether it fits is not yet known."""

    public_key: PublicKey
    signature: Signature
    content: bytes

    def is_valid(self) -> bool:
        """Return whether the signature fits the content and the public key."""
        return self.public_key.verify(self.content, self.signature)


def sign_bytes(message: bytes, signer: SecretKey | SignsMessages, public_key: PublicKey | str) -> Signature:
    """Return the signature over bytes by the key that belongs to a public key.

    Raises:
        KeyUnavailable: When the signer does not hold that key.
    """
    if isinstance(signer, SecretKey):
        return signer.sign(message)
    return Signature.parse(signer.sign(_text(public_key), message))


def sign_json(
    content: Json,
    signer: SecretKey | SignsMessages,
    public_key: PublicKey | str,
) -> dict[str, Json]:
    """Return the signed JSON document of a content.

    Raises:
        KeyUnavailable: When the signer does not hold that key.
        NotUnderstood: When the content has no content id.
    """
    signature = sign_bytes(content_id(content).encode(), signer, public_key)
    return {"signature": {"publicKey": _text(public_key), "bytes": signature.text}, "content": content}


def parse_signed(signed: Json) -> SignedJson:
    """Take a signed JSON document apart; members other than the three known ones are passed over.

    Raises:
        Malformed: When a member is missing or of the wrong type.
        NotUnderstood: When the public key or signature text is wrong.
    """
    document = object_of(signed, "the signed document")
    signature = object_of(member(document, "signature"), "signature")
    nonce = document.get("nonce")
    if nonce is not None and not isinstance(nonce, str):
        raise Malformed("nonce is not a text")
    return SignedJson(
        PublicKey.parse(text_member(signature, "publicKey")),
        Signature.parse(text_member(signature, "bytes")),
        member(document, "content"),
        nonce,
    )


def signature_is_valid(signed: Json) -> bool:
    """Return whether the signature of a signed JSON document fits its content and public key.

    Raises:
        Malformed: When it is not a signed JSON document.
        NotUnderstood: When the public key or signature text is wrong.
    """
    return parse_signed(signed).is_valid()


def _text(public_key: PublicKey | str) -> str:
    return public_key if isinstance(public_key, str) else public_key.text
