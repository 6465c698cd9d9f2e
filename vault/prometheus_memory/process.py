"""What a process that holds secrets forbids about itself.

No memory image on the disk when it crashes: the limit on core files becomes zero for good, hard limit included, and on
Linux the process is marked so that no other process of the user may read its memory or trace it. What this is not:
protection from root.
"""

from __future__ import annotations

import resource
from contextlib import suppress

from prometheus_memory import system_calls


def forbid_dumps() -> None:
    """Set both; a system that refuses keeps what it has."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    system_calls.hide_process()
