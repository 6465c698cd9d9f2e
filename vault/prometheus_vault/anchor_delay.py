"""When the anchor is written after a commit: at once, or a few seconds later.

What makes an old copy of the file dangerous - a header that opens it differently, other keys, other grants, a record
that was taken away - is anchored before the commit returns. All else waits up to five seconds, or for the close, so
that a commit costs one write to the disk. A crash in between leaves the anchor behind the file, which is accepted: it
still refuses everything older than itself.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from prometheus_vault import journal
from prometheus_vault.limits import GRANT_COLLECTION, KEY_COLLECTION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prometheus_vault.commit import Written
    from prometheus_vault.records import Record

SECONDS: Final = 5.0
_AT_ONCE: Final = frozenset({KEY_COLLECTION, GRANT_COLLECTION})


def is_urgent(written: Written, changes: Mapping[bytes, Record | None]) -> bool:
    """Say whether an old copy would undo something that matters, so that the anchor must not wait."""
    if any(operation.kind != journal.PUT for operation in written.operations):
        return True
    return any(record is None or record.collection in _AT_ONCE for record in changes.values())


class Delay:
    """Does one thing, in a thread, some seconds after it was first asked for; asked again meanwhile, once."""

    def __init__(self, action: Callable[[], None]) -> None:
        self._action = action
        self._timer: threading.Timer | None = None
        self.seconds = SECONDS

    def ask(self) -> None:
        """Let it be done in a while."""
        if self._timer is None:
            self._timer = threading.Timer(self.seconds, self._act)
            self._timer.daemon = True
            self._timer.start()

    def cancel(self) -> None:
        """Let it be; one that has begun already is not waited for."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _act(self) -> None:
        self._timer = None
        self._action()
