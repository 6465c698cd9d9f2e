"""docs: each page that people wrote, followed from top to bottom in an empty folder and home, does what it says.

A page is one session of one shell. Its blocks are read like this:

* ``sh``: typed line by line. Every line ends with exit code 0, but for the last one of a block when the prose after it
  says "ends with exit code N", up to the next block that is no output.
* ``text`` after such a block: what the block shows has these lines in this order; ``…`` stands for anything.
* ``text`` elsewhere: something to look at.
* any other language: a file, whose name in backquotes and a colon end the prose before it.

In the short run the key derivation of the vaults is a quick one; ``./check --long`` follows each page with the command
as it is installed.
"""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from prometheus_simulators.command_line import COMMAND, CommandLine
from prometheus_simulators.quick_command import quick_command
from prometheus_simulators.reader import blocks, command_lines
from prometheus_simulators.secret_service import secret_service

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parents[2] / "docs"
ROOMS = {"how-to": 80, "explanation": 100, "reference": 120}
"""The folders of pages, and how many lines a page of each may have."""
GENERATED = "<!-- Made by"
LONGEST_RUN = 120
WITH_TESTS_OF_ITS_OWN = frozenset({"vault-format"})
"""A page that is written for programs, and compared with one: see tests/vault/test_format_document.py."""
PAGES = [
    page
    for room in ROOMS
    for page in sorted((FOLDER / room).glob("*.md"))
    if GENERATED not in page.read_text(encoding="utf-8") and page.stem not in WITH_TESTS_OF_ITS_OWN
]
FILE_NAME = re.compile(r"`([\w./-]+)`:\s*$")
MARK = re.compile(r"^<<(\d+) (\d+)>>\n", re.MULTILINE)


class Step(NamedTuple):
    """A line to type with the exit code it has to end with, or a file to write; and what is to be seen."""

    line: str
    exit_code: int = 0
    shows: tuple[str, ...] = ()
    file: str = ""
    opens_block: bool = False


def steps(page: str) -> list[Step]:
    """Return what a page tells its reader to do.

    Raises:
        ValueError: When a block is neither a command, an output nor a file.
    """
    found: list[Step] = []
    for block in blocks(page):
        name = FILE_NAME.search(block.before)
        if block.language == "sh":
            lines = command_lines(block.text)
            found += [Step(line, opens_block=line == lines[0]) for line in lines[:-1]]
            found.append(Step(lines[-1], block.exit_code, opens_block=len(lines) == 1))
        elif block.language == "text":
            if found and not found[-1].file and not block.before.strip():
                code = found[-1].exit_code or block.exit_code
                found[-1] = found[-1]._replace(shows=tuple(block.text.splitlines()), exit_code=code)
        elif name:
            found.append(Step(block.text, file=name[1]))
        else:
            raise ValueError(f"nobody knows what to do with this block: {block.text[:60]}")
    return found


def script(todo: list[Step]) -> Iterator[str]:
    """Yield the lines of a shell script that does it and tells each exit code."""
    for number, step in enumerate(todo):
        if step.file:
            yield f"mkdir -p ./{os.path.dirname(step.file)}"
            yield f"cat > {step.file} <<'END-OF-THE-FILE'\n{step.line}END-OF-THE-FILE"
        else:
            yield step.line
        yield f"printf '\\n<<%d %d>>\\n' {number} $?"


def missing(wanted: tuple[str, ...], shown: str) -> list[str]:
    """Return the wanted lines from the first that no further line fits; blanks count as one."""
    rows = iter(" ".join(row.split()) for row in shown.splitlines())
    for number, line in enumerate(wanted):
        pattern = ".*".join(re.escape(piece) for piece in " ".join(line.split()).split("…"))
        if line.strip() and not any(re.fullmatch(pattern, row) for row in rows):
            return list(wanted[number:])
    return []


@contextmanager
def surroundings(page: str) -> Iterator[dict[str, str]]:
    """Yield the variables of what a page takes for granted: a desktop with a keyring, or an extra."""
    if "vault shares make" in page:
        pytest.importorskip("shamir_mnemonic", reason="shamir-mnemonic is not installed")
    if "vault keyring on" not in page:
        yield {}
        return
    with secret_service() as running:
        yield {"DBUS_SESSION_BUS_ADDRESS": running.environ["DBUS_SESSION_BUS_ADDRESS"]}


def follow(page: str, folder: Path) -> list[str]:
    """Follow a page and return what went another way than it says."""
    with surroundings(page) as environ:
        return follow_in(page, folder, environ)


def commands(folder: Path) -> tuple[str, ...]:
    """Return the folders of the commands that a page may name."""
    installed = str(COMMAND.parent)
    return (installed,) if os.environ.get("PROMETHEUS_LONG") else (quick_command(folder), installed)


def follow_in(page: str, folder: Path, environ: dict[str, str]) -> list[str]:
    """Follow a page with these variables and return what went another way than it says."""
    command_line = CommandLine(folder / "home")
    (folder / "empty").mkdir()
    todo = steps(page)
    done = subprocess.run(
        ["sh"],
        input="\n".join(script(todo)) + "\n",
        cwd=folder / "empty",
        env={**command_line.environ, **environ, "PATH": os.pathsep.join((*commands(folder), os.environ["PATH"]))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST_RUN,
        check=False,
        start_new_session=True,
    )
    shown, *rest = MARK.split(done.stdout)
    codes = [int(code) for code in rest[1::3]]
    assert len(codes) == len(todo), done.stdout
    wrong = []
    outputs = [shown, *rest[2::3]]
    block_shown = ""
    for step, code, output in zip(todo, codes, outputs, strict=False):
        block_shown = output if step.opens_block else block_shown + output
        if code != step.exit_code:
            wrong.append(f"$ {step.line}\nexit code {code}, not {step.exit_code}\n{output}")
        if step.shows:
            lost = missing(step.shows, block_shown)
            wrong += [f"$ {step.line}\nnot shown: {lost}\nin\n{block_shown}"] if lost else []
    return wrong


@pytest.mark.parametrize("path", PAGES, ids=[path.stem for path in PAGES])
def test_the_page_can_be_followed(path: Path, tmp_path: Path) -> None:
    assert "\n\n".join(follow(path.read_text(encoding="utf-8"), tmp_path)) == ""


@pytest.mark.parametrize("path", PAGES, ids=[path.stem for path in PAGES])
def test_the_page_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= ROOMS[path.parent.name]


@pytest.mark.parametrize(
    "wrong",
    [
        "```sh\nfalse\n```\n",
        "```sh\nfalse\ntrue\n```\n",
        "```sh\ntrue\n```\nIt ends with exit code 1.\n",
        "```sh\necho one\n```\n\n```text\ntwo\n```\n",
        "```sh\nprintf 'one\\ntwo\\n'\n```\n\n```text\ntwo\none\n```\n",
    ],
)
def test_a_page_that_is_not_true_is_seen(wrong: str, tmp_path: Path) -> None:
    assert follow(wrong, tmp_path)


def test_a_page_that_is_true_is_followed_in_one_shell(tmp_path: Path) -> None:
    page = "`a.txt`:\n\n```json\n{}\n```\n\n```sh\nname=a\ncat $name.txt\nexit_with() { return 3; }; exit_with\n```\n\n"
    assert follow(f"{page}```text\n{{…\n```\n\nIt ends with\nexit code 3.\n", tmp_path) == []


def test_a_block_without_meaning_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody knows"):
        steps("Some prose.\n\n```json\n{}\n```\n")
