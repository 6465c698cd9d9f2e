"""Ask the person at the terminal; never through standard output.

Questions go to the controlling terminal, so that a claim can be piped in and a result piped out while the person
answers. What was typed before a question for consent was shown is no answer to it, and is thrown away. Where asking is
not allowed (``--no-input``) or not possible, the right error says so instead of a prompt that nobody sees. Secrets are
read without echo and come back as `Secret`; the terminal is restored also on Ctrl-C.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager, suppress

from prometheus.cli.output import safe
from prometheus.cli.secret_input import SecretLines
from prometheus.cli.terminal_modes import forget_typed_ahead, typed_unseen
from prometheus.cli.verdict_lines import wrapped
from prometheus.errors import Cancelled, Locked, NoConsent, NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus.cli.invocation import Invocation
    from prometheus.model.secret import Secret

_LONGEST_ANSWER: Final = 65_536
_YES: Final = frozenset({"y", "yes"})
_NO: Final = frozenset({"n", "no"})


def confirm(call: Invocation, question: str, *, default: bool = False) -> bool:
    """Return whether the person agrees; ``--yes`` agrees to everything.

    Raises:
        NoConsent: When nobody can be asked.
    """
    if call.flag("yes"):
        return True
    if not call.output.may_ask:
        raise NoConsent(
            "this needs your consent, and you cannot be asked here",
            code="CONSENT-NEEDED",
            meaning=f"the question is: {question}",
            remedy="run it in a terminal, or agree beforehand with --yes",
        )
    hint = "[Y/n]" if default else "[y/N]"
    shown = "\n".join(wrapped("", f"{safe(question)} {hint}", 0))
    with _terminal() as terminal:
        while True:
            forget_typed_ahead(terminal)
            answer = _line(terminal, f"{shown} ").decode("utf-8", "replace").strip().lower()
            if not answer:
                return default
            if answer in _YES or answer in _NO:
                return answer in _YES
            _tell(terminal, "please answer y or n\n")


def ask_text(call: Invocation, label: str, *, default: str = "") -> str:
    """Return a line that the person types; the default for an empty one, or with ``--yes``.

    Raises:
        NotUnderstood: When there is no default and nobody can be asked.
    """
    if default and (call.flag("yes") or not call.output.may_ask):
        return default
    _require_terminal(call, label)
    shown = f"{safe(label)} [{safe(default)}]: " if default else f"{safe(label)}: "
    with _terminal() as terminal:
        return _line(terminal, shown).decode("utf-8", "surrogateescape").strip() or default


def ask_secret(
    call: Invocation, label: str, *, options: Sequence[str] = ("passphrase_fd", "passphrase_file")
) -> Secret:
    """Return what the person types without echo.

    Args:
        call: The call that needs it.
        label: What to ask for.
        options: Names of the parameters that bring it instead.

    Raises:
        Locked: When nobody can be asked.
    """
    if not call.output.may_ask:
        raise Locked(
            f"{label} is needed, and you cannot be asked here",
            remedy=f"run it in a terminal, or give {' or '.join(map(_flag, options))}",
        )
    with _terminal() as terminal, typed_unseen(terminal):
        answer = _secret_line(terminal, f"{safe(label)}: ")
        _tell(terminal, "\n")
    return answer


def _flag(parameter: str) -> str:
    return "--" + parameter.replace("_", "-")


@contextmanager
def hidden_typing(call: Invocation) -> Iterator[None]:
    """Hide what is typed for the whole block: work between two questions for secrets takes time, and people type ahead.

    Nothing changes where nobody can be asked.
    """
    with ExitStack() as stack:
        if call.output.may_ask:
            with suppress(NoConsent):
                stack.enter_context(typed_unseen(stack.enter_context(_terminal())))
        yield


def choose(call: Invocation, label: str, options: Sequence[str]) -> int:
    """Return the index of the option that the person picks from a numbered list.

    Raises:
        NotUnderstood: When nobody can be asked.
    """
    _require_terminal(call, label)
    with _terminal() as terminal:
        for number, option in enumerate(options, start=1):
            _tell(terminal, f"  {number:2}  {safe(option)}\n")
        while True:
            answer = _line(terminal, f"{safe(label)} (1-{len(options)}): ").decode("ascii", "replace").strip()
            if answer.isascii() and answer.isdecimal() and 1 <= int(answer) <= len(options):
                return int(answer) - 1
            _tell(terminal, f"please type a number from 1 to {len(options)}\n")


def _require_terminal(call: Invocation, label: str) -> None:
    if not call.output.may_ask:
        raise NotUnderstood(
            f"{label} is needed, and you cannot be asked here",
            code="ANSWER-NEEDED",
            remedy="give it on the command line, or run this in a terminal",
        )


@contextmanager
def _terminal() -> Iterator[int]:
    """Yield the controlling terminal, or standard error and input where there is none."""
    try:
        handle = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        if not (os.isatty(0) and os.isatty(2)):
            raise NoConsent("there is no terminal to ask at", code="NO-TERMINAL") from None
        yield 0
        return
    try:
        yield handle
    finally:
        os.close(handle)


def _line(terminal: int, prompt: str) -> bytes:
    """Show a prompt and return one line without its end; what follows an unanswered one starts on a line of its own.

    Raises:
        Cancelled: When the person ends the input (Ctrl-D).
    """
    try:
        _tell(terminal, prompt)
        return _typed(terminal)
    except (Cancelled, KeyboardInterrupt):
        _tell(terminal, "\n")
        raise


def _secret_line(terminal: int, prompt: str) -> Secret:
    try:
        _tell(terminal, prompt)
        return SecretLines(terminal).next()
    except (Cancelled, KeyboardInterrupt):
        _tell(terminal, "\n")
        raise


def _typed(terminal: int) -> bytes:
    typed = bytearray()
    while not typed.endswith(b"\n"):
        part = os.read(terminal, 4096)
        if not part or len(typed) > _LONGEST_ANSWER:
            raise Cancelled("the question was not answered")
        typed += part
    return bytes(typed[:-1])


def _tell(terminal: int, text: str) -> None:
    """Write to the terminal; standard error where input stands in for it."""
    os.write(terminal or 2, text.encode("utf-8", "backslashreplace"))
