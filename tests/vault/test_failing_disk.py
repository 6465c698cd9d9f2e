"""The disk fails at any operation of any act: the old data is there, and the message says what to do.

Each act is played once to count its operations, then again with a failure at one after the other. It may end well or
with a refusal, but never as if the vault were damaged; afterwards the vault is whole, holds what it held before the act
or all that the act wrote, and takes new records.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.failing_disk import (
    BAD_SECTOR,
    BROKEN,
    BROKEN_ONCE,
    FULL,
    SET_READ_ONLY,
    UNREADABLE,
    Fault,
    failing_disk,
)
from prometheus_simulators.promised_life import (
    AUDIT,
    BACKUP,
    CLAIMS,
    NO_VAULT,
    State,
    broken_promise,
    renew_keys,
    restore,
)
from prometheus_simulators.vault_lab import PASSPHRASE, SECRET, Place

from prometheus_vault import LIGHT, Vault
from prometheus_vault.backup import write_backup
from prometheus_vault.errors import StorageError, VaultError

if TYPE_CHECKING:
    from collections.abc import Callable

STRIDE = 1 if os.environ.get("PROMETHEUS_LONG") else 7
BEFORE = {(CLAIMS, f"claim {number}"): b"old" * 300 * number for number in range(6)}
AFTER = {**BEFORE, (CLAIMS, "claim 2"): b"new" * 900, (CLAIMS, "claim 9"): b"new"}
del AFTER[CLAIMS, "claim 3"]
EARLIER = {(CLAIMS, "claim 0"): b"older"}
NOTE = b"1"
OTHER_PASSPHRASE = b"battery correct staple horse"


def create(place: Place) -> None:
    place.create().close()


def commit(place: Place) -> None:
    with place.open_by_passphrase() as vault:
        write(vault)


def write(vault: Vault) -> None:
    with vault.transaction() as change:
        change.put(CLAIMS, "claim 2", AFTER[CLAIMS, "claim 2"])
        change.put(CLAIMS, "claim 9", AFTER[CLAIMS, "claim 9"])
        change.delete(CLAIMS, "claim 3")


def change_passphrase(place: Place) -> None:
    with place.open_by_passphrase() as vault:
        vault.change_passphrase(OTHER_PASSPHRASE, LIGHT)


def renew_recovery(place: Place) -> None:
    with place.open_by_passphrase() as vault:
        vault.set_recovery(SECRET)


def read(place: Place) -> None:
    with place.open_by_passphrase() as vault:
        assert len(list(vault.scan(CLAIMS))) == len(BEFORE)


def renew(place: Place) -> None:
    with place.open_by_passphrase() as vault:
        renew_keys(vault, PASSPHRASE, NOTE)


def back_up(place: Place) -> None:
    with place.open_by_passphrase() as vault:
        write_backup(vault, place.folder / BACKUP, replaces=True)


def put_back(place: Place) -> None:
    restore(place, PASSPHRASE, NOTE)


ACTS: dict[str, tuple[Callable[[Place], None], State, State]] = {
    "create": (create, NO_VAULT, State({})),
    "commit": (commit, State(BEFORE), State(AFTER)),
    "change passphrase": (change_passphrase, State(BEFORE), State(BEFORE, OTHER_PASSPHRASE)),
    "renew recovery": (renew_recovery, State(BEFORE), State(BEFORE)),
    "read": (read, State(BEFORE), State(BEFORE)),
    "renew keys": (renew, State(BEFORE), State({**BEFORE, (AUDIT, "keys renewed"): NOTE})),
    "back up": (back_up, State(BEFORE), State(BEFORE, backup=(BEFORE, PASSPHRASE))),
    "restore": (put_back, State(BEFORE), State({**EARLIER, (AUDIT, "restored"): NOTE})),
}
FAULTS = {
    "full": FULL,
    "broken": BROKEN,
    "broken once": BROKEN_ONCE,
    "unreadable": UNREADABLE,
    "bad sector": BAD_SECTOR,
    "set read-only": SET_READ_ONLY,
}


@pytest.fixture
def place(swift_place: Place) -> Place:
    swift_place.folder.mkdir()
    return swift_place


@pytest.fixture
def before(place: Place) -> Place:
    """A closed vault with a few claims and an earlier backup, to be copied."""
    with place.create() as vault:
        for number, records in enumerate((EARLIER, BEFORE)):
            with vault.transaction() as change:
                for (collection, name), body in records.items():
                    change.put(collection, name, body)
            if not number:
                write_backup(vault, place.folder / BACKUP)
    return place


def failed(place: Place, act: Callable[[Place], None], fault: Fault | None) -> tuple[int, VaultError | None]:
    """Play an act; return the number of operations that might have failed or did, and the refusal."""
    with failing_disk(place.folder, fault) as disk:
        try:
            act(place)
        except VaultError as error:
            return disk.failures, error
        return disk.failures if fault else disk.count, None


def prepared(before: Place, number: int, state: State) -> Place:
    folder = before.folder.with_name(f"{before.folder.name}-{number}")
    if state.records is None:
        folder.mkdir()
    else:
        shutil.copytree(before.folder, folder)
    return Place(folder)


def sweep(before: Place, name: str, fault: Fault, act: Callable[[Place], None] | None = None) -> list[str]:
    """Let each operation of an act fail in turn; return what went wrong, and `hits` and `refusals` for the curious."""
    known, old, new = ACTS[name]
    wrong, refusals, at = [], 0, 0
    while True:
        place = prepared(before, at, old)
        hits, error = failed(place, act or known, fault._replace(at=at))
        if not hits:
            break
        refusals += error is not None
        complaint = unhelpful(error) or remaining(place, new if error is None else old, new)
        if complaint:
            wrong.append(f"{name}, failure at {at}: {complaint}")
        shutil.rmtree(place.folder)
        at += STRIDE
    assert at, "nothing failed"
    return wrong


def unhelpful(error: VaultError | None) -> str:
    """Return what is wrong with a refusal, or nothing."""
    if error is None or (error.exit_code in {11, 16} and error.remedy):
        return ""
    return f"refused with exit code {error.exit_code}: {error.what}; {error.meaning}; remedy: {error.remedy or 'none'}"


def remaining(place: Place, promised: State, going_on: State) -> str:
    """Return what is wrong with what is there once the disk is whole again, or nothing."""
    if not place.file.exists():
        if promised.records is not None:
            return "the vault has gone"
        place.create().close()
        return ""
    try:
        return broken_promise(place, promised, going_on)
    except VaultError as error:
        return f"{type(error).__name__}: {error.what}"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ACTS)
def test_whichever_operation_fails_nothing_is_lost_and_it_is_no_damage(before: Place, name: str, fault: str) -> None:
    assert sweep(before, name, FAULTS[fault]) == []


def go_on(place: Place, fault: Fault) -> tuple[bool, str]:
    """Let a commit fail in an open vault, then write again; return whether it failed, and what is wrong if anything."""
    later = (CLAIMS, "later")
    with failing_disk(place.folder) as disk, place.open_by_passphrase() as vault:
        disk.begin_to_fail(fault)
        try:
            write(vault)
        except StorageError:
            expected = BEFORE
        else:
            expected = AFTER
        has_failed = bool(disk.failures)
        disk.begin_to_fail(None)
        with vault.transaction() as change:
            change.put(*later, b"written")
        found = {(CLAIMS, name): body for name, body in vault.scan(CLAIMS)}
        if found != {**expected, later: b"written"}:
            return has_failed, "the open vault holds something else"
        vault.verify(deep=True)
    return has_failed, remaining(place, State(found), State(found))


@pytest.mark.parametrize("fault", FAULTS)
def test_the_open_vault_goes_on_after_any_failure(before: Place, fault: str) -> None:
    has_failed, at = True, 0
    while has_failed:
        place = prepared(before, at, State(BEFORE))
        has_failed, wrong = go_on(place, FAULTS[fault]._replace(at=at))
        assert not wrong, f"failure at {at}: {wrong}"
        shutil.rmtree(place.folder)
        at += STRIDE
    assert at > STRIDE or fault in {"unreadable", "bad sector"}


def test_a_program_that_takes_no_notice_of_failures_is_caught(before: Place) -> None:
    def careless(place: Place) -> None:
        try:
            commit(place)
        except StorageError:
            return

    assert any("lost" in wrong for wrong in sweep(before, "commit", FULL, careless))
