"""The table of commands: what every other part of the command line is made from."""

from __future__ import annotations

import shlex
from collections import Counter
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.command_rows import chosen as chosen_row

from prometheus.cli import commands, typer_app, words
from prometheus.cli.rendering import shipped
from prometheus.cli.run import target_of
from prometheus.cli.tables.options import GLOBAL_OPTIONS
from prometheus.cli.values import parameters
from prometheus.errors import NotUnderstood

if TYPE_CHECKING:
    from prometheus.cli.command import Command

OURS = commands.all_commands()
ALL = shipped.every_command()
KINDS = {"text", "flag", "number", "file", "choice"}
every_command = pytest.mark.parametrize("command", ALL, ids=[row.id for row in ALL])


def clashes(rows: tuple[Command, ...]) -> list[tuple[str, ...]]:
    """Return the words that more than one row has."""
    return [said for said, count in Counter(row.words for row in rows).items() if count > 1]


def test_no_two_commands_have_the_same_words() -> None:
    assert clashes(ALL) == []


def test_a_planted_clash_is_seen() -> None:
    assert clashes((ALL[0], ALL[0])) == [ALL[0].words]


def test_every_file_of_rows_is_joined() -> None:
    folder = Path(commands.__file__).parent / "tables"
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "options"}
    assert {row.words for name in files for row in commands.rows(name)} == {row.words for row in OURS}


def test_every_command_is_found_by_its_first_word() -> None:
    for row in OURS:
        assert commands.find(row.words) == row


def test_a_command_is_found_with_global_options_anywhere() -> None:
    for line in (
        ["--json", "--vault", "x", "config", "explain", "vault"],
        ["config", "--json", "--vault=x", "explain", "vault"],
    ):
        chosen = words.choose(line)
        assert chosen.command.id == "config.explain"
        assert chosen.arguments[-1] == "vault"
        assert "--json" in chosen.arguments


@pytest.mark.parametrize(
    ("line", "what", "hint"),
    [
        ([], "there is no command", "see `prometheus --help`"),
        (["--json"], "there is no command", "see `prometheus --help`"),
        (["--frob", "paths"], "there is no option --frob before a command", "see `prometheus --help`"),
        (["clam", "verify"], "there is no command clam", "did you mean claim?"),
        (["vault", "words"], "vault words needs a verb", "one of check"),
        (["vault", "words", "chekc"], "there is no command vault words chekc", "did you mean check?"),
        (["config", "--json", "explian"], "there is no command config explian", "did you mean explain?"),
    ],
    ids=str,
)
def test_words_that_name_no_command_are_explained(line: list[str], what: str, hint: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        words.choose(line)
    assert (caught.value.what, caught.value.remedy, caught.value.code) == (what, hint, "USAGE")


@every_command
def test_a_command_is_well_formed(command: Command) -> None:
    assert 1 <= len(command.words) <= commands.LONGEST
    assert command.help
    assert not command.help.endswith(".")
    assert command.help[0].isupper()
    assert len(command.help) <= 90
    assert all(word.replace("-", "").isalnum() and word == word.lower() for word in command.words)
    names = [parameter.name for parameter in command.params]
    assert len(names) == len(set(names))
    assert not set(names) & {option.name for option in GLOBAL_OPTIONS}


@every_command
def test_the_parameters_of_a_command_are_well_formed(command: Command) -> None:
    for parameter in command.params:
        assert parameter.kind in KINDS, parameter.name
        assert bool(parameter.choices) == (parameter.kind == "choice"), parameter.name
        assert parameter.help, parameter.name
        assert parameter.name.isidentifier(), parameter.name
        assert all(flag.startswith("-") for flag in parameter.flags)
        assert parameter.kind != "flag" or parameter.flags
        assert not (parameter.required and parameter.default is not None), parameter.name
        assert parameter.default is None or not parameter.choices or parameter.default in parameter.choices
    flags = [flag for parameter in parameters(command) for flag in parameter.flags]
    assert len(flags) == len(set(flags))
    assert not {"-h", "--help", "-V", "--version"} & set(flags)


@every_command
def test_at_most_one_parameter_takes_all_the_rest_and_none_is_required_after_an_optional_one(command: Command) -> None:
    places = [parameter for parameter in command.params if parameter.is_positional]
    assert sum(parameter.many for parameter in places) <= 1
    assert [parameter.required for parameter in places] == sorted((row.required for row in places), reverse=True)


@every_command
def test_the_function_that_a_command_names_is_there(command: Command) -> None:
    assert callable(target_of(command))


@every_command
def test_the_examples_of_a_command_can_be_typed(command: Command) -> None:
    for said, line in command.examples:
        assert said
        chosen = chosen_row(typed(line))
        assert typer_app.parse(chosen.command, chosen.arguments), line


def typed(line: str) -> list[str]:
    """Return what a shell would hand to the first `prometheus` of a line."""
    parts = shlex.shlex(line.replace('"$(', "").replace(')"', ""), posix=True, punctuation_chars=True)
    parts.whitespace_split = True
    found = list(parts)
    after = found[found.index("prometheus") + 1 :]
    return list(takewhile(lambda word: not set(word) <= set("|<>&();"), after))


def test_the_first_word_of_a_command_says_which_file_it_is_in() -> None:
    for table in set(commands.TABLES.values()):
        for row in commands.rows(table):
            assert commands.TABLES[row.words[0]] == table
