"""Bearer tokens at the door of a service, with the words that the reference refuses in.

Rules:
* A token is judged by its form, its signature and its times, then by its key, then by what it is for, then by its age:
  of each key the next token has to be newer, by a second at least, than the last one that was let in.
* Only keys that are admitted are remembered, so nobody fills the list.
* Before a long body is read the same is asked but for body and age (`read_token`), which leaves the token unused.
* A token is for one body: it has the content id of the object that came with it, and none where no object came. The
  reference does not look at that, so whoever was shown a token could send with it what they like.
* A token that lives longer than `LONGEST_LIFE` is refused, whatever it says; so the last one of each key need not be
  remembered for ever.
* A token that says which service it is for opens no other one; one that does not say, as the reference makes them, is
  taken. Nothing is compared where a service does not know under which address it is reached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.claims.digest import content_id
from prometheus.claims.jwt import Token, parse_token
from prometheus.errors import PrometheusError
from prometheus.model.service_address import service_address
from prometheus_morpheus.services.http.asked import forbidden

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prometheus.claims.jsontext import Json
    from prometheus.ports import Clock
    from prometheus_morpheus.services.http.asked import Asked
    from prometheus_morpheus.services.store.last_tokens import LastTokens


LONGEST_LIFE = 900
"""Seconds from a token's making to its end; whoever finds an older one in a log has found nothing."""


def admit(
    asked: Asked, may: Callable[[str], bool], used: LastTokens, clock: Clock, addresses: Iterable[str] = ()
) -> Token:
    """Return the token of a request, which counts as used from now on.

    Args:
        asked: With the header and the body as they came.
        may: Whether a public key, given as text, is admitted.
        used: The last token of each key.
        clock: The present.
        addresses: As of `read_token`.

    Raises:
        Refused: 403.
    """
    token = read_token(asked.authorization, may, clock, addresses)
    if token.content_id != _id_of(asked.body):
        raise forbidden("Error: Token is for another body")
    last = used.use(token.public_key.text, token.created_at)
    if last is not None:
        raise forbidden(f"Error: Cannot use tokens not created after {last}")
    return token


def read_token(
    authorization: str | None, may: Callable[[str], bool], clock: Clock, addresses: Iterable[str] = ()
) -> Token:
    """Return the token of a request, whether it was used before or not.

    Args:
        authorization: The header as it came.
        may: Whether a public key, given as text, is admitted.
        clock: The present.
        addresses: Base URLs under which this service is reached; none where that is not known.

    Raises:
        Refused: 403.
    """
    if not authorization:
        raise forbidden("Error: No authorization header found")
    kind, _, text = authorization.partition(" ")
    if kind != "Bearer":
        raise forbidden(f"Error: Invalid authorization type {kind}")
    try:
        token = parse_token(text, int(clock.now().timestamp()))
    except PrometheusError as error:
        raise forbidden(error.what) from None
    if token.time_to_live > LONGEST_LIFE:
        raise forbidden(f"Error: Token lives longer than {LONGEST_LIFE} seconds")
    public_key = token.public_key.text
    if not may(public_key):
        raise forbidden(f"Error: Public key {public_key} is not authorized")
    if not _is_for_one_of(token.audience, addresses):
        raise forbidden("Error: Token is for another service")
    return token


def _id_of(body: Json) -> str | None:
    """Return the content id that a token for a body has; None for what is no object, and for nothing."""
    try:
        return content_id(body) if isinstance(body, dict) else None
    except PrometheusError:
        return None


def _is_for_one_of(audience: Iterable[str], addresses: Iterable[str]) -> bool:
    named, own = ({_place(url) for url in urls} for urls in (audience, addresses))
    return not named or not own or not own.isdisjoint(named)


def _place(url: str) -> str:
    try:
        return service_address(url, allow_http=True).place
    except PrometheusError:
        return f"none: {url}"
