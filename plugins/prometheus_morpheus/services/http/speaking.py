"""What a service says where aiohttp would speak for itself: of bytes that are no request, and of its own failures.

Its own words name the program and repeat what was sent.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from aiohttp import web

from prometheus_morpheus.services.http import refusals
from prometheus_morpheus.services.http.written import response_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp.web_request import BaseRequest

    from prometheus_morpheus.services.http.journal import Journal

_NO_ROUTE = "none"
_BROKEN = 500


class Speaking(web.RequestHandler):
    """The protocol of one connection."""

    __slots__ = ("_journal",)

    def __init__(self, server: web.Server, journal: Journal, settings: Mapping[str, Any]) -> None:
        super().__init__(server, loop=asyncio.get_running_loop(), **settings)
        self._journal = journal

    def handle_error(
        self,
        request: BaseRequest,
        status: int = _BROKEN,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - it repeats what was sent
    ) -> web.StreamResponse:
        """Return the refusal of what was no request, or of what nobody expected."""
        if isinstance(exc, ConnectionError) or request.writer.output_size > 0:
            raise ConnectionError("nobody reads it, or an answer was begun")
        if status >= _BROKEN and exc is not None:
            self._journal.failed(_NO_ROUTE, exc)
        refused = refusals.broken() if status >= _BROKEN else refusals.no_request()
        self._journal.answered(_NO_ROUTE, refused.reply.status, 0)
        response = response_of(refused.reply)
        response.force_close()
        return response
