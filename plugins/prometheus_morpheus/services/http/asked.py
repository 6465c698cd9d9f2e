"""A request as the answers of a service see it, what they give back, and how they say no.

An answer is a plain function of one `Asked`: it returns a `Reply` or raises `Refused`, and knows no server. It runs in
a thread, so it may wait for the disk, or, where its route says so, for a ledger.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from prometheus.claims.jsontext import compact
from prometheus.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus.claims.jsontext import Json

JSON_TYPE = "application/json"
HTML_TYPE = "text/html"
TEXT_TYPE = "text/plain"


class Asked(NamedTuple):
    """What a request asks.

    `names` are the named parts of its path, `body` is the parsed JSON of a POST and None of a GET, `authorization` and
    `accept` are those headers as they came.
    """

    names: Mapping[str, str]
    query: Mapping[str, str]
    body: Json = None
    authorization: str | None = None
    accept: str = ""


class Reply(NamedTuple):
    """What goes back: the text of a body with its type; every type is served as UTF-8."""

    status: int
    text: str
    media_type: str = JSON_TYPE
    headers: tuple[tuple[str, str], ...] = ()


class Refused(InputError):
    """A refusal with its HTTP status: the body is in the form that the route's refusals are recorded with."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"refused with status {reply.status}")
        self.reply = reply


def json_reply(value: Json, status: int = 200) -> Reply:
    """Return the reply with a JSON body."""
    return Reply(status, compact(value))


def text_refusal(status: int, text: str) -> Refused:
    """Return the refusal whose body is a JSON text: how most routes of the reference refuse."""
    return Refused(Reply(status, compact(text)))


def object_refusal(status: int, text: str) -> Refused:
    """Return the refusal whose body is ``{"error": text}``: how routes for clerks refuse."""
    return Refused(Reply(status, compact({"error": text})))


def forbidden(text: str) -> Refused:
    """Return the refusal of a token: status 403, the text alone, declared as HTML as it was recorded, and made so."""
    return Refused(Reply(403, escape(text, quote=False), HTML_TYPE))
