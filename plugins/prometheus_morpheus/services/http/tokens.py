"""Bearer tokens at the door of a service, with the words that the reference refuses in.

Rules:
* A token is judged by its form, its signature and its times, then by its key, then by its age: of each key the next
  token has to be newer, by a second at least, than the last one that was let in.
* Only keys that are admitted are remembered, so nobody fills the list.
* Before a long body is read the same is asked but for the age (`read_token`), which leaves the token unused.
* The content id in a token is not compared with the body: the reference sends and accepts others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.claims.jwt import Token, parse_token
from prometheus.errors import PrometheusError
from prometheus_morpheus.services.http.asked import forbidden

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus.ports import Clock
    from prometheus_morpheus.services.store.last_tokens import LastTokens


def admit(authorization: str | None, may: Callable[[str], bool], used: LastTokens, clock: Clock) -> Token:
    """Return the token of a request, which counts as used from now on.

    Args:
        authorization: The header as it came.
        may: Whether a public key, given as text, is admitted.
        used: The last token of each key.
        clock: The present.

    Raises:
        Refused: 403.
    """
    token = read_token(authorization, may, clock)
    last = used.use(token.public_key.text, token.created_at)
    if last is not None:
        raise forbidden(f"Error: Cannot use tokens not created after {last}")
    return token


def read_token(authorization: str | None, may: Callable[[str], bool], clock: Clock) -> Token:
    """Return the token of a request, whether it was used before or not.

    Args:
        authorization: The header as it came.
        may: Whether a public key, given as text, is admitted.
        clock: The present.

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
    public_key = token.public_key.text
    if not may(public_key):
        raise forbidden(f"Error: Public key {public_key} is not authorized")
    return token
