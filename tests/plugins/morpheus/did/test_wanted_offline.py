"""What is wanted while nobody can be asked: kept, worked out anew when a ledger answers, never done blindly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.ledger_town import post, wallet

from prometheus.identity.did import Did
from prometheus_morpheus.sending.renewal import Renewal

if TYPE_CHECKING:
    from prometheus_simulators.ledger_town import LedgerTown

NOWHERE = "--ledger http://127.0.0.1:1 --network local"


def offline(town: LedgerTown, line: str, how: str = NOWHERE) -> Any:
    """Want something where nobody can be reached; return the document of what is kept."""
    kept = town.well(f"{line} {how} --yes --json").document
    assert (kept["state"], kept["sent"], kept["done"], kept["transaction"]) == ("queued", False, False, "")
    assert (kept["cost"]["fee"], kept["cost"]["balance_before"]) == (None, None)
    return kept


def pending(town: LedgerTown, options: str = "--wait") -> dict[str, Any]:
    actions = town.well(f"ledger pending {options} --json").document["actions"]
    return {each["id"]: each for each in actions}


def nonce(town: LedgerTown, url: str) -> str:
    address = town.well("wallet receive --network local").out.split()[-1]
    return str(wallet(url, address)["nonce"])


def test_a_timestamp_waits_and_is_registered_once_a_ledger_answers(town: LedgerTown, url: str) -> None:
    file = town.file("doc.json", {"a": 1})
    kept = offline(town, f"timestamp {file}")
    assert "timestamp of" in town.reader(f"ledger pending {NOWHERE.split(' --network', maxsplit=1)[0]}").out
    assert pending(town)[kept["action"]]["state"] == "applied"
    assert town.run(f"timestamp check {file} --json").document["existed_at"] is not None
    assert pending(town) == {}
    assert nonce(town, url) == "1"


def test_what_is_registered_meanwhile_is_not_paid_for(town: LedgerTown, url: str) -> None:
    file = town.file("doc.json", {"a": 1})
    kept = offline(town, f"timestamp {file}")
    create_other(town, url, file)
    ended = pending(town)[kept["action"]]
    assert (ended["state"], ended["transaction"]) == ("refused", None)
    assert "it is registered since height" in ended["reason"]
    assert nonce(town, url) == "0"
    told = town.reader(f"ledger retry {kept['action']} --yes --json")
    assert (told.code, told.document["code"]) == (5, "LEDGER-NOT-SIGNED")
    town.well(f"ledger forget {kept['action']} --yes")
    assert pending(town, "--all") == {}


def create_other(town: LedgerTown, url: str, file: str) -> None:
    """Register a file by somebody else: from another wallet, which this vault does not follow."""
    town.create("library")
    address = town.library("wallet receive --network local").out.split()[-1]
    post(url, "/dev/fund", {"address": address, "amount": "10000000000"})
    town.wait_until(url, lambda: int(wallet(url, address).get("balance", 0)) > 0)
    assert town.library(f"timestamp {file} --yes").code == 0


def test_a_change_rests_on_what_is_remembered_and_is_worked_out_anew(town: LedgerTown, url: str) -> None:
    town.persona("phone")
    town.persona("tablet")
    town.well("did add-key phone --yes")
    learnt = town.well("did show --keep --json").document
    kept = offline(town, "did add-key tablet --right update", "--offline")
    assert (kept["rests_on"]["source"], kept["rests_on"]["height"]) == ("memory", learnt["height"])
    assert [one["lastTxId"] for one in kept["operations"]] == [None, None]
    assert "did.add-key" not in [entry["act"] for entry in audit(town)[-2:]]
    assert pending(town)[kept["action"]]["state"] == "applied"
    tablet = Did.parse(town.well("persona show tablet --json").document["persona"]["did"]).key_id.text
    assert tablet in str(town.well("did show --json").document)
    assert [entry["act"] for entry in audit(town)].count("did.add-key") == 2


def audit(town: LedgerTown) -> list[Any]:
    return list(town.well("audit list --json").document["entries"])


def test_where_nothing_is_remembered_the_implied_document_is_said_to_be_assumed(town: LedgerTown, url: str) -> None:
    town.persona("phone")
    said = town.reader(f"did add-key phone --yes {NOWHERE}")
    assert said.code == 0
    assert "nothing is remembered of this DID" in said.err + said.out
    [ended] = pending(town).values()
    assert ended["state"] == "applied"


def changed_meanwhile(town: LedgerTown, monkeypatch: pytest.MonkeyPatch, line: str) -> Any:
    """Queue a change while nobody can be reached, then do another one as if on another device; return what is kept."""
    town.persona("phone")
    town.persona("tablet")
    kept = offline(town, "did add-key tablet")
    with monkeypatch.context() as other:
        other.setattr("prometheus_morpheus.verbs.did.change.under_way", lambda *_: None)
        other.setattr("prometheus_morpheus.sending.desk.Desk.send", only_the_newest)
        town.well(line)
    return kept


def test_a_change_that_does_something_else_by_now_waits_until_it_is_agreed_to(
    town: LedgerTown, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = changed_meanwhile(town, monkeypatch, "did add-key phone --right update --yes")
    waits = pending(town)[kept["action"]]
    assert (waits["state"], waits["transaction"]) == ("queued", None)
    assert "something else by now" in waits["reason"]
    assert nonce(town, url) == "1"
    answer = town.reader(f"ledger retry {kept['action'][:8]} --yes")
    assert answer.code == 0
    assert "(phone)" in answer.err + answer.out
    assert nonce(town, url) == "2"


def test_at_a_terminal_it_is_asked_again_in_passing(
    town: LedgerTown, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = changed_meanwhile(town, monkeypatch, "did add-key phone --yes")
    asked: list[bool] = []

    def confirm(call: Any, question: str, **_: Any) -> bool:
        assert question.startswith("let ")
        asked.append(bool(call.values["yes"]))
        return len(asked) > 1

    monkeypatch.setattr("prometheus.cli.plugin_call.PluginCall.may_ask", True)
    monkeypatch.setattr("prometheus.cli.ask.confirm", confirm)
    assert pending(town, "--wait --yes")[kept["action"]]["state"] == "queued"
    assert pending(town, "--wait --yes")[kept["action"]]["state"] == "applied"
    assert asked == [False, False]  # --yes is no answer to it


async def only_the_newest(self: Any) -> tuple[Any, ...]:
    newest = self.pending()[-1]
    await self._push(newest, await self._survey())
    return ()


def test_a_change_that_the_rules_forbid_by_now_ends_refused_and_unpaid(
    town: LedgerTown, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = changed_meanwhile(town, monkeypatch, "did tombstone --yes")
    ended = pending(town)[kept["action"]]
    assert (ended["state"], ended["transaction"]) == ("refused", None)
    assert "given up for good" in ended["reason"]
    assert nonce(town, url) == "1"


def test_control_without_working_it_out_anew_it_would_be_paid_in_vain(
    town: LedgerTown, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = town.file("doc.json", {"a": 1})
    kept = offline(town, f"timestamp {file}")
    create_other(town, url, file)

    async def blindly(action: Any, _nodes: Any) -> Renewal:
        return Renewal(draft=action.draft)

    monkeypatch.setattr("prometheus_morpheus.verbs.at_desk.renewing", lambda *_: blindly)
    assert pending(town)[kept["action"]]["state"] == "rejected"
    assert nonce(town, url) == "1"


def test_a_second_one_about_the_same_is_refused_calmly_and_a_forgotten_one_never_happens(
    town: LedgerTown, url: str
) -> None:
    file = town.file("doc.json", {"a": 1})
    kept = offline(town, f"timestamp {file}")
    second = town.reader(f"timestamp {file} --yes --json {NOWHERE}")
    assert (second.code, second.document["code"]) == (11, "LEDGER-UNDER-WAY")
    town.well(f"ledger forget {kept['action']} --yes")
    assert pending(town) == {}
    assert nonce(town, url) == "0"


def test_what_waits_behind_something_about_the_same_waits_for_it(
    town: LedgerTown, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = town.file("doc.json", {"a": 1})
    first = offline(town, f"timestamp {file}")
    with monkeypatch.context() as two_at_once:
        two_at_once.setattr("prometheus_morpheus.verbs.timestamp.register.under_way", lambda *_: None)
        second = offline(town, f"timestamp {file}")
    pending(town)
    ended = pending(town, "--all")
    assert (ended[first["action"]]["state"], ended[second["action"]]["state"]) == ("applied", "refused")
    assert nonce(town, url) == "1"


@pytest.mark.parametrize("line", ["timestamp FILE", "did add-key phone"])
def test_looking_needs_somebody_to_ask(town: LedgerTown, url: str, line: str) -> None:
    town.persona("phone")
    file = town.file("doc.json", {"a": 1})
    answer = town.reader(f"{line.replace('FILE', file)} --dry-run --json {NOWHERE}")
    assert (answer.code, answer.document["code"]) == (12, "LEDGER-OFFLINE")
    assert pending(town) == {}
