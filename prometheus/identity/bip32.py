"""BIP32 for secp256k1: a tree of keys whose public branches can be walked without the secret.

Rules:
* The master is HMAC-SHA512 of the seed under ``Bitcoin seed``. A hardened child is derived from the secret, a normal
  one from the public key, so that a chain of addresses can be made from an xpub alone.
* Extended keys are written as BIP32 says (version, depth, parent fingerprint, child number, chain code, key) in
  Base58Check, with the version bytes of the network.
* The one index in 2^127 that gives no key is refused, as BIP32 wants.
* A secret extended key prints no byte of itself.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood
from prometheus.identity import secp256k1
from prometheus.identity.base58check import decode_checked, encode_checked
from prometheus.identity.multicipher import SECP256K1, PublicKey, SecretKey
from prometheus.identity.networks import Network, wrong_prefix
from prometheus.identity.slip10 import HARDENED, checked_index
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus_memory import holding, joined

if TYPE_CHECKING:
    from prometheus_memory import LockedBytes, SecretBytes

_SERIALISED_SIZE = 78
_DEEPEST = 255


class Position(NamedTuple):
    """Where in its tree an extended key stands: depth, fingerprint of its parent, and its own child number."""

    depth: int = 0
    parent: bytes = bytes(4)
    number: int = 0

    def to_bytes(self) -> bytes:
        """Return the nine bytes of the serialised form."""
        return bytes([self.depth]) + self.parent + self.number.to_bytes(4, "big")


class ExtendedPublicKey(NamedTuple):
    """A public key with the chain code that derives its normal children."""

    position: Position
    chain_code: bytes
    public: bytes

    @classmethod
    def parse(cls, text: str, network: Network) -> ExtendedPublicKey:
        """Return the key of an xpub text of a network; NotUnderstood with the errors of an address otherwise."""
        position, chain_code, public = _parse(text, network.xpub)
        secp256k1.check_public_key(public)
        return cls(position, chain_code, public)

    def text(self, network: Network) -> str:
        """Return the xpub text for a network."""
        return encode_checked(network.xpub + self.position.to_bytes() + self.chain_code + self.public)

    def public_key(self) -> PublicKey:
        """Return the key alone."""
        return PublicKey(SECP256K1, self.public)

    def child(self, index: int) -> ExtendedPublicKey:
        """Return the normal child of an index; NotUnderstood ``Derivation index cannot be negative``."""
        number = checked_index(index)
        tweak, chain_code = _step(self.chain_code, self.public + number.to_bytes(4, "big"))
        try:
            public = secp256k1.add_to_public(self.public, bytes(tweak.view))
        except ValueError:
            raise _no_such_key() from None
        return ExtendedPublicKey(_below(self.position, self.public, number), chain_code, public)


class ExtendedSecretKey(NamedTuple):
    """A secret key with its chain code; neither is ever printed."""

    position: Position
    chain_code: bytes
    secret: LockedBytes

    @classmethod
    def parse(cls, text: str, network: Network) -> ExtendedSecretKey:
        """Return the key of an xprv text of a network; NotUnderstood with the errors of an address otherwise."""
        position, chain_code, padded = _parse(text, network.xprv)
        if padded[:1] != b"\0":
            raise NotUnderstood("Invalid secret key", code="EXTENDED-KEY")
        secret = holding(padded[1:])
        secp256k1.check_secret(secret)
        return cls(position, chain_code, secret)

    def text(self, network: Network) -> str:
        """Return the xprv text for a network; it is as secret as the whole subtree."""
        return encode_checked(
            network.xprv + self.position.to_bytes() + self.chain_code + b"\0" + bytes(self.secret.view)
        )

    def secret_key(self) -> SecretKey:
        """Return the key alone."""
        return SecretKey(SECP256K1, self.secret)

    def public(self) -> ExtendedPublicKey:
        """Return the public half, which can derive normal children."""
        return ExtendedPublicKey(self.position, self.chain_code, secp256k1.public_key(self.secret))

    def child(self, index: int, *, hardened: bool = False) -> ExtendedSecretKey:
        """Return a child; NotUnderstood ``Derivation index cannot be negative``."""
        number = checked_index(index) + (HARDENED if hardened else 0)
        public = secp256k1.public_key(self.secret)
        end = number.to_bytes(4, "big")
        with joined(b"\0", self.secret, end) if hardened else holding(public + end) as message:
            tweak, chain_code = _step(self.chain_code, message)
        try:
            secret = secp256k1.add_to_secret(self.secret, tweak)
        except ValueError:
            raise _no_such_key() from None
        return ExtendedSecretKey(_below(self.position, public, number), chain_code, secret)

    def __repr__(self) -> str:
        return "ExtendedSecretKey(hidden)"


def master(seed: SecretBytes) -> ExtendedSecretKey:
    """Return the root of the tree of a seed of 16 to 64 bytes."""
    if not 16 <= len(seed) <= 64:
        raise NotUnderstood("a seed has 16 to 64 bytes", code="SEED")
    secret, chain_code = _step(b"Bitcoin seed", seed)
    secp256k1.check_secret(secret)
    return ExtendedSecretKey(Position(), chain_code, secret)


def _step(key: bytes, message: SecretBytes) -> tuple[LockedBytes, bytes]:
    from prometheus.identity.openssl import hmac_sha512

    with hmac_sha512(key, message) as whole:
        return whole.copy(0, 32), bytes(whole.view[32:])


def _below(parent: Position, public: bytes, number: int) -> Position:
    if parent.depth >= _DEEPEST:
        raise NotUnderstood("an extended key is at most 255 steps deep", code="DERIVATION-PATH")
    return Position(parent.depth + 1, secp256k1.hash160(public)[:4], number)


def _parse(text: str, version: bytes) -> tuple[Position, bytes, bytes]:
    raw = decode_checked(text)
    if raw[:4] != version:
        raise wrong_prefix(raw[:4])
    if len(raw) != _SERIALISED_SIZE:
        raise NotUnderstood("Invalid input length", code="EXTENDED-KEY")
    position = Position(raw[4], raw[5:9], int.from_bytes(raw[9:13], "big"))
    if position.depth == 0 and position != Position():
        raise NotUnderstood("a master key has no parent and no number", code="EXTENDED-KEY")
    return position, raw[13:45], raw[45:]


def _no_such_key() -> NotUnderstood:
    return NotUnderstood("this index has no key", code="DERIVATION-INDEX", remedy="use the next index")
