from __future__ import annotations

import copy
import gc
import itertools
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_simulators.plain import plain
from prometheus_simulators.vault_lab import child_environment

from prometheus_memory import LockedBytes, allocate, fresh, holding, joined, pages, protection, system_calls, taking


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_pieces_hold_their_bytes_and_never_overlap(secrets: list[bytes]) -> None:
    held = [holding(secret) for secret in secrets]
    assert [plain(piece) for piece in held] == secrets
    places = sorted((piece.address, len(piece)) for piece in held if len(piece))
    assert all(place + size <= after for (place, size), (after, _) in itertools.pairwise(places))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 300)), max_size=40))
def test_what_is_given_back_is_zeros_for_whoever_comes_next(steps: list[tuple[bool, int]]) -> None:
    held: list[LockedBytes] = []
    for gives_back, size in steps:
        if gives_back and held:
            held.pop(size % len(held)).wipe()
            continue
        piece = allocate(size)
        assert plain(piece) == bytes(size)
        piece.view[:] = b"\xa5" * size
        held.append(piece)


@pytest.mark.parametrize("length", [0, 1])
def test_what_python_has_once_for_everybody_is_never_overwritten(length: int) -> None:
    shared = bytes(b"A" * length)
    assert plain(taking(shared)) == b"A" * length
    assert bytes([65]) == b"A"  # one object in this process, which other code relies on
    assert shared == b"ABC"[:length]


def test_a_wiped_piece_cannot_be_used() -> None:
    piece = holding(b"secret")
    piece.wipe()
    piece.wipe()
    with pytest.raises(ValueError, match="released"):
        plain(piece)
    with pytest.raises(ValueError, match="wiped"):
        _ = piece.address
    assert piece.pointer is None


def test_a_piece_is_overwritten_when_nobody_holds_it() -> None:
    piece = holding(b"a secret that nobody holds")
    region, start = piece._region, piece._start
    assert region.pages[start : start + 8] == b"a secret"
    del piece
    gc.collect()
    assert region.pages[start : start + 8] == bytes(8)


def test_a_piece_that_somebody_reads_still_is_overwritten_and_never_used_again() -> None:
    piece = holding(b"held from elsewhere")
    region, start = piece._region, piece._start
    lent = memoryview(piece.view)
    exported = system_calls.NATIVE.ffi.from_buffer(piece.view) if system_calls.NATIVE else None
    piece.wipe()
    assert bytes(lent) == bytes(len(lent))
    others = [allocate(32) for _ in range(8)]
    if exported is not None:
        assert all(other._region is not region or other._start != start for other in others)


def test_a_piece_shows_nothing_of_itself() -> None:
    piece = holding(b"visible")
    for text in (repr(piece), str(piece), f"{piece}", repr([piece])):
        assert "visible" not in text
    for give_away in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="cannot be pickled"):
            give_away(piece)
    with pytest.raises(TypeError):
        hash(piece)


def test_pieces_compare_by_what_they_hold() -> None:
    assert holding(b"same") == holding(b"same")
    assert holding(b"same") != holding(b"else")
    assert holding(b"same") != b"same"


def test_pieces_are_copied_joined_and_taken_over() -> None:
    piece = holding(b"0123456789")
    assert plain(part := piece.copy(2, 5)) == b"234"
    assert plain(whole := joined(b"<", part, bytearray(b"|"), memoryview(b">"))) == b"<234|>"
    assert len(whole) == 6
    source = bytes(bytearray(b"from a library"))
    assert plain(taking(source)) == b"from a library"
    if system_calls.NATIVE is not None:
        assert source == bytes(len(source))


def test_fresh_pieces_differ() -> None:
    one, other = fresh(64), fresh(64)
    assert one != other
    assert len(set(plain(one))) > 16


def test_large_secrets_get_pages_of_their_own() -> None:
    large = allocate(100_000)
    large.view[-1] = 7
    assert plain(large)[-1] == 7


FORKED = """
import os
from prometheus_memory import holding, protection
piece = holding(b"not for children")
if not protection().is_wiped_on_fork:
    print("not known here")
else:
    child = os.fork()
    if child == 0:
        os._exit(0 if bytes(piece.view) == bytes(16) else 1)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), bytes(piece.view).decode())
"""


def run(program: str, **options: object) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], env=child_environment(), capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_a_forked_child_sees_zeros() -> None:
    assert run(FORKED) in {"0 not for children", "not known here"}


CORE = """
import resource
from prometheus_memory import allocate
before = resource.getrlimit(resource.RLIMIT_CORE)
piece = allocate(1)
print(resource.getrlimit(resource.RLIMIT_CORE))
"""


def test_with_the_first_page_core_files_are_forbidden() -> None:
    assert run(CORE) == "(0, 0)"


HIDDEN = """
import ctypes, os
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
from prometheus_memory import allocate
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
keep = None if {bare} else allocate(1)
reader = os.fork()
if reader == 0:
    try:
        open(f"/proc/{{os.getppid()}}/mem", "rb").close()
    except PermissionError:
        os._exit(1)
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(reader, 0)[1]))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux hides processes")
@pytest.mark.parametrize(("bare", "outcome"), [(False, "1"), (True, "0")], ids=["with a secret", "control"])
def test_a_neighbour_of_the_same_user_cannot_read_the_process(bare: bool, outcome: str) -> None:
    scope = "/proc/sys/kernel/yama/ptrace_scope"
    if bare and os.path.exists(scope) and Path(scope).read_text().strip() != "0":
        pytest.skip("this system lets no process read another one, secret or not")
    preload = "import prometheus_memory.locked_bytes, prometheus_memory.pages, _ctypes, nacl._sodium\n"
    assert run(preload + HIDDEN.format(bare=bare)) == outcome


WITHOUT_NATIVE = """
import sys
sys.modules["nacl._sodium"] = None
from prometheus_memory import holding, protection, system_calls, taking
assert system_calls.NATIVE is None
granted = protection()
piece = holding(b"secret")
region, start = piece._region, piece._start
assert piece.pointer is None and bytes(piece.view) == b"secret" and piece.address
assert bytes(taken.view) == b"x" if (taken := taking(b"x")) else False
piece.wipe()
assert region.pages[start:start + 6] == bytes(6)
print(granted.is_native, granted.is_locked == {locked})
"""


def test_without_the_native_module_memory_is_locked_and_wiped_all_the_same() -> None:
    assert run(WITHOUT_NATIVE.format(locked=protection().is_locked)) == "False True"


def test_memory_that_cannot_be_locked_is_used_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_calls, "lock", lambda buffer: False)
    monkeypatch.setattr(pages, "_regions", [])
    assert plain(holding(b"all the same")) == b"all the same"
    assert not protection().is_locked
