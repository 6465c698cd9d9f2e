"""How often one address may ask: a bucket of tokens each, filled evenly through the minute.

Rules: IPv6 counts by its first 64 bits, which is what one subscriber has. Addresses are held in memory only, so many
at most, and never written anywhere.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address


class Rates:
    """The buckets of all addresses."""

    def __init__(self, per_minute: int | None, most_addresses: int) -> None:
        self._per_minute = per_minute
        self._most = most_addresses
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, address: str, now: float) -> int:
        """Count a request; return 0 where it may be answered, else in how many seconds the next one may.

        Args:
            address: Whoever asks.
            now: Seconds from some fixed moment.
        """
        if self._per_minute is None:
            return 0
        key = subscriber(address)
        left, since = self._buckets.pop(key, (float(self._per_minute), now))
        left = min(float(self._per_minute), left + (now - since) * self._per_minute / 60)
        self._buckets[key] = (max(0.0, left - 1), now) if left >= 1 else (left, now)
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return 0 if left >= 1 else max(1, math.ceil((1 - left) * 60 / self._per_minute))


def subscriber(address: str) -> str:
    """Return what counts as one: an IPv4 address, or the first 64 bits of an IPv6 address."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if not isinstance(parsed, IPv6Address):
        return address
    mapped = parsed.ipv4_mapped
    return str(mapped) if mapped else parsed.exploded[:19]
