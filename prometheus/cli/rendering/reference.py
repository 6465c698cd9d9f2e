"""The reference in `docs/reference/`: commands, exit codes, error codes, as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus.cli.exit_codes import EXIT_CODES
from prometheus.cli.rendering.help_text import by_noun, explained, flags, usage
from prometheus.cli.tables.options import GLOBAL_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from prometheus.cli.command import Command, Param
    from prometheus.cli.rendering.error_codes import ErrorCode

_NOTE: Final = "<!-- Made by `python -m prometheus.cli.rendering`; change the table of commands instead. -->"


def of_commands(commands: Sequence[Command]) -> str:
    """Return the page of all commands."""
    lines = ["# Commands", "", _NOTE, "", "Every command also takes these options, before or after its words:", ""]
    lines += _table(("Option", "Meaning"), ((flags(row), explained(row)) for row in GLOBAL_OPTIONS))
    for title, rows in by_noun(commands):
        lines += ["", f"## {title}"]
        for row in rows:
            lines += _section(row)
    return "\n".join(lines) + "\n"


def of_exit_codes() -> str:
    """Return the page of exit codes."""
    lines = ["# Exit codes", "", _NOTE, "", "They are an interface: a meaning never changes, and no other is used.", ""]
    lines += _table(("Code", "Meaning"), ((str(code), meaning) for code, meaning in EXIT_CODES.items()), literal=False)
    return "\n".join(lines) + "\n"


def of_errors(codes: Sequence[ErrorCode]) -> str:
    """Return the page of error codes."""
    lines = ["# Error codes", "", _NOTE, "", "Every error has a stable code, last on standard error and as `code` in"]
    lines += ["JSON. What is filled in at run time is shown as `…`."]
    for row in codes:
        lines += ["", f"## {row.code}", ""]
        if row.exit_code is not None:
            lines += [f"Exit code {row.exit_code}: {EXIT_CODES[row.exit_code]}.", ""]
        lines += [f"* {_escaped(saying)}" for saying in row.sayings]
        lines += [f"* What to do: {_escaped(remedy)}" for remedy in row.remedies]
        if not lines[-1]:
            lines.pop()
    return "\n".join(lines) + "\n"


def _section(command: Command) -> Iterator[str]:
    yield from ("", f"### {' '.join(command.words)}", "", f"{command.help}.", "", "```text", usage(command), "```")
    for paragraph in filter(None, command.about.strip().split("\n\n")):
        yield from ("", " ".join(paragraph.split()))
    if command.params:
        rows = ((_shown(parameter), explained(parameter)) for parameter in command.params)
        yield from ("", *_table(("Parameter", "Meaning"), rows))
    for said, line in command.examples:
        yield from ("", f"{said}:", "", "```console", f"$ {line}", "```")


def _shown(parameter: Param) -> str:
    return parameter.shown if parameter.is_positional else flags(parameter)


def _table(heads: tuple[str, str], rows: Iterable[tuple[str, str]], *, literal: bool = True) -> Iterator[str]:
    yield from (f"| {heads[0]} | {heads[1]} |", "|---|---|")
    for term, text in rows:
        yield f"| {f'`{term}`' if literal else term} | {_escaped(text)} |"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
