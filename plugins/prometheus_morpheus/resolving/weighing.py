"""About how much memory a value takes, so that what a node gives for one DID has a sum that is not passed.

Each answer is limited by itself (`prometheus_morpheus.client`); thousands of them at that limit are still too many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

LARGEST_SUM: Final = 32 * 1024 * 1024
_A_VALUE: Final = 64


def weight(value: Json) -> int:
    """Return about how many bytes a value takes, every member of it included."""
    total, waiting = 0, [value]
    while waiting:
        entry = waiting.pop()
        total += _A_VALUE
        if isinstance(entry, str):
            total += len(entry)
        elif isinstance(entry, list):
            waiting.extend(entry)
        elif isinstance(entry, dict):
            total += sum(_A_VALUE + len(name) for name in entry)
            waiting.extend(entry.values())
    return total
