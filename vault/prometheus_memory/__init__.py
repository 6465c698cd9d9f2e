"""Memory for secrets: never swapped, never dumped, never inherited, overwritten when it is given back.

What lives here: pages that stay in memory, small pieces of them, and what this process forbids about itself.
What may come in: a size, or bytes that somebody else holds.
What may go out: a piece to read, to write and to hand to C.
What never happens here: cryptography, a file, a log line, a Python ``bytes`` of a secret.
Where to start reading: `locked_bytes`, then `pages`.

Names below load on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from prometheus_memory.locked_bytes import LockedBytes, SecretBytes, allocate, fresh, holding, joined, taking
    from prometheus_memory.pages import Protection, protection
    from prometheus_memory.process import forbid_dumps

__all__ = [
    "LockedBytes",
    "Protection",
    "SecretBytes",
    "allocate",
    "forbid_dumps",
    "fresh",
    "holding",
    "joined",
    "protection",
    "taking",
]

_HOMES = {
    "LockedBytes": "locked_bytes",
    "Protection": "pages",
    "allocate": "locked_bytes",
    "forbid_dumps": "process",
    "fresh": "locked_bytes",
    "holding": "locked_bytes",
    "joined": "locked_bytes",
    "protection": "pages",
    "taking": "locked_bytes",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = __import__(f"{__name__}.{_HOMES[name]}", fromlist=[name])
    return getattr(module, name)
