"""``claim present`` at a terminal: who is asked, and what an answer does."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.house import Terminal
from prometheus_simulators.neighbourhood import Neighbourhood

from prometheus_vault import kdf

if TYPE_CHECKING:
    from pathlib import Path

ALLOW = '[[rule]]\neffect = "allow"\n'
DENY = '[[rule]]\neffect = "deny"\n'


def log(home: Neighbourhood) -> list[Any]:
    entries: list[Any] = home.reader("audit list --act claim.present --json").document["entries"]
    return entries


@pytest.fixture
def lived_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Neighbourhood:
    """A home whose vaults a child process can open: its key derivation is the real one."""
    real = kdf.argon2id
    settled = Neighbourhood(tmp_path / "home", monkeypatch, capsys)
    monkeypatch.setattr(kdf, "argon2id", real)
    settled.settle()
    settled.claim()
    return settled


def at_terminal(home: Neighbourhood, line: str) -> Terminal:
    return Terminal(home.home, *line.split(), "--passphrase-file", home.path("pass"))


def test_a_person_agrees_at_the_terminal_also_where_yes_was_given(lived_in: Neighbourhood) -> None:
    home = lived_in
    out = home.path("shown.json")
    terminal = at_terminal(home, f"claim present --ask .ageOver18 --yes --quiet --out {out}")
    seen = terminal.until("[y/N] ")
    assert "They will learn" in seen
    terminal.type("y")
    assert terminal.end() == 0
    assert os.path.exists(out)
    assert log(home)[0]["facts"]["consent"] == "asked"


def test_no_at_the_terminal_shows_and_signs_nothing(lived_in: Neighbourhood) -> None:
    home = lived_in
    terminal = at_terminal(home, f"claim present --ask .ageOver18 --out {home.path('shown.json')}")
    terminal.until("[y/N] ")
    terminal.type("")
    assert terminal.end() == 5
    assert not list(home.home.glob("shown*"))
    assert log(home) == []


def test_an_interrupt_at_the_question_leaves_nothing(lived_in: Neighbourhood) -> None:
    home = lived_in
    home.policy(ALLOW)
    terminal = at_terminal(home, f"claim present --ask .ageOver18 --out {home.path('shown.json')}")
    terminal.until("[y/N] ")
    terminal.interrupt()
    assert terminal.end() == 130
    assert not list(home.home.glob("shown*"))
    assert log(home) == []


def test_where_a_rule_allows_yes_is_enough_at_the_terminal(lived_in: Neighbourhood) -> None:
    home = lived_in
    home.policy(ALLOW)
    terminal = at_terminal(home, f"claim present --ask .ageOver18 --yes --out {home.path('shown.json')}")
    assert terminal.end() == 0
    assert "[y/N]" not in terminal.seen


def test_what_is_denied_is_not_even_asked(lived_in: Neighbourhood) -> None:
    home = lived_in
    home.policy(DENY)
    terminal = at_terminal(home, "claim present --ask .ageOver18 --yes")
    assert terminal.end() == 5
    assert "[y/N]" not in terminal.seen
    assert "your policy forbids this" in terminal.seen
