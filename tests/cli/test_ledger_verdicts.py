"""``claim verify`` with a ledger: what was unknown is decided, and what cannot be asked leaves it unknown."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.bad_endpoint_world import bad_world
from prometheus_simulators.ledger_town import LedgerTown, height

from prometheus.identity.did import Did

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prometheus_simulators.house import Answer


@pytest.fixture
def town(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[tuple[LedgerTown, str]]:
    """A reader with coins, a trusted library, and the ledger that everything asks."""
    with ExitStack() as stack:
        made = LedgerTown(tmp_path / "home", monkeypatch, capsys)
        made.settle()
        url = made.open_ledger(stack)
        monkeypatch.setenv("PROMETHEUS_LEDGER", url)
        made.fund(url)
        made.run(f"trust add {made.did('library')} --name Library")
        yield made, url


def codes(answer: Answer) -> list[str]:
    return [check["code"] for check in answer.document["checks"] if check["code"]]


def judged(town: LedgerTown, file: str, options: str = "") -> Answer:
    return town.run(f"claim verify {file} --json {options}")


def revoke_library(town: LedgerTown) -> int:
    """Take the library's first key off its DID, after its clerk got one; the reader's wallet pays."""
    assert town.library("persona add clerk").code == 0
    key = Did.parse(town.did("library")).key_id.text
    address = town.library("wallet receive --network local").out.split()[-1]
    town.well(f"wallet send {address} 50 --yes")
    assert town.library("did add-key clerk --right update --right impersonate --yes").code == 0
    taken = town.library(f"did revoke-key {key} --yes --json")
    assert taken.code == 0, taken
    return int(taken.document["height"])


def test_a_key_that_never_changed_passes(town: tuple[LedgerTown, str]) -> None:
    home, url = town
    answer = judged(home, home.statement())
    assert (answer.code, codes(answer)) == (0, [])
    assert answer.document["status"] == {"state": "ok", "age_s": 0, "stale": False}
    [controller] = [check for check in answer.document["checks"] if check["id"] == "issuer.controller"]
    assert (controller["status"], controller["evidence"]["source"]) == ("pass", url)


def test_a_rotated_key_is_unknown_without_a_time_and_by_the_word_of_one_endpoint(town: tuple[LedgerTown, str]) -> None:
    home, _ = town
    undated, dated = home.statement(), home.path("dated.json")
    with open(undated, encoding="utf-8") as stream:
        home.file("undated.json", stream.read())
    home.statement()
    (home.home / "statement.json").rename(dated)
    registered = home.well(f"timestamp {dated} --yes --json").document["height"]
    assert registered < revoke_library(home)
    answer = judged(home, home.path("undated.json"))
    assert (answer.code, "KEY-ROTATED" in codes(answer), "REFERENCE" in codes(answer)) == (13, True, False)
    good = judged(home, dated)
    # The one endpoint can make a time up: what it says is named, and the verdict stays unknown.
    assert (good.code, good.document["verdict"]) == (13, "unknown")
    assert f"existed at height {registered}" in str(good.document["checks"])
    offline = judged(home, home.path("undated.json"), "--offline")
    assert (offline.code, codes(offline)) == (0, ["NOT-LOOKED-UP"])


def test_a_holder_who_lost_the_key_is_invalid(town: tuple[LedgerTown, str]) -> None:
    home, _ = town
    home.claim()
    home.policy('[[rule]]\neffect = "allow"\n')
    shown = home.path("shown.json")
    home.well(f"claim present --ask .ageOver18 --out {shown} --yes")
    assert judged(home, shown).code == 0
    home.well("did tombstone --yes")
    answer = judged(home, shown)
    assert (answer.code, "HOLDER-REVOKED" in codes(answer)) == (1, True)


def test_a_ledger_that_is_named_and_silent_leaves_it_unknown(town: tuple[LedgerTown, str]) -> None:
    home, _ = town
    answer = judged(home, home.statement(), "--ledger http://127.0.0.1:1")
    assert (answer.code, "LEDGER-SILENT" in codes(answer)) == (13, True)
    assert judged(home, home.path("statement.json"), "--ledger http://127.0.0.1:1 --offline").code == 0


def test_endpoints_that_contradict_each_other_leave_it_unknown(town: tuple[LedgerTown, str], tmp_path: Path) -> None:
    home, url = town
    file = home.statement()
    changed = revoke_library(home)
    with ExitStack() as stack:
        forgetful = home.open_ledger(stack)
        home.wait_until(forgetful, lambda: height(forgetful) > changed)
        liar = stack.enter_context(bad_world(tmp_path / "bad")).endpoint(url)
        liar.layer_two_behind = forgetful
        answer = judged(home, file, f"--ledger {url} --ledger {liar.url}")
    assert (answer.code, "LEDGER-FORK" in codes(answer)) == (13, True)


def test_a_plugin_that_is_off_is_said(town: tuple[LedgerTown, str]) -> None:
    home, _ = town
    file = home.statement()
    assert home.run("plugin disable morpheus").code == 0
    answer = judged(home, file)
    assert (answer.code, answer.document["code"]) == (17, "LEDGER-OFF")
    assert judged(home, file, "--offline").code == 0


def test_which_ledger_was_relied_on_is_said_with_its_height_and_when(town: tuple[LedgerTown, str]) -> None:
    home, url = town
    told = home.run(f"claim verify {home.statement()}").err
    assert f"ledger: {url} at height " in told
    assert ", asked " in told
