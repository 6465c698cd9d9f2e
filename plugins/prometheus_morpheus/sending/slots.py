"""How high a public network can be at most by the clock of this machine.

A chain has no more blocks than there was time for. An endpoint that tells a higher tip would give a transfer an end far
in the future, or make an end look past. For networks whose hash is known here the time between blocks is known too, and
no word of a node is used; of other networks nothing is known, and their tips are taken as told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_morpheus.transactions import networks

if TYPE_CHECKING:
    from datetime import datetime

    from prometheus_morpheus.client.answers import NodeConfiguration

_OLDEST: Final = 1_564_646_400
"""2019-08-01T08:00:00Z, in seconds since 1970: no Hydra network has begun before."""
BLOCK_SECONDS: Final = 12
_WRONG_CLOCK: Final = 3600
"""By so many seconds may the clock of this machine be slow."""


def is_public(configuration: NodeConfiguration) -> bool:
    """Return whether it is a network whose hash is known here."""
    return networks.is_public(configuration.nethash)


def block_seconds(configuration: NodeConfiguration) -> int:
    """Return the seconds between two blocks: known ones of a public network, told ones of another."""
    return BLOCK_SECONDS if is_public(configuration) else max(1, configuration.block_time)


def highest_block(configuration: NodeConfiguration, now: datetime) -> int | None:
    """Return the height that cannot have been passed yet; None where nothing is known."""
    if not is_public(configuration):
        return None
    return int(now.timestamp() - _OLDEST + _WRONG_CLOCK) // BLOCK_SECONDS


def impossible(configuration: NodeConfiguration, tip: int, now: datetime) -> str:
    """Return why a tip cannot be; empty when it can."""
    most = highest_block(configuration, now)
    if most is None or tip <= most:
        return ""
    return f"a height of {tip} is told, and by the clock of this machine no more than {most} blocks can have been made"
