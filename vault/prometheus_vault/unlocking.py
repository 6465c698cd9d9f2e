"""From a secret of the user to the master key, slot by slot in file order.

Outcomes: no commitment of the slots tried fits = `WrongPassphrase`; one fits and its wrapped key or the header's MAC
is not authentic = `Tampered`. Slots of types that cannot be used here are passed over.
Another kind of slot gets its door here: a function that yields candidate keys for the slots it knows.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from prometheus_memory import LockedBytes, holding
from prometheus_vault import header as headers
from prometheus_vault import kdf, passphrase, slot_parameters, slots
from prometheus_vault.errors import WrongPassphrase
from prometheus_vault.keys import SubKeys, derive_subkeys
from prometheus_vault.slot_parameters import PASSPHRASE, RECOVERY, PassphraseParameters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_memory import SecretBytes
    from prometheus_vault.header import Header
    from prometheus_vault.kdf import KdfParameters
    from prometheus_vault.slots import Slot


class Unlocked(NamedTuple):
    """The master key, its subkeys, and the slot that gave it."""

    master_key: LockedBytes
    keys: SubKeys
    slot_id: bytes

    def wipe(self) -> None:
        """Overwrite the master key and all subkeys."""
        self.master_key.wipe()
        self.keys.wipe()

    def __repr__(self) -> str:
        return "Unlocked(...)"


def with_passphrase(header: Header, secret: SecretBytes) -> Unlocked:
    """Try a passphrase, as typed, on every plain passphrase slot; each try costs one key derivation.

    Raises:
        BadPassphrase: When it is empty, too long or not UTF-8.
        WrongPassphrase: When it opens no slot.
        Tampered: When it is right and the header is not authentic.
        NotEnoughMemory: When the derivation does not fit into memory.
    """
    with passphrase.prepare(secret, is_new=False) as prepared:
        candidates = (
            (slot, kdf.argon2id(prepared, slot.passphrase.salt, slot.passphrase.cost))
            for slot in header.slots
            if slot.is_plain_passphrase and slot.passphrase is not None
        )
        return _first_fit(header, candidates, "the passphrase opens no slot of this vault")


def with_recovery(header: Header, secret: SecretBytes) -> Unlocked:
    """Try a recovery secret of 32 bytes; no key derivation is needed.

    Raises:
        WrongPassphrase: When it opens no slot.
        Tampered: When it is right and the header is not authentic.
    """
    if len(secret) != 32:
        raise ValueError("a recovery secret has 32 bytes")
    candidates = ((slot, holding(secret)) for slot in header.slots if slot.is_recovery)
    return _first_fit(header, candidates, "the recovery secret opens no slot of this vault")


def new_passphrase_slot(secret: SecretBytes, cost: KdfParameters, *, vault_id: bytes, master_key: LockedBytes) -> Slot:
    """Wrap the master key under a new passphrase; costs one key derivation.

    Raises:
        BadPassphrase: When the passphrase is empty, too long, not UTF-8 or has control characters.
        Damaged: When the cost is outside the limits of the format.
        KdfTooWeak: When the cost lies below the floor.
        NotEnoughMemory: When the derivation does not fit into memory.
    """
    kdf.check(cost)
    parameters = PassphraseParameters(cost, os.urandom(32))
    slot_id = slots.new_slot_id()
    packed = slot_parameters.build_passphrase(parameters)
    with (
        passphrase.prepare(secret, is_new=True) as prepared,
        kdf.argon2id(prepared, parameters.salt, cost) as ikm,
        slots.key_encryption_key(ikm, vault_id, slot_id) as kek,
    ):
        return slots.build_slot(PASSPHRASE, slot_id, packed, kek=kek, vault_id=vault_id, master_key=master_key)


def new_recovery_slot(secret: SecretBytes, *, vault_id: bytes, master_key: LockedBytes) -> Slot:
    """Wrap the master key under a recovery secret of 32 bytes."""
    if len(secret) != 32:
        raise ValueError("a recovery secret has 32 bytes")
    slot_id = slots.new_slot_id()
    with holding(secret) as ikm, slots.key_encryption_key(ikm, vault_id, slot_id) as kek:
        return slots.build_slot(RECOVERY, slot_id, b"", kek=kek, vault_id=vault_id, master_key=master_key)


def _first_fit(header: Header, candidates: Iterable[tuple[Slot, LockedBytes]], refusal: str) -> Unlocked:
    for slot, ikm in candidates:
        with ikm, slots.key_encryption_key(ikm, header.vault_id, slot.slot_id) as kek:
            if slots.fits(slot, kek):
                return _unlocked(header, slot, kek)
    raise WrongPassphrase(
        refusal,
        meaning="it is another one, or the header was edited so that the right one looks wrong",
        remedy="try again; if you are sure of it, compare the file with a backup",
    )


def _unlocked(header: Header, slot: Slot, kek: LockedBytes) -> Unlocked:
    master_key = slots.unwrap(slot, kek, header.vault_id)
    keys = derive_subkeys(master_key, header.vault_id)
    headers.authenticate(header, keys.header)
    return Unlocked(master_key, keys, slot.slot_id)
