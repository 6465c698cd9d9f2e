"""Block heights: numbers of 32 bits whose highest bit is not set.

The reference takes them from programs whose numbers may be negative, and complains about what 32 bits make of those.
"""

from __future__ import annotations

from prometheus_morpheus.state.errors import StateError

MAX_HEIGHT = 0x7FFFFFFF
_32_BITS = 0xFFFFFFFF


def check_height(height: int) -> None:
    """Refuse what is no height with ``Blockheight cannot be negative: N``; this corrupts nothing."""
    if not 0 <= height <= MAX_HEIGHT:
        raise StateError(f"Blockheight cannot be negative: {height & _32_BITS}", code="LEDGER-HEIGHT")
