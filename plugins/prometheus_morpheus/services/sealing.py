"""Personal data on the disk of a service, sealed with the key that it was given at start.

    box = 0x01 ‖ nonce (24) ‖ XChaCha20-Poly1305(key, nonce, plain, identity)

Rules: `identity` names the table, the column and the row, so that no box opens in another's place. The key is 32 bytes
and is in no database, no argument and no environment.
"""

from __future__ import annotations

KEY_LENGTH = 32


class Seal:
    """Seals and opens with one key, which no text form of it shows."""

    def __init__(self, key: bytes) -> None:
        raise NotImplementedError

    def seal(self, plain: bytes, identity: str) -> bytes:
        """Return the box of a text for one place."""
        raise NotImplementedError

    def open(self, box: bytes, identity: str) -> bytes:
        """Return what is in a box.

        Raises:
            Damaged: When it was changed, belongs elsewhere or was sealed with another key.
        """
        raise NotImplementedError
