"""The shape of a row in the table of commands.

A command is data: parsing, help, completion, man pages and documentation are all made from it, and the function that
runs it is named by a string, so that reading the table imports nothing.
"""

from __future__ import annotations

from prometheus.model.frozen import NamedTuple


class Param(NamedTuple):
    """One thing that a command takes: a positional argument when it has no flags, else an option."""

    name: str
    help: str
    flags: tuple[str, ...] = ()
    kind: str = "text"
    """One of text, flag, number, file, choice."""
    metavar: str = ""
    default: str | int | None = None
    required: bool = False
    many: bool = False
    choices: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    """What completion offers where any other value is taken too; ``$NAME`` stands for the words in a shell variable."""

    @property
    def is_positional(self) -> bool:
        """Whether it is given by its place rather than by a flag."""
        return not self.flags

    @property
    def shown(self) -> str:
        """The word that stands for its value in help and usage lines."""
        return self.metavar or self.name.upper().replace("_", "-")


class Command(NamedTuple):
    """One verb of the command line."""

    words: tuple[str, ...]
    help: str
    """One line, imperative, no full stop."""
    target: str
    """``package.module:function``; the function takes an `Invocation` and returns an exit code."""
    params: tuple[Param, ...] = ()
    about: str = ""
    """A few paragraphs for the long help and the man page."""
    examples: tuple[tuple[str, str], ...] = ()
    """Pairs of what it does and the command line."""
    hot: bool = False
    """Whether the stub runs it without Typer."""

    @property
    def id(self) -> str:
        """The stable name of the action, such as ``claim.present``."""
        return ".".join(self.words)
