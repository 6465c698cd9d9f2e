"""How the terminal behaves while a secret is typed or shown: no echo where it is typed, and no way to stop in between.

A shell that gets the terminal back on Ctrl-Z turns the echo on again and leaves a page of secrets in sight, so that key
does nothing here until the block ends. Ctrl-C works as ever. Whatever was set before is set again at the end.
"""

from __future__ import annotations

import os
from contextlib import contextmanager

from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCAL_MODES, _CHARACTERS = 3, 6


@contextmanager
def typed_unseen(terminal: int) -> Iterator[None]:
    """Hide what is typed; inside another such block what was typed ahead is kept, elsewhere it is thrown away."""
    import termios

    if not termios.tcgetattr(terminal)[_LOCAL_MODES] & termios.ECHO:
        yield
        return
    with _changed(terminal, without=termios.ECHO):
        yield


def forget_typed_ahead(terminal: int) -> None:
    """Throw away what was typed and not read yet: nobody agreed to what they had not seen."""
    import termios

    termios.tcflush(terminal, termios.TCIFLUSH)


@contextmanager
def not_to_be_stopped(terminal: int) -> Iterator[None]:
    """Keep a page in front until it is wiped."""
    with _changed(terminal, without=0):
        yield


@contextmanager
def _changed(terminal: int, *, without: int) -> Iterator[None]:
    import termios

    before = termios.tcgetattr(terminal)
    during = termios.tcgetattr(terminal)
    during[_LOCAL_MODES] &= ~without
    during[_CHARACTERS][termios.VSUSP] = bytes([os.fpathconf(terminal, "PC_VDISABLE")])
    termios.tcsetattr(terminal, termios.TCSAFLUSH, during)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
