"""One request and its reply over HTTP, with limits on everything that the other side decides.

Rules:
* Redirects are not followed, proxies of the environment not used, cookies not kept, compression not accepted.
* A reply has at most so many bytes as whoever asks allows, and one value for `BYTES_A_VALUE` of them.
* What goes wrong is told apart: nothing left (`Failures.unreached`, `Failures.unproven`), no whole reply came in time
  (`Failures.late`), what came is no reply of such a partner (`Failures.garbage`).

What this is not: a judge of status and content, nor of whether to ask again; that is for whoever asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import aiohttp
from yarl import URL

from prometheus_morpheus.client.errors import quoted
from prometheus_morpheus.client.unreached import why_not_proven, why_unreached

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus.errors import NetworkError

BYTES_A_VALUE = 16
"""A value takes far more memory than text, so an answer may have one for so many bytes of the longest allowed."""
_BEGIN_VALUES = (b",", b"[", b"{")


class Failures(NamedTuple):
    """The errors of one kind of partner, and what helps against them."""

    unreached: type[NetworkError]
    unproven: type[NetworkError]
    late: type[NetworkError]
    garbage: type[NetworkError]
    unreached_remedy: str
    stranger: str
    """What is said of one that answers something else, such as ``answered what no Hydra node answers``."""
    stranger_remedy: str

    def garbage_of(self, base_url: str, meaning: str) -> NetworkError:
        """Return the error for what came from an address and is no reply of such a partner."""
        return self.garbage(f"{base_url} {self.stranger}", meaning=meaning, remedy=self.stranger_remedy)


class Reply(NamedTuple):
    """What came back; the body is whole, its content not looked at."""

    status: int
    body: bytes
    retry_after: str | None = None
    is_after_a_lost_one: bool = False
    """Whether the same was sent before, and may have arrived although no answer came."""


class Exchange:
    """Asks one base URL."""

    def __init__(self, base_url: str, host: str, opened: aiohttp.ClientSession, failures: Failures) -> None:
        self.base_url = base_url
        self._host = host
        self._session = opened
        self._failures = failures

    async def once(
        self, method: str, path: str, body: bytes | None, longest: int, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send one request and return the reply.

        Args:
            method: Of HTTP.
            path: What follows the base URL, percent signs and all.
            body: JSON text, or None.
            longest: Bytes of a reply.
            headers: Besides those of every request.

        Raises:
            NetworkError: One of `Failures`.
        """
        declared = {"content-type": "application/json"} if body is not None else {}
        try:
            async with self._session.request(
                method,
                URL(self.base_url + path, encoded=True),
                data=body,
                headers={**declared, **(headers or {})},
                allow_redirects=False,
            ) as response:
                content = await self._read(response, longest)
                return Reply(response.status, content, response.headers.get("retry-after"))
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise self._told(error) from error

    def _told(self, error: aiohttp.ClientError | TimeoutError | ValueError) -> NetworkError:
        """Return which failure it was; a host whose name cannot be encoded was never connected to."""
        kinds = self._failures
        if isinstance(error, aiohttp.ClientSSLError):
            return kinds.unproven(
                f"{self.base_url} cannot prove that it is {self._host}",
                meaning=why_not_proven(error),
                remedy="nothing was sent; check the address, and who runs it",
            )
        if isinstance(
            error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL | UnicodeError
        ):
            what = f"{self.base_url} cannot be reached"
            return kinds.unreached(what, meaning=why_unreached(error), remedy=kinds.unreached_remedy)
        if isinstance(error, TimeoutError):
            return kinds.late(f"{self.base_url} did not answer in time", remedy=kinds.unreached_remedy)
        if isinstance(error, aiohttp.ClientPayloadError | aiohttp.ServerDisconnectedError | aiohttp.ClientOSError):
            what = f"{self.base_url} ended the connection before its answer was whole"
            return kinds.late(what, remedy=kinds.unreached_remedy)
        return self._garbage(f"its answer is not HTTP: {quoted(type(error).__name__)}")

    async def _read(self, response: aiohttp.ClientResponse, longest: int) -> bytes:
        """Return the body, giving up as soon as it is too long or compressed, or when it has too many values."""
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise self._garbage("its answer is compressed, which was not asked for")
        if (response.content_length or 0) > longest:
            raise self._garbage(f"its answer is longer than {longest} bytes")
        body = bytearray()
        async for piece in response.content.iter_any():
            body += piece
            if len(body) > longest:
                response.close()
                raise self._garbage(f"its answer is longer than {longest} bytes")
        most = longest // BYTES_A_VALUE
        if sum(body.count(mark) for mark in _BEGIN_VALUES) > most:
            raise self._garbage(f"its answer has more than {most} values")
        return bytes(body)

    def _garbage(self, meaning: str) -> NetworkError:
        return self._failures.garbage_of(self.base_url, meaning)
