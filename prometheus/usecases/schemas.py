"""The processes that are known here, each with the schema of its claims: those that ship, and the user's own.

Rules:
* A process is named by its content id. The user's own lie in one folder as ``<content id>.json``; a file whose content
  does not have that id is never used, only reported.
* People name one by its name (case, spaces and hyphens do not matter), its id, or a unique beginning of its id.
* They are public forms, not secrets: this needs no vault.

What this is not: a check of schemas or data (`prometheus.usecases.schema_check`).
"""

from __future__ import annotations

import os

from prometheus import files
from prometheus.claims.digest import content_id, is_content_id
from prometheus.claims.jsontext import compact, parse
from prometheus.claims.process import Process, parse_process
from prometheus.claims.shipped import SHIPPED, shipped_by_name, shipped_process
from prometheus.errors import Ambiguous, Conflict, InputError, NotFound, ProofError
from prometheus.model.frozen import Final, NamedTuple

SHORTEST_PREFIX: Final = 6
_ID_PREFIX: Final = "cju"
_ENDING: Final = ".json"


class KnownSchema(NamedTuple):
    """One process with its content id."""

    content_id: str
    process: Process
    is_shipped: bool

    @property
    def name(self) -> str:
        """The name that its maker gave it."""
        return self.process.name


class Schemas:
    """All processes known here.

    Args:
        folder: Path of the folder with the user's own; it need not exist.
    """

    __slots__ = ("_met", "folder")

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._met: dict[str, KnownSchema] = {}

    def all(self) -> list[KnownSchema]:
        """Return every process, those that ship first, then the user's own by name."""
        own = [found for name in self._file_names() if (found := self._own(name)) is not None]
        shipped = [KnownSchema(SHIPPED[name], shipped_by_name(name), is_shipped=True) for name in sorted(SHIPPED)]
        fresh = [known for known in own if known.content_id not in SHIPPED.values()]
        return [*shipped, *sorted(fresh, key=lambda known: (known.name.casefold(), known.content_id))]

    def by_id(self, process_id: str) -> KnownSchema | None:
        """Return the process of exactly this content id, or None where it is not known here."""
        if not is_content_id(process_id):
            return None
        process = shipped_process(process_id)
        if process is not None:
            return KnownSchema(process_id, process, is_shipped=True)
        if process_id not in self._met:
            own = self._own(process_id + _ENDING)
            if own is None:
                return None
            self._met[process_id] = own
        return self._met[process_id]

    def find(self, text: str) -> KnownSchema:
        """Return the one process that a name, an id or a beginning of an id stands for.

        Raises:
            NotFound: When none does; the names that are known are listed.
            Ambiguous: When several do; their ids are listed.
        """
        exact = self.by_id(text)
        if exact is not None:
            return exact
        everything = self.all()
        found = [known for known in everything if _plain(text) in _names(known)] or _beginning(everything, text)
        if not found:
            names = ", ".join(known.name for known in everything)
            raise NotFound(
                f"no schema is called `{text}`",
                code="SCHEMA-NOT-FOUND",
                meaning=f"known are: {names}",
                remedy="`prometheus schema list` shows them, `prometheus schema add FILE` adds one",
            )
        if len(found) > 1:
            raise Ambiguous(
                f"`{text}` names {len(found)} schemas",
                code="SCHEMA-AMBIGUOUS",
                meaning=", ".join(f"{known.name} {known.process.version} is {known.content_id}" for known in found),
                remedy="name it by the beginning of its id",
            )
        return found[0]

    def names_of(self, process_id: str) -> frozenset[str]:
        """Return everything that names a process: its id and, where it is known here, its names.

        A name of a process that ships names no other one, so that nobody's file comes under a rule made for that.
        """
        known = self.by_id(process_id)
        if known is None:
            return frozenset({process_id})
        names = {known.name} | _names(known)
        return frozenset({process_id} | {name for name in names if known.is_shipped or not _is_shipped_name(name)})

    def damaged(self) -> list[str]:
        """Return the file names in the user's folder that look like schemas and do not hold what their name says."""
        return [name for name in self._file_names() if self._own(name) is None]

    def add(self, process: Process) -> tuple[KnownSchema, bool]:
        """Keep a process; return it, and whether it is new here.

        Raises:
            StorageFailed: When it cannot be written.
        """
        document = process.to_json()
        process_id = content_id(document)
        present = self.by_id(process_id)
        if present is not None:
            return present, False
        files.make_folder(self.folder)
        files.write(f"{self.folder}/{process_id}{_ENDING}", compact(document).encode() + b"\n")
        return KnownSchema(process_id, process, is_shipped=False), True

    def remove(self, known: KnownSchema) -> None:
        """Remove one of the user's own.

        Raises:
            Conflict: When it ships with the program.
            StorageFailed: When the file cannot be removed.
        """
        if known.is_shipped:
            raise Conflict(
                f"the schema `{known.name}` ships with the program and cannot be removed", code="SCHEMA-SHIPPED"
            )
        self._met.pop(known.content_id, None)
        try:
            os.unlink(f"{self.folder}/{known.content_id}{_ENDING}")
        except OSError as error:
            raise files.storage_error(error, f"the schema {known.content_id} could not be removed") from None

    def _own(self, file_name: str) -> KnownSchema | None:
        try:
            known = _known(files.read(f"{self.folder}/{file_name}"))
        except (InputError, ProofError):
            return None
        return known if known.content_id + _ENDING == file_name else None

    def _file_names(self) -> list[str]:
        try:
            names = os.listdir(self.folder)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise files.storage_error(error, "the folder of schemas could not be read") from None
        return sorted(name for name in names if name.startswith(_ID_PREFIX) and name.endswith(_ENDING))


def _known(content: bytes) -> KnownSchema:
    document = parse(content)
    return KnownSchema(content_id(document), parse_process(document), is_shipped=False)


def _names(known: KnownSchema) -> set[str]:
    short = {name for name, process_id in SHIPPED.items() if process_id == known.content_id}
    return {_plain(known.name)} | short


def _is_shipped_name(name: str) -> bool:
    return any(_plain(name) in (short, _plain(shipped_by_name(short).name)) for short in SHIPPED)


def _plain(name: str) -> str:
    return "-".join(name.casefold().replace("-", " ").replace("_", " ").split())


def _beginning(everything: list[KnownSchema], text: str) -> list[KnownSchema]:
    start = _ID_PREFIX + text.removesuffix("…").removeprefix(_ID_PREFIX)
    if len(start) < len(_ID_PREFIX) + SHORTEST_PREFIX:
        return []
    return [known for known in everything if known.content_id.startswith(start)]
