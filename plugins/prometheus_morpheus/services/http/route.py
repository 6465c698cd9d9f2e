"""What a service answers at which path: one row each, under the names of both generations of the interface.

    Route("requests.send", "POST", both("/requests", "/request"), answer, longest=limits.request)

Rules: `name` is all that the log tells of a path, so it holds no part of a request. Paths have names in braces, which
are in `Asked.names`. A route that asks another machine says so, and then does not keep others waiting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus_morpheus.services.limits import SHORT_BODY

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_morpheus.services.http.asked import Asked, Reply


class Route(NamedTuple):
    """A method, its paths and the function that answers; `longest` bounds the body of a POST in bytes.

    `before` is asked with everything else before a long body is read, and refuses whoever may not send one.
    """

    name: str
    method: str
    paths: tuple[str, ...]
    answer: Callable[[Asked], Reply]
    longest: int = SHORT_BODY
    asks_others: bool = False
    before: Callable[[Asked], object] | None = None


def both(plural: str, singular: str) -> tuple[str, ...]:
    """Return the paths of a route that the two generations call differently."""
    return (plural, singular)
