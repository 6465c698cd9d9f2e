"""Closing, and emptying the log, while the disk fails or somebody else reads: said, retried, and never a loss."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.failing_disk import BROKEN, FULL, SET_READ_ONLY, Fault, failing_disk
from prometheus_simulators.promised_life import CLAIMS, State, broken_promise
from prometheus_simulators.vault_lab import PASSPHRASE, Place, start_child

from prometheus_vault.errors import Closed

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from prometheus_vault import Vault

OLD_PAGES = b"a page that is to go" * 300


def log_size(place: Place) -> int:
    log = place.file.with_name(f"{place.file.name}-wal")
    return log.stat().st_size if log.exists() else 0


def write(vault: Vault, number: int) -> None:
    with vault.transaction() as change:
        change.put(CLAIMS, "claim", b"%d" % number + OLD_PAGES)


def promised(number: int) -> State:
    return State({(CLAIMS, "claim"): b"%d" % number + OLD_PAGES}, PASSPHRASE)


@pytest.mark.parametrize("fault", [FULL, BROKEN, SET_READ_ONLY], ids=["full", "broken", "set read-only"])
def test_closing_on_a_failing_disk_warns_and_lets_go_of_everything(place: Place, fault: Fault) -> None:
    place.create().close()
    before = len(os.listdir("/dev/fd"))
    with failing_disk(place.folder) as disk:
        vault = place.open()
        write(vault, 1)
        disk.begin_to_fail(fault)
        vault.close()
        vault.close()
        assert disk.failures
    assert vault.warnings
    assert all("intact" in warning for warning in vault.warnings)
    assert len(os.listdir("/dev/fd")) == before
    with pytest.raises(Closed):
        vault.get(CLAIMS, "claim")
    assert broken_promise(place, promised(1), promised(1)) == ""


def test_closing_on_a_sound_disk_warns_of_nothing(place: Place) -> None:
    place.create().close()
    with failing_disk(place.folder) as disk:
        vault = place.open()
        write(vault, 1)
        vault.close()
        assert not disk.failures
    assert vault.warnings == ()
    assert log_size(place) == 0


READ_LONG = """
import sys
from pathlib import Path
from prometheus_simulators.vault_lab import Place
with Place(Path(sys.argv[1])).open(read_only=True) as vault, vault._session.reading():
    print(len(vault._session.connection.execute("SELECT id FROM rec").fetchall()), flush=True)
    sys.stdin.readline()
    print(bytes(vault.get(3, "claim")[:1]).decode(), flush=True)
"""


@pytest.fixture
def reader(place: Place) -> Iterator[subprocess.Popen[str]]:
    """Another process in the middle of a long read of the first state."""
    with place.create() as vault:
        write(vault, 1)
    with place.open() as vault:
        write(vault, 1)  # leaves a log, so that a reader holds on to a place in it
        child = start_child(READ_LONG, str(place.folder))
        assert child.stdout is not None
        assert child.stdout.readline() == "1\n"
        yield child
    child.kill()
    child.communicate()


def let_end(reader: subprocess.Popen[str]) -> str:
    output, errors = reader.communicate("\n", timeout=60)
    assert reader.returncode == 0, errors
    return output


def impatient(vault: Vault) -> Vault:
    vault._session.connection.execute("PRAGMA busy_timeout=50")
    return vault


def test_a_long_read_keeps_its_state_and_a_writer_is_not_kept_waiting(
    place: Place, reader: subprocess.Popen[str]
) -> None:
    with place.open() as vault:
        for number in range(2, 6):
            write(vault, number)
        assert vault.warnings == ()
        assert let_end(reader) == "1\n"
        assert vault.get(CLAIMS, "claim") == promised(5).records[CLAIMS, "claim"]  # type: ignore[index]  # it has some
    assert broken_promise(place, promised(5), promised(5)) == ""


def test_a_log_that_a_reader_keeps_from_being_emptied_is_said_and_emptied_later(
    place: Place, reader: subprocess.Popen[str]
) -> None:
    with place.open() as vault:
        impatient(vault)
        write(vault, 2)
        with vault.transaction() as change:
            change.put(CLAIMS, "passing", b"x")
        with vault.transaction() as change:
            change.delete(CLAIMS, "passing")
        assert len(vault.warnings) == 1
        assert "a reader keeps old pages" in vault.warnings[0]
        assert log_size(place) > 0
        let_end(reader)
        with vault.transaction() as change:
            change.put(CLAIMS, "passing", b"x")
        with vault.transaction() as change:
            change.delete(CLAIMS, "passing")
        assert log_size(place) == 0
    assert broken_promise(place, promised(2), promised(2)) == ""


def test_closing_beside_a_reader_leaves_the_log_to_whoever_ends_last(
    place: Place, reader: subprocess.Popen[str]
) -> None:
    vault = place.open()
    write(vault, 2)
    vault.close()
    assert vault.warnings == ()
    assert log_size(place) > 0
    let_end(reader)
    assert broken_promise(place, promised(2), promised(2)) == ""
    assert log_size(place) == 0
