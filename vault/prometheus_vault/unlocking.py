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
from prometheus_vault.errors import FactorMissing, WrongPassphrase
from prometheus_vault.keyring_secret import LENGTH
from prometheus_vault.keys import SubKeys, derive_subkeys
from prometheus_vault.slot_parameters import KEYRING, PASSPHRASE, RECOVERY, PassphraseParameters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_memory import SecretBytes
    from prometheus_vault.header import Header
    from prometheus_vault.kdf import KdfParameters
    from prometheus_vault.keyring_secret import FindSecret, KeyringSecret
    from prometheus_vault.slots import Slot

    Candidate = tuple[Slot, LockedBytes, LockedBytes | None]


class Unlocked(NamedTuple):
    """The master key, its subkeys, and the slot that gave it, by id and type."""

    master_key: LockedBytes
    keys: SubKeys
    slot_id: bytes
    kind: int = PASSPHRASE

    @property
    def by_keyring_alone(self) -> bool:
        """Whether nobody had to know anything: what the session of the desktop holds was enough."""
        return self.kind == KEYRING

    def wipe(self) -> None:
        """Overwrite the master key and all subkeys."""
        self.master_key.wipe()
        self.keys.wipe()

    def __repr__(self) -> str:
        return "Unlocked(...)"


def with_passphrase(header: Header, secret: SecretBytes, find_factor: FindSecret | None = None) -> Unlocked:
    """Try a passphrase, as typed, on every passphrase slot whose second factor is at hand, or that has none.

    Each try costs one key derivation. Slots with a second factor of another type than keyring are passed over.

    Raises:
        BadPassphrase: When it is empty, too long or not UTF-8.
        FactorMissing: When a slot needs a second factor that is not found here, and no other slot opens.
        WrongPassphrase: When it opens no slot.
        Tampered: When it is right and the header is not authentic.
        NotEnoughMemory: When the derivation does not fit into memory.
    """
    wanted = [slot for slot in header.slots if slot.is_passphrase_with_keyring]
    factors = _secrets_found(header, wanted, find_factor)
    tried = [slot for slot in header.slots if slot.is_plain_passphrase or slot.slot_id in factors]
    if wanted and not tried:
        raise _factor_missing()
    with passphrase.prepare(secret, is_new=False) as prepared:
        candidates = (
            (slot, kdf.argon2id(prepared, slot.passphrase.salt, slot.passphrase.cost), factors.get(slot.slot_id))
            for slot in tried
            if slot.passphrase is not None
        )
        try:
            return _first_fit(header, candidates, _passphrase_refusal(has_factor=bool(factors)))
        except WrongPassphrase:
            if len(factors) < len(wanted):
                raise _factor_missing() from None
            raise


def with_keyring(header: Header, find_secret: FindSecret) -> Unlocked:
    """Try the secrets that lie in the keyring for the slots which one alone opens; no key derivation is needed.

    Raises:
        FactorMissing: When there is none for this vault.
        WrongPassphrase: When it opens no slot.
        Tampered: When it is right and the header is not authentic.
    """
    wanted = [slot for slot in header.slots if slot.is_keyring]
    found = _secrets_found(header, wanted, find_secret)
    if not found:
        raise FactorMissing(
            "nothing in the keyring of this machine opens this vault",
            meaning="the keyring is another one, or what it held for the vault was removed",
            remedy="open it by its passphrase",
        )
    # What has another length was not put there by this program, and is no key that could be tried.
    candidates = ((slot, found[slot.slot_id], None) for slot in wanted if len(found.get(slot.slot_id, b"")) == LENGTH)
    return _first_fit(header, candidates, "what the keyring holds opens no slot of this vault")


def with_recovery(header: Header, secret: SecretBytes) -> Unlocked:
    """Try a recovery secret of 32 bytes; no key derivation is needed.

    Raises:
        WrongPassphrase: When it opens no slot.
        Tampered: When it is right and the header is not authentic.
    """
    if len(secret) != 32:
        raise ValueError("a recovery secret has 32 bytes")
    candidates = ((slot, holding(secret), None) for slot in header.slots if slot.is_recovery)
    return _first_fit(header, candidates, "the recovery secret opens no slot of this vault")


def fits_recovery(header: Header, secret: SecretBytes) -> bool:
    """Say whether a recovery secret of 32 bytes opens a slot."""
    with holding(secret) as ikm:
        for slot in header.slots:
            if slot.is_recovery:
                with slots.key_encryption_key(ikm, header.vault_id, slot.slot_id) as kek:
                    if slots.fits(slot, kek):
                        return True
    return False


def new_passphrase_slot(
    secret: SecretBytes,
    cost: KdfParameters,
    *,
    vault_id: bytes,
    master_key: LockedBytes,
    factor: KeyringSecret | None = None,
) -> Slot:
    """Wrap the master key under a new passphrase, and a second factor if there is one; costs one key derivation.

    Raises:
        BadPassphrase: When the passphrase is empty, too long, not UTF-8 or has control characters.
        Damaged: When the cost is outside the limits of the format.
        KdfTooWeak: When the cost lies below the floor.
        NotEnoughMemory: When the derivation does not fit into memory.
    """
    kdf.check(cost)
    parameters = PassphraseParameters(cost, os.urandom(32))
    slot_id = slots.new_slot_id() if factor is None else factor.slot_id
    packed = slot_parameters.build_passphrase(parameters, with_keyring=factor is not None)
    flags = 0 if factor is None else slots.SECOND_FACTOR
    with (
        passphrase.prepare(secret, is_new=True) as prepared,
        kdf.argon2id(prepared, parameters.salt, cost) as ikm,
        slots.key_encryption_key(ikm, vault_id, slot_id, None if factor is None else factor.secret) as kek,
    ):
        return slots.build_slot(
            PASSPHRASE, slot_id, packed, kek=kek, vault_id=vault_id, master_key=master_key, flags=flags
        )


def new_recovery_slot(secret: SecretBytes, *, vault_id: bytes, master_key: LockedBytes) -> Slot:
    """Wrap the master key under a recovery secret of 32 bytes."""
    if len(secret) != 32:
        raise ValueError("a recovery secret has 32 bytes")
    slot_id = slots.new_slot_id()
    with holding(secret) as ikm, slots.key_encryption_key(ikm, vault_id, slot_id) as kek:
        return slots.build_slot(RECOVERY, slot_id, b"", kek=kek, vault_id=vault_id, master_key=master_key)


def new_keyring_slot(keyring: KeyringSecret, *, vault_id: bytes, master_key: LockedBytes) -> Slot:
    """Wrap the master key under a secret that lies in the keyring."""
    with slots.key_encryption_key(keyring.secret, vault_id, keyring.slot_id) as kek:
        return slots.build_slot(KEYRING, keyring.slot_id, b"", kek=kek, vault_id=vault_id, master_key=master_key)


def _secrets_found(header: Header, wanted: list[Slot], find: FindSecret | None) -> dict[bytes, LockedBytes]:
    """Return the secrets of these slots that lie outside and are at hand, by slot id."""
    given = {slot.slot_id: find(header.vault_id, slot.slot_id) for slot in wanted} if find else {}
    return {slot_id: holding(secret) for slot_id, secret in given.items() if secret is not None}


def _passphrase_refusal(*, has_factor: bool) -> str:
    if has_factor:
        return "the passphrase and the second factor of this machine open no slot of this vault together"
    return "the passphrase opens no slot of this vault"


def _factor_missing() -> FactorMissing:
    return FactorMissing(
        "the second factor of this vault is not on this machine",
        meaning="the passphrase alone does not open it; the other half lies in the keyring of the machine that set it",
        remedy="open it where the keyring is, or by its recovery words",
    )


def _first_fit(header: Header, candidates: Iterable[Candidate], refusal: str) -> Unlocked:
    for slot, ikm, factor in candidates:
        with ikm, slots.key_encryption_key(ikm, header.vault_id, slot.slot_id, factor) as kek:
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
    return Unlocked(master_key, keys, slot.slot_id, slot.kind)
