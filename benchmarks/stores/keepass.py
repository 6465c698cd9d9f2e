"""KeePass files by pykeepass: one encrypted XML document, which is in memory while it is open and written whole.

What is best for it was chosen: entries are appended without its look for one of the same title, which grows with the
square of their number; the key is given ready. It never asks the system to bring a file to the disk.
"""

from __future__ import annotations

import os
import secrets
from importlib.metadata import version
from io import BytesIO
from typing import TYPE_CHECKING

from pykeepass import PyKeePass, create_database
from pykeepass.entry import Entry

from stores.store import Terms, Took, each, once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stores.records import Made


class KeePass:
    """One KDBX 4 file."""

    name = "pykeepass"
    patience = 10.0
    reads = 3

    def __init__(self) -> None:
        self._path = ""
        self._key = secrets.token_bytes(32)
        self._file: PyKeePass | None = None
        self._template: PyKeePass | None = None

    def terms(self) -> Terms:
        """Return the terms."""
        return Terms(
            version=f"{version('pykeepass')}, KDBX 4, AES-256",
            journal="none, the file is written whole",
            synchronous="none, never synced",
            derivation="Argon2d. Transformed key given to open and save: none runs",
            notes="opened is: all is decrypted and parsed; a search looks at every entry and does not sort",
        )

    def fill(self, folder: str, records: Sequence[Made]) -> Took:
        """Make a file, append all entries and write it."""
        self._path = os.path.join(folder, "keepass.kdbx")
        with open(self._path, "wb") as file:
            file.write(self._empty())
        self.open()

        def write() -> None:
            for record in records:
                self._append(record)
            self._save()

        took = once(write)
        self.close()
        return took

    def make_searchable(self) -> Took:
        """Do nothing: it searches without an index."""
        return Took(0, 0)

    def open(self) -> None:
        """Read the whole file."""
        self._file = PyKeePass(self._path, transformed_key=self._key)

    def close(self) -> None:
        """Let go of it."""
        self._file = None

    def check(self) -> None:
        """Do nothing: reading it checked all of it."""

    def read(self, names: Sequence[str]) -> list[int]:
        """Read records by title."""
        return each(lambda name: self._opened.find_entries(title=name, first=True).notes, names)

    def search(self, texts: Sequence[str]) -> list[int]:
        """Search all notes."""
        return each(self._found, texts)

    def found(self, _text: str) -> None:
        """Return nothing: it does not sort what it finds."""

    def commit(self, records: Sequence[Made]) -> list[int]:
        """Append entries, and write the file after each."""
        return each(self._commit, records)

    def change_passphrase(self) -> Took:
        """Write the file under another key."""
        self._key = secrets.token_bytes(32)
        return once(self._save)

    def _commit(self, record: Made) -> None:
        self._append(record)
        self._save()

    def _empty(self) -> bytes:
        """Return an empty file under the present key; the library derives a key of its own to make the first."""
        stream = BytesIO()
        if self._template is None:
            self._template = create_database(stream, transformed_key=self._key)
        else:
            self._template.save(stream, transformed_key=self._key)
        return stream.getvalue()

    def _append(self, record: Made) -> None:
        file = self._opened
        file.root_group.append(Entry(title=record.name, username="", password="", notes=record.body.decode(), kp=file))

    def _save(self) -> None:
        self._opened.save(transformed_key=self._key)

    def _found(self, text: str) -> list[Entry]:
        words = text.split()
        # More than one: each is looked for from the beginning, once.
        pattern = rf"\b{words[0]}" if len(words) == 1 else "^" + "".join(rf"(?=[\s\S]*\b{word})" for word in words)
        found: list[Entry] = self._opened.find_entries(notes=pattern, regex=True, flags="i")
        return found

    @property
    def _opened(self) -> PyKeePass:
        if self._file is None:
            raise RuntimeError("the file is closed")
        return self._file
