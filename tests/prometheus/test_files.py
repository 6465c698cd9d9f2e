from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from prometheus import files
from prometheus.errors import Conflict, NotFound, NotUnderstood, StorageFailed, TooLarge

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_written_is_read(tmp_path: Path) -> None:
    target = str(tmp_path / "a")
    files.write(target, b"one")
    files.write(target, b"two")
    assert files.read(target) == b"two"
    assert os.stat(target).st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["a"]


def test_a_file_is_not_replaced_when_that_was_not_wished(tmp_path: Path) -> None:
    target = str(tmp_path / "a")
    files.write(target, b"one", replace=False)
    with pytest.raises(Conflict):
        files.write(target, b"two", replace=False)
    assert files.read(target) == b"one"
    assert os.listdir(tmp_path) == ["a"]


def test_no_more_than_the_limit_is_read(tmp_path: Path) -> None:
    target = str(tmp_path / "a")
    files.write(target, b"x" * 11)
    assert len(files.read(target, 11)) == 11
    with pytest.raises(TooLarge):
        files.read(target, 10)


def test_what_is_missing_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no file"):
        files.read(str(tmp_path / "none"))
    files.write(str(tmp_path / "bytes"), b"\xff")
    with pytest.raises(NotUnderstood, match="UTF-8"):
        files.read_text(str(tmp_path / "bytes"))
    with pytest.raises(StorageFailed):
        files.read(str(tmp_path))
    with pytest.raises(StorageFailed) as caught:
        files.write(str(tmp_path / "no" / "folder"), b"")
    assert caught.value.meaning == "its folder does not exist"


FULL = """
import signal, sys
from prometheus import files
from prometheus.errors import StorageFailed
try:
    files.write(sys.argv[1], b"x" * int(sys.argv[2]))
except StorageFailed as error:
    print(error.meaning)
"""


@pytest.mark.parametrize(("size", "said"), [(100, ""), (5000, "the file would be larger than allowed here")])
def test_a_write_that_does_not_fit_leaves_the_old_file(tmp_path: Path, size: int, said: str) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    done = subprocess.run(
        [sys.executable, "-c", FULL, str(target), str(size)],
        preexec_fn=limit,  # the child has one thread
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == said
    assert target.read_bytes() == (b"old" if said else b"x" * size)
    assert os.listdir(tmp_path) == ["a"]


def test_room_that_is_not_filled_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), files.reserved(str(target), 4096):
        assert len(os.listdir(tmp_path)) == 2
        raise ZeroDivisionError
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("size", [0, 5, 4096])
def test_a_file_is_as_long_as_what_was_written(tmp_path: Path, size: int) -> None:
    target = str(tmp_path / "a")
    with files.reserved(target, size) as place:
        place.fill(b"twelve bytes")
    assert files.read(target) == b"twelve bytes"


def test_a_place_that_cannot_be_written_is_known_before(tmp_path: Path) -> None:
    for path in (tmp_path / "no" / "file", tmp_path, tmp_path / "x" / ".." / "y"):
        with pytest.raises(StorageFailed, match="could not be written"), files.reserved(str(path)):
            raise AssertionError(path)
    with pytest.raises(StorageFailed), files.reserved("/proc/none.json"):
        raise AssertionError


RESERVE = FULL.replace(
    'files.write(sys.argv[1], b"x" * int(sys.argv[2]))',
    """
    with files.reserved(sys.argv[1], int(sys.argv[2])) as place:
        print("begun")
        place.fill(b"x" * 100)
""".strip(),
)


@pytest.mark.parametrize(("size", "said"), [(500, "begun"), (5000, "the file would be larger than allowed here")])
def test_room_is_taken_before_anything_is_done(tmp_path: Path, size: int, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RESERVE, str(tmp_path / "a"), str(size)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == said
    assert os.listdir(tmp_path) == (["a"] if said == "begun" else [])


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    files.write(str(pipe), b"through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert pipe.is_fifo()
    assert os.listdir(tmp_path) == ["pipe"]


def test_a_device_is_never_replaced() -> None:
    files.write(os.devnull, b"gone")
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)
    if os.path.exists("/dev/full"):
        with pytest.raises(StorageFailed, match="could not be written"):
            files.write("/dev/full", b"x")
        assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


def test_the_name_of_an_open_file_is_written_to(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as stream:
        files.write(f"/dev/fd/{stream.fileno()}", b"one")
    assert (tmp_path / "a").read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["a"]


def test_missing_parents_are_private_too_whatever_the_mask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        files.make_folder(str(tmp_path / "one" / "two" / "three"))
        files.make_folder(str(tmp_path / "one" / "two"))
    finally:
        os.umask(before)
    for folder in ("one", "one/two", "one/two/three"):
        assert os.stat(tmp_path / folder).st_mode & 0o777 == 0o700
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageFailed):
        files.make_folder(str(tmp_path / "file"))


_DIES = """
import os, sys
from prometheus import files
with files.reserved(sys.argv[1], 5):
    os._exit(9)
"""


def test_what_a_killed_writer_left_goes_when_that_file_is_written_next(tmp_path: Path) -> None:
    path = tmp_path / "export.age"
    others = ["export.age.2.new", "export.age.new"]
    for name in others:
        (tmp_path / name).write_text("not ours")
    assert subprocess.run([sys.executable, "-c", _DIES, str(path)], check=False).returncode == 9
    (left,) = (found for found in tmp_path.iterdir() if len(found.name) > 20)
    assert left.stat().st_mode & 0o077 == 0
    files.write(str(path), b"whole")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["export.age", *others]


def test_what_a_living_writer_writes_stays(tmp_path: Path) -> None:
    path = str(tmp_path / "export.age")
    with files.reserved(path, 5) as place:
        files.write(path, b"other")
        place.fill(b"whole")
    assert files.read(path) == b"whole"
    assert [found.name for found in tmp_path.iterdir()] == ["export.age"]
