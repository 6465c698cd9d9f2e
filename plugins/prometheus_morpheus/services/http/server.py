"""Serves the routes of a service on a socket."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractAsyncContextManager

    from prometheus_morpheus.services.http.route import Route
    from prometheus_morpheus.services.limits import Limits


class Served:
    """A service that is being served."""

    def __init__(self, url: str, port: int) -> None:
        self.url = url
        self.port = port


def running(
    routes: Iterable[Route], limits: Limits, *, host: str = "127.0.0.1", port: int = 0
) -> AbstractAsyncContextManager[Served]:
    """Serve routes while the context is open.

    Raises:
        Conflict: When the port is taken.
    """
    raise NotImplementedError
