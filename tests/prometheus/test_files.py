from __future__ import annotations

import os
import resource
import signal
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
