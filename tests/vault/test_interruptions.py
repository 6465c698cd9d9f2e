"""Interrupted and shortened system calls, signals and Ctrl-C: carried on or undone whole, never half done."""

from __future__ import annotations

import ctypes
import errno
import signal
from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.promised_life import CLAIMS, State, broken_promise
from prometheus_simulators.sqlite_library import replacing_system_calls
from prometheus_simulators.vault_lab import PASSPHRASE, Place

from prometheus_vault.errors import Rollback, StorageError, Tampered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_vault import Vault

    Maker = Callable[[Any], Callable[..., int]]

COMMITS = 12


def body(number: int) -> bytes:
    return bytes([number]) * (700 * number + 1)


def written(vault: Vault, start: int = 0) -> State:
    """Commit a few times, also deletions, and return what is then there."""
    records: dict[tuple[int, str], bytes] = {}
    for number in range(start, start + COMMITS):
        with vault.transaction() as change:
            change.put(CLAIMS, f"claim {number}", body(number))
            change.delete(CLAIMS, f"claim {number - 3}")
        records[CLAIMS, f"claim {number}"] = body(number)
        records.pop((CLAIMS, f"claim {number - 3}"), None)
    return State(records, PASSPHRASE)


def in_pieces(real: Any) -> Callable[..., int]:
    def write(descriptor: int, data: int, length: int, offset: int) -> int:
        result: int = real(descriptor, data, max(1, length // 3), offset)
        return result

    return write


def in_pieces_unsaid(real: Any) -> Callable[..., int]:
    def write(descriptor: int, data: int, length: int, offset: int) -> int:
        real(descriptor, data, max(1, length // 3), offset)
        return length

    return write


def not_at_all(_real: Any) -> Callable[..., int]:
    return lambda *_: 0


def failing_every_other_time(number: int) -> Maker:
    def make(real: Any) -> Callable[..., int]:
        calls = 0

        def call(*given: Any) -> int:
            nonlocal calls
            calls += 1
            if calls % 2:
                ctypes.set_errno(number)
                return -1
            result: int = real(*given)
            return result

        return call

    return make


WRITING = ("pwrite", "ftruncate", "open", "pread")


def test_writes_in_pieces_are_put_together(place: Place) -> None:
    with replacing_system_calls({"pwrite": in_pieces}):
        with place.create() as vault:
            promised = written(vault)
        assert broken_promise(place, promised, promised) == ""


def test_every_call_that_a_signal_interrupts_is_made_again(place: Place) -> None:
    with replacing_system_calls({name: failing_every_other_time(errno.EINTR) for name in WRITING}):
        with place.create() as vault:
            promised = written(vault)
        assert broken_promise(place, promised, promised) == ""


def test_a_disk_that_says_more_than_it_wrote_is_caught(place: Place) -> None:
    place.create().close()
    with replacing_system_calls({"pwrite": in_pieces_unsaid}), place.open() as vault:
        promised = written(vault)
    with pytest.raises((Tampered, Rollback)):
        broken_promise(place, promised, promised)


@pytest.mark.parametrize("maker", [not_at_all, failing_every_other_time(errno.EIO)], ids=["nothing", "error"])
def test_a_write_that_never_comes_about_is_refused(place: Place, maker: Maker) -> None:
    place.create().close()
    with place.open() as vault:
        with replacing_system_calls({"pwrite": maker}), pytest.raises(StorageError):
            written(vault)
        promised = written(vault)
    assert broken_promise(place, promised, promised) == ""


@contextmanager
def signals(handler: Callable[[int, object], None], *, first: float, every: float = 0.0) -> Iterator[None]:
    """Send an alarm to this process, once or again and again."""
    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, first, every)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_storm_of_signals_changes_nothing(place: Place) -> None:
    received = []
    with signals(lambda number, _: received.append(number), first=0.0002, every=0.0002):
        with place.create() as vault:
            promised = written(vault)
        assert broken_promise(place, promised, promised) == ""
    assert len(received) > 20


class Stop(BaseException):
    """What Ctrl-C raises, told apart from a person's own."""


def stop(_number: int, _frame: object) -> None:
    raise Stop


def test_a_commit_that_is_stopped_is_there_whole_or_not_at_all_and_the_open_vault_goes_on(place: Place) -> None:
    chance, stopped, number = Random(3), 0, 0
    with place.create() as vault:
        while stopped < 40:
            number += 1
            try:
                with signals(stop, first=chance.uniform(0.00002, 0.004)), vault.transaction() as change:
                    change.put(CLAIMS, "left", str(number).encode())
                    change.put(CLAIMS, f"fill {number % 5}", body(number % 9))
                    change.put(CLAIMS, "right", str(number).encode())
            except Stop:
                stopped += 1
            assert vault.get(CLAIMS, "left") == vault.get(CLAIMS, "right")
        vault.verify(deep=True)
        promised = State({(CLAIMS, name): found for name, found in vault.scan(CLAIMS)}, PASSPHRASE)
    assert broken_promise(place, promised, promised) == ""


def test_two_commits_that_are_stopped_in_between_are_torn(place: Place) -> None:
    with place.create() as vault:
        with pytest.raises(Stop), vault.transaction() as change:
            change.put(CLAIMS, "left", b"1")
            raise Stop
        with vault.transaction() as change:
            change.put(CLAIMS, "left", b"1")
        with pytest.raises(Stop), vault.transaction() as change:
            change.put(CLAIMS, "right", b"1")
            raise Stop
        assert vault.get(CLAIMS, "left") != vault.get(CLAIMS, "right")
