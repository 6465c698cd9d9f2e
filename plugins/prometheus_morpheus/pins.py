"""Which network each endpoint served when it was first asked: one small file of this machine, outside the vault.

It is needed where no vault is open, and says no more than the configuration does, which names the endpoints already.
Whoever can write it can write the configuration too. A file that cannot be read as one is an error, never an empty one:
an attacker who breaks it must not make every network new.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from prometheus.errors import NotTrusted
from prometheus.files import LocalFile

if TYPE_CHECKING:
    from prometheus.api import Places
    from prometheus.claims.jsontext import Json

FILE_NAME: Final = "ledger-pins.json"


class FilePins:
    """A `PinStore` in a file; what is put is on the disk before it counts."""

    def __init__(self, path: str) -> None:
        self._file = LocalFile(path)
        self._path = path
        self._pins: dict[str, dict[str, Json]] | None = None

    def get(self, name: str) -> dict[str, Json] | None:
        """Return what was put under a name, or None."""
        return self._all().get(name)

    def put(self, name: str, value: dict[str, Json]) -> None:
        """Keep an object under a name."""
        pins = {**self._all(), name: value}
        self._file.write((json.dumps(pins, indent=1, sort_keys=True) + "\n").encode())
        self._pins = pins

    def _all(self) -> dict[str, dict[str, Json]]:
        if self._pins is None:
            self._pins = self._read()
        return self._pins

    def _read(self) -> dict[str, dict[str, Json]]:
        text = self._file.read()
        try:
            found = json.loads(text) if text else {}
        except ValueError:
            found = None
        if not isinstance(found, dict) or not all(isinstance(value, dict) for value in found.values()):
            raise NotTrusted(
                "the file that remembers the networks of endpoints is broken",
                code="LEDGER-PINS",
                meaning="without it a changed network would not be noticed",
                remedy=f"look at {self._path}; if it is of no use, take it away",
            )
        return found


def file_pins(places: Places) -> FilePins:
    """Return the pins of this machine."""
    return FilePins(f"{places.state}/{FILE_NAME}")
