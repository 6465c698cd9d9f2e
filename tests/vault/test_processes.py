"""Several processes on one vault: races, readers beside writers, and death in the middle of a write."""

from __future__ import annotations

import os
import random
import threading
import time
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.vault_lab import Place, run_sql, start_child

from prometheus_vault import inspect
from prometheus_vault.errors import Busy, Conflict, VaultMissing
from prometheus_vault.lock import writer_lock

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

ROUNDS = 500 if os.environ.get("PROMETHEUS_LONG") else 50

COUNT_UP = """
import sys
from pathlib import Path
from prometheus_simulators.vault_lab import Place
vault = Place(Path(sys.argv[1])).open()
sys.stdin.readline()
for _ in range(40):
    with vault.transaction() as change:
        count = int(change.get(3, "count") or b"0")
        change.put(3, "count", str(count + 1).encode())
        change.put(3, f"{sys.argv[2]}-{count}", b"x")
vault.close()
"""


def finish(child: subprocess.Popen[str]) -> str:
    output, errors = child.communicate(timeout=60)
    assert child.returncode == 0, errors
    return output


def test_two_processes_that_write_at_once_lose_nothing(full: Place) -> None:
    children = [start_child(COUNT_UP, str(full.folder), name) for name in ("one", "two")]
    with full.open() as reader:
        for child in children:
            assert child.stdin is not None
            child.stdin.write("go\n")
            child.stdin.flush()
        seen = [0]
        while any(child.poll() is None for child in children):
            seen.append(int(reader.get(3, "count") or b"0"))
        for child in children:
            finish(child)
        assert seen == sorted(seen)
        assert reader.get(3, "count") == b"80"
        found = [name for name, _ in reader.scan(3)]
        assert sum(name.startswith(("one-", "two-")) for name in found) == 80
        assert {int(name[4:]) for name in found if name.startswith(("one-", "two-"))} == set(range(80))
        report = reader.verify(deep=True)
    assert report.epoch == 82
    assert report.journal_is_whole


def test_a_count_read_before_the_transaction_is_lost_so_the_race_is_one(full: Place) -> None:
    with full.open() as one, full.open() as two:
        stale = int(one.get(3, "count") or b"0")
        for vault in (two, one):
            with vault.transaction() as change:
                change.put(3, "count", str(stale + 1).encode())
        assert one.get(3, "count") == b"1"


def test_a_writer_sees_what_another_wrote_meanwhile(full: Place) -> None:
    with full.open() as one, full.open() as two:
        for number in range(3):
            for vault, other in ((one, two), (two, one)):
                with vault.transaction() as change:
                    assert change.get(3, "turn") == (other.get(3, "turn"))
                    change.put(3, "turn", str(number).encode())
                    change.delete(3, f"claim-{number}")
                assert other.get(3, "turn") == str(number).encode()
                assert other.get(3, f"claim-{number}") is None
                assert other.epoch == vault.epoch
        assert list(one.scan(3)) == list(two.scan(3))
        assert one.epoch == 8


def test_a_scan_forgets_names_that_another_process_deleted(full: Place) -> None:
    with full.open() as one, full.open() as two:
        assert len(list(one.scan(3))) == 5
        with two.transaction() as change:
            change.delete(3, "claim-0")
            change.put(3, "claim-9", b"new")
        assert [name for name, _ in one.scan(3)] == ["claim-1", "claim-2", "claim-3", "claim-4", "claim-9"]


def test_a_reader_reads_while_a_writer_holds_the_lock(full: Place) -> None:
    with full.open() as writer, full.open(read_only=True) as reader:
        with writer.transaction() as change:
            change.put(3, "claim-1", b"new")
            assert reader.get(3, "claim-1") == b"body 1"
            with full.open(read_only=True) as another:
                assert another.get(3, "claim-1") == b"body 1"
        assert reader.get(3, "claim-1") == b"new"


HOLD = """
import sys
from pathlib import Path
from prometheus_simulators.vault_lab import Place
sys.argv[0] = "/usr/bin/prometheus"
vault = Place(Path(sys.argv[1])).open()
with vault.transaction():
    print("held", flush=True)
    sys.stdin.readline()
vault.close()
"""


def let_go(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.write("\n")
    child.stdin.flush()


def test_who_holds_the_lock_is_named(full: Place) -> None:
    child = start_child(HOLD, str(full.folder), "an-argument")
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    with full.open() as vault:
        vault._session.wait_seconds = 0.1
        with pytest.raises(Busy) as caught, vault.transaction():
            pass
        assert caught.value.exit_code == 11
        assert caught.value.meaning == f"process {child.pid} (prometheus) is writing to it"
        assert vault.get(3, "claim-1") == b"body 1"
        vault._session.wait_seconds = 10
        waiting = threading.Timer(0.2, let_go, [child])
        waiting.start()
        with vault.transaction() as change:
            change.put(3, "claim-1", b"after waiting")
        assert vault.get(3, "claim-1") == b"after waiting"
    finish(child)
    waiting.join()
    assert full.file.with_name("personal.vault.lock").read_bytes() == b""


def test_the_lock_of_a_killed_holder_is_free(full: Place) -> None:
    child = start_child(HOLD, str(full.folder))
    assert child.stdout is not None
    child.stdout.readline()
    child.kill()
    child.communicate()
    with full.open() as vault, vault.transaction() as change:
        change.put(3, "claim-1", b"x")


def test_who_waited_for_a_lock_file_that_went_takes_the_one_that_is_there(full: Place) -> None:
    held, waited = threading.Event(), threading.Event()

    def wait() -> None:
        held.wait()
        with writer_lock(str(full.file)), pytest.raises(Busy), writer_lock(str(full.file), 0):
            waited.set()  # never: it is the same lock

    waiter = threading.Thread(target=wait)
    waiter.start()
    with writer_lock(str(full.file)):
        held.set()
        time.sleep(0.1)
        full.file.with_name("personal.vault.lock").unlink()
    waiter.join()
    assert not waited.is_set()
    assert full.file.with_name("personal.vault.lock").exists()


def test_a_lock_of_sqlite_itself_is_waited_for_and_then_said(full: Place) -> None:
    import sqlite3

    other = sqlite3.connect(full.file, isolation_level=None)
    with full.open() as vault:
        with vault.transaction() as change:
            change.put(3, "claim-1", b"x")
        other.execute("BEGIN IMMEDIATE")
        vault._session.connection.execute("PRAGMA busy_timeout = 10")
        with pytest.raises(Busy), vault.transaction():
            pass
        other.execute("ROLLBACK")
        with vault.transaction() as change:
            change.put(3, "claim-1", b"y")
    other.close()


def test_threads_of_one_process_share_a_vault(full: Place) -> None:
    def count_up() -> None:
        for _ in range(20):
            with vault.transaction() as change:
                change.put(3, "count", str(int(change.get(3, "count") or b"0") + 1).encode())
            vault.get(3, "claim-1")

    with full.open() as vault:
        threads = [threading.Thread(target=count_up) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert vault.get(3, "count") == b"60"


OPEN_AND_CLOSE = """
import sys
from pathlib import Path
from prometheus_simulators.vault_lab import Place
Place(Path(sys.argv[1])).open().close()
"""


def look_again(place: Place) -> None:
    inspect(place.file)


def open_again(place: Place) -> None:
    place.open().close()


def read_past_sqlite(place: Place) -> None:
    place.file.read_bytes()


@pytest.mark.parametrize(
    ("second_look", "log_stays"),
    [(look_again, True), (open_again, True), (read_past_sqlite, False)],
    ids=["inspected", "opened", "control"],
)
def test_a_second_look_by_the_same_process_keeps_the_locks_of_the_first(
    full: Place, second_look: Callable[[Place], None], *, log_stays: bool
) -> None:
    with full.open() as vault:
        with vault.transaction() as change:
            change.put(3, "claim-1", b"kept in the log")
        second_look(full)
        finish(start_child(OPEN_AND_CLOSE, str(full.folder)))
        # Without its lock the other process takes itself for the last one and removes the log that is in use here.
        assert full.file.with_name("personal.vault-wal").exists() == log_stays


def test_a_file_replaced_by_another_is_not_written_to(full: Place) -> None:
    with full.open() as vault:
        copy = full.copy("copy")
        full.file.unlink()
        copy.rename(full.file)
        with pytest.raises(Conflict, match="replaced"), vault.transaction() as change:
            change.put(3, "claim-1", b"x")


def test_a_file_removed_behind_an_open_vault_is_not_written_to_and_nothing_comes_back(full: Place) -> None:
    with full.open() as vault:
        for path in (*full.file.parent.iterdir(), full.anchor_file()):
            path.unlink()
        with pytest.raises(VaultMissing, match="removed"), vault.transaction() as change:
            change.put(3, "claim-1", b"x")
        assert vault.get(3, "claim-1") == b"body 1"
    assert list(full.anchors.iterdir()) == []
    assert list(full.file.parent.iterdir()) == []
    assert vault.warnings == ()


WRITE_PAIRS = """
import sys
from pathlib import Path
from prometheus_simulators.vault_lab import Place
vault = Place(Path(sys.argv[1])).open()
early = sys.argv[2] == "early"
number = int(vault.get(3, "left") or b"0")
print("ready", flush=True)
while True:
    number += 1
    body = str(number).encode().rjust(1 + number % 7 * 900)
    with vault.transaction() as change:
        change.put(3, "left", body)
        change.put(3, "right", body)
        change.delete(3, f"passing-{number - 3}")
        change.put(3, f"passing-{number}", body)
        if early:
            print(number, flush=True)
            sys.stdin.readline()
    if not early:
        print(number, flush=True)
"""


def die_while_writing(place: Place, mode: str, delay: float) -> int:
    """Kill a writer after a while; return the last number it acknowledged."""
    child = start_child(WRITE_PAIRS, str(place.folder), mode)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n", child.communicate()[1]
    if mode == "early":
        acknowledged = int(child.stdout.readline())
        child.kill()
        child.communicate()
        return acknowledged
    time.sleep(delay)
    child.kill()
    # Not communicate: it reads past what readline has buffered.
    lines = child.stdout.read().splitlines(keepends=True)
    child.communicate()
    return max((int(line) for line in lines if line.endswith("\n")), default=0)


def stored(place: Place) -> int:
    """Check that the vault is whole and that the pair was never torn; return its number."""
    with place.open() as vault:
        assert vault.warnings == ()
        assert vault.verify(deep=True).journal_is_whole
        left = vault.get(3, "left")
        assert left == vault.get(3, "right")
        return int(left or b"0")


def test_death_in_the_middle_of_writing_loses_nothing_acknowledged(full: Place) -> None:
    chance = random.Random(9)
    last = 0
    for _ in range(ROUNDS):
        acknowledged = die_while_writing(full, "honest", chance.uniform(0.0, 0.06))
        found = stored(full)
        assert max(last, acknowledged) <= found <= max(last, acknowledged) + 1
        last = found
    assert last > ROUNDS


def test_a_writer_that_acknowledges_before_the_commit_is_caught(full: Place) -> None:
    acknowledged = die_while_writing(full, "early", 0.0)
    assert stored(full) < acknowledged


def test_a_pair_written_in_two_commits_would_show_as_torn(full: Place) -> None:
    with full.open() as vault, vault.transaction() as change:
        change.put(3, "left", b"1")
    with pytest.raises(AssertionError):
        stored(full)


CREATE = """
import sys
from pathlib import Path
from prometheus_simulators import vault_lab
from prometheus_vault import creation
vault_lab.install_quick_kdf()
check = creation._check
def stop(*given):
    check(*given)
    print("built", flush=True)
    sys.stdin.readline()
creation._check = stop
vault_lab.Place(Path(sys.argv[1])).create()
"""


def test_death_while_creating_leaves_no_vault_and_no_obstacle(place: Place) -> None:
    child = start_child(CREATE, str(place.folder))
    assert child.stdout is not None
    assert child.stdout.readline() == "built\n"
    child.kill()
    child.communicate()
    assert not place.file.exists()
    assert place.file.with_name("personal.vault.new").exists()
    place.create().close()
    assert not place.file.with_name("personal.vault.new").exists()


def test_a_state_written_by_another_and_then_changed_without_the_key_is_refused(full: Place) -> None:
    from prometheus_vault.errors import Tampered

    with full.open() as one, full.open() as two:
        with two.transaction() as change:
            change.put(3, "claim-1", b"of two")
        run_sql(full.file, "DELETE FROM rec WHERE id = (SELECT min(id) FROM rec)")
        with pytest.raises(Tampered), one.transaction():
            pass
