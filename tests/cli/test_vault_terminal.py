"""Recovery words at a terminal: shown once, asked for, mended word by word, and gone from the screen."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.house import PASSPHRASE, Terminal

if TYPE_CHECKING:
    from pathlib import Path

LEAVES = "\x1b[?1049l"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    (home / "pass").write_text(PASSPHRASE)
    return home


def shown_words(page: str) -> list[str]:
    pairs = re.findall(r" (\d{1,2}) ([a-z]+)", page)
    words = {int(place): word for place, word in pairs}
    return [words[place] for place in range(1, 25)]


def make(home: Path) -> list[str]:
    """Make a vault at a terminal and return the words that it showed."""
    terminal = Terminal(home, "vault", "create", "--kdf", "light")
    words = shown_words(terminal.until("written them down."))
    terminal.type("")
    for _ in range(3):
        place = int(re.findall(r"Which is word (\d+)\?", terminal.until("? "))[-1])
        terminal.type(words[place - 1].upper())
    terminal.until("New passphrase:")
    terminal.type(PASSPHRASE)
    terminal.until("again:")
    terminal.type(PASSPHRASE)
    assert terminal.end() == 0, terminal.seen
    assert PASSPHRASE not in terminal.seen
    after = terminal.seen[terminal.seen.rindex(LEAVES) :]
    assert not [word for place, word in enumerate(words, 1) if f"{place} {word}" in after]
    return words


def test_a_vault_is_made_at_a_terminal(home: Path) -> None:
    make(home)
    assert (home / ".local/share/prometheus/personal.vault").exists()


def test_a_wrong_answer_shows_the_words_again(home: Path) -> None:
    terminal = Terminal(home, "vault", "create", "--kdf", "light")
    first = shown_words(terminal.until("written them down."))
    terminal.type("")
    terminal.until("? ")
    terminal.type("nonsense")
    assert shown_words(terminal.until("written them down.")) == first
    terminal.interrupt()
    assert terminal.end() == 130
    assert terminal.seen.rindex(LEAVES) > terminal.seen.rindex("written")
    assert not (home / ".local/share/prometheus/personal.vault").exists()


def test_two_passphrases_that_differ_make_nothing(home: Path) -> None:
    terminal = Terminal(home, "vault", "restore", "x", "--words-file", "missing")
    assert terminal.end() == 4
    words = make(home)
    (home / "words").write_text(" ".join(words))
    terminal = Terminal(home, "vault", "restore", "x", "--words-file", "words", "--yes")
    for _ in range(3):
        terminal.until("New passphrase:")
        terminal.type("one thing or so")
        terminal.until("again:")
        terminal.type("another thing")
    assert terminal.end() == 2
    assert not (home / ".local/share/prometheus/x.vault").exists()


@pytest.mark.parametrize("slip", ["", "a" * 1025, "ä" * 600])
def test_a_passphrase_that_went_wrong_does_not_cost_the_words_on_paper(home: Path, slip: str) -> None:
    words = make(home)
    (home / "words").write_text(" ".join(words))
    terminal = Terminal(home, "vault", "restore", "x", "--kdf", "light", "--words-file", "words", "--yes")
    terminal.until("New passphrase:")
    terminal.type(slip)
    terminal.until("try again\r\nNew passphrase:")
    terminal.type(PASSPHRASE)
    terminal.until("again:")
    terminal.type(PASSPHRASE)
    assert terminal.end() == 0
    assert (home / ".local/share/prometheus/x.vault").exists()


@pytest.mark.parametrize(("again", "code"), [("TREZOR", 0), ("TREZ0R", 2)])
def test_a_bip39_password_that_no_vault_can_prove_is_typed_twice(home: Path, again: str, code: int) -> None:
    words = make(home)
    (home / "words").write_text(" ".join(words))
    terminal = Terminal(home, "vault", "restore", "x", "--words-file", "words", "--bip39-password", "--dry-run")
    terminal.until("BIP39 password:")
    terminal.type("TREZOR")
    terminal.until("BIP39 password again:")
    terminal.type(again)
    assert terminal.end() == code
    assert "TREZ" not in terminal.seen


def test_what_is_typed_ahead_while_a_key_is_derived_is_not_shown(home: Path) -> None:
    make(home)
    terminal = Terminal(home, "vault", "passphrase", "--kdf", "light")
    terminal.until("Passphrase of personal:")
    for line in (PASSPHRASE, "typed ahead of time", "typed ahead of time"):
        terminal.type(line)
    assert terminal.end() == 0, terminal.seen
    assert "typed ahead" not in terminal.seen
    (home / "new").write_text("typed ahead of time")
    opened = Terminal(home, "vault", "unlock", "--passphrase-file", "new")
    assert opened.end() == 0


@pytest.mark.parametrize(
    ("verb", "prompt"),
    [(("vault", "unlock"), "Passphrase of personal:"), (("vault", "words", "check"), "24 recovery words")],
    ids=["a hidden answer", "a private page"],
)
def test_a_question_for_a_secret_cannot_be_left_standing(home: Path, verb: tuple[str, ...], prompt: str) -> None:
    make(home)
    terminal = Terminal(home, *verb)
    terminal.until(prompt)
    terminal.type("\x1a")
    terminal.until("\n")
    assert os.waitpid(terminal.process, os.WNOHANG | os.WUNTRACED) == (0, 0)
    terminal.interrupt()
    assert terminal.end() in (6, 130)


def test_one_mistyped_word_is_named_and_mended(home: Path) -> None:
    words = make(home)
    wrong = words[:]
    wrong[10] = words[10][:-1] + "zq"
    terminal = Terminal(home, "vault", "words", "check")
    terminal.until("1 > ")
    for start in range(0, 24, 6):
        row = [f"{place + 1}. {wrong[place].capitalize()}" for place in range(start, start + 6)]
        terminal.type("  ".join(row))
    said = terminal.until("word 11 > ")
    assert f"word 11 '{wrong[10]}' is not in the list" in said
    terminal.type(words[10])
    assert terminal.end() == 0, terminal.seen
    assert "the words are right" in terminal.seen[terminal.seen.rindex(LEAVES) :]


def test_a_secret_is_revealed_only_on_its_own_page(home: Path) -> None:
    make(home)
    terminal = Terminal(home, "key", "derive", "--reveal", "--yes", "--passphrase-file", "pass")
    terminal.until("Type reveal to show it: ")
    terminal.type("reveal")
    page = terminal.until("wipe it")
    secret = re.search(r"[0-9a-f]{64}", page)
    assert secret
    terminal.type("")
    assert terminal.end() == 0
    assert secret.group() not in terminal.seen[terminal.seen.rindex(LEAVES) :]


def test_a_secret_is_not_revealed_without_the_word(home: Path) -> None:
    make(home)
    terminal = Terminal(home, "key", "derive", "--reveal", "--yes", "--passphrase-file", "pass")
    terminal.until("Type reveal to show it: ")
    terminal.type("yes")
    assert terminal.end() == 5
    assert not re.search(r"[0-9a-f]{64}", terminal.seen)


def test_no_lock_is_held_while_a_person_thinks(home: Path) -> None:
    make(home)
    thinking = Terminal(home, "persona", "list")
    thinking.until("Passphrase of personal:")
    other = Terminal(home, "persona", "add", "Work", "--passphrase-file", "pass")
    assert other.end() == 0
    thinking.type(PASSPHRASE)
    assert thinking.end() == 0
    assert "Work" in thinking.seen
