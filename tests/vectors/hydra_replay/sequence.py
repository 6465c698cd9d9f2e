"""When the recorded chain went on: the height that each exchange found, and what was sent besides the recordings.

The recordings were taken while a block was made every 4 seconds. Where an answer shows a height (`queriedAtHeight`,
confirmations, `expired since`), it is that one; between them blocks come where an answer needs the transaction before
it in a block. After exchange 227 the node was sent three before-proofs to measure how far layer 2 is behind; they were
not recorded, but the nonces and balances of the later answers count them, and their cost (747,000 flakes in all) tells
how long they were. They are made here again, signed by the published key of the wallet that sent them.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from coincurve import PrivateKey
from prometheus_simulators.peers import GENESIS_WORDS

from prometheus_morpheus.transactions.making import morpheus
from prometheus_morpheus.transactions.operations import before_proof
from prometheus_morpheus.transactions.posted import transaction_json
from prometheus_morpheus.transactions.signing import with_signature

if TYPE_CHECKING:
    from prometheus_morpheus.ledger.chain import DevLedger

START = "2026-11-22T05:25:20+00:00"
"""The moment of block 3 of the recorded chain; a new ledger makes the empty blocks up to there at once."""

_FIRST_HEIGHT = 3
_BLOCK_SECONDS = 4

SECONDS_LATER = {6: 3}
"""How long after the newest block an exchange happened, where an answer shows it."""

HEIGHT_FROM = {
    1: 4,
    36: 5,
    49: 6,
    60: 7,
    70: 8,
    77: 9,
    82: 10,
    86: 11,
    90: 12,
    94: 13,
    98: 14,
    102: 15,
    106: 16,
    110: 17,
    114: 18,
    118: 19,
    123: 20,
    128: 21,
    132: 22,
    137: 23,
    142: 24,
    146: 25,
    150: 26,
    155: 27,
    183: 29,
    204: 30,
    213: 31,
    217: 32,
    219: 33,
    222: 36,
    228: 81,
    230: 82,
}
"""The height of the chain from an exchange on."""

UNRECORDED_BEFORE = 228
"""The exchange before which the three before-proofs had been sent."""

_UNRECORDED_NONCES = (8, 9, 10)
_UNRECORDED_FEE = 249_000


def height_at(number: int) -> int:
    """Return the height that an exchange found."""
    return HEIGHT_FROM[max(start for start in HEIGHT_FROM if start <= number)]


def moment_of_block(height: int) -> float:
    """Return the Unix time of a block of the recorded chain."""
    return datetime.fromisoformat(START).timestamp() + (height - _FIRST_HEIGHT) * _BLOCK_SECONDS


def send_unrecorded(ledger: DevLedger) -> None:
    """Send what later answers count and no recording shows."""
    key = PrivateKey(sha256(GENESIS_WORDS.encode()).digest())
    sender = key.public_key.format()
    for nonce in _UNRECORDED_NONCES:
        made = morpheus(128, sender, nonce, [before_proof(f"lag-sample-{nonce:05}")], fee=_UNRECORDED_FEE)
        answer = ledger.submit([transaction_json(with_signature(made, key.sign))])
        assert not answer.errors
