"""``policy show``, ``edit`` and ``test``: the rules come in whole or not at all, and a test says what would happen."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.house import COMMAND
from prometheus_simulators.neighbourhood import Neighbourhood
from prometheus_simulators.terminal import Terminal

from prometheus.claims.shipped import SHIPPED
from prometheus_vault import kdf

if TYPE_CHECKING:
    from pathlib import Path

STRANGER = "did:morpheus:ez22QnGZ2FnpYKi5jYoctDmab"
RULE = f"""# for the door
[[rule]]
effect = "allow"
audience = "{STRANGER}"
type = "Identity Card"
fields = [".ageOver18"]
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Neighbourhood:
    settled = Neighbourhood(tmp_path / "home", monkeypatch, capsys)
    settled.create()
    return settled


def test_a_new_vault_shows_the_form_of_a_rule(home: Neighbourhood) -> None:
    answer = home.reader("policy show")
    assert answer.code == 0
    assert "[[rule]]" in answer.out
    assert "policy edit" in answer.err
    assert max(map(len, answer.out.splitlines())) <= 120
    assert home.reader("policy show --json").document["rules"] == []


def test_rules_are_kept_as_they_were_written(home: Neighbourhood) -> None:
    answer = home.reader(f"policy edit --from {home.file('p.toml', RULE)} --json")
    assert (answer.code, answer.document["changed"], answer.document["rules"]) == (0, True, 1)
    assert home.reader("policy show").out == RULE
    assert home.reader("policy show --json").document["policy"] == RULE
    again = home.reader(f"policy edit --from {home.file('p.toml', RULE)} --json")
    assert again.document["changed"] is False
    acts = [entry["act"] for entry in home.reader("audit list --json").document["entries"]]
    assert acts.count("policy.edit") == 1


@pytest.mark.parametrize(
    "text",
    [
        "no toml",
        '[[rule]]\neffect = "maybe"',
        '[[rule]]\neffect = "deny"\naudience = "Town hall"',
        '[[rule]]\neffect = "deny"\npersona = "did:nothing"',
        '[[rule]]\neffect = "allow"\nfield = [".a"]',
    ],
)
def test_what_is_not_understood_changes_nothing(home: Neighbourhood, text: str) -> None:
    home.policy(RULE)
    answer = home.reader(f"policy edit --from {home.file('bad.toml', text)} --json")
    assert (answer.code, answer.document["code"]) == (2, "POLICY-NOT-UNDERSTOOD")
    assert home.reader("policy show").out == RULE


def test_without_terminal_or_file_it_says_what_to_give(home: Neighbourhood) -> None:
    answer = home.reader("policy edit --json")
    assert answer.code == 5
    assert "--from" in answer.document["hint"]
    assert home.reader("policy edit --from missing.toml --json").code == 4


def test_names_that_nobody_has_are_said(home: Neighbourhood) -> None:
    text = '[[rule]]\neffect = "deny"\npersona = "Wrok"\n[[rule]]\neffect = "deny"\ntype = "identity-crad"'
    answer = home.reader(f"policy edit --from {home.file('p.toml', text)}")
    assert answer.code == 0
    assert "rule 1 names the persona Wrok" in answer.err
    assert "rule 2 names the kind of claim identity-crad" in answer.err
    home.reader("persona add Wrok")
    said = home.reader(f"policy edit --from {home.file('p.toml', text + chr(10))}").err
    assert "Wrok" not in said


@pytest.mark.parametrize("kind", ["identity-card", "'Identity card'", SHIPPED["identity-card"]])
def test_it_says_what_would_be_decided_however_the_kind_is_named(home: Neighbourhood, kind: str) -> None:
    home.policy(RULE.replace("Identity Card", "identity-card"))
    line = f"policy test --type {kind} --audience {STRANGER} --json"
    assert home.reader(f"{line} --show .ageOver18").document["decision"] == "allow"
    found = home.reader(f"{line} --show .ageOver18,.givenName").document
    assert (found["decision"], found["rule"], found["text"]) == ("ask", 0, "")


def test_a_decision_is_told_with_its_rule(home: Neighbourhood) -> None:
    home.policy('[[rule]]\neffect = "deny"\npersona = "Work"')
    home.reader("persona add Work")
    assert home.reader("policy test --persona Work").out.startswith("deny  (rule 1: deny persona=Work")
    assert home.reader("policy test").out.startswith("deny") is False


@pytest.mark.parametrize(
    ("options", "exit_code", "code"),
    [
        ("--type nothing", 4, "SCHEMA-NOT-FOUND"),
        ("--audience somebody", 2, "DID"),
        ("--persona Nobody", 4, "PERSONA-NOT-FOUND"),
        ("--show ageOver18", 2, "PATH"),
    ],
)
def test_a_mistake_in_a_test_is_told(home: Neighbourhood, options: str, exit_code: int, code: str) -> None:
    answer = home.reader(f"policy test {options} --json")
    assert (answer.code, answer.document["code"]) == (exit_code, code)


def test_a_comment_never_steers_the_terminal(home: Neighbourhood) -> None:
    home.policy("# \u202e\u009b\n")
    for options in ("", "--json"):
        shown = home.reader(f"policy show {options}").out
        assert not {"\u202e", "\u009b"} & set(shown)


class Editing:
    """``policy edit`` at a terminal, with an editor that is a line of shell."""

    def __init__(self, home: Neighbourhood, editor: str) -> None:
        script = home.home / "editor"
        script.write_text(f"#!/bin/sh\n{editor}\n")
        script.chmod(0o700)
        environ = {"HOME": str(home.home), "PATH": os.environ["PATH"], "TERM": "xterm", "EDITOR": str(script)}
        words = (COMMAND, "policy", "edit", "--passphrase-file", home.path("pass"))
        self.terminal = Terminal(words, environ=environ, folder=home.home)


@pytest.fixture
def lived_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Neighbourhood:
    """A home whose vault a child process can open: its key derivation is the real one."""
    real = kdf.argon2id
    settled = Neighbourhood(tmp_path / "home", monkeypatch, capsys)
    monkeypatch.setattr(kdf, "argon2id", real)
    settled.create()
    return settled


def test_what_the_editor_leaves_is_the_policy(lived_in: Neighbourhood) -> None:
    rules = lived_in.file("rules", RULE)
    with Editing(lived_in, f'cp {rules} "$1"').terminal as terminal:
        assert terminal.end() == 0, terminal.shown
    assert lived_in.reader("policy show").out == RULE


def test_an_edit_that_is_not_understood_is_edited_again_and_not_lost(lived_in: Neighbourhood) -> None:
    rules = lived_in.file("rules", RULE)
    editor = f'if grep -q tpyo "$1"; then cp {rules} "$1"; else echo tpyo >> "$1"; fi'
    with Editing(lived_in, editor).terminal as terminal:
        terminal.wait_for("edit it again? [Y/n] ")
        terminal.type("\n")
        assert terminal.end() == 0, terminal.shown
    assert lived_in.reader("policy show").out == RULE


def test_giving_up_on_an_edit_changes_nothing(lived_in: Neighbourhood) -> None:
    before = lived_in.reader("policy show").out
    with Editing(lived_in, 'echo tpyo >> "$1"').terminal as terminal:
        terminal.wait_for("edit it again? [Y/n] ")
        terminal.type("n\n")
        assert terminal.end() == 2, terminal.shown
    with Editing(lived_in, "exit 3").terminal as terminal:
        assert terminal.end() == 5, terminal.shown
    assert lived_in.reader("policy show").out == before
