"""The ledgers whose keys and addresses we can write: their version bytes, in one table.

Rules:
* An address is Base58Check of the address byte and the hash of the compressed public key. Hydra and ARK hash with
  RIPEMD-160 alone; Bitcoin and IOP with RIPEMD-160 of SHA-256. So a Hydra address never contains the key's own id.
* A secret key is written in WIF: Base58Check of the WIF byte, the secret, and 01 for "compressed".
* A text of another network is refused and the version bytes found are told.

What this is not: where a network's nodes are (see the ledger client), nor extended keys (see `bip32`).
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood
from prometheus.identity.base58check import decode_checked, encode_checked
from prometheus.identity.multicipher import SECP256K1, KeyId, PublicKey, SecretKey
from prometheus.identity.secp256k1 import hash160, ripemd160
from prometheus.model.frozen import NamedTuple

_COMPRESSED = b"\x01"
_KEY_HASH_SIZE = 20


class Network(NamedTuple):
    """A ledger network: name, version bytes, coin number of SLIP-0044, and how it hashes keys into addresses."""

    name: str
    address_byte: int
    wif_byte: int
    xprv: bytes
    xpub: bytes
    slip44: int
    plain_ripemd: bool

    def key_hash(self, public_key: PublicKey) -> bytes:
        """Return the 20 byte hash of a secp256k1 key that this network's addresses contain."""
        return ripemd160(public_key.raw) if self.plain_ripemd else hash160(public_key.raw)

    def address(self, public_key: PublicKey) -> str:
        """Return the address of a secp256k1 key."""
        return encode_checked(bytes([self.address_byte]) + self.key_hash(public_key))

    def address_key_id(self, public_key: PublicKey) -> KeyId:
        """Return the key id made from this network's key hash, which need not be the key's own id."""
        return KeyId(SECP256K1, b"\x01" + self.key_hash(public_key))

    def parse_address(self, text: str) -> KeyId:
        """Return the key id made from the hash in an address of this network.

        Raises:
            NotUnderstood: ``Invalid base string``, ``Incorrect checksum``, ``Invalid network prefix found: 5a``.
        """
        payload = self._without_prefix(decode_checked(text), self.address_byte)
        if len(payload) != _KEY_HASH_SIZE:
            raise NotUnderstood("Invalid address length", code="ADDRESS")
        return KeyId(SECP256K1, b"\x01" + payload)

    def wif(self, secret_key: SecretKey) -> str:
        """Return a secp256k1 secret in wallet import format; the text is as secret as the key."""
        return encode_checked(bytes([self.wif_byte]) + secret_key.raw + _COMPRESSED)

    def parse_wif(self, text: str) -> SecretKey:
        """Return the secret of a text in this network's wallet import format; errors as `parse_address`."""
        payload = self._without_prefix(decode_checked(text), self.wif_byte)
        if len(payload) != 33 or not payload.endswith(_COMPRESSED):
            raise NotUnderstood("Invalid secret key", code="WIF", meaning="it is not a compressed secp256k1 key")
        return SecretKey(SECP256K1, payload[:32])

    @staticmethod
    def _without_prefix(payload: bytes, expected: int) -> bytes:
        if payload[:1] != bytes([expected]):
            raise wrong_prefix(payload[:1])
        return payload[1:]


def wrong_prefix(found: bytes) -> NotUnderstood:
    """Return the error for version bytes of another network."""
    return NotUnderstood(
        f"Invalid network prefix found: {found.hex()}",
        code="NETWORK-PREFIX",
        meaning="the text belongs to another network or is of another kind",
    )


_hex = bytes.fromhex

NETWORKS = (
    Network("ARK mainnet", 23, 170, _hex("46089520"), _hex("46090600"), 111, plain_ripemd=True),
    Network("ARK devnet", 30, 170, _hex("46089520"), _hex("46090600"), 1, plain_ripemd=True),
    Network("ARK testnet", 23, 186, _hex("70615956"), _hex("70617039"), 1, plain_ripemd=True),
    Network("BTC mainnet", 0, 128, _hex("0488ade4"), _hex("0488b21e"), 0, plain_ripemd=False),
    Network("BTC testnet", 111, 239, _hex("04358394"), _hex("043587cf"), 1, plain_ripemd=False),
    Network("HYD mainnet", 100, 111, _hex("4de74def"), _hex("c1055b57"), 4741444, plain_ripemd=True),
    Network("HYD devnet", 90, 85, _hex("4de74147"), _hex("c1054eaf"), 1, plain_ripemd=True),
    Network("HYD testnet", 128, 179, _hex("4de7576d"), _hex("c105666a"), 1, plain_ripemd=True),
    Network("IOP mainnet", 0x75, 0x31, _hex("ae3416f6"), _hex("2780915f"), 66, plain_ripemd=False),
    Network("IOP testnet", 0x82, 0x4C, _hex("2b7fa42a"), _hex("bb8f4852"), 66, plain_ripemd=False),
)
"""All networks, in the order of the reference."""


def network_named(name: str) -> Network:
    """Return the network of that exact name.

    Raises:
        NotUnderstood: ``Could not find network with name X.``
    """
    for network in NETWORKS:
        if network.name == name:
            return network
    raise NotUnderstood(
        f"Could not find network with name {name}.",
        code="NETWORK",
        remedy=f"use one of {', '.join(network.name for network in NETWORKS)}",
    )
