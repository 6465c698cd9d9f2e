"""``trust add``, ``list``, ``remove``, ``export`` and ``import``: a list that the user keeps, and no vault."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.neighbourhood import Neighbourhood

from prometheus.claims.shipped import SHIPPED
from prometheus.cli import ask

if TYPE_CHECKING:
    from pathlib import Path

TOWN = "did:morpheus:ez22QnGZ2FnpYKi5jYoctDmab"
FRIEND = "did:morpheus:ezbwg32t1Hh8xbfDbyNxkhkG"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Neighbourhood:
    return Neighbourhood(tmp_path / "home", monkeypatch, capsys)


def listed(home: Neighbourhood) -> Any:
    return home.run("trust list --json").document


@pytest.mark.parametrize(
    ("options", "said", "count"),
    [
        ("", "is trusted for every kind of claim", 0),
        ("--for identity-card", "is trusted for 1 kind of claim", 1),
        ("--for identity-card --for age", "is trusted for 2 kinds of claim", 2),
        ("--for age --for Age", "is trusted for 1 kind of claim", 1),
    ],
)
def test_whom_one_trusts_for_what_is_said_and_kept(home: Neighbourhood, options: str, said: str, count: int) -> None:
    answer = home.run(f"trust add {TOWN} --name 'Town hall' {options}")
    assert (answer.code, answer.out) == (0, f"Town hall {said}\n")
    (found,) = listed(home)["authorities"]
    assert (found["did"], found["name"], len(found["processes"])) == (TOWN, "Town hall", count)


def test_an_empty_list_says_how_to_begin(home: Neighbourhood) -> None:
    assert home.run("trust list").out == "you trust nobody yet; `prometheus trust add DID` begins\n"
    assert listed(home) == {"v": 1, "authorities": [], "withdrawn": []}


def test_a_list_names_kinds_and_fits(home: Neighbourhood) -> None:
    home.run(f"trust add {TOWN} --name 'Town hall' --for identity-card --for age")
    home.run(f"trust add {FRIEND}")
    shown = home.run("trust list").out
    assert shown.splitlines() == [
        f"Town hall  {TOWN}",
        f"    for Identity card ({SHIPPED['identity-card'][:13]})",
        f"    for Age ({SHIPPED['age'][:13]})",
        f"(no name)  {FRIEND}",
        "    for every kind of claim",
    ]
    assert max(map(len, shown.splitlines())) <= 80


def test_adding_again_replaces_and_removing_removes(home: Neighbourhood) -> None:
    home.run(f"trust add {TOWN} --for age")
    home.run(f"trust add {TOWN} --name Town")
    assert [(one["name"], one["processes"]) for one in listed(home)["authorities"]] == [("Town", [])]
    assert home.run(f"trust remove {TOWN}").code == 0
    assert listed(home)["authorities"] == []
    again = home.run(f"trust remove {TOWN} --json")
    assert (again.code, again.document["code"]) == (4, "NOT-FOUND")


@pytest.mark.parametrize(
    ("line", "exit_code", "code"),
    [
        ("trust add somebody", 2, "DID"),
        ("trust add", 2, "USAGE"),
        (f"trust add {TOWN} --for nothing", 4, "SCHEMA-NOT-FOUND"),
        ("trust remove somebody", 2, "DID"),
        ("trust import missing.json", 4, "FILE-NOT-FOUND"),
        ("trust export --out none/list.json", 16, "STORAGE"),
    ],
)
def test_a_mistake_has_its_code(home: Neighbourhood, line: str, exit_code: int, code: str) -> None:
    answer = home.run(f"{line} --json")
    assert (answer.code, answer.document["code"]) == (exit_code, code)
    assert listed(home)["authorities"] == []


def test_a_list_is_shared_as_a_file(home: Neighbourhood) -> None:
    home.run(f"trust add {TOWN} --name 'Town hall' --for age")
    before = listed(home)
    out = home.path("list.json")
    assert home.run(f"trust export --out {out}").code == 0
    assert json.loads(home.run("trust export").out) == before
    home.run(f"trust remove {TOWN}")
    refused = home.run(f"trust import {out} --json")
    assert (refused.code, refused.document["code"]) == (5, "CONSENT-NEEDED")
    assert listed(home)["authorities"] == []
    assert home.run(f"trust import {out} --yes --json").document["added"] == 1
    assert listed(home) == before
    assert home.run(f"trust import {out} --json").document == {"v": 1, "added": 0, "withdrawn": 0}


def test_what_would_be_added_is_shown_before_it_is_asked(home: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = "Town\u202e\u009b31m\x1b[2J"
    other = {
        "v": 1,
        "authorities": [{"did": TOWN, "name": evil, "processes": [SHIPPED["age"]], "added": "2026-11-22T18:00:00Z"}],
        "withdrawn": [SHIPPED["age"]],
    }
    monkeypatch.setattr(ask, "confirm", lambda *_, **__: False)
    answer = home.run(f"trust import {home.file('other.json', other)}")
    assert answer.code == 5
    assert TOWN in answer.err
    assert "for Age" in answer.err
    assert "takes back 1 statement:" in answer.err
    assert not {"\u202e", "\u009b", "\x1b"} & set(answer.err)
    assert listed(home)["authorities"] == []


@pytest.mark.parametrize(
    "text",
    [
        *("", "no json", "[]", "{}", "[" * 100_000),
        '{"v": 2, "authorities": [], "withdrawn": []}',
        json.dumps({"v": 1, "authorities": [{"did": TOWN}], "withdrawn": []}),
    ],
)
def test_a_list_that_is_none_is_refused(home: Neighbourhood, text: str) -> None:
    home.run(f"trust add {FRIEND}")
    answer = home.run(f"trust import {home.file('other.json', text)} --yes --json")
    assert (answer.code, answer.document["code"]) == (2, "TRUST-NOT-UNDERSTOOD")
    assert len(listed(home)["authorities"]) == 1


def test_a_list_that_cannot_be_read_trusts_nobody(home: Neighbourhood) -> None:
    home.settle()
    statement = home.statement()
    home.run(f"trust add {home.did('library')}")
    assert home.run(f"claim verify {statement}").code == 0
    (home.home / ".local/share/prometheus/trust.json").write_text("{")
    answer = home.run(f"claim verify {statement} --json")
    assert (answer.code, answer.document["code"]) == (2, "TRUST-NOT-UNDERSTOOD")


def test_trust_decides_the_verdict_for_the_kinds_named(home: Neighbourhood) -> None:
    home.settle()
    statement = home.statement()
    assert home.run(f"claim verify {statement}").code == 13
    home.run(f"trust add {home.did('library')} --for age")
    assert home.run(f"claim verify {statement}").code == 13
    home.run(f"trust add {home.did('library')} --for identity-card")
    assert home.run(f"claim verify {statement}").code == 0
    withdrawn = home.run(f"digest {statement} --json").document["id"]
    other = {"v": 1, "authorities": [], "withdrawn": [withdrawn]}
    home.run(f"trust import {home.file('other.json', other)} --yes")
    answer = home.run(f"claim verify {statement} --json")
    assert answer.code == 1
    assert "REVOKED" in [check["code"] for check in answer.document["checks"]]
