"""Find the command in a command line: global options may stand before, between and after its words.

Ours are looked up first; only words that are not ours are looked for among the verbs of enabled plugins. Nothing is
parsed beyond that. Words that name no command give an error that says what they may have meant.
"""

from __future__ import annotations

from prometheus.cli import commands
from prometheus.cli.tables.options import GLOBAL_OPTIONS
from prometheus.cli.values import usage_error
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prometheus.cli.command import Command
    from prometheus.errors import NotUnderstood


class Chosen(NamedTuple):
    """A command and what remains for its parser."""

    command: Command
    arguments: list[str]
    is_ours: bool


def choose(arguments: Sequence[str]) -> Chosen:
    """Return the command that the arguments name.

    Raises:
        NotUnderstood: When they name none.
        PluginOff: When they name a verb of a plugin that ships with the program and is off.
    """
    ours = _among(commands.beginning_with, arguments)
    if ours is not None:
        return Chosen(*ours, is_ours=True)
    from prometheus.cli import plugin_commands

    guest = _among(plugin_commands.beginning_with, arguments)
    if guest is not None:
        return Chosen(*guest, is_ours=False)
    named = _words_of(arguments)
    plugin_commands.refuse_off(named)
    raise unknown(named)


def leading(arguments: Sequence[str]) -> list[str]:
    """Return the words of a command, or the first of them, that the arguments begin with besides global options."""
    _, rest = split_options(arguments)
    words: list[str] = []
    while rest and commands.beginning_with([*words, rest[0]]):
        words.append(rest[0])
        _, rest = split_options(rest[1:])
    return words


def unknown(words: Sequence[str]) -> NotUnderstood:
    """Return the error for words that name no command."""
    from prometheus.cli.suggestion import did_you_mean

    if not words:
        return usage_error(None, "there is no command")
    if words[0].startswith("-"):
        return usage_error(None, f"there is no option {words[0]} before a command")
    every = _every_verb()
    known = _longest_start(words, every)
    verbs = list(
        dict.fromkeys(row[len(known)] for row in every if row[: len(known)] == known and len(row) > len(known))
    )
    said = " ".join(words[: len(known) + 1])
    if not known:
        return usage_error(None, f"there is no command {words[0]}", remedy=did_you_mean(words[0], verbs))
    if len(words) == len(known) or words[len(known)].startswith("-"):
        return usage_error(None, f"{' '.join(known)} needs a verb", remedy=f"one of {', '.join(verbs)}")
    return usage_error(None, f"there is no command {said}", remedy=did_you_mean(words[len(known)], verbs))


def _every_verb() -> list[tuple[str, ...]]:
    """Return the words of every command: ours first, then those of plugins."""
    from prometheus.cli import plugin_commands

    return [*(row.words for row in commands.all_commands()), *plugin_commands.known_words()]


def _longest_start(words: Sequence[str], every: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return as many of the words as some command begins with."""
    length = 0
    while length < len(words) and any(row[: length + 1] == tuple(words[: length + 1]) for row in every):
        length += 1
    return tuple(words[:length])


def _among(
    beginning_with: Callable[[Sequence[str]], tuple[Command, ...]], arguments: Sequence[str]
) -> tuple[Command, list[str]] | None:
    """Walk along the arguments while some row begins with the words seen; return the row that they end at."""
    options, rest = split_options(arguments)
    words: list[str] = []
    rows: tuple[Command, ...] = ()
    while rest and not rest[0].startswith("-"):
        further = beginning_with([*words, rest[0]])
        if not further:
            break
        words.append(rest.pop(0))
        rows = further
        if any(len(row.words) > len(words) for row in rows):
            more, rest = split_options(rest)
            options += more
    for row in rows:
        if list(row.words) == words:
            return row, [*options, *rest]
    return None


def split_options(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split the global options that stand first from the rest."""
    takes_value = {flag: option.kind != "flag" for option in GLOBAL_OPTIONS for flag in option.flags}
    taken = 0
    while taken < len(arguments):
        name, equals, _ = arguments[taken].partition("=")
        if name not in takes_value:
            break
        taken += 2 if takes_value[name] and not equals else 1
    return list(arguments[:taken]), list(arguments[taken:])


def _words_of(arguments: Sequence[str]) -> list[str]:
    """Return the arguments without the global options before and after the first word."""
    _, rest = split_options(arguments)
    if not rest:
        return []
    _, after = split_options(rest[1:])
    return [rest[0], *after]
