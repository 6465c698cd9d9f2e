"""A vault as an age file, at a terminal and between pipes: the installed command as a child."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyrage
import pytest
from prometheus_simulators.command_line import CommandLine
from prometheus_simulators.house import PASSPHRASE, Terminal

if TYPE_CHECKING:
    from pathlib import Path

FILE_PASSPHRASE = "six words for the file alone"
AGAIN = "again, because the keys leave:"
AGREE = "write this to out.age?"


@pytest.fixture
def command_line(tmp_path: Path) -> CommandLine:
    found = CommandLine(tmp_path / "home")
    (found.home / "pass").write_text(PASSPHRASE)
    made = found.run("vault", "create", "--kdf", "light", "--words-to", "words", "--passphrase-file", "pass")
    assert made.returncode == 0, made.stderr
    return found


def key_of(command_line: CommandLine) -> tuple[pyrage.x25519.Identity, str]:
    key = pyrage.x25519.Identity.generate()
    (command_line.home / "key").write_text(f"{key}\n")
    return key, str(key.to_public())


def at_terminal(command_line: CommandLine, *arguments: str) -> Terminal:
    terminal = Terminal(command_line.home, "vault", *arguments)
    terminal.until("Passphrase of personal:")
    terminal.type(PASSPHRASE)
    return terminal


def test_the_passphrase_is_asked_again_before_keys_leave(command_line: CommandLine) -> None:
    terminal = at_terminal(command_line, "export", "out.age", "--with-keys", "--recipient", key_of(command_line)[1])
    terminal.until(AGAIN)
    terminal.type("not this")
    assert terminal.end() == 6
    assert not (command_line.home / "out.age").exists()


def test_a_person_sees_what_leaves_and_may_say_no(command_line: CommandLine) -> None:
    terminal = at_terminal(command_line, "export", "out.age", "--recipient", key_of(command_line)[1])
    assert "1  persona" in terminal.until(AGREE)
    terminal.type("n")
    assert terminal.end() == 5
    assert not (command_line.home / "out.age").exists()


def test_a_file_that_is_there_is_replaced_when_the_person_says_so(command_line: CommandLine) -> None:
    key, recipient = key_of(command_line)
    out = command_line.home / "out.age"
    for answer, exit_code in (("n", 11), ("y", 0)):
        out.write_text("mine")
        terminal = Terminal(command_line.home, "vault", "export", "out.age", "--recipient", recipient)
        terminal.until("out.age is there already; replace it?")
        terminal.type(answer)
        if answer == "y":
            terminal.until("Passphrase of personal:")
            terminal.type(PASSPHRASE)
            terminal.until(AGREE)
            terminal.type("y")
        assert terminal.end() == exit_code, terminal.seen
        assert (out.read_bytes() == b"mine") == (answer == "n")
    assert b"prometheus-export" in pyrage.decrypt(out.read_bytes(), [key])


def test_the_passphrase_of_the_file_is_asked_twice(command_line: CommandLine) -> None:
    terminal = at_terminal(command_line, "export", "out.age", "--with-keys")
    terminal.until(AGAIN)
    terminal.type(PASSPHRASE)
    terminal.until(AGREE)
    terminal.type("y")
    for prompt in ("New passphrase of the file:", "New passphrase of the file again:"):
        terminal.until(prompt)
        terminal.type(FILE_PASSPHRASE)
    assert terminal.end() == 0, terminal.seen
    assert FILE_PASSPHRASE not in terminal.seen
    text: bytes = pyrage.passphrase.decrypt((command_line.home / "out.age").read_bytes(), FILE_PASSPHRASE)
    assert json.loads(text.partition(b"\n")[0])["keys"]


def test_what_an_import_would_write_is_agreed_to(command_line: CommandLine) -> None:
    _, recipient = key_of(command_line)
    options = ("--passphrase-file", "pass", "--no-input")
    command_line.run("persona", "add", "Work", *options)
    assert command_line.run("vault", "export", "out.age", "--recipient", recipient, *options).returncode == 0
    restored = ("vault", "restore", "other", "--words-file", "words", "--kdf", "light", *options)
    assert command_line.run(*restored).returncode == 0
    terminal = Terminal(
        command_line.home,
        *(
            "vault",
            "import",
            "out.age",
            "other",
            "--identity",
            "key",
            "--conflicts",
            "file",
            "--passphrase-file",
            "pass",
        ),
    )
    assert "the file's stays" in terminal.until("write this into other?")
    terminal.type("n")
    assert terminal.end() == 5
    assert "Work" not in command_line.run("persona", "list", "--vault", "other", *options).stdout


def test_an_export_goes_through_a_pipe_and_comes_back_by_one(command_line: CommandLine) -> None:
    _, recipient = key_of(command_line)
    options = ("--passphrase-file", "pass", "--no-input")
    sent = command_line.run("vault", "export", "-", "--armor", "--with-keys", "--recipient", recipient, *options)
    assert sent.returncode == 0, sent.stderr
    assert sent.stdout.startswith("-----BEGIN AGE ENCRYPTED FILE-----\n")
    made = command_line.run(
        *("vault", "import", "-", "again", "--identity", "key", "--kdf", "light", *options), typed=sent.stdout.encode()
    )
    assert made.returncode == 0, made.stderr
    lists = [command_line.run("persona", "list", "--vault", name, *options).stdout for name in ("personal", "again")]
    assert lists[0] == lists[1] != ""
