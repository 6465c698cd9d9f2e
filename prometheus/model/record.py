"""What a record's body looks like: canonical JSON with a version, a hybrid logical clock and the device.

Every body carries `v` (for pure upgrades from one version to the next), `hlc` and `device` (so that a later
synchronisation can order writes of two machines). Issued bytes inside a body stay verbatim, as base64url text.
"""

from __future__ import annotations

import json

from prometheus.errors import Damaged
from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple
from prometheus.model.upgrades.chain import FIRST, version_of
from prometheus.model.upgrades.table import CHAINS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_ENVELOPE: Final = ("v", "hlc", "device")
_COUNTER_LIMIT: Final = 0xFFFF


class Stamp(NamedTuple):
    """When and where a record was written."""

    milliseconds: int
    counter: int
    device: str

    @property
    def hlc(self) -> str:
        """The hybrid logical clock as text that sorts by time."""
        return f"{self.milliseconds:012x}-{self.counter:04x}"

    def next(self, now: datetime) -> Stamp:
        """Return a later stamp, also when the wall clock stands still or went back."""
        present = int(now.timestamp() * 1000)
        if present > self.milliseconds:
            return Stamp(present, 0, self.device)
        if self.counter < _COUNTER_LIMIT:
            return Stamp(self.milliseconds, self.counter + 1, self.device)
        return Stamp(self.milliseconds + 1, 0, self.device)

    @classmethod
    def parse(cls, hlc: str, device: str) -> Stamp:
        """Read the text that `hlc` wrote."""
        milliseconds, _, counter = hlc.partition("-")
        return cls(int(milliseconds, 16), int(counter, 16), device)


def encode(fields: Mapping[str, Any], stamp: Stamp, group: int | None = None) -> bytes:
    """Return the body of a record: the fields and its envelope as RFC 8785 JSON.

    Args:
        fields: The members that the caller wrote.
        stamp: When and where.
        group: The collection, whose current version the body gets; the first version without one.
    """
    version = FIRST if group is None else CHAINS.current(group)
    return canonical({"v": version, **fields, "hlc": stamp.hlc, "device": stamp.device})


def canonical(fields: Mapping[str, Any]) -> bytes:
    """Return the bytes of a body with its envelope, as RFC 8785 JSON."""
    import rfc8785

    return rfc8785.dumps(dict(fields))


def decode(body: bytes, group: int | None = None) -> dict[str, Any]:
    """Return the fields of a body with its envelope.

    Args:
        body: What lies in the vault.
        group: The collection; with it a body of an earlier version is returned as it would be written today.

    Raises:
        Damaged: When the body is no JSON object with a version; the seal held, so a program wrote it wrongly.
        TooNew: When its version is later than those known here.
    """
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise Damaged("a record of the vault has a body that this version cannot read", code="RECORD-BODY")
    version_of(fields)
    return fields if group is None else CHAINS.lifted(group, fields)


def without_envelope(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return only the members that the caller wrote."""
    return {name: value for name, value in fields.items() if name not in _ENVELOPE}
