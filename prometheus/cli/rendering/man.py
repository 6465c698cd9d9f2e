"""Manual pages in the man(7) macros that groff and mandoc both read: one for the program, one a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.cli.exit_codes import EXIT_CODES
from prometheus.cli.rendering.help_text import by_noun, explained, flags, usage
from prometheus.cli.tables.options import GLOBAL_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from prometheus.cli.command import Command, Param

_SPECIAL = {"\\": "\\(rs", "-": "\\-", "`": "\\(ga", "'": "\\(aq", "^": "\\(ha", "~": "\\(ti", '"': "\\(dq"}


def page_name(words: Sequence[str]) -> str:
    """Return the name of the page for the words of a command; of the program for none."""
    return "-".join(("prometheus", *words))


def of_program(commands: Sequence[Command], version: str) -> str:
    """Return the page of the program."""
    lines = _head((), "personal agent of the Internet of People", version)
    lines += [".SH SYNOPSIS", ".B prometheus", "[\\fIOPTIONS\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]"]
    lines += [".SH DESCRIPTION", "Keeps personas, keys and claims in an encrypted vault, presents claims with no more"]
    lines += ["than what is asked, and verifies what others present.", ".SH COMMANDS"]
    for title, rows in by_noun(commands):
        lines.append(f".SS {escaped(title)}")
        for row in rows:
            lines += [".TP", f".B {escaped(' '.join(row.words))}", escaped(row.help)]
    lines += [*_options(GLOBAL_OPTIONS, "OPTIONS OF EVERY COMMAND"), *_environment(), ".SH EXIT STATUS"]
    for code, meaning in EXIT_CODES.items():
        lines += [".TP", f".B {code}", escaped(meaning)]
    return "\n".join(lines) + "\n"


def of_command(command: Command, version: str) -> str:
    """Return the page of one command."""
    lines = _head(command.words, command.help, version)
    lines += [".SH SYNOPSIS", escaped(usage(command))]
    if command.about:
        lines.append(".SH DESCRIPTION")
        for paragraph in command.about.strip().split("\n\n"):
            lines += [".PP", escaped(" ".join(paragraph.split()))]
    positional = [parameter for parameter in command.params if parameter.is_positional]
    if positional:
        lines.append(".SH ARGUMENTS")
        for parameter in positional:
            lines += [".TP", f".I {escaped(parameter.shown)}", escaped(explained(parameter))]
    lines += _options([parameter for parameter in command.params if not parameter.is_positional], "OPTIONS")
    lines += _options(GLOBAL_OPTIONS, "OPTIONS OF EVERY COMMAND")
    if command.examples:
        lines.append(".SH EXAMPLES")
        for said, line in command.examples:
            lines += [".TP", escaped(said), ".nf", escaped(line), ".fi"]
    lines += [".SH SEE ALSO", ".BR prometheus (1)"]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Return a text in which nothing is a request or an escape of the formatter."""
    marked = "".join(_escaped_character(character) for character in text)
    return f"\\&{marked}" if marked.startswith(".") else marked


def _escaped_character(character: str) -> str:
    if character in _SPECIAL or character.isascii():
        return _SPECIAL.get(character, character)
    return f"\\[u{ord(character):04X}]"


def _head(words: Sequence[str], about: str, version: str) -> list[str]:
    name = page_name(words)
    title = f'.TH {escaped(name.upper())} 1 "" "prometheus {version}" "Prometheus manual"'
    return [title, ".SH NAME", f"{escaped(name)} \\- {escaped(about)}"]


def _options(options: Iterable[Param], title: str) -> Iterator[str]:
    for number, option in enumerate(options):
        if not number:
            yield f".SH {title}"
        yield from (".TP", f".B {escaped(flags(option))}", escaped(explained(option)))


def _environment() -> Iterator[str]:
    from prometheus.cli.settings import SETTINGS

    yield ".SH ENVIRONMENT"
    for setting in SETTINGS:
        if setting.variable:
            yield from (".TP", f".B {escaped(setting.variable)}", escaped(setting.help))
