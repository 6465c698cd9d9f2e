"""Somebody who follows a page: finds its shell blocks, types each line at a terminal, and answers what is asked.

Passphrase prompts get the passphrase, words are answered by their position on the page that showed them, and every
question for consent gets a yes. What else is asked is an error: the page would have to say what to answer.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from prometheus_simulators.command_line import COMMAND, CommandLine
from prometheus_simulators.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSPHRASE = "a passphrase that is only used here"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
STATED = re.compile(r"ends\s+with\s+exit\s+code\s+(\d+)")
WORD_ON_PAGE = re.compile(r"(?<!\d)(\d{1,2}) ([a-z]{3,8})\b")
WHICH_WORD = re.compile(r"Which is word (\d+)\? $")
HERE_DOCUMENT = re.compile(r"<<'?(\w+)'?")
SIMPLE_PROMPTS = (
    (re.compile(r"when you have written them down\. $"), ""),
    (re.compile(r"[Pp]assphrase[^\n]*: $"), PASSPHRASE),
    (re.compile(r"\[[yY]/[nN]\] $"), "y"),
)


class Block(NamedTuple):
    """A fenced block of a page: its language, its text, the prose before it, and the exit code said after it."""

    language: str
    text: str
    before: str
    exit_code: int


def blocks(page: str) -> Iterator[Block]:
    """Yield the blocks of a page; the code is that of the sentence "It ends with exit code N." before the next one."""
    fences = list(BLOCK.finditer(page))
    for number, fence in enumerate(fences):
        start = fences[number - 1].end() if number else 0
        end = fences[number + 1].start() if number + 1 < len(fences) else len(page)
        stated = STATED.search(page[fence.end() : end])
        yield Block(fence[1], fence[2], page[start : fence.start()], int(stated[1]) if stated else 0)


def command_lines(block: str) -> list[str]:
    """Return the commands of a shell block; one that opens a quote or a here-document goes on until that is closed."""
    lines: list[str] = []
    is_open, end = False, ""
    for line in block.splitlines():
        if is_open:
            lines[-1] += f"\n{line}"
        elif line.strip() and not line.startswith("#"):
            lines.append(line)
            document = HERE_DOCUMENT.search(line)
            end = document[1] if document else ""
        else:
            continue
        end = "" if line == end else end
        is_open = bool(end) or lines[-1].endswith("\\") or lines[-1].count("'") % 2 == 1
    return lines


class Reader:
    """A person in a folder of their own, with an empty home and the installed command on the path."""

    def __init__(self, home: Path, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.environ = CommandLine(home).environ
        self.environ["PATH"] = f"{COMMAND.parent}{os.pathsep}{self.environ['PATH']}"

    def types(self, line: str) -> tuple[int, str]:
        """Type one line at a shell's terminal, answer everything, and return exit code and what was shown."""
        command = re.sub(r"^\./start\b", "prometheus", line)
        with Terminal(["sh", "-c", command], environ=self.environ, folder=self.folder) as terminal:
            answered = 0
            while terminal.shows_more():
                answer = answer_to(terminal.shown[answered:], terminal.shown)
                if answer is not None:
                    answered = len(terminal.shown)
                    terminal.type(answer + "\n")
            return terminal.end(), terminal.shown


def answer_to(asked: str, shown: str) -> str | None:
    """Return what to type, or None while nothing is asked."""
    word = WHICH_WORD.search(asked)
    if word:
        on_page: dict[str, str] = dict(WORD_ON_PAGE.findall(shown))
        return on_page[word[1]]
    return next((answer for prompt, answer in SIMPLE_PROMPTS if prompt.search(asked)), None)
