"""Documents: every link leads somewhere, and every command shown is one that the program understands."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest
from prometheus_check.parts import parts
from prometheus_simulators.command_rows import chosen
from prometheus_simulators.reader import HERE_DOCUMENT, command_lines

from prometheus.cli import arguments
from prometheus.errors import NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
BLOCK = re.compile(r"^```(?:sh|shell|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
ENDS_A_COMMAND = re.compile(r"\||&&|\|\||;|&|\d?(?:>>?|<)(?:&\d)?")
OURS = ("prometheus", "iop", "./start")


@pytest.fixture(scope="session")
def pages(files: list[Path]) -> list[Path]:
    """Every page of documentation."""
    return [path for path in files if path.suffix == ".md"]


def shown_commands(text: str) -> Iterator[list[str]]:
    """Yield the words of each command line in the shell blocks of a page, without prompt, remark and redirection."""
    for block in BLOCK.findall(text):
        for line in command_lines(block):
            typed = line.partition("\n")[0] if HERE_DOCUMENT.search(line) else line.replace("\\\n", " ")
            split = shlex.split(typed.strip().removeprefix("$ "), comments=True)
            while split:
                end = next((at for at, word in enumerate(split) if ENDS_A_COMMAND.fullmatch(word)), len(split))
                command, split = split[:end], split[end + 1 :]
                while command and re.fullmatch(r"[A-Z_]+=.*", command[0]):
                    command = command[1:]
                if command:
                    yield command


def of_the_program(commands: list[list[str]]) -> list[list[str]]:
    """Return the commands without the verbs of plugins that the same page enables, which are named like the plugin."""
    enabled = {command[3] for command in commands if command[:3] == ["prometheus", "plugin", "enable"]}
    return [command for command in commands if not enabled & set(command[1:2])]


def why_not(command: list[str]) -> str:
    """Return why a command shown would be refused, or nothing."""
    if command[0] == "./check":
        known = {"--long", "--list", *(part.name for part in parts(long=True))}
        return ", ".join(sorted(set(command[1:]) - known))
    if command[0] not in OURS or command[1:] in ([], ["--version"], ["--help"]):
        return ""
    try:
        found = chosen(command[1:])
        if "--help" not in found.arguments:
            arguments.parse(found.command, found.arguments)
    except NotUnderstood as error:
        return error.what
    return ""


def test_every_link_to_a_file_leads_to_one(pages: list[Path], checkout: Path) -> None:
    broken = [
        f"{page.relative_to(checkout)}: {target}"
        for page in pages
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_command_shown_is_understood(pages: list[Path], checkout: Path) -> None:
    refused = {
        f"{page.relative_to(checkout)}: {shlex.join(command)}": reason
        for page in pages
        for command in of_the_program(list(shown_commands(page.read_text(encoding="utf-8"))))
        if (reason := why_not(command))
    }
    assert refused == {}


def test_commands_are_found_in_blocks_only() -> None:
    text = "./start in prose\n\n```sh\n$ A=1 prometheus digest x.json | wc -c  # remark\n./check nonsense\n```\n"
    assert list(shown_commands(text)) == [["prometheus", "digest", "x.json"], ["wc", "-c"], ["./check", "nonsense"]]


def test_here_documents_and_open_quotes_are_one_command() -> None:
    text = "```sh\ncat > a.json <<END\n{\"b\": 1}\nEND\necho '[[rule]]\nc = 1' > d.toml 3< e\n```\n"
    assert list(shown_commands(text))[0::3] == [["cat"], ["d.toml"]]


def test_a_verb_is_excused_only_where_its_plugin_is_enabled() -> None:
    enable, verb = ["prometheus", "plugin", "enable", "own"], ["prometheus", "own", "show"]
    assert of_the_program([verb, enable]) == [enable]
    assert of_the_program([verb]) == [verb]


@pytest.mark.parametrize(
    "command",
    [
        ["prometheus", "dijest", "x"],
        ["./start", "digest", "--nonsense", "x"],
        ["prometheus", "digest"],
        ["./check", "x"],
    ],
)
def test_a_command_that_is_none_is_seen(command: list[str]) -> None:
    assert why_not(command)


def test_every_decision_is_listed(checkout: Path) -> None:
    folder = checkout / "docs" / "adr"
    listed = set(LINK.findall((folder / "README.md").read_text(encoding="utf-8")))
    assert listed == {path.name for path in folder.glob("*.md")} - {"README.md", "0000-template.md"}


def test_every_decision_has_the_headings_of_the_template(checkout: Path) -> None:
    folder = checkout / "docs" / "adr"
    heading = re.compile(r"^## .*$", re.MULTILINE)
    wanted = heading.findall((folder / "0000-template.md").read_text(encoding="utf-8"))
    assert len(wanted) == 5
    for path in folder.glob("0*.md"):
        assert heading.findall(path.read_text(encoding="utf-8")) == wanted, path.name
