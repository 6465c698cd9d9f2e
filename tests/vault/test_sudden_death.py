"""A process killed at any time while it commits, closes, renews keys, backs up and restores: nothing acknowledged goes.

Each of its acts writes the same number into two records, and is acknowledged through a pipe.
"""

from __future__ import annotations

import os
import signal
import time
from random import Random
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.promised_life import BACKUP, CLAIMS
from prometheus_simulators.vault_lab import PASSPHRASE, SECRET, Place

from prometheus_vault import LIGHT, Vault
from prometheus_vault.backup import write_backup
from prometheus_vault.rekey import renewing_keys
from prometheus_vault.restore import Target, restoring

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_vault import Transaction

ROUNDS = 300 if os.environ.get("PROMETHEUS_LONG") else 12
LONGEST = 0.25


@pytest.fixture
def place(swift_place: Place) -> Place:
    swift_place.folder.mkdir()
    return swift_place


def note(change: Transaction, number: int) -> None:
    """Write the pair, and let a record come and another go, so that the index has something to follow."""
    change.put(CLAIMS, "left", b"%d" % number)
    change.put(CLAIMS, "right", b"%d" % number)
    change.put(CLAIMS, f"passing {number}", bytes(number % 7 * 900))
    change.delete(CLAIMS, f"passing {number - 5}")


def commit(place: Place, number: int) -> None:
    with place.open_by_passphrase() as vault:
        assert len(list(vault.scan(CLAIMS))) <= 7
        with vault.transaction() as change:
            note(change, number)


def renew_keys(place: Place, number: int) -> None:
    with (
        place.open_by_passphrase() as vault,
        renewing_keys(vault, passphrase=PASSPHRASE, recovery_secret=SECRET, kdf=LIGHT) as change,
    ):
        note(change, number)


def back_up_and_restore(place: Place, number: int) -> None:
    with place.open_by_passphrase() as vault:
        write_backup(vault, place.folder / BACKUP, replaces=True)
    kept = place.folder / f"kept {number} {os.urandom(4).hex()}"
    with (
        Vault.open(place.folder / BACKUP, place.anchors, passphrase=PASSPHRASE, read_only=True) as backup,
        restoring(backup, Target(str(place.file), str(place.anchors), keep_as=str(kept))) as change,
    ):
        note(change, number)
    kept.unlink()


ACTS = (commit, commit, renew_keys, commit, back_up_and_restore)


def act(place: Place, number: int) -> None:
    ACTS[number % len(ACTS)](place, number)


def killed(act_on: Callable[[int], None], first: int, delay: float) -> int:
    """Let a child do one act after the other and kill it; return the last number that it acknowledged."""
    heard, said = os.pipe()
    child = os.fork()
    if not child:
        try:
            number = first
            while True:
                act_on(number)
                os.write(said, b"%d\n" % number)
                number += 1
        finally:
            os._exit(70)
    os.close(said)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    outcome = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with os.fdopen(heard) as pipe:
        lines = pipe.read().splitlines()
    assert outcome == -signal.SIGKILL, "an act failed by itself"
    return int(lines[-1]) if lines else first - 1


def stored(place: Place) -> int:
    """Check that the vault and its backup are whole and that the pair was never torn; return its number."""
    if (place.folder / BACKUP).exists():
        with Vault.open(place.folder / BACKUP, place.anchors, passphrase=PASSPHRASE, read_only=True) as backup:
            backup.verify(deep=True)
    with place.open_by_passphrase() as vault:
        assert vault.warnings == ()
        assert vault.verify(deep=True).journal_is_whole
        names = {name for name, _ in vault.scan(CLAIMS)}
        left = int(vault.get(CLAIMS, "left") or b"0")
        assert left == int(vault.get(CLAIMS, "right") or b"0")
        assert names == {"left", "right"} | {f"passing {number}" for number in range(max(1, left - 4), left + 1)}
    with place.open() as vault:
        assert {name for name, _ in vault.scan(CLAIMS)} == names
    return left


def test_a_killed_process_loses_nothing_that_it_acknowledged(place: Place) -> None:
    chance, last = Random(20), 0
    with place.create():
        pass
    commit(place, last := last + 1)
    for _ in range(ROUNDS):
        acknowledged = killed(
            lambda number: ACTS[number % len(ACTS)](place, number), last + 1, chance.random() * LONGEST
        )
        found = stored(place)
        assert max(last, acknowledged) <= found <= max(last, acknowledged) + 1
        last = found
    assert last > ROUNDS // 2


def test_a_process_that_acknowledges_too_early_is_caught(place: Place) -> None:
    with place.create():
        pass
    commit(place, 1)

    def early(number: int) -> None:
        with place.open_by_passphrase() as vault, pytest.raises(OSError, match="stop"), vault.transaction() as change:
            note(change, number)
            raise OSError("stop")  # it is acknowledged all the same

    acknowledged = killed(early, 2, LONGEST)
    assert stored(place) < acknowledged
