"""No memory image of a process that holds keys is left on the disk when it crashes.

Rule: before a secret is used, the limit on core files becomes zero for good, hard limit included, so that nothing in
this process and no child of it can raise it again. What this is not: protection from whoever may trace the process, or
from swap.
"""

from __future__ import annotations

import resource


def forbid() -> None:
    """Set the limit; a system that refuses keeps the one it has."""
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return
