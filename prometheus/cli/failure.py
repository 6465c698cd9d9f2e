"""How failures look: every exception becomes an error of ours, and every error speaks in the same three lines.

Exceptions of others never show their text: it may hold what was typed. The one exception is a file that the person
named on the command line, where the system's reason is what they need.
"""

from __future__ import annotations

import errno
import os
import sys

from prometheus.cli.output import safe
from prometheus.errors import Bug, Cancelled, Conflict, NotFound, NotUnderstood, PrometheusError, StorageFailed
from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.cli.output import Output

_STORAGE_ERRORS: Final = frozenset({errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT, errno.EFBIG})
_OUTPUT_FAILED: Final = "OUTPUT-FAILED"
_NOT_A_FILE: Final = frozenset({errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP})

_INDENT: Final = len("hint: ")


def show(error: PrometheusError, output: Output) -> int:
    """Show an error as this call speaks and return its exit code."""
    if output.is_json and error.code != _OUTPUT_FAILED:
        output.result(error.as_document(), ())
        sys.stdout.flush()
        return error.exit_code
    _flush_results()
    labels = (("why", error.meaning), ("hint", error.remedy), ("code", error.code))
    lines = [f"{output.paint('error', '1;31')}: {safe(error.what)}"]
    said = [f"{label}: {safe(text)}" for label, text in labels if text]
    lines += _laid(said) if sys.stderr.isatty() else said
    sys.stderr.write("\n".join(lines) + "\n")
    return error.exit_code


def _laid(lines: list[str]) -> list[str]:
    """Return lines for a terminal; whoever reads a pipe finds each label with its whole text in one line."""
    from prometheus.model.laid_out import laid

    return [part for line in lines for part in laid(line, _INDENT)]


def translate(error: BaseException, call: Invocation) -> PrometheusError:
    """Return the error of ours that says what an exception means to the person."""
    if isinstance(error, PrometheusError):
        return error
    if isinstance(error, KeyboardInterrupt):
        return Cancelled("interrupted")
    if isinstance(error, MemoryError):
        return StorageFailed("there is too little memory", code="OUT-OF-MEMORY", remedy="close other programs")
    if isinstance(error, OSError):
        return _of_file(error, call) or _bug(error, call)
    return _bug(error, call)


def _of_file(error: OSError, call: Invocation) -> PrometheusError | None:
    name = error.filename
    if name is None and error.errno in _STORAGE_ERRORS:
        _give_up_output()
        return StorageFailed("the output could not be written", code="OUTPUT-FAILED", meaning=_reason(error))
    if not isinstance(name, str) or not _was_given(name, call):
        return None
    if isinstance(error, FileNotFoundError):
        return NotFound(f"there is no file {name}", code="FILE-NOT-FOUND")
    if error.errno in _NOT_A_FILE:
        return NotUnderstood(f"{name} cannot be used as a file", code="FILE-UNUSABLE", meaning=_reason(error))
    if isinstance(error, FileExistsError):
        return Conflict(f"{name} exists already", code="FILE-EXISTS", remedy="choose another name")
    return StorageFailed(f"{name} cannot be opened", code="FILE-UNAVAILABLE", meaning=_reason(error))


def _was_given(name: str, call: Invocation) -> bool:
    for value in call.values.values():
        given = value if isinstance(value, tuple) else (value,)
        if any(isinstance(text, str) and text and name.startswith(text) for text in given):
            return True
    return False


def _reason(error: OSError) -> str:
    return (error.strerror or "").lower()


def _bug(error: BaseException, call: Invocation) -> PrometheusError:
    from prometheus.cli import crash_report

    path = crash_report.write(error, call.command)
    if call.flag("verbose"):
        sys.stderr.write(crash_report.describe(error, call.command))
    where = f"a report without any of your data is in {path}" if path else "no report could be written"
    return Bug(
        "this is a mistake of the program, not yours",
        meaning=f"{type(error).__name__} was raised where nothing expects it; {where}",
        remedy="look at it with `prometheus bug-report` and send it to the project",
    )


def _flush_results() -> None:
    """Let results that were written before the error come before it."""
    try:
        sys.stdout.flush()
    except OSError:
        _give_up_output()


def _give_up_output() -> None:
    """Keep the interpreter from failing once more at its own last flush."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
