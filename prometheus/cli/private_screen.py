"""A page of the terminal that leaves nothing behind: for recovery words, shown or typed.

It is written to the controlling terminal only, on the alternate screen, which is wiped and left at the end, also when
the person interrupts; Ctrl-Z cannot leave it standing. What is on that page goes into no scroll-back. A dumb terminal
has no such page; there the text is only pushed out of sight.
"""

from __future__ import annotations

import os
from contextlib import contextmanager

from prometheus.cli.output import safe
from prometheus.cli.secret_input import SecretLines
from prometheus.cli.terminal_modes import not_to_be_stopped
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.cli.invocation import Invocation
    from prometheus.model.secret import Secret

_ENTER: Final = "\x1b[?1049h\x1b[2J\x1b[H"
_CLEAR: Final = "\x1b[2J\x1b[H"
_LEAVE: Final = "\x1b[2J\x1b[H\x1b[?1049l"
_DUMB_CLEAR: Final = "\n" * 100


class PrivateScreen:
    """The terminal while a secret is on it."""

    __slots__ = ("_handle", "_is_dumb", "_lines")

    def __init__(self, handle: int, *, is_dumb: bool) -> None:
        self._handle = handle
        self._is_dumb = is_dumb
        self._lines = SecretLines(handle)

    def tell(self, text: str = "") -> None:
        """Write a line."""
        self._write(safe(text) + "\n")

    def ask(self, prompt: str) -> Secret:
        """Return one line that the person types, without its end.

        Raises:
            Cancelled: When the person ends the input.
        """
        self._write(safe(prompt))
        return self._lines.next()

    def clear(self) -> None:
        """Wipe what is on the page."""
        self._write(_DUMB_CLEAR if self._is_dumb else _CLEAR)

    def enter(self) -> None:
        """Turn to an empty page."""
        self._write(_DUMB_CLEAR if self._is_dumb else _ENTER)

    def leave(self) -> None:
        """Wipe the page and turn back to what was there before."""
        self._write(_DUMB_CLEAR if self._is_dumb else _LEAVE)

    def _write(self, text: str) -> None:
        os.write(self._handle, text.encode("utf-8", "backslashreplace"))


@contextmanager
def private_screen(call: Invocation, purpose: str) -> Iterator[PrivateScreen]:
    """Turn the controlling terminal to a page of its own, and wipe it at the end.

    Args:
        call: The call that needs it.
        purpose: What cannot be done without, for the error.

    Raises:
        NotUnderstood: When there is no terminal, or asking is not allowed.
    """
    handle = _open_terminal() if call.output.may_ask else None
    if handle is None:
        raise NotUnderstood(
            f"{purpose} needs a terminal, and there is none here", code="TERMINAL-NEEDED", remedy="see --help for how"
        )
    screen = PrivateScreen(handle, is_dumb=os.environ.get("TERM", "dumb") == "dumb")
    try:
        with not_to_be_stopped(handle):
            screen.enter()
            try:
                yield screen
            finally:
                screen.leave()
    finally:
        os.close(handle)


def _open_terminal() -> int | None:
    try:
        return os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return None
