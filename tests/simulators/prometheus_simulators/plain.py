"""Ordinary copies of locked secrets, for comparing them with known answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_memory import LockedBytes


def plain(secret: LockedBytes) -> bytes:
    return bytes(secret.view)
