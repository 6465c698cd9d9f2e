"""Find the row of a command line among ours and those of plugins that ship with the program, none of which is on."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from prometheus.cli import words
from prometheus.cli.rendering import shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.cli.command import Command
    from prometheus.cli.words import Chosen


def chosen(arguments: Sequence[str]) -> Chosen:
    """Return what `words.choose` would return if every plugin that ships were on; errors as there."""
    found = words._among(_beginning_with, arguments)
    return words.choose(arguments) if found is None else words.Chosen(*found, is_ours=False)


def _beginning_with(said: Sequence[str]) -> tuple[Command, ...]:
    return tuple(row for row in _every_row() if row.words[: len(said)] == tuple(said))


@cache
def _every_row() -> tuple[Command, ...]:
    """Look at the plugins once: their code is read whole each time."""
    return tuple(shipped.every_command())
