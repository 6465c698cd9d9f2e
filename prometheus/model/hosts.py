"""The host in a base URL, and whether it is surely this machine.

Rules: surely is what every system resolves alike without asking anybody: ``localhost``, ``::1``, and 127.x.y.z written
with four numbers. Shorter ways to write an address are another name here: whoever is wrong asks for consent once too
often, and never sends personal data unencrypted to another machine.
"""

from __future__ import annotations

import re

from prometheus.model.frozen import Final

_NAMES: Final = ("localhost", "::1")
_BYTE: Final = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_NUMBERS: Final = re.compile(rf"127(?:\.{_BYTE}){{3}}")


def host_of(url: str) -> str:
    """Return the host of a URL as it is written there, without port and brackets."""
    place = url.partition("://")[2].partition("/")[0]
    if place.startswith("["):
        return place[1:].partition("]")[0]
    return place.partition(":")[0]


def is_loopback(host: str) -> bool:
    """Return whether a host, in lower case, is surely this machine."""
    return host in _NAMES or _NUMBERS.fullmatch(host) is not None
