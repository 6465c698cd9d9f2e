"""A word to who waits: whom a verb is asking, once a second has passed without an answer."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from prometheus.api import Call

SECONDS: Final = 1.0


@asynccontextmanager
async def patiently(call: Call, whom: str, seconds: float = SECONDS) -> AsyncIterator[None]:
    """Do what is inside, and say whom it asks when that takes longer than so many seconds."""
    told = asyncio.get_running_loop().call_later(seconds, call.note, call.safe(f"asking {whom} …"))
    try:
        yield
    finally:
        told.cancel()
