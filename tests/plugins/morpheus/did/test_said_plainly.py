"""What is said of a DID names what was looked up, what was not, and what is wrong with what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prometheus_morpheus.verbs.did.lines import age

if TYPE_CHECKING:
    from prometheus_simulators.house import Answer
    from prometheus_simulators.ledger_town import LedgerTown

STRANGER = "did:morpheus:ezbwg32t1Hh8xbfDbyNxkhkG"


@pytest.mark.parametrize("line", [f"did resolve {STRANGER}", f"did show {STRANGER} --w3c"])
def test_what_nobody_looked_up_names_no_height_and_says_so(town: LedgerTown, line: str) -> None:
    answer = town.run(f"{line} --json")
    result = answer.document["resolution"]
    assert result["didDocumentMetadata"] == {"deactivated": False}
    assert result["didResolutionMetadata"]["lookedUp"] is False
    assert "no ledger was asked" in town.run(line).err


def test_what_was_looked_up_names_its_height(town: LedgerTown, url: str) -> None:
    result = town.run(f"did resolve {STRANGER} --json").document["resolution"]
    assert result["didDocumentMetadata"]["queriedAtHeight"] > 0
    assert "lookedUp" not in result["didResolutionMetadata"]


@pytest.mark.parametrize("verb", ["show", "resolve", "history", "verify"])
@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("did:morpheus:bad", "after did:morpheus: comes ez or sz"),
        ("did:morpheus:ez1", "it is too short"),
        (f"{STRANGER}{'a' * 9}", "it is too long"),
        ("did:morpheus:ezbwg32t1Hh8xbfDbyNxkhk0", "'0' occurs in none"),
        ("did:morpheus:ezbwg32t1Hh8xbfDbyNxkhk", "it is mistyped"),
    ],
)
def test_a_mistyped_did_is_named_with_what_is_wrong(town: LedgerTown, verb: str, text: str, wrong: str) -> None:
    answer = town.run(f"did {verb} {text} --json")
    assert (answer.code, answer.document["code"]) == (2, "DID")
    assert answer.document["error"].startswith(text)
    assert wrong in answer.document["error"]


def test_a_shown_did_fits_a_terminal(town: LedgerTown) -> None:
    assert max(map(len, town.run(f"did show {STRANGER}").out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "just now"), (3, "3 s ago"), (60, "1 minute ago"), (7200, "2 hours ago")]
)
def test_an_age_is_told_in_its_unit(seconds: int, said: str) -> None:
    assert age(seconds) == said


def test_what_is_remembered_is_told_with_its_age(town: LedgerTown, url: str) -> None:
    town.well("did show --keep")
    shown = town.well("did show --offline").out
    assert "; from memory" in shown
    assert "remembered, asked" not in shown


def test_that_one_source_was_asked_alone_is_said(town: LedgerTown, url: str) -> None:
    twice = f"--ledger {url} --ledger {url.replace('127.0.0.1', 'localhost')}"
    told = town.run(f"did verify {STRANGER} {twice}").out
    assert "nobody is there to contradict it" in told
    assert told.count("\nsource   ") == 1


def wide(answer: Answer) -> list[str]:
    """Return lines that do not fit; those of an error are laid out at a terminal alone."""
    lines = (answer.out + answer.err).splitlines()
    return [line for line in lines if len(line) > 80 and not line.startswith(("why: ", "hint: "))]


@pytest.mark.parametrize("whom", ["", "--ledger http://127.0.0.1:9 --network local", "--offline --network local"])
@pytest.mark.parametrize("act", ["did add-key phone --right impersonate --expires 100000", "timestamp FILE"])
def test_what_would_be_paid_for_is_shown_within_80_columns(town: LedgerTown, url: str, whom: str, act: str) -> None:
    town.persona("phone")
    town.well("did add-key iezbwg32t1Hh8xbfDbyNxkhkG --yes --did phone")  # then the address is one that can be linked
    typed = f"{act.replace('FILE', town.file('short', '7'))} {whom}"
    assert wide(town.run(f"{typed} --dry-run")) == []
    assert wide(town.well(f"{typed} --yes")) == []


def test_what_is_known_of_a_did_is_shown_within_80_columns(town: LedgerTown, url: str) -> None:
    town.persona("old-phone-in-the-drawer-of-the-kitchen")
    town.well("did add-key old-phone-in-the-drawer-of-the-kitchen --right update --expires 100000 --yes")
    for verb in ("did show", "did resolve --form lines", "did history", "did verify", "ledger pending --all"):
        assert wide(town.run(verb)) == []
