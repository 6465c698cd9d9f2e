"""One thing asked of a service on one path, patiently: at most so many attempts, with pauses that grow.

Rules:
* Everything may be sent again: a request that arrived twice gives the same link, and so with the rest.
* A pause that the service asks for is kept, up to half a minute.
* "Nothing left" is said only when nothing did. Once an attempt got further than the connection, a later one that finds
  nobody is told as `ServiceLate`, and a refusal after an answer that was lost says that the first may have arrived.
* A token goes along where the call needs one. Where it is only welcome and the service does not know the key, the call
  is repeated without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus.claims import jsontext
from prometheus.claims.digest import content_id
from prometheus.errors import KeyUnavailable, PrometheusError
from prometheus_morpheus.asking_services.errors import ServiceBusy, ServiceLate, ServiceOffline, ServiceUnproven
from prometheus_morpheus.asking_services.refusals import words_of
from prometheus_morpheus.client import pauses

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Literal

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.asking_services.paths import Paths
    from prometheus_morpheus.asking_services.refusals import Refusals
    from prometheus_morpheus.asking_services.tokens import Tokens
    from prometheus_morpheus.client.exchange import Exchange, Reply
    from prometheus_morpheus.client.session import Patience

LONGEST = 1024 * 1024
LONGEST_DOCUMENT = 16 * 1024 * 1024
"""Bytes of a process, a request with its evidence, a presentation: as much as JSON is read at all."""
_TRANSIENT = (429, 502, 503, 504)


class Wanted(NamedTuple):
    """One thing asked of a service."""

    method: str
    paths: Paths
    body: Json = None
    proof: Literal["none", "welcome", "needed"] = "none"
    """Whether a token of ours goes along."""
    longest: int = LONGEST


class Attempts:
    """Makes the attempts; whether a token is welcome lasts as long as the object."""

    def __init__(
        self,
        refusals: Refusals,
        tokens: Tokens | None,
        patience: Patience,
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self.most = patience.attempts
        self._refusals = refusals
        self._tokens = tokens
        self._pause = pause
        self._is_unwelcome = False

    async def reply(self, exchange: Exchange, wanted: Wanted, path: str, *, has_left: bool = False) -> Reply:
        """Ask until there is an answer, or attempts run out; raise what the last one met.

        Args:
            exchange: The connections.
            wanted: What is asked.
            path: One of its paths.
            has_left: Whether the same was sent on another path before.

        Raises:
            ServiceOffline: When nothing was ever sent.
            ServiceLate: When it may have arrived.
        """
        body = None if wanted.body is None else jsontext.compact(wanted.body).encode()
        may_have_arrived = False
        attempt, tokens_left = 0, self.most
        while True:
            wished: float | None = None
            met: PrometheusError
            try:
                found = await exchange.once(
                    wanted.method, path, body, wanted.longest, await self._authorization(exchange.base_url, wanted)
                )
            except ServiceOffline as error:
                met = _late(error) if has_left else error
                if isinstance(error, ServiceUnproven):
                    raise met from error
            except ServiceLate as error:
                met, has_left, may_have_arrived = error, True, True
            else:
                has_left = True
                tokens_left -= 1
                if tokens_left > 0 and self._may_do_with_another_token(found, wanted):
                    continue
                if found.status not in _TRANSIENT:
                    return found._replace(is_after_a_lost_one=may_have_arrived)
                may_have_arrived |= found.status != 429
                wished, met = self._refusals.wished_pause(found), self._refusals.of(found)
            attempt += 1
            if attempt >= self.most or (wished is not None and wished > pauses.LONGEST):
                raise met
            await self._pause(pauses.before_attempt(attempt, wished, was_too_often=isinstance(met, ServiceBusy)))

    async def _authorization(self, url: str, wanted: Wanted) -> dict[str, str]:
        if wanted.proof == "none" or (wanted.proof == "welcome" and (self._tokens is None or self._is_unwelcome)):
            return {}
        if self._tokens is None:
            raise KeyUnavailable(
                f"{url} answers this only to a key that it knows", remedy="name the persona that it lists"
            )
        bound_to = content_id(wanted.body) if isinstance(wanted.body, dict) else None
        return {"authorization": f"Bearer {await self._tokens.next(bound_to)}"}

    def _may_do_with_another_token(self, reply: Reply, wanted: Wanted) -> bool:
        """Whether a refusal was about the token, and the next try has another one, or none."""
        if reply.status not in (401, 403) or wanted.proof == "none" or self._tokens is None:
            return False
        words = words_of(reply)
        if wanted.proof == "welcome" and not self._is_unwelcome and "is not authorized" in words:
            self._is_unwelcome = True
            return True
        return self._tokens.continue_after(words)


def _late(error: ServiceOffline) -> ServiceLate:
    """Return what it is that nobody was found after something was sent."""
    now = f"; now it cannot be asked: {error.meaning}" if error.meaning else ""
    return ServiceLate(error.what, meaning=f"an attempt before may have arrived{now}", remedy=error.remedy)
