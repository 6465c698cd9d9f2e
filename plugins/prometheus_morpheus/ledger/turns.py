"""Whose turn it is to forge: Hydra's order of delegates, shuffled anew in each round.

Rules:
* A round has as many blocks as there are forging delegates; the first has number 1.
* Before the shuffle they stand by votes, then by public key. Votes do not count here, because only the keys of the
  first block's delegates are at hand.
* The shuffle swaps each place with one that a byte of SHA-256 of the round's number names. Of every five places the
  fifth is skipped; that is how Hydra does it, and whoever checks a block has to do the same.
* Within a round the turn is taken by time: slots of one block time each, counted from the network's epoch.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from prometheus_morpheus.ledger.genesis import genesis

if TYPE_CHECKING:
    from coincurve import PrivateKey

_SWAPS_OF_A_SEED = 4


def forger_at(height: int, slot: int) -> PrivateKey:
    """Return the key of the delegate that forges a height in a slot of time."""
    forgers = genesis().forgers
    order = order_of_round((height - 1) // len(forgers) + 1)
    return forgers[order[slot % len(order)]]


@lru_cache(maxsize=8)
def order_of_round(number: int) -> tuple[int, ...]:
    """Return the delegates of a round in the order of their turns, as places in the first block."""
    forgers = genesis().forgers
    order = sorted(range(len(forgers)), key=lambda place: forgers[place].public_key.format())
    seed = hashlib.sha256(str(number).encode()).digest()
    for start in range(0, len(order), _SWAPS_OF_A_SEED + 1):
        for place, byte in zip(range(start, min(start + _SWAPS_OF_A_SEED, len(order))), seed, strict=False):
            other = byte % len(order)
            order[place], order[other] = order[other], order[place]
        seed = hashlib.sha256(seed).digest()
    return tuple(order)
