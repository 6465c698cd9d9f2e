"""Bearer tokens in the pace that services demand: the second of each has to be newer than that of the one before.

Rules:
* A token names the service that it is for, and the content id of the body that goes with it, where there is one.
* When this object made one in this second already, it waits for the next second.
* A service that saw a newer token of the key - from another program - says which; the next one is made after that. One
  that lies far ahead of our clock is not waited for: then a clock is wrong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prometheus.claims.jwt import sign_token

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from prometheus.api import Clock, Credentials

LONGEST_WAIT = 10
_MOMENT_LATER = 0.02
_NOT_AFTER = re.compile(r"Cannot use tokens not created after ([0-9]{1,12})")


class Tokens:
    """Makes the tokens of one key."""

    def __init__(
        self,
        credentials: Credentials,
        clock: Clock,
        pause: Callable[[float], Awaitable[None]],
        url: str,
    ) -> None:
        self.public_key = credentials.public_key
        self._url = url
        self._credentials = credentials
        self._clock = clock
        self._pause = pause
        self._last = 0
        self._before = 0

    async def next(self, content_id: str | None) -> str:
        """Return a token that is newer than every one before."""
        present = self._clock.now().timestamp()
        if int(present) <= self._last:
            await self._pause(self._last + 1 - present + _MOMENT_LATER)
        second = max(int(self._clock.now().timestamp()), self._last + 1)
        self._before, self._last = self._last, second
        signer = _Signer(self._credentials)
        return sign_token(signer, self.public_key, second, content_id=content_id, audience=self._url)

    def was_not_seen(self) -> None:
        """Take in that a service has no such path, so that nobody looked at the token before."""
        self._last = self._before

    def continue_after(self, words: str) -> bool:
        """Take in what a service says about the token before; return whether another one may do."""
        found = _NOT_AFTER.search(words)
        if found is None:
            return False
        seen = int(found[1])
        if seen > self._clock.now().timestamp() + LONGEST_WAIT:
            return False
        self._last = max(self._last, seen)
        return True


class _Signer:
    """The signer of one key, in the form that tokens are made with."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def sign(self, _public_key: str, message: bytes) -> str:
        """Return the signature text over a message."""
        return self._credentials.sign(message)
