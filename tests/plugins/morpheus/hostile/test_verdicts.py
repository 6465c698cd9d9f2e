"""A claim is judged with what endpoints say: no lie makes a verdict valid, and what they differ about is unknown.

An authority signed with its first key, and on the ledger a clerk has taken that key off since. So nobody knows whether
it signed in time, and endpoints would have to lie for the verdict to be valid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators import bad_endpoint_lies as lies
from prometheus_simulators import bad_endpoint_ways as ways
from prometheus_simulators.bad_endpoint_people import People, lies_address, never_revoked, people
from prometheus_simulators.bad_endpoint_wallet import asking
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.house import House
from prometheus_simulators.made_transactions import TESTNET, public_key, signed_by
from prometheus_simulators.second_layer import operation, register, signed
from prometheus_simulators.signed_world import NOW, TRUSTED, did, presentation, sign, statement_content

from prometheus.claims.knowledge import Knowledge
from prometheus.claims.ledger_view import LedgerKnowledge, LedgerQuestion, LedgerSources
from prometheus.claims.mentioned import mentioned
from prometheus.claims.verify import verify
from prometheus.errors import NetworkError
from prometheus.usecases.ledger_knowledge import add_to, without_forks
from prometheus.verdict import Verdict
from prometheus_morpheus.looking_up import look_up_at
from prometheus_morpheus.resolving import asking as resolving
from prometheus_morpheus.resolving import proofs, recomputing
from prometheus_morpheus.transactions import making
from prometheus_morpheus.transactions.posted import transaction_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prometheus_simulators.bad_endpoint import BadEndpoint

AUTHORITY = did("authority")
SHOWN = presentation(".ageOver18").text
ROTATED = ("unknown", "KEY-ROTATED")
FORKED = ("unknown", "LEDGER-FORK")
VALID = ("valid", "")


@pytest.fixture(scope="module")
def one_history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with people(tmp_path_factory.mktemp("authority")) as found:
        world, ids = found.world, found.ids
        ids["clerk"] = world.change(signed("authority", operation("authority", "addKey", auth="clerk")))
        right = operation("authority", "addRight", ids["clerk"], auth="clerk", right="update")
        ids["right"] = world.change(signed("authority", right))
        ids["off"] = world.change(signed("clerk", operation("authority", "revokeKey", ids["right"], auth="authority")))
        world.forge(2)
        yield found


def verdict(*endpoints: BadEndpoint) -> tuple[str, str]:
    """Return the verdict on the claim, and the code of what it does not know."""
    named = mentioned(SHOWN, max_bytes=10**6)
    question = LedgerQuestion(named.dids, named.content_ids, named.heights)
    try:
        found = asking(endpoints, lambda nodes: look_up_at(nodes, question, LedgerSources((), FakeClock())))
    except NetworkError as error:
        found = LedgerKnowledge(unreached=(error.what,))
    known = Knowledge(now=NOW, trusted=TRUSTED, own_dids=(did("inspector"),))
    outcome = verify(SHOWN, add_to(known, without_forks(found)))
    assert isinstance(outcome, Verdict)
    assert (outcome.exit_code == 0) == (outcome.verdict == "valid")
    codes = [check.code for check in outcome.checks if check.status == "unknown"]
    return outcome.verdict, codes[0] if codes else ""


def test_the_truth_is_that_it_is_not_known(crowd: People) -> None:
    assert verdict(crowd.honest) == verdict(crowd.liar, crowd.honest) == ROTATED


def test_a_revocation_that_one_hides_is_a_fork(crowd: People, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd.without("off")
    assert verdict(crowd.liar, crowd.honest) == verdict(crowd.honest, crowd.liar) == FORKED
    monkeypatch.setattr(resolving, "compared", lambda *_: ())
    assert verdict(crowd.liar, crowd.honest) == VALID


def test_a_document_that_does_not_follow_is_a_fork(crowd: People, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd.liar.lie(lies.document(AUTHORITY, never_revoked))
    assert verdict(crowd.liar) == FORKED

    def as_told(collected: Any, found: Any, notes: Any = ()) -> recomputing.Checked:
        return recomputing.Checked(collected, found, collected.document.document, (), tuple(notes))

    monkeypatch.setattr(recomputing, "judged", as_told)
    assert verdict(crowd.liar) == VALID


def test_a_registration_that_one_endpoint_invents_brings_no_lost_right_back(
    crowd: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = mentioned(SHOWN, max_bytes=10**6)
    old = crowd.world.run(lambda ledger: ledger.block("3"))
    assert old is not None
    for number, name in enumerate(named.content_ids, start=1):
        made = making.morpheus(TESTNET, public_key("mallory"), number, [register(name)])
        told = transaction_json(signed_by("mallory", made))
        txid = str(told["id"])
        shown = told | {"sender": lies_address(), "recipient": lies_address(), "blockId": old.id, "confirmations": 9}
        time = {"epoch": old.timestamp, "unix": 1, "human": ""}
        crowd.liar.lie(
            lies.registered(name, 3, txid),
            lies.inventing(f"/api/transactions/{txid}", {"data": shown | {"timestamp": time}}),
            lies.status(txid, said=True),
        )
    assert verdict(crowd.liar) == ("unknown", "TIME-ONE-SOURCE")
    assert verdict(crowd.liar, crowd.honest) == ROTATED
    monkeypatch.setattr(proofs, "ENOUGH", 1)
    assert verdict(crowd.liar) == VALID


def test_an_old_state_beside_the_new_one_changes_nothing(crowd: People, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd.liar.behind = crowd.before_revocation
    assert verdict(crowd.liar, crowd.honest) == ROTATED
    monkeypatch.setattr(resolving, "_farthest", lambda checked, common: (checked[0], ()))
    assert verdict(crowd.liar, crowd.honest) == VALID


@pytest.mark.parametrize("way", ways.ALL, ids=lambda way: way.__name__)
def test_nobody_answering_is_never_valid(crowd: People, way: ways.Way) -> None:
    crowd.liar.go(way)
    assert verdict(crowd.liar) == ("unknown", "LEDGER-SILENT")
    assert verdict(crowd.liar, crowd.honest) == ROTATED


def test_endpoints_of_two_networks_are_never_valid(crowd: People) -> None:
    crowd.liar.lie(lies.network(nethash="ab" * 32))
    with pytest.raises(Exception, match="different networks"):
        verdict(crowd.liar, crowd.honest)


def test_the_command_ends_with_unknown(
    crowd: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from prometheus.claims.jsontext import text_form

    house = House(tmp_path / "home", monkeypatch, capsys)
    assert house.create().code == 0
    file = house.home / "statement.json"
    file.write_text(text_form(sign(statement_content(), "authority")))
    line = f"claim verify {file} --json --ledger {crowd.liar.url} --ledger {crowd.honest.url}"
    codes = {check["code"] for check in house.run(line).document["checks"]}
    assert "KEY-ROTATED" in codes
    crowd.without("off")
    lied = house.run(line)
    assert lied.code == 13
    assert "LEDGER-FORK" in {check["code"] for check in lied.document["checks"]}
    shown = house.run(f"did verify {AUTHORITY} --json --ledger {crowd.liar.url} --ledger {crowd.honest.url}")
    assert (shown.code, shown.document["agreed"]) == (13, False)
    crowd.liar.honest()
    crowd.liar.go(ways.die_before)
    crowd.honest.go(ways.garbage)
    silent = house.run(line)
    crowd.honest.honest()
    assert silent.code == 13
    assert "LEDGER-SILENT" in {check["code"] for check in silent.document["checks"]}
