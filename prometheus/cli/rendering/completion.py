"""The completion scripts by shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.cli.rendering import bash, fish, zsh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.cli.command import Command


def script(shell: str, commands: Sequence[Command]) -> str:
    """Return the completion script of a shell for these commands."""
    return {"bash": bash.script, "zsh": zsh.script, "fish": fish.script}[shell](commands)
