r"""Stories: sessions at a terminal, readable as text, played with the real command.

# a remark
$ prometheus bug-report          a command; it runs in the story's own folder and home
? write it to                    waits until this is shown
> n                              types this and Enter
>! secret                        types this and Enter; fails if it is ever shown
^ C                              presses a control key
| error: nothing was written     this is shown, as a whole line, after the lines before it; * stands for anything
! Traceback                      this is not shown
= 5                              the exit code, where it is not 0
-- name.json --                  a file of the folder, up to the next such line; only at the end of the story
"""

from __future__ import annotations

import re
import shlex
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest
from prometheus_simulators.command_line import COMMAND, CommandLine
from prometheus_simulators.terminal import Terminal

FOLDER = Path(__file__).parents[1] / "stories"
STORIES = sorted(FOLDER.glob("*.txt"))
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
FILE = re.compile(r"^-- (\S+) --\n", re.MULTILINE)


class Step(NamedTuple):
    """One command with what happens while it runs."""

    line: str
    acts: list[tuple[str, str]]


class Story(NamedTuple):
    """A story as it was read."""

    steps: list[Step]
    files: dict[str, str]


def read(text: str) -> Story:
    """Read a story.

    Raises:
        ValueError: When a line is none of a story's.
    """
    told, *parts = FILE.split(text)
    steps: list[Step] = []
    for line in told.splitlines():
        mark, _, rest = line.partition(" ")
        if not line.strip() or mark == "#":
            continue
        if mark == "$":
            steps.append(Step(rest, []))
        elif mark in {"?", ">", ">!", "^", "|", "!", "="} and steps:
            steps[-1].acts.append((mark, rest))
        else:
            raise ValueError(f"no line of a story: {line}")
    return Story(steps, dict(zip(parts[::2], parts[1::2], strict=True)))


def play(story: Story, home: Path) -> None:
    """Play every step in one home."""
    command_line = CommandLine(home)
    for name, content in story.files.items():
        (home / name).write_text(content, encoding="utf-8")
    for step in story.steps:
        name, *arguments = shlex.split(step.line)
        assert name == "prometheus", step.line
        with ExitStack() as stack:
            terminal = Terminal([COMMAND, *arguments], environ=command_line.environ, folder=home)
            play_step(step, stack.enter_context(terminal))


def play_step(step: Step, terminal: Terminal) -> None:
    """Play one command to its end and look at what it showed."""
    secrets = [text for mark, text in step.acts if mark == ">!"]
    for mark, text in step.acts:
        if mark == "?":
            terminal.wait_for(text)
        elif mark in {">", ">!"}:
            terminal.type(text + "\n")
        elif mark == "^":
            terminal.type(chr(ord(text) - ord("@")))
    code = terminal.end()
    wanted = next((int(text) for mark, text in step.acts if mark == "="), 0)
    assert code == wanted, f"$ {step.line}\n{terminal.shown}"
    assert missing([text for mark, text in step.acts if mark == "|"], terminal.shown) == [], terminal.shown
    for text in [*secrets, *(text for mark, text in step.acts if mark == "!")]:
        assert text not in terminal.shown, f"$ {step.line}: shown"


def missing(patterns: list[str], shown: str) -> list[str]:
    """Return the patterns from the first that no further line fits."""
    lines = iter(COLOUR.sub("", shown).splitlines())
    for number, pattern in enumerate(patterns):
        wanted = ".*".join(map(re.escape, pattern.strip().split("*")))
        if not any(re.fullmatch(wanted, line.strip()) for line in lines):
            return patterns[number:]
    return []


@pytest.mark.parametrize("path", STORIES, ids=[path.stem for path in STORIES])
def test_the_story_holds(path: Path, tmp_path: Path) -> None:
    play(read(path.read_text(encoding="utf-8")), tmp_path / "home")


@pytest.mark.parametrize(
    "wrong",
    ["$ prometheus version\n= 1", "$ prometheus version\n| nothing like this", "$ prometheus version\n! python"],
)
def test_a_story_that_is_not_true_fails(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        play(read(wrong), tmp_path / "home")


def test_a_secret_that_is_echoed_fails_the_story(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="shown"):
        play(read("$ prometheus bug-report\n? [y/N]\n>! no\n= 5"), tmp_path / "home")


def test_lines_have_to_come_in_their_order() -> None:
    assert missing(["b", "a*"], "a1\nb\na2\n") == []
    assert missing(["b", "a1"], "a1\nb\na2\n") == ["a1"]
