"""How much a service takes: of one request, of one address, of one moment and of all time.

All of it is decided before the work: lengths before bytes are read, values before they are parsed, tokens before what
they allow, room on the disk before a request is taken in.
"""

from __future__ import annotations

from typing import NamedTuple

MIB = 1024 * 1024
SHORT_BODY = 64 * 1024
"""Bytes of a body that holds no claim."""


class Limits(NamedTuple):
    """What one service takes; None of `per_minute` is no limit."""

    document: int = 4 * MIB
    """Bytes of a signed request, statement or presentation: photos as evidence fit."""
    values: int = 5_000
    """JSON values of one body, roughly; a value takes far more memory than its text."""
    bytes_at_once: int = 32 * MIB
    """Bytes of bodies that are held at one time, of all requests together; short bodies alone use the last eighth."""
    bytes_per_address: int = 4 * MIB
    """Of these, the bytes of one address: its next document waits until the last one was answered."""
    answers_at_once: int = 64 * MIB
    answers_per_address: int = 8 * MIB
    """Bytes of answers that wait until they are read: of all, and of one address."""
    asking_at_once: int = 64
    """Requests for which a ledger is being asked, or is about to be, at one time."""
    connections: int = 2048
    connections_per_address: int = 1024
    per_minute: int | None = 600
    """Requests of one address in a minute; as many may come at once after a quiet minute."""
    addresses: int = 10_000
    """Addresses whose requests are counted; the one not heard of longest is forgotten."""
    pending: int = 10_000
    """Requests that wait for a decision, or presentations that are kept; of all requests ten times as many."""
    stored: int = 2048 * MIB
    """Bytes of sealed documents in the database."""
    head_seconds: float = 10.0
    body_seconds: float = 30.0
    pace_bytes: int = 64 * 1024
    pace_seconds: float = 5.0
    """A body brings so many bytes, or its end, in each such time; so nobody holds memory by sending slowly."""
    answer_seconds: float = 60.0
    idle_seconds: float = 30.0
    stop_seconds: float = 10.0
