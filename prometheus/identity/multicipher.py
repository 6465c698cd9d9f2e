"""Multicipher: public keys, key ids and signatures as texts that say what they are.

A text is ``<kind><suite><multibase>``: kind ``p`` public key, ``i`` key id, ``s`` signature; suite ``e`` Ed25519,
``s`` secp256k1. Behind the multibase are these bytes:

    public key  e: 32             s: 33, compressed
    key id      e: 01 + keyed BLAKE2b of the key, 16 bytes      s: 01 + RIPEMD-160 of SHA-256 of the key
    signature   01 + 64

Rules:
* Read in this order, stop at the first error: kind, suite present, multibase, suite known, then the bytes.
* Texts are written with base58 (``z``) whatever base they came in. No white space, no separators.
* A signature of another suite than the key's does not verify; that is an answer, not an error.
* `SecretKey` never prints its bytes. The error texts are the reference's.

What this is not: a judgement whether a key may speak for a DID (see the claims room), nor a key store.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood
from prometheus.identity import ed25519
from prometheus.identity.multibase import decode, encode_b58
from prometheus.model.frozen import TYPE_CHECKING, Literal, NamedTuple, Self, TypeAlias

if TYPE_CHECKING:
    from prometheus_memory import LockedBytes, SecretBytes

Suite: TypeAlias = Literal["e", "s"]
ED25519: Suite = "e"
SECP256K1: Suite = "s"

PUBLIC_KEY_PREFIX = "p"
KEY_ID_PREFIX = "i"
SIGNATURE_PREFIX = "s"

_VERSION = b"\x01"
_KEY_ID_SIZE = {ED25519: 17, SECP256K1: 21}


class KeyId(NamedTuple):
    """The id of a public key: short, and enough to recognise the key when it is shown."""

    suite: Suite
    raw: bytes

    @classmethod
    def parse(cls, text: str) -> KeyId:
        """Return the key id that a text stands for; NotUnderstood with the reference's text otherwise."""
        suite, raw = _parse(text, KEY_ID_PREFIX, "Identifiers", "KEY-ID")
        if len(raw) != _KEY_ID_SIZE[suite]:
            raise NotUnderstood(f"Identifier length is not {_KEY_ID_SIZE[suite]}", code="KEY-ID")
        _check_version(raw, "KEY-ID")
        return cls(suite, raw)

    @property
    def text(self) -> str:
        """The text form, ``iez…`` or ``isz…``."""
        return KEY_ID_PREFIX + self.suite + encode_b58(self.raw)

    def __repr__(self) -> str:
        return f"KeyId({self.text})"


class Signature(NamedTuple):
    """A signature: `raw` is its 64 bytes without the version byte."""

    suite: Suite
    raw: bytes

    @classmethod
    def parse(cls, text: str) -> Signature:
        """Return the signature that a text stands for; NotUnderstood with the reference's text otherwise."""
        suite, raw = _parse(text, SIGNATURE_PREFIX, "Signatures", "SIGNATURE")
        if len(raw) != 65:
            raise NotUnderstood("Signature length is not 65", code="SIGNATURE")
        _check_version(raw, "SIGNATURE")
        _check_scalars(suite, raw[1:])
        return cls(suite, raw[1:])

    @property
    def text(self) -> str:
        """The text form, ``sez…`` or ``ssz…``."""
        return SIGNATURE_PREFIX + self.suite + encode_b58(_VERSION + self.raw)

    def __repr__(self) -> str:
        return f"Signature({self.text})"


class PublicKey(NamedTuple):
    """A public key; `raw` is 32 bytes for Ed25519, 33 for secp256k1."""

    suite: Suite
    raw: bytes

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """Return the public key that a text stands for; NotUnderstood with the reference's text otherwise."""
        suite, raw = _parse(text, PUBLIC_KEY_PREFIX, "Public keys", "PUBLIC-KEY")
        return cls.from_bytes(suite, raw)

    @classmethod
    def from_bytes(cls, suite: Suite, raw: bytes) -> PublicKey:
        """Return the public key of a suite with these bytes, which must be a point of its curve."""
        if suite == SECP256K1:
            from prometheus.identity.secp256k1 import check_public_key

            check_public_key(raw)
            return cls(suite, raw)
        if len(raw) != 32:
            raise NotUnderstood("signature error: PublicKey must be 32 bytes in length", code="PUBLIC-KEY")
        if not ed25519.is_point(raw):
            raise NotUnderstood("signature error: Cannot decompress Edwards point", code="PUBLIC-KEY")
        return cls(suite, raw)

    @property
    def text(self) -> str:
        """The text form, ``pez…`` or ``psz…``."""
        return PUBLIC_KEY_PREFIX + self.suite + encode_b58(self.raw)

    def key_id(self) -> KeyId:
        """Return the id of this key."""
        if self.suite == ED25519:
            return KeyId(ED25519, _VERSION + ed25519.key_digest(self.raw))
        from prometheus.identity.secp256k1 import hash160

        return KeyId(SECP256K1, _VERSION + hash160(self.raw))

    def matches(self, key_id: KeyId) -> bool:
        """Return whether the id is this key's."""
        return self.suite == key_id.suite and self.key_id() == key_id

    def verify(self, message: bytes, signature: Signature) -> bool:
        """Return whether the signature over exactly these bytes was made by this key."""
        if self.suite != signature.suite:
            return False
        if self.suite == ED25519:
            return ed25519.verify(self.raw, message, signature.raw)
        from prometheus.identity import secp256k1

        return secp256k1.verify(self.raw, message, signature.raw)

    def __repr__(self) -> str:
        return f"PublicKey({self.text})"


Authentication: TypeAlias = PublicKey | KeyId
"""What a DID document names as allowed to act: a key itself, or the id of a key."""


class SecretKey:
    """A key that signs. Its bytes are `locked`, in memory that is wiped afterwards, and in no text of this object.

    The public half is derived once, from these very bytes, and never handed in: signing under another one would give
    the secret away.
    """

    __slots__ = ("_public", "locked", "suite")

    suite: Suite
    locked: LockedBytes

    def __init__(self, suite: Suite, secret: SecretBytes) -> None:
        from prometheus_memory import LockedBytes, holding

        locked = secret if isinstance(secret, LockedBytes) else holding(secret)
        if suite == SECP256K1:
            from prometheus.identity.secp256k1 import check_secret

            check_secret(locked)
        elif len(locked) != 32:
            raise NotUnderstood("Invalid secret key", code="SECRET-KEY")
        self.suite = suite
        self.locked = locked
        self._public: PublicKey | None = None

    @property
    def raw(self) -> bytes:
        """An ordinary copy of the bytes, which nobody overwrites; for what is to be shown or written down."""
        return bytes(self.locked.view)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wipe()

    def wipe(self) -> None:
        """Overwrite the secret; the key signs no more."""
        self.locked.wipe()

    def public_key(self) -> PublicKey:
        """Return the public half."""
        if self._public is None:
            self._public = PublicKey(self.suite, _public_half(self.suite, self.locked))
        return self._public

    def sign(self, message: bytes) -> Signature:
        """Return the signature over exactly these bytes; the same each time."""
        if self.suite == ED25519:
            return Signature(ED25519, ed25519.sign(self.locked, self.public_key().raw, message))
        from prometheus.identity import secp256k1

        return Signature(SECP256K1, secp256k1.sign(self.locked, message))

    def __repr__(self) -> str:
        return f"SecretKey({self.suite}, hidden)"

    def __reduce__(self) -> str:
        raise TypeError("a secret key is not pickled")


def _public_half(suite: Suite, secret: LockedBytes) -> bytes:
    if suite == ED25519:
        return ed25519.public_key(secret)
    from prometheus.identity import secp256k1

    return secp256k1.public_key(secret)


def parse_authentication(text: str) -> Authentication:
    """Return the public key or key id that a text stands for.

    Raises:
        NotUnderstood: ``data did not match any variant of untagged enum Authentication``.
    """
    try:
        return PublicKey.parse(text) if text.startswith(PUBLIC_KEY_PREFIX) else KeyId.parse(text)
    except NotUnderstood as refused:
        raise NotUnderstood(
            "data did not match any variant of untagged enum Authentication",
            code="AUTHENTICATION",
            meaning=refused.what,
        ) from None


def same_authentication(one: Authentication, other: Authentication) -> bool:
    """Return whether both name the same key; a key and an id agree when the id is that of the key."""
    if isinstance(one, PublicKey) and isinstance(other, KeyId):
        return one.matches(other)
    if isinstance(one, KeyId) and isinstance(other, PublicKey):
        return other.matches(one)
    return one == other


def _parse(text: str, kind: str, plural: str, code: str) -> tuple[Suite, bytes]:
    if not text.startswith(kind):
        raise NotUnderstood(f"{plural} must start with '{kind}'", code=code)
    if len(text) < 2:
        raise NotUnderstood("No crypto suite found", code=code)
    raw = decode(text[2:])
    if text[1] not in _KEY_ID_SIZE:
        raise NotUnderstood(f"Unknown crypto suite '{text[1]}'", code=code)
    return text[1], raw


def _check_version(raw: bytes, code: str) -> None:
    if raw[:1] != _VERSION:
        raise NotUnderstood("Only identifier version 1 is supported", code=code)


def _check_scalars(suite: Suite, raw: bytes) -> None:
    if suite == SECP256K1:
        from prometheus.identity.secp256k1 import check_signature

        check_signature(raw)
    elif raw[63] & 0xE0:
        raise NotUnderstood("signature error", code="SIGNATURE")
