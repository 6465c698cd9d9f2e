"""The one door of every verb: builds what it receives, runs it, and gives an exit code whatever happens.

* Errors of ours give their own exit code and are shown by `failure`.
* Ctrl-C gives 130, a termination signal 143, a reader that closed the pipe 141 without a word.
* Anything unforeseen gives 70 and a redacted report.

Not here: parsing (`arguments`, `typer_app`), opening vaults (`unlocking`), the wording of errors (`failure`).
"""

from __future__ import annotations

import os
import sys

from prometheus.cli import exit_codes
from prometheus.cli.invocation import Invocation
from prometheus.cli.output import Output
from prometheus.errors import PrometheusError
from prometheus.model.frozen import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prometheus.cli.command import Command
    from prometheus.cli.invocation import Value

    Resolver = Callable[[Command], Callable[[Invocation], int]]

_SIGTERM: Final = 15


class Terminated(BaseException):
    """A termination signal arrived; unwinds the stack so that locks and files are let go."""


def target_of(command: Command) -> Callable[[Invocation], int]:
    """Return the function that the row names, importing its module now."""
    module, _, function = command.target.partition(":")
    found: Callable[[Invocation], int] = getattr(__import__(module, fromlist=(function,)), function)
    return found


def run(command: Command, values: Mapping[str, Value], resolve: Resolver = target_of) -> int:
    """Run a command with checked values and return its exit code; `resolve` finds the function of the row."""
    try:
        call = Invocation(command, values, output_for(values))
    except PrometheusError as error:
        call = Invocation(command, values, plain_output(values))
        return _failed(error, call)
    return guarded(lambda: resolve(command)(call), call)


def plain_output(values: Mapping[str, Value]) -> Output:
    """Return the output for a call whose settings cannot be read."""
    return Output(is_json=bool(values.get("json")), is_quiet=False, may_ask=False, colour=False)


def output_for(values: Mapping[str, Value]) -> Output:
    """Return the output that flags, environment and configuration ask for."""
    from prometheus.cli import settings

    return Output(
        is_json=bool(values.get("json")),
        is_quiet=settings.is_on("quiet", values),
        may_ask=not settings.is_on("no_input", values) and _has_terminal(),
        colour=settings.wants_colour(values),
    )


def guarded(work: Callable[[], int], call: Invocation) -> int:
    """Do the work and return its exit code, or show what went wrong and return that of the error."""
    _prepare()
    try:
        code = work()
        sys.stdout.flush()
    except Terminated:
        return exit_codes.TERMINATED
    except BrokenPipeError:
        return reader_gone()
    except BaseException as error:  # noqa: BLE001  # the last door: nothing leaves as a traceback
        return _failed(error, call)
    return code


def reader_gone() -> int:
    """Give up the output without a word, also at the interpreter's own last flush."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return exit_codes.READER_GONE


def _failed(error: BaseException, call: Invocation) -> int:
    from prometheus.cli import failure

    try:
        return failure.show(failure.translate(error, call), call.output)
    except BrokenPipeError:
        return reader_gone()


def _prepare() -> None:
    """Make both streams take any text, and a termination signal unwind the stack."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  # lives as the process
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    # `_signal` is what `signal` wraps in enumerations; making those costs more than a hot verb has to spare.
    native = __import__("_signal")
    if native.getsignal(_SIGTERM) == native.SIG_DFL and _is_main_thread():
        native.signal(_SIGTERM, _terminate)


def _terminate(_number: int, _frame: object) -> NoReturn:
    raise Terminated


def _is_main_thread() -> bool:
    threading = sys.modules.get("threading")
    return threading is None or threading.current_thread() is threading.main_thread()


def _has_terminal() -> bool:
    """Whether a person can be asked: a terminal on input or on standard error."""
    return any(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))
