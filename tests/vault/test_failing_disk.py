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
from prometheus_simulators.promised_life import CLAIMS, NO_VAULT, State, broken_promise
from prometheus_simulators.vault_lab import SECRET, Place

from prometheus_vault import LIGHT
from prometheus_vault.errors import StorageError, VaultError

if TYPE_CHECKING:
    from collections.abc import Callable

STRIDE = 1 if os.environ.get("PROMETHEUS_LONG") else 7
BEFORE = {(CLAIMS, f"claim {number}"): b"old" * 300 * number for number in range(6)}
AFTER = {**BEFORE, (CLAIMS, "claim 2"): b"new" * 900, (CLAIMS, "claim 9"): b"new"}
del AFTER[CLAIMS, "claim 3"]
OTHER_PASSPHRASE = b"battery correct staple horse"


def create(place: Place) -> None:
    place.create().close()


def commit(place: Place) -> None:
    with place.open_by_passphrase() as vault, vault.transaction() as change:
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


ACTS: dict[str, tuple[Callable[[Place], None], State, State]] = {
    "create": (create, NO_VAULT, State({})),
    "commit": (commit, State(BEFORE), State(AFTER)),
    "change passphrase": (change_passphrase, State(BEFORE), State(BEFORE, OTHER_PASSPHRASE)),
    "renew recovery": (renew_recovery, State(BEFORE), State(BEFORE)),
    "read": (read, State(BEFORE), State(BEFORE)),
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
def before(place: Place) -> Place:
    """A closed vault with a few claims, to be copied."""
    with place.create() as vault, vault.transaction() as change:
        for (collection, name), body in BEFORE.items():
            change.put(collection, name, body)
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


def test_a_program_that_takes_no_notice_of_failures_is_caught(before: Place) -> None:
    def careless(place: Place) -> None:
        try:
            commit(place)
        except StorageError:
            return

    assert any("lost" in wrong for wrong in sweep(before, "commit", FULL, careless))
