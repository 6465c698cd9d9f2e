"""A request as the answers see it, and how they say no.

An answer is a plain function of what it answers about and of one `Asked`; it returns JSON or raises `Refused`. So all
of them can be tested without a server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus.claims.jsontext import Json

_REASONS = {
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Entity",
    500: "Internal Server Error",
}


class Asked(NamedTuple):
    """What a request asks: the named parts of its path, its query in the order given, and its body.

    `body` is the parsed JSON, the text where another kind of text was sent, and None where there was nothing.
    """

    names: Mapping[str, str]
    query: Mapping[str, str]
    body: Json = None


class Refused(InputError):
    """A refusal with an HTTP status, in the form that every Hydra refusal has."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status

    def as_body(self) -> dict[str, Json]:
        """Return the body of the answer."""
        return {"statusCode": self.status, "error": _REASONS[self.status], "message": self.what}


def nowhere() -> Refused:
    """Return the refusal of a path that nothing answers."""
    return Refused(404, "Not Found")


def broken() -> Refused:
    """Return the refusal that stands for everything a node did not expect; it tells nothing."""
    return Refused(500, "An internal server error occurred")
