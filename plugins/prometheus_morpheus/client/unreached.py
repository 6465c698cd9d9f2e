"""Why there was no connection, in words for people: what a library says about it names sockets and calls.

Rules: nothing of the library's text is shown, but for what a certificate is refused for, which says what to look at.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Final

import aiohttp

from prometheus_morpheus.client.errors import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

_BY_NUMBER: Final[Mapping[int, str]] = {
    errno.ECONNREFUSED: "nobody listens at that address",
    errno.ECONNRESET: "the other side closed the connection at once",
    errno.EHOSTUNREACH: "no way leads to that address from here",
    errno.ENETUNREACH: "no way leads to that address from here: the network may be down",
    errno.ETIMEDOUT: "nobody answered at that address in time",
    errno.EACCES: "this machine does not allow the connection",
    errno.EPERM: "this machine does not allow the connection",
}


def why_unreached(error: aiohttp.ClientError | UnicodeError) -> str:
    """Return why no connection came about."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "no host of that name is known, or the network is down"
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return "nobody answered at that address in time"
    if isinstance(error, aiohttp.InvalidURL | UnicodeError):
        return "it is no address that can be asked"
    number = error.os_error.errno if isinstance(error, aiohttp.ClientConnectorError) else None
    return _BY_NUMBER.get(number or 0, "the connection could not be made")


def why_not_proven(error: aiohttp.ClientSSLError) -> str:
    """Return why a host could not prove that it is the one named."""
    cause = getattr(error, "certificate_error", None) or getattr(error, "os_error", None)
    said = getattr(cause, "verify_message", "")
    return f"its certificate does not hold: {quoted(said)}" if said else "it does not speak TLS as it should"
