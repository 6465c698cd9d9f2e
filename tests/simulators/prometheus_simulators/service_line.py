"""Asks a service over a real connection, as any program may: what is sent, and what comes back.

line = ServiceLine(url)
line.post("/requests", request).body["capabilityLink"]
"""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping


class Said(NamedTuple):
    """An answer: its body parsed where it is JSON, the text where it is not."""

    status: int
    content_type: str
    body: Any


class ServiceLine:
    """A way to one service; every question has a connection of its own."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port

    def ask(
        self, method: str, path: str, content: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Said:
        """Send bytes and return the answer."""
        line = http.client.HTTPConnection(self._host, self._port, timeout=20)
        try:
            line.request(method, path, content, dict(headers or {}))
            answer = line.getresponse()
            kind, text = answer.headers.get("Content-Type", ""), answer.read().decode()
        finally:
            line.close()
        return Said(answer.status, kind, json.loads(text) if kind.startswith("application/json") else text)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Said:
        """Ask for a path."""
        return self.ask("GET", path, None, headers)

    def post(self, path: str, value: Any, headers: Mapping[str, str] | None = None) -> Said:
        """Send JSON to a path."""
        return self.ask(
            "POST", path, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})}
        )
