"""Dying at any call to the system that changes a disk: the process ends at once, and cleans nothing up.

`deaths` runs an act in forked children, each of which dies before one call later than the one before, until one comes
to its end. What SQLite writes for itself is not counted: its commits are killed elsewhere, by time.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CALLS: Final = ("open", "rename", "replace", "link", "unlink", "fsync", "write", "mkdir", "ftruncate", "pwrite")
_DIED: Final = 9
_FAILED: Final = 70
MOST: Final = 400
"""More calls than any act of the vault makes."""


def deaths(act: Callable[[], object], prepare: Callable[[], object]) -> Iterator[int]:
    """Yield the number of each call before which a child died, with what it left on the disk to be looked at.

    Args:
        act: What the child does.
        prepare: Puts the disk into the state that each child starts from.

    Raises:
        AssertionError: When the act fails by itself.
    """
    for number in range(1, MOST):
        prepare()
        outcome = _outcome(act, number)
        assert outcome in {0, _DIED}, f"the act failed by itself at call {number}"
        if not outcome:
            return
        yield number
    raise AssertionError("the act never ends")


def _outcome(act: Callable[[], object], number: int) -> int:
    child = os.fork()
    if not child:
        status = _FAILED
        try:
            _die_before(number)
            act()
            status = 0
        except BaseException as error:  # noqa: BLE001 - a child must never go on as if it were the parent
            os.writev(sys.__stderr__.fileno() if sys.__stderr__ else 2, [f"{error!r}\n".encode()])
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _die_before(number: int) -> None:
    left = number

    def counted(call: Callable[..., object]) -> Callable[..., object]:
        def run(*given: object, **named: object) -> object:
            nonlocal left
            left -= 1
            if not left:
                os._exit(_DIED)
            return call(*given, **named)

        return run

    for name in CALLS:
        setattr(os, name, counted(getattr(os, name)))
