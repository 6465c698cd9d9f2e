"""What a service's reply without success means, as the error that whoever asked is told."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from prometheus.claims import jsontext
from prometheus.errors import NotFound, PrometheusError
from prometheus_morpheus.asking_services.errors import (
    ServiceBusy,
    ServiceGarbage,
    ServiceLate,
    ServiceOffline,
    ServiceRefused,
    ServiceUnproven,
)
from prometheus_morpheus.client import pauses
from prometheus_morpheus.client.errors import quoted
from prometheus_morpheus.client.exchange import Failures

if TYPE_CHECKING:
    from prometheus.api import Clock
    from prometheus.errors import NetworkError
    from prometheus_morpheus.client.exchange import Reply

_NO_SUCH_PATH = (404, 405)
_GONE = 410
_LONGEST_PAGE = 8192
_LINE_OF_PAGE = re.compile(r"<pre>([^<]{1,1000})")
_NO_REASON = "it gave no reason"
FAILURES = Failures(
    ServiceOffline,
    ServiceUnproven,
    ServiceLate,
    ServiceGarbage,
    unreached_remedy="check the address and the connection; nothing is lost, and it may be repeated",
    stranger="answered what no such service answers",
    stranger_remedy="check the address; what it sent was not used",
)


class Refusals:
    """Reads the refusals of one service; `key` is what it would have to list, or empty."""

    def __init__(self, url: str, key: str, clock: Clock) -> None:
        self._url = url
        self._key = key
        self._clock = clock

    def of(self, reply: Reply) -> PrometheusError:
        """Return the error that a reply without success is."""
        words, status = words_of(reply), reply.status
        if status == 429:
            return ServiceBusy(self._url, self.wished_pause(reply))
        if 300 <= status < 400:
            return self.garbage("it sends elsewhere, and other hosts than the one named are not asked")
        if status in _NO_SUCH_PATH:
            if is_no_such_path(reply):
                return self.garbage("it knows no such path")
            return NotFound(f"{self._url} does not know it", code="SERVICE-UNKNOWN", meaning=quoted(words))
        if status == _GONE:
            return NotFound(f"{self._url} does not have it any more", code="SERVICE-PURGED", meaning=quoted(words))
        refused = ServiceRefused(self._url, status, words, self._help_against(words))
        refused.may_have_arrived = reply.is_after_a_lost_one
        return refused

    def garbage(self, meaning: str) -> NetworkError:
        """Return the error for an answer that no such service gives."""
        return FAILURES.garbage_of(self._url, meaning)

    def wished_pause(self, reply: Reply) -> float | None:
        """Return the seconds that the service asks for, or None."""
        return pauses.asked_for(reply.retry_after, self._clock.now())

    def _help_against(self, words: str) -> str:
        if "is not authorized" in words or "No authorization header" in words:
            return f"whoever runs it has to list {self._key or 'the key of your persona'}"
        if "not yet ready" in words or "has expired" in words or "not created after" in words:
            return "the clock of this machine or that of the service is wrong"
        if "for another service" in words:
            return f"it does not know itself as {self._url}: ask at its own address, or have it served with --url"
        return ""


def words_of(reply: Reply) -> str:
    """Return why a service says no: a JSON text, the member ``error``, plain text, or the one line of an error page."""
    try:
        body = jsontext.parse(reply.body)
    except PrometheusError:
        text = reply.body[:_LONGEST_PAGE].decode("utf-8", "replace").strip()
        if text.startswith("<"):
            line = _LINE_OF_PAGE.search(text)
            text = unescape(line[1]) if line else ""
        return text or _NO_REASON
    if isinstance(body, dict):
        body = body.get("error", body.get("message"))
    return body if isinstance(body, str) else _NO_REASON


def is_no_such_path(reply: Reply) -> bool:
    """Whether a reply says that there is no such path, and not that it does not know what was asked for."""
    return reply.status in _NO_SUCH_PATH and not words_of(reply).startswith("Unknown")
