"""Changing who may open a vault: a new header in one commit, other slots copied byte for byte.

The slow derivation runs before the writer lock is taken. Records that the caller writes in the block are part of the
same commit, so a log of such changes never says more or less than what happened. Old copies of the file keep the old
slots; only new keys for everything would revoke those.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from prometheus_vault.errors import Closed, Conflict
from prometheus_vault.header import Header, build_header
from prometheus_vault.limits import PASSPHRASE_SLOTS_AT_MOST, SLOTS_AT_MOST
from prometheus_vault.transaction import committing
from prometheus_vault.unlocking import fits_recovery, new_keyring_slot, new_passphrase_slot, new_recovery_slot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from prometheus_memory import SecretBytes
    from prometheus_vault.kdf import KdfParameters
    from prometheus_vault.keyring_secret import KeyringSecret
    from prometheus_vault.reader import Reader
    from prometheus_vault.session import Session
    from prometheus_vault.slots import Slot
    from prometheus_vault.store import Vault
    from prometheus_vault.transaction import Transaction


@contextmanager
def changing_passphrase(
    session: Session,
    reader: Reader,
    new: SecretBytes,
    cost: KdfParameters,
    *,
    factor: KeyringSecret | None = None,
    alone: Sequence[KeyringSecret] | None = None,
) -> Iterator[Transaction]:
    """Replace the passphrase slot that opened the session; after a recovery, the first that this program can make.

    Args:
        session: The open session.
        reader: Its reader.
        new: The new passphrase, or the old one once more.
        cost: Cost of its derivation.
        factor: A second factor that is mixed in; None makes a slot that the passphrase alone opens.
        alone: Take the place of the slots that the keyring opens alone; None leaves those as they are.

    Raises:
        BadPassphrase: When the new passphrase has a form that is never accepted.
        KdfTooWeak: When the cost lies below the floor.
        Conflict: When another process changed the slot meanwhile, or there is no room for another.
    """
    refuse_keyring_alone(session)
    unlocked = session.unlocked
    vault_id = session.records.header.vault_id
    fresh = new_passphrase_slot(new, cost, vault_id=vault_id, master_key=unlocked.master_key, factor=factor)
    replaced: list[Slot | None] = []

    def new_header(known: Header) -> Header:
        old = _slot_to_replace(known, unlocked.slot_id)
        replaced.append(old)
        slots = _replaced(known, old, fresh)
        return _with_slots(session, known, slots if alone is None else _with_keyring(session, slots, alone))

    with committing(session, reader, new_header) as change:
        yield change
    if any(old is not None and old.slot_id == unlocked.slot_id for old in replaced):
        session.unlocked = unlocked._replace(slot_id=fresh.slot_id)


@contextmanager
def changing_recovery(session: Session, reader: Reader, secret: SecretBytes | None) -> Iterator[Transaction]:
    """Replace all recovery slots by one for this secret, or remove them when it is None.

    Raises:
        Conflict: When no slot would be left, or there is no room for another.
    """
    refuse_keyring_alone(session)
    unlocked = session.unlocked
    replaced: list[Slot] = []

    def new_header(known: Header) -> Header:
        replaced.extend(slot for slot in known.slots if slot.is_recovery)
        slots = [slot for slot in known.slots if not slot.is_recovery]
        if secret is not None:
            slots.append(new_recovery_slot(secret, vault_id=known.vault_id, master_key=unlocked.master_key))
        return _with_slots(session, known, slots)

    with committing(session, reader, new_header) as change:
        yield change
    if any(old.slot_id == unlocked.slot_id for old in replaced):
        session.unlocked = unlocked._replace(slot_id=session.records.header.slots[-1].slot_id)


@contextmanager
def changing_keyring(session: Session, reader: Reader, alone: Sequence[KeyringSecret]) -> Iterator[Transaction]:
    """Replace the slots that the keyring opens alone by one for each of these secrets, or by none.

    Raises:
        Conflict: When no slot would be left, or there is no room for another.
    """
    refuse_keyring_alone(session)

    def new_header(known: Header) -> Header:
        return _with_slots(session, known, _with_keyring(session, known.slots, alone))

    with committing(session, reader, new_header) as change:
        yield change


def is_recovery_secret(vault: Vault, secret: SecretBytes) -> bool:
    """Say whether these 32 bytes of `recovery_secret(seed)` open a vault."""
    with vault._session.reading() as known:
        return fits_recovery(known.header, secret)


def _with_keyring(session: Session, slots: Iterable[Slot], alone: Sequence[KeyringSecret]) -> list[Slot]:
    vault_id, master_key = session.records.header.vault_id, session.unlocked.master_key
    made = [new_keyring_slot(secret, vault_id=vault_id, master_key=master_key) for secret in alone]
    return [slot for slot in slots if not slot.is_keyring] + made


def refuse_keyring_alone(session: Session) -> None:
    """Let nobody in for good who only had the keyring."""
    if session.unlocked.by_keyring_alone:
        raise Closed(
            "the keyring alone does not change what opens the vault", remedy="unlock it by its passphrase for that"
        )


def _with_slots(session: Session, known: Header, slots: list[Slot]) -> Header:
    if not slots:
        raise Conflict("the vault would have nothing left that opens it")
    if len(slots) > SLOTS_AT_MOST or sum(slot.passphrase is not None for slot in slots) > PASSPHRASE_SLOTS_AT_MOST:
        raise Conflict("the header has no room for another slot")
    return build_header(known.vault_id, known.generation + 1, slots, session.unlocked.keys.header)


def _slot_to_replace(header: Header, opened_by: bytes) -> Slot | None:
    opener = next((slot for slot in header.slots if slot.slot_id == opened_by), None)
    if opener is None:
        raise Conflict(
            "another process changed the secrets of the vault", remedy="open the vault again, as every new command does"
        )
    if opener.is_plain_passphrase or opener.is_passphrase_with_keyring:
        return opener
    plain = next((slot for slot in header.slots if slot.is_plain_passphrase), None)
    return plain or next((slot for slot in header.slots if slot.is_passphrase_with_keyring), None)


def _replaced(header: Header, old: Slot | None, fresh: Slot) -> list[Slot]:
    if old is None:
        return [*header.slots, fresh]
    return [fresh if slot.slot_id == old.slot_id else slot for slot in header.slots]
