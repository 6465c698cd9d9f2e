"""A report about a failure that holds nothing of the person's.

In it: versions, the words of the command, the type of each exception and the frames of its traceback as file, line and
function. Not in it: values of arguments, local variables, source lines, texts of exceptions (unless the exception is
ours and its text names no value: only its code is kept), paths outside the program, environment, identifiers.
"""

from __future__ import annotations

import os
import sys

import prometheus
from prometheus.errors import PrometheusError, StorageFailed
from prometheus.files import make_folder
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.model.places import find_places

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from prometheus.cli.command import Command

_DEEPEST: Final = 200
_LONGEST_CHAIN: Final = 8


def write(error: BaseException, command: Command | None) -> str | None:
    """Write the report where `bug-report` finds it; return its path, or None where that was not possible."""
    folder = find_places(os.environ).reports
    path = f"{folder}/failure-{os.urandom(6).hex()}.txt"
    try:
        make_folder(folder)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as report:
            report.write(describe(error, command))
    except (OSError, StorageFailed):
        return None
    return path


def describe(error: BaseException, command: Command | None) -> str:
    """Return the text of the report."""
    words = " ".join(command.words) if command else "(none)"
    lines = [*versions(), f"command: {words}"]
    for link in _chain(error):
        lines += [f"exception: {_name(link)}", *(f"  {frame}" for frame in _frames(link.__traceback__))]
    return "\n".join(lines) + "\n"


def versions() -> list[str]:
    """Return the lines that say what runs on what."""
    system = os.uname()
    python = ".".join(map(str, sys.version_info[:3]))
    return [
        f"prometheus: {prometheus.__version__}",
        f"python: {python} ({sys.implementation.name})",
        f"system: {system.sysname} {system.release} {system.machine}",
    ]


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    for _ in range(_LONGEST_CHAIN):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or seen.__context__


def _name(error: BaseException) -> str:
    kind = type(error)
    code = f" ({error.code})" if isinstance(error, PrometheusError) else ""
    return f"{kind.__module__}.{kind.__qualname__}{code}"


def _frames(traceback: TracebackType | None) -> Iterator[str]:
    for _ in range(_DEEPEST):
        if traceback is None:
            return
        code = traceback.tb_frame.f_code
        yield f"{_inside(code.co_filename)}:{traceback.tb_lineno} {code.co_qualname}"
        traceback = traceback.tb_next


def _inside(path: str) -> str:
    """Return a file's name below the folder that it is imported from, never one that shows where that lies."""
    for folder in sorted((entry for entry in sys.path if entry), key=len, reverse=True):
        if path.startswith(f"{folder}/"):
            return path[len(folder) + 1 :]
    return path.rpartition("/")[2]
