"""Slots of the header: each wraps the vault master key under one secret of the user.

    0   1   type: 1 passphrase (Argon2id) 2 recovery secret 3 OS keyring 4 FIDO2 hmac-secret 5 TPM2 6 device (X25519)
    1   1   flags: bit 0 (type 1 only) = a second factor is mixed into the key-encryption key
    2   2   length of the parameters
    4   16  slot id, random
    20  24  nonce
    44  48  AEAD(KEK, nonce, master key, "prom-slot-v1" || vault id || slot[0:44] || parameters)
    92  32  commitment BLAKE2b(KEK, "prom-commit-v1", slot[0:92] || parameters), checked first
    124     parameters

A changed slot is a new one with a new id, nonce and salt. Types that cannot be used here are kept byte for byte.
What the parameters hold is checked in `slot_parameters`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_memory import LockedBytes, holding, joined
from prometheus_vault import aead, blake2, slot_parameters
from prometheus_vault.errors import Damaged, Tampered
from prometheus_vault.limits import SLOT_FIXED_LENGTH, SLOT_PARAMETERS_AT_MOST
from prometheus_vault.slot_parameters import KEYRING, PASSPHRASE, RECOVERY, PassphraseParameters

if TYPE_CHECKING:
    from prometheus_memory import SecretBytes

SECOND_FACTOR: Final = 1
_SLOT_AD: Final = b"prom-slot-v1"


class Slot(NamedTuple):
    """One slot as it lies in the header."""

    raw: bytes
    passphrase: PassphraseParameters | None

    @property
    def kind(self) -> int:
        """The type byte."""
        return self.raw[0]

    @property
    def slot_id(self) -> bytes:
        """16 random bytes, unique in the header."""
        return self.raw[4:20]

    @property
    def needs_second_factor(self) -> bool:
        """Whether a second factor is mixed in."""
        return bool(self.raw[1] & SECOND_FACTOR)

    @property
    def is_plain_passphrase(self) -> bool:
        """Whether a passphrase alone opens it."""
        return self.kind == PASSPHRASE and not self.needs_second_factor

    @property
    def second_factor(self) -> int:
        """The type of the second factor that is mixed in; 0 where there is none."""
        return slot_parameters.second_factor(self.raw[SLOT_FIXED_LENGTH:]) if self.needs_second_factor else 0

    @property
    def is_passphrase_with_keyring(self) -> bool:
        """Whether a passphrase and a secret in the keyring open it together."""
        return self.kind == PASSPHRASE and self.second_factor == KEYRING

    @property
    def is_recovery(self) -> bool:
        """Whether the recovery secret opens it."""
        return self.kind == RECOVERY

    @property
    def is_keyring(self) -> bool:
        """Whether a secret in the keyring opens it alone."""
        return self.kind == KEYRING


def parse_slot(data: bytes, start: int) -> Slot:
    """Read the slot that begins at an offset.

    Raises:
        Damaged: When it is cut short or its type, flags, length or parameters are not of this version.
        KdfTooWeak: When its derivation cost lies below the floor.
    """
    if len(data) < start + SLOT_FIXED_LENGTH:
        raise Damaged("the header ends inside a slot")
    kind, flags = data[start], data[start + 1]
    length = int.from_bytes(data[start + 2 : start + 4], "little")
    end = start + SLOT_FIXED_LENGTH + length
    if length > SLOT_PARAMETERS_AT_MOST or end > len(data):
        raise Damaged("a slot is longer than it may be")
    if flags & ~SECOND_FACTOR or (flags and kind != PASSPHRASE):
        raise Damaged(f"a slot carries flags that are not known: {flags}")
    parameters = data[start + SLOT_FIXED_LENGTH : end]
    return Slot(data[start:end], slot_parameters.parse(kind, parameters, has_second_factor=bool(flags)))


def key_encryption_key(
    ikm: LockedBytes, vault_id: bytes, slot_id: bytes, second_factor: LockedBytes | None = None
) -> LockedBytes:
    """Return the key that wraps the master key in one slot of one vault."""
    if second_factor is None:
        return blake2.derive(ikm, b"prom-kek-v1", vault_id + slot_id)
    with joined(vault_id, slot_id, second_factor) as data:
        return blake2.derive(ikm, b"prom-kek-v1", data)


def recovery_secret(seed: SecretBytes) -> LockedBytes:
    """Return the recovery secret of a 64-byte BIP39 seed: 32 bytes that open the recovery slot.

    Raises:
        ValueError: When the seed does not have 64 bytes.
    """
    if len(seed) != 64:
        raise ValueError("a BIP39 seed has 64 bytes")
    with holding(seed) as key:
        return blake2.derive(key, b"prom-recover-v1", b"")


def new_slot_id() -> bytes:
    """Return 16 random bytes."""
    return os.urandom(16)


def build_slot(
    kind: int,
    slot_id: bytes,
    parameters: bytes,
    *,
    kek: LockedBytes,
    vault_id: bytes,
    master_key: LockedBytes,
    flags: int = 0,
) -> Slot:
    """Wrap the master key in a new slot; `flags` says whether a second factor is in the key-encryption key."""
    front = bytes([kind, flags]) + len(parameters).to_bytes(2, "little") + slot_id + aead.fresh_nonce()
    wrapped = aead.encrypt(kek, front[20:44], master_key, _SLOT_AD + vault_id + front + parameters)
    commitment = _commitment(kek, front + wrapped, parameters)
    return parse_slot(front + wrapped + commitment + parameters, 0)


def fits(slot: Slot, kek: LockedBytes) -> bool:
    """Say whether this key-encryption key is the one of the slot."""
    commitment = _commitment(kek, slot.raw[:92], slot.raw[SLOT_FIXED_LENGTH:])
    return blake2.same(commitment, slot.raw[92:SLOT_FIXED_LENGTH])


def unwrap(slot: Slot, kek: LockedBytes, vault_id: bytes) -> LockedBytes:
    """Return the master key of a slot whose commitment fits.

    Raises:
        Tampered: When the wrapped key is not authentic.
    """
    associated = _SLOT_AD + vault_id + slot.raw[:44] + slot.raw[SLOT_FIXED_LENGTH:]
    master_key = aead.decrypt_locked(kek, slot.raw[20:44], slot.raw[44:92], associated)
    if master_key is None:
        raise Tampered("the wrapped key of a slot is not authentic")
    return master_key


def _commitment(kek: LockedBytes, front: bytes, parameters: bytes) -> bytes:
    return blake2.digest(kek, b"prom-commit-v1", front + parameters)
