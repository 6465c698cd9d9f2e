"""Personal data on the disk of a service, sealed with the key that it was given at start.

    box = 0x01 ‖ nonce (24) ‖ XChaCha20-Poly1305(key, nonce, plain, identity)

Rules: `identity` names the table, the column and the row, so that no box opens in another's place. Nonces are random.
The key is 32 bytes and is in no database, no argument and no environment.

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
            raise _damaged()
        try:
            return crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, identity.encode(), nonce, bytes(self._key.view))
        except (CryptoError, ValueError):
            raise _damaged() from None

    def __repr__(self) -> str:
        return "Seal(hidden)"


def _damaged() -> Damaged:
    return Damaged(
        "a sealed document of the service does not open",
        code="SERVICE-DAMAGED",
        meaning="it was changed on the disk, or sealed with another key",
        remedy="start with the key that belongs to this folder, or bring the folder back from a backup",
    )
