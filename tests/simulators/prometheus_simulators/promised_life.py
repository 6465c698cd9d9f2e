"""The life of a vault, with a note of each thing that was acknowledged, and a judge of what is left after a power cut.

A `Promise` is a state and the number of disk operations after which the program had said that it is safe. After a cut,
the last promise made before it must be kept; the work that was going on may be done whole, or not at all.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from prometheus_simulators.vault_lab import PASSPHRASE, SECRET, Place
from prometheus_vault import LIGHT, Vault, limits
from prometheus_vault.backup import write_backup
from prometheus_vault.errors import VaultError, WrongPassphrase
from prometheus_vault.opening import NO_ANCHOR
from prometheus_vault.rekey import renewing_keys
from prometheus_vault.restore import Target, restoring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from random import Random
    from typing import TypeAlias

    import pytest

    from prometheus_simulators.disk_recorder import Recording
    from prometheus_simulators.lossy_disk import Image

    Backup: TypeAlias = "tuple[Mapping[tuple[int, str], bytes], bytes]"

KEYS, CLAIMS, AUDIT = 1, 3, 10
BACKUP = "backup.vault"
SIZES = (0, 30, 700, 3000, 9000)


class State(NamedTuple):
    """What a vault holds: records by collection and name, and the passphrase that opens it. None: no vault at all.

    `backup` is the same of the backup beside it.
    """

    records: Mapping[tuple[int, str], bytes] | None
    passphrase: bytes = PASSPHRASE
    backup: Backup | None = None


NO_VAULT = State(None)


class Promise(NamedTuple):
    """A state that is safe once so many disk operations were done."""

    operations: int
    state: State


class Life:
    """A vault in use; every method ends with a promise."""

    def __init__(self, place: Place, notes: Recording, state: State = NO_VAULT) -> None:
        self.place = place
        self.notes = notes
        self.promises = [Promise(0, state)]
        self._vault: Vault | None = None

    @property
    def vault(self) -> Vault:
        if self._vault is None:
            self._vault = self.place.open_by_passphrase(self.promises[-1].state.passphrase)
        return self._vault

    @property
    def records(self) -> dict[tuple[int, str], bytes]:
        return dict(self.promises[-1].state.records or {})

    def promise(self, state: State) -> None:
        self.promises.append(Promise(len(self.notes.operations), state))

    def create(self) -> None:
        self._vault = self.place.create()
        self.promise(State({}))

    def commit(self, changes: Mapping[tuple[int, str], bytes | None]) -> None:
        records = self.records
        with self.vault.transaction() as change:
            for (collection, name), body in changes.items():
                if body is None:
                    change.delete(collection, name)
                    records.pop((collection, name), None)
                else:
                    change.put(collection, name, body)
                    records[collection, name] = body
        self.promise(self.promises[-1].state._replace(records=records))

    def change_passphrase(self, new: bytes) -> None:
        records = {**self.records, (AUDIT, f"changed to {new.decode()}"): b"{}"}
        with self.vault.changing_passphrase(new, LIGHT) as change:
            change.put(AUDIT, f"changed to {new.decode()}", b"{}")
        self.promise(self.promises[-1].state._replace(records=records, passphrase=new))

    def renew_recovery(self) -> None:
        self.vault.set_recovery(SECRET)
        self.promise(self.promises[-1].state)

    def renew_keys(self) -> None:
        """Give the vault new keys, and note it in the same commit."""
        state = self.promises[-1].state
        records = {**self.records, (AUDIT, "keys renewed"): str(len(self.promises)).encode()}
        renew_keys(self.vault, state.passphrase, records[AUDIT, "keys renewed"])
        self._vault = None
        self.promise(state._replace(records=records))

    def back_up(self) -> None:
        write_backup(self.vault, self.place.folder / BACKUP, replaces=True)
        state = self.promises[-1].state
        self.promise(state._replace(backup=(self.records, state.passphrase)))

    def restore(self) -> None:
        """Put the backup in place, made now if there is none, and note it in the same commit."""
        if self.promises[-1].state.backup is None:
            self.back_up()
        self.close()
        state = self.promises[-1].state
        records, passphrase = state.backup or ({}, b"")
        note = str(len(self.promises)).encode()
        restore(self.place, passphrase, note)
        self.promise(state._replace(records={**records, (AUDIT, "restored"): note}, passphrase=passphrase))

    def checkpoint(self) -> None:
        self.vault._session.checkpoint()
        self.promise(self.promises[-1].state)

    def close(self) -> None:
        if self._vault is not None:
            self._vault.close()
            self._vault = None
            self.promise(self.promises[-1].state)

    def write_beside_a_reader(self, changes: Mapping[tuple[int, str], bytes | None]) -> None:
        """Commit while another connection keeps the log from being emptied."""
        with self.vault._session.writing():
            pass  # a file that was just put in place has no log yet, and one can be begun only without readers
        with self.place.open(read_only=True) as reader, reader._session.reading():
            self.commit(changes)

    def live(self, chance: Random, steps: int) -> None:
        """Do this and that, each at least once."""
        acts: dict[Callable[[], None], int] = {
            lambda: self.commit(some_changes(chance, self.records)): 24,
            lambda: self.write_beside_a_reader(some_changes(chance, self.records)): 3,
            lambda: self.change_passphrase(f"passphrase {len(self.promises)}".encode()): 2,
            self.renew_recovery: 1,
            self.checkpoint: 2,
            self.close: 3,
            self.renew_keys: 1,
            self.back_up: 1,
            self.restore: 1,
        }
        chosen = [*acts, *chance.choices(list(acts), list(acts.values()), k=steps - len(acts))]
        chance.shuffle(chosen)
        for act in chosen:
            act()

    def cut_after(self, operations: int) -> tuple[State, State]:
        """Return what was promised by then, and what was being done."""
        made = [number for number, promise in enumerate(self.promises) if promise.operations <= operations][-1]
        return self.promises[made].state, self.promises[min(made + 1, len(self.promises) - 1)].state


def renew_keys(vault: Vault, passphrase: bytes, note: bytes) -> None:
    """Give a vault new keys and write a note; it is closed afterwards."""
    with renewing_keys(vault, passphrase=passphrase, recovery_secret=SECRET, kdf=LIGHT) as change:
        change.put(AUDIT, "keys renewed", note)


def restore(place: Place, passphrase: bytes, note: bytes) -> None:
    """Put the backup beside a vault in its place and write a note; the present file keeps another name."""
    kept = place.file.with_name(f"kept {os.urandom(4).hex()}")
    target = Target(str(place.file), str(place.anchors), keep_as=str(kept))
    with (
        Vault.open(place.folder / BACKUP, place.anchors, passphrase=passphrase, read_only=True) as backup,
        restoring(backup, target) as change,
    ):
        change.put(AUDIT, "restored", note)


def some_changes(chance: Random, records: Mapping[tuple[int, str], bytes]) -> dict[tuple[int, str], bytes | None]:
    """Insert, change and delete one record or a few."""
    changes: dict[tuple[int, str], bytes | None] = {}
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        key = (chance.choice((KEYS, CLAIMS, AUDIT)), f"record {chance.randrange(30)}")
        is_deleted = key in records and chance.random() < 0.35
        changes[key] = None if is_deleted else chance.randbytes(chance.choice(SIZES))
    return changes


def keep_a_short_journal(patch: pytest.MonkeyPatch, entries: int) -> None:
    """Let the journal be trimmed after few entries, wherever that number is known."""
    for name, module in list(sys.modules.items()):
        if name.startswith("prometheus_vault.") and getattr(module, "JOURNAL_KEPT", None) == limits.JOURNAL_KEPT:
            patch.setattr(module, "JOURNAL_KEPT", entries)


def judge(image: Image, place: Place, promised: State, going_on: State) -> str:
    """Return what is wrong with a disk after a power cut, or nothing; the disk is written to a place that is empty."""
    image.write_to(place.folder)
    if not place.file.exists() and promised.records is None:
        place.create().close()  # what is left of the first attempt must not be in the way
        return ""
    try:
        return broken_promise(place, promised, going_on)
    except VaultError as error:
        return f"{type(error).__name__}: {error.what}"


def broken_promise(place: Place, promised: State, going_on: State) -> str:
    """Open a vault for real and return what was promised and is not so, or nothing; it is written to afterwards."""
    if promised.backup is not None and not _is_backup(place, (promised.backup, going_on.backup)):
        return "lost the backup"
    with _opened(place, promised, going_on) as (vault, passphrase):
        if set(vault.warnings) - ({NO_ANCHOR} if promised.records is None else set()):
            return f"warned: {vault.warnings}"
        if not vault.verify(deep=True).journal_is_whole:
            return "the journal is not whole"
        found = (dict(_records_of(vault)), passphrase)
        if found not in ((promised.records, promised.passphrase), (going_on.records, going_on.passphrase)):
            return "lost what was promised" if found[0] != promised.records else "lost the passphrase"
        with vault.transaction() as change:
            change.put(CLAIMS, "goes on", b"after the cut")
    with place.open() as again:
        return "" if again.get(CLAIMS, "goes on") == b"after the cut" else "could not go on"


def state_of(place: Place, promised: State, going_on: State) -> State:
    """Return which of two states a vault is in, as who looks into it sees."""
    with _opened(place, promised, going_on) as (vault, passphrase):
        records = dict(_records_of(vault))
    backup = None if promised.backup != going_on.backup else promised.backup
    return State(records, passphrase, backup)


def _is_backup(place: Place, allowed: tuple[Backup | None, ...]) -> bool:
    for backup in allowed:
        if backup is None:
            continue
        records, passphrase = backup
        try:
            with Vault.open(place.folder / BACKUP, place.anchors, passphrase=passphrase, read_only=True) as found:
                found.verify(deep=True)
                if dict(_records_of(found)) == records:
                    return True
        except WrongPassphrase:
            continue
    return False


def _records_of(vault: Vault) -> Iterator[tuple[tuple[int, str], bytes]]:
    for collection in (CLAIMS, AUDIT):
        yield from (((collection, name), body) for name, body in vault.scan(collection))
    for name, locked in vault.secrets():
        with locked:
            yield (KEYS, name), bytes(locked.view)


@contextmanager
def _opened(place: Place, promised: State, going_on: State) -> Iterator[tuple[Vault, bytes]]:
    passphrase = promised.passphrase
    try:
        vault = place.open_by_passphrase(passphrase)
    except WrongPassphrase:
        if going_on.passphrase == passphrase:
            raise
        passphrase = going_on.passphrase
        vault = place.open_by_passphrase(passphrase)
    with vault:
        yield vault, passphrase
