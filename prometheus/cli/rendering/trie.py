"""The tree of words behind completion, and what stands at each of its places."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus.cli.tables.options import GLOBAL_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prometheus.cli.command import Command, Param


class Place(NamedTuple):
    """The words typed so far: a command, or words that others can follow."""

    words: tuple[str, ...]
    command: Command | None
    next: tuple[str, ...]


def places(commands: Sequence[Command]) -> list[Place]:
    """Return every place, the longest words first, so that the first that fits is the right one."""
    following: dict[tuple[str, ...], dict[str, None]] = {(): {}}
    for row in commands:
        for length in range(len(row.words)):
            following.setdefault(row.words[:length], {})[row.words[length]] = None
    by_words = {row.words: row for row in commands}
    found = [Place(row.words, row, tuple(following.get(row.words, ()))) for row in commands]
    found += [Place(words, None, tuple(after)) for words, after in following.items() if words not in by_words]
    return sorted(found, key=lambda place: (-len(place.words), place.words))


def with_value(commands: Iterable[Command]) -> list[str]:
    """Return the flags that take a value: those of every command and the global ones."""
    rows = [row for command in commands for row in command.params if row.flags] + list(GLOBAL_OPTIONS)
    return sorted({flag for row in rows if row.kind != "flag" for flag in row.flags})


def place_of(number: int, parameter: Param) -> str:
    """Return the shell pattern for a position: its number, or any for a repeatable one."""
    return "*" if parameter.many else str(number)


def offered(parameter: Param) -> tuple[str, tuple[str, ...]]:
    """Return the words that a parameter offers, and the shell variables whose words it offers as well."""
    variables = tuple(word[1:] for word in parameter.offers if word.startswith("$"))
    return word_list(word for word in parameter.offers if not word.startswith("$")), variables


def word_list(words: Iterable[str]) -> str:
    """Return words for a shell, in one line."""
    return " ".join(words)
