"""Both parsers give the same values for every command line, or refuse it both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prometheus.cli import arguments, commands, typer_app
from prometheus.cli.command import Command, Param
from prometheus.cli.values import parameters
from prometheus.errors import NotUnderstood

if TYPE_CHECKING:
    from prometheus.cli.invocation import Value

ALL = commands.all_commands()
SAMPLE = Command(
    ("sample",),
    "A command with every kind of parameter",
    "nowhere:run",
    (
        Param("first", "A text", required=True),
        Param("rest", "More texts", many=True),
        Param("last", "A choice", kind="choice", choices=("one", "two")),
        Param("count", "A number", ("--count", "-c"), "number", default=3),
        Param("each", "Several texts", ("--each", "-e"), many=True),
        Param("fast", "A flag", ("--fast", "-f"), "flag"),
        Param("out", "A file", ("--out", "-o"), "file"),
    ),
)
LOOSE = st.sampled_from(
    [
        "a",
        "b c",
        "",
        "-",
        "--",
        "one",
        "two",
        "0",
        "12",
        "-1",
        "1_0",
        "\u0661",
        "é",
        "--unknown",
        "-x",
        "--count=5",
        "=",
        "-f=1",
    ]
)


def parsed(parse: object, command: Command, line: list[str]) -> dict[str, Value] | str:
    """Return the values, or a word that says the line was refused."""
    try:
        return parse(command, line)  # type: ignore[operator, no-any-return]  # both parsers have this shape
    except NotUnderstood as error:
        return f"refused {error.code}"


def lines(command: Command) -> st.SearchStrategy[list[str]]:
    """Return command lines that are often right and sometimes nearly so."""
    flags = [flag for parameter in parameters(command) for flag in parameter.flags]
    words = [st.sampled_from(flags), st.sampled_from(flags).map(lambda flag: f"{flag}=v"), LOOSE]
    short = [flag[1] for flag in flags if not flag.startswith("--")]
    joined = st.lists(st.sampled_from(short), min_size=1, max_size=4).map(lambda letters: "-" + "".join(letters))
    return st.lists(st.one_of(*words, joined), max_size=7)


@settings(max_examples=400, deadline=None)
@given(lines(SAMPLE))
def test_the_small_parser_splits_as_typer_does(line: list[str]) -> None:
    assert parsed(arguments.parse, SAMPLE, line) == parsed(typer_app.parse, SAMPLE, line)


@pytest.mark.parametrize("command", [row for row in ALL if row.hot], ids=lambda row: row.id)
def test_a_hot_verb_gets_the_same_values_from_both(command: Command) -> None:
    @settings(max_examples=60, deadline=None)
    @given(lines(command))
    def same(line: list[str]) -> None:
        assert parsed(arguments.parse, command, line) == parsed(typer_app.parse, command, line)

    same()


@pytest.mark.parametrize("parse", [arguments.parse, typer_app.parse], ids=["small", "typer"])
class TestAParser:
    def test_fills_in_defaults(self, parse: object) -> None:
        values = parsed(parse, SAMPLE, ["a"])
        assert isinstance(values, dict)
        assert (values["first"], values["rest"], values["last"]) == ("a", (), None)
        assert (values["count"], values["each"], values["fast"], values["json"]) == (3, (), False, False)

    def test_takes_options_in_each_form(self, parse: object) -> None:
        line = ["-fc7", "--each=x", "a", "-e", "y", "--out", "-", "--json", "b", "two"]
        values = parsed(parse, SAMPLE, line)
        assert isinstance(values, dict)
        assert (values["fast"], values["count"], values["each"], values["out"]) == (True, 7, ("x", "y"), "-")
        assert (values["first"], values["rest"], values["last"]) == ("a", ("b",), "two")

    @pytest.mark.parametrize(
        "line",
        [[], ["a", "b", "three"], ["a", "--count", "x"], ["a", "--count"], ["a", "--fast=1"], ["a", "--nothing"]],
    )
    def test_refuses_what_the_table_does_not_allow(self, parse: object, line: list[str]) -> None:
        assert parsed(parse, SAMPLE, line) == "refused USAGE"
