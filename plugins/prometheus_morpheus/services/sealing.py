"""Personal data on the disk of a service, sealed with the key that it was given at start.

    box = 0x01 ‖ nonce (24) ‖ XChaCha20-Poly1305(key, nonce, plain, identity)
    name = BLAKE2b-256(key of names, identity), key of names = BLAKE2b-256(key, "names of rows")

Rules: `identity` names the table, the column and the row, so that no box opens in another's place. Nonces are random.
What a person is known by, such as a content id or a public key, is found again by its name, which tells nothing without
the key. The key is 32 bytes and is in no database, no argument and no environment.

What this is not: protection from who runs the service, or from who reads its memory while it runs. It is for disks that
are lost, backups that are copied and files that are read by others.
"""

from __future__ import annotations

import os

from prometheus.errors import Damaged
from prometheus_memory import fresh, holding

KEY_LENGTH = 32
_NONCE_LENGTH = 24
_FORMAT = b"\x01"
_NAMES = b"names of rows"


class Seal:
    """Seals and opens with one key, which no text form of it shows."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes | bytearray | memoryview) -> None:
        if len(key) != KEY_LENGTH:
            raise ValueError("the key of a service has 32 bytes")
        self._key = holding(key)

    @classmethod
    def for_this_run(cls) -> Seal:
        """Return a seal whose key is known to nobody and gone with the process."""
        with fresh(KEY_LENGTH) as key:
            return cls(key.view)

    def seal(self, plain: bytes, identity: str) -> bytes:
        """Return the box of some bytes for one place."""
        from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt

        nonce = os.urandom(_NONCE_LENGTH)
        box = crypto_aead_xchacha20poly1305_ietf_encrypt(plain, identity.encode(), nonce, bytes(self._key.view))
        return _FORMAT + nonce + box

    def open(self, box: bytes, identity: str) -> bytes:
        """Return what is in a box.

        Raises:
            Damaged: When it was changed, belongs elsewhere or was sealed with another key.
        """
        from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt
        from nacl.exceptions import CryptoError

        nonce, sealed = box[1 : 1 + _NONCE_LENGTH], box[1 + _NONCE_LENGTH :]
        if not box.startswith(_FORMAT) or len(nonce) != _NONCE_LENGTH:
            raise damaged()
        try:
            return crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, identity.encode(), nonce, bytes(self._key.view))
        except (CryptoError, ValueError):
            raise damaged() from None

    def name(self, identity: str) -> bytes:
        """Return what a row is found by, where who only reads the file must not learn what it is about."""
        from hashlib import blake2b

        key_of_names = blake2b(_NAMES, digest_size=32, key=bytes(self._key.view)).digest()
        return blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=32, key=key_of_names).digest()

    def __repr__(self) -> str:
        return "Seal(hidden)"


def damaged() -> Damaged:
    """Return the refusal of what does not open, or does not fit what was sealed beside it."""
    return Damaged(
        "a sealed document of the service does not open",
        code="SERVICE-DAMAGED",
        meaning="it was changed on the disk, or sealed with another key",
        remedy="start with the key that belongs to this folder, or bring the folder back from a backup",
    )
