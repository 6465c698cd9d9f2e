"""New keys for everything: a new file with a new master key takes the place of the old one.

Every record is opened under the old keys and sealed under new ones, with a new row id; the vault id, the epoch and the
records stay. What opened the vault before opens the old copies still, and the new file only when it gets a slot there:
a slot can be remade only by who has its secret.

    1  alone with the file, its log brought in            a crash here: the old file, as it was
    2  `<vault>.new` built, read back, on the disk        the old file; what is left over goes with the next opening
    3  anchor and mirror hold an entry for each file      the old file, by its entry
    4  `<vault>.new` takes the name of the vault          the new file, by its entry
    5  both hold the new entry alone                      the new file; the old one put back is a rollback

Readers may go on with the old file until they end; nobody can write to it any more.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from prometheus_memory import fresh
from prometheus_vault import anchor, filesystem, renewed_file, upkeep
from prometheus_vault.anchor import Anchor
from prometheus_vault.errors import Conflict
from prometheus_vault.facts import describe_slots
from prometheus_vault.header import Header, build_header
from prometheus_vault.keys import derive_subkeys
from prometheus_vault.renewed_file import Renewal
from prometheus_vault.replace import staging
from prometheus_vault.secrets_change import refuse_keyring_alone
from prometheus_vault.transaction import Transaction
from prometheus_vault.unlocking import new_passphrase_slot, new_recovery_slot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from prometheus_memory import SecretBytes
    from prometheus_vault.facts import SlotInfo
    from prometheus_vault.kdf import KdfParameters
    from prometheus_vault.keys import SubKeys
    from prometheus_vault.records import Record
    from prometheus_vault.session import Session
    from prometheus_vault.slots import Slot
    from prometheus_vault.store import Vault

    Progress = Callable[[int, int], None]


def lost_slots(vault: Vault, *, has_recovery: bool) -> tuple[SlotInfo, ...]:
    """Return the slots that a renewal would drop, because their secret is not at hand.

    Args:
        vault: An open vault.
        has_recovery: Whether the new file gets a recovery slot.
    """
    with vault._session.reading() as known:
        header, opened_by = known.header, vault._session.unlocked.slot_id
    lost = [slot for slot in header.slots if not _is_remade(header, slot, opened_by, has_recovery=has_recovery)]
    wanted = {slot.slot_id for slot in lost}
    return tuple(info for info in describe_slots(header) if info.slot_id in wanted)


@contextmanager
def renewing_keys(
    vault: Vault,
    *,
    passphrase: SecretBytes,
    recovery_secret: SecretBytes | None,
    kdf: KdfParameters,
    dropping: Iterable[bytes] = (),
    progress: Progress | None = None,
) -> Iterator[Transaction]:
    """Give a vault new keys, in one with what the block writes; the vault is closed afterwards.

    Args:
        vault: An open vault.
        passphrase: Opens the new file: the old one, or another.
        recovery_secret: Gets a recovery slot there, or None for none.
        kdf: Cost of the derivation of the passphrase.
        dropping: Ids of the slots that may be lost; see `lost_slots`.
        progress: Called with the number of records done and of all.

    Raises:
        Closed: When the keyring alone opened the vault.
        Conflict: When another process changed what opens the vault, or a slot would be lost that may not be.
        Busy: When another process has the vault open for longer than 5 seconds.
        BadPassphrase: When the passphrase has a form that is never accepted.
        KdfTooWeak: When the cost lies below the floor.
        Tampered: When a record does not open; nothing was changed.
        StorageError: When there is no room for the new file; nothing was changed.
    """
    session = vault._session
    refuse_keyring_alone(session)
    vault_id, master_key = vault.vault_id, fresh(32)
    keys = derive_subkeys(master_key, vault_id)
    try:
        slots = [new_passphrase_slot(passphrase, kdf, vault_id=vault_id, master_key=master_key)]
        if recovery_secret is not None:
            slots.append(new_recovery_slot(recovery_secret, vault_id=vault_id, master_key=master_key))
        with session.writing(alone=True):
            known = session.verify_again()
            _refuse_other_slots(known.header, session.unlocked.slot_id, dropping, has_recovery=len(slots) > 1)
            change = Transaction(vault._reader, session.unlocked.keys.id)
            try:
                yield change
            finally:
                changes = change.finish()
            _replace(session, keys, slots, changes, progress or _untold)
        session.retire("the keys of the vault were renewed")
    finally:
        master_key.wipe()
        keys.wipe()


def _replace(
    session: Session,
    keys: SubKeys,
    slots: list[Slot],
    changes: Mapping[bytes, Record | None],
    progress: Progress,
) -> None:
    known = session.records
    header = build_header(known.header.vault_id, known.header.generation + 1, slots, keys.header)
    plan = Renewal(keys, header, known, renewed_file.planned(session, keys, changes, progress))
    with staging(session.path, replaces=True) as staged:
        newest = renewed_file.build(session, staged, plan, progress)
        renewed_file.check(staged, plan, newest)
        old_entry = anchor.pack(
            session.unlocked.keys.anchor, header.vault_id, Anchor(known.root.epoch, known.root.link)
        )
        new_entry = anchor.pack(keys.anchor, header.vault_id, Anchor(newest.epoch, newest.link))
        session.anchors.replace([old_entry, new_entry])
    session.warn_on_failure(lambda: session.anchors.replace([new_entry]))
    upkeep.tell_mirror(session)
    with suppress(OSError):
        filesystem.remove_if_there(f"{os.path.splitext(session.anchors.path)[0]}.idx")


def _refuse_other_slots(header: Header, opened_by: bytes, dropping: Iterable[bytes], *, has_recovery: bool) -> None:
    if not any(slot.slot_id == opened_by for slot in header.slots):
        raise Conflict(
            "another process changed the secrets of the vault", remedy="open the vault again, as every new command does"
        )
    may_go = set(dropping)
    for slot in header.slots:
        if slot.slot_id not in may_go and not _is_remade(header, slot, opened_by, has_recovery=has_recovery):
            raise Conflict(
                "something that opens the vault would be lost",
                meaning="its secret is not at hand, so it cannot be made again",
            )


def _is_remade(header: Header, slot: Slot, opened_by: bytes, *, has_recovery: bool) -> bool:
    if slot.is_recovery:
        return has_recovery
    opener = next((other for other in header.slots if other.slot_id == opened_by), None)
    if opener is not None and opener.is_recovery:
        # Opened by words: the passphrase that is set now stands for the first one of the old file.
        return slot is next((other for other in header.slots if other.is_plain_passphrase), None)
    return slot.slot_id == opened_by and slot.is_plain_passphrase


def _untold(_done: int, _total: int) -> None:
    """Tell nobody."""
