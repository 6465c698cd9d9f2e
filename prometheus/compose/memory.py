"""How much memory there is for work that needs a lot of it."""

from __future__ import annotations


def memory_in_reach() -> int:
    """Return the bytes of memory that this process may use: of the machine, or of its control group when less."""
    from prometheus_vault.calibration import memory_in_reach as found

    return found()
