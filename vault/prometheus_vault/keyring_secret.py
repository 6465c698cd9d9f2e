"""Secrets that lie in the keyring of a desktop: 32 random bytes for one slot of one vault.

The cellar makes them, and asks for them by vault id and slot id; where they lie is the caller's. A slot of the type
keyring opens by one alone. A passphrase slot with a second factor opens by the passphrase and one together: half of
what is needed lies where a thief of the file does not find it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_memory import fresh
from prometheus_vault.slots import new_slot_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from prometheus_memory import LockedBytes, SecretBytes

    FindSecret: TypeAlias = "Callable[[bytes, bytes], SecretBytes | None]"
    """Gives the secret that lies outside for a vault id and a slot id, or None where there is none."""

LENGTH: Final = 32


class KeyringSecret(NamedTuple):
    """A secret, and the id of the slot that is made with it."""

    slot_id: bytes
    secret: LockedBytes

    def __repr__(self) -> str:
        return f"KeyringSecret({self.slot_id.hex()}, hidden)"


def new_keyring_secret() -> KeyringSecret:
    """Return a random secret for a slot that is to be made; keep it outside before the slot is."""
    return KeyringSecret(new_slot_id(), fresh(LENGTH))
