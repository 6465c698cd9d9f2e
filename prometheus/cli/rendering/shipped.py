"""The commands that are rendered: ours, then those of the plugins that ship with the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.cli.commands import all_commands
from prometheus.usecases import plugins

if TYPE_CHECKING:
    from prometheus.cli.command import Command


def every_command() -> tuple[Command, ...]:
    """Return the rows of the program as it ships."""
    return (*all_commands(), *(row for rows in of_plugins().values() for row in rows))


def of_plugins() -> dict[str, tuple[Command, ...]]:
    """Return the rows of each plugin that ships with the program, by its name."""
    return {name: plugins.look_at(name)[1].commands for name in plugins.BUILT_IN}


def list_of_verbs() -> str:
    """Return the list by which a verb of a plugin that is off is known: words, a tab, the plugin's name."""
    return "".join(f"{' '.join(row.words)}\t{name}\n" for name, rows in of_plugins().items() for row in rows)
