"""The one table of commands, joined from its files.

Parsing, help, completion, manual pages and the reference are all made from it. Finding one command reads only the file
of its noun, so that a hot verb pays for no other. A word that is not ours is looked up among the commands of enabled
plugins by `plugin_commands`.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.cli.command import Command

TABLES: Final[dict[str, str]] = {
    "vault": "vault",
    "status": "vault",
    "persona": "persona",
    "key": "key",
    "did": "did",
    "schema": "schema",
    "claim": "claim",
    "authority": "authority",
    "inspect": "inspect",
    "digest": "digest",
    "trust": "trust",
    "policy": "policy",
    "audit": "audit",
    "demo": "demo",
    "plugin": "plugin",
    "config": "house",
    "help": "house",
    "version": "house",
    "paths": "house",
    "bug-report": "house",
    "completion": "house",
    "man": "house",
}
"""First word of a command to the file in `tables/`; the order is that of the help."""
LONGEST: Final = 3
"""How many words a command has at most."""


def rows(table: str) -> tuple[Command, ...]:
    """Return the rows of one file of `tables/`; none while the file does not exist."""
    name = f"prometheus.cli.tables.{table}"
    try:
        found: tuple[Command, ...] = __import__(name, fromlist=("COMMANDS",)).COMMANDS
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return ()
    return found


def all_commands() -> tuple[Command, ...]:
    """Return every row of ours, in the order of the help."""
    return tuple(row for table in dict.fromkeys(TABLES.values()) for row in rows(table))


def find(words: Sequence[str]) -> Command | None:
    """Return the command of ours whose words begin `words`; the longest where several do."""
    table = TABLES.get(words[0]) if words else None
    if table is None:
        return None
    best = None
    for row in rows(table):
        fits = tuple(words[: len(row.words)]) == row.words
        if fits and (best is None or len(row.words) > len(best.words)):
            best = row
    return best


def beginning_with(words: Sequence[str]) -> tuple[Command, ...]:
    """Return the commands of ours that begin with these words, such as those of one noun."""
    table = TABLES.get(words[0]) if words else None
    if table is None:
        return ()
    return tuple(row for row in rows(table) if row.words[: len(words)] == tuple(words))
