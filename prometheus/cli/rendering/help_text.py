"""Help of the program, of a noun and of a command, from the table; 80 columns, plain ASCII where the table is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus.cli.rendering.layout import columns, paragraphs
from prometheus.cli.tables.options import GLOBAL_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from prometheus.cli.command import Command, Param

_LEFT: Final = 24
_FIRST_STEPS: Final = (
    ("Make a vault, your first persona in it", "prometheus vault create"),
    ("See what a file claims and whether it holds", "prometheus claim verify FILE"),
    ("Answer a request with no more than it asks", "prometheus claim present REQUEST"),
    ("More about any of them", "prometheus help claim present"),
)


def of_program(commands: Sequence[Command]) -> str:
    """Return the help of the program: examples, then every command by its noun."""
    lines = ["prometheus: your identity, your claims and your keys, in the terminal", ""]
    lines += ["Usage: prometheus [OPTIONS] COMMAND [ARGUMENTS]", "", "First steps:"]
    lines += _examples(_FIRST_STEPS)
    for title, rows in by_noun(commands):
        lines += ["", f"{title}:", *columns(((" ".join(row.words), row.help) for row in rows), left=_LEFT)]
    lines += ["", "Options of every command:", *_options(GLOBAL_OPTIONS)]
    lines += ["", *columns((("-h, --help", "Show help"), ("-V, --version", "Show the version")), left=_LEFT)]
    return "\n".join(lines) + "\n"


def of_noun(noun: str, commands: Sequence[Command]) -> str:
    """Return the help of a noun: its verbs."""
    lines = [f"Usage: prometheus {noun} VERB [ARGUMENTS]", "", "Verbs:"]
    lines += columns(((" ".join(row.words), row.help) for row in commands), left=_LEFT)
    examples = [row.examples[0] for row in commands if row.examples]
    if examples:
        lines += ["", "Examples:", *_examples(examples)]
    lines += ["", f"More about one of them: prometheus help {' '.join(commands[0].words)}"]
    return "\n".join(lines) + "\n"


def of_command(command: Command, further: Sequence[Command] = ()) -> str:
    """Return the help of one command, and which further ones begin with its words."""
    lines = [*paragraphs(command.help), "", f"Usage: {usage(command)}"]
    if command.about:
        lines += ["", *paragraphs(command.about)]
    if command.examples:
        lines += ["", "Examples:", *_examples(command.examples)]
    positional = [parameter for parameter in command.params if parameter.is_positional]
    if positional:
        lines += ["", "Arguments:", *columns(((row.shown, explained(row)) for row in positional), left=_LEFT)]
    options = [parameter for parameter in command.params if not parameter.is_positional]
    if options:
        lines += ["", "Options:", *_options(options)]
    if further:
        lines += ["", "Further verbs:", *columns(((" ".join(row.words), row.help) for row in further), left=_LEFT)]
    known = {flag for parameter in command.params for flag in parameter.flags}
    everywhere = [option for option in GLOBAL_OPTIONS if not known & set(option.flags)]
    lines += ["", "Options of every command:", *_options(everywhere)]
    return "\n".join(lines) + "\n"


def usage(command: Command) -> str:
    """Return the one-line form of a command."""
    parts = ["prometheus", *command.words]
    if any(not parameter.is_positional for parameter in command.params):
        parts.append("[OPTIONS]")
    for parameter in command.params:
        if parameter.is_positional:
            shown = parameter.shown + ("..." if parameter.many else "")
            parts.append(shown if parameter.required else f"[{shown}]")
    return " ".join(parts)


def flags(parameter: Param) -> str:
    """Return the flags of an option with the word for its value, the short flag first."""
    named = ", ".join(sorted(parameter.flags, key=len))
    return named if parameter.kind == "flag" else f"{named} {parameter.shown}"


def explained(parameter: Param) -> str:
    """Return the help of a parameter with its choices, its default and whether it can be repeated."""
    notes = []
    if parameter.choices:
        notes.append(f"one of {', '.join(parameter.choices)}")
    if parameter.default is not None:
        notes.append(f"default {parameter.default}")
    if parameter.many and not parameter.is_positional:
        notes.append("can be given several times")
    if parameter.required and not parameter.is_positional:
        notes.append("required")
    return parameter.help + (f" ({'; '.join(notes)})" if notes else "")


def by_noun(commands: Iterable[Command]) -> Iterator[tuple[str, list[Command]]]:
    """Yield the commands of each noun that has verbs, then the rest under one title."""
    rows = list(commands)
    nouns = {row.words[0] for row in rows if len(row.words) > 1}
    groups: dict[str, list[Command]] = {}
    for row in rows:
        groups.setdefault(row.words[0].capitalize() if row.words[0] in nouns else "More", []).append(row)
    last = groups.pop("More", [])
    yield from groups.items()
    if last:
        yield "More", last


def _options(options: Iterable[Param]) -> Iterator[str]:
    return columns(((flags(option), explained(option)) for option in options), left=_LEFT)


def _examples(examples: Iterable[tuple[str, str]]) -> Iterator[str]:
    for said, line in examples:
        yield from paragraphs(said, "  ")
        yield f"    $ {line}"
