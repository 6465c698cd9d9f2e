"""The processes that ship with the program, by name and by content id.

Rules: the table is fixed; a test compares each id with the file. A file is read only when it is asked for, through the
loader of this package, so it works from an archive too.
Not here: processes that a user added, which come in as values.
"""

from __future__ import annotations

from prometheus.claims.jsontext import parse
from prometheus.claims.process import parse_process
from prometheus.model.frozen import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from importlib.abc import ResourceLoader

    from prometheus.claims.jsontext import Json
    from prometheus.claims.process import Process

SHIPPED = {
    "age": "cju2gN-Jbn2r4j5M4OUkgXWESFa0vXeJMV9rxOG5ybfejs",
    "degree": "cju4zJJMYNyUKTn3kK9aHHFD60NQL6oS_naRbKuXrjQrvw",
    "email": "cju9UD5NsMLNF73t4aiGt26f-s-dxJiLkmU-zY17Ssf8Nk",
    "identity-card": "cjuYA2W6Roec32f2B4LCXTVZ-0MS72-e6kgsBRRWNF2el8",
}
"""Content id of each shipped process by its name."""

SHIPPED_SCHEMAS = {
    "cjuaijHIUBb6RgHppH_-dCkpmWPuMpbZHxY-S3uWDwzc7k": "age",
    "cjuSQEuCH0dcHhsyYrwJJmIpdzpfYm3SX4glRW7-DXJdi8": "degree",
    "cju6bYhPlHAKzCkJVX8vOVuht5a6MSZJmbanUXQR7iabhk": "email",
    "cjuX24Cnkw19IIMy6ihOvpA25cOykPoRUTOYmQocA3fZmM": "identity-card",
}
"""Name of the shipped process by the content id of its claim schema."""


_read: dict[str, Process] = {}


def shipped_text(name: str) -> bytes:
    """Return the file of a shipped process.

    Raises:
        KeyError: When no shipped process has that name.
    """
    if name not in SHIPPED:
        raise KeyError(name)
    loader = cast("ResourceLoader", globals()["__loader__"])
    return loader.get_data(f"{__file__.rpartition('/')[0]}/schemas/{name}.json")


def shipped_by_name(name: str) -> Process:
    """Return a shipped process.

    Raises:
        KeyError: When no shipped process has that name.
    """
    if name not in _read:
        _read[name] = parse_process(parse(shipped_text(name)))
    return _read[name]


def shipped_process(process_id: str) -> Process | None:
    """Return the shipped process of a content id, None when there is none."""
    for name, shipped_id in SHIPPED.items():
        if shipped_id == process_id:
            return shipped_by_name(name)
    return None


def shipped_schema(schema_id: str) -> Json:
    """Return the claim schema of a content id when a shipped process has it, else None."""
    name = SHIPPED_SCHEMAS.get(schema_id)
    return None if name is None else shipped_by_name(name).claim_schema
