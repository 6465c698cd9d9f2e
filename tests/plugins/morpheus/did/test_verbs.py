"""The verbs of DIDs as a person types them, against a real development ledger over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.bad_endpoint_world import bad_world
from prometheus_simulators.ledger_town import height, wallet

from prometheus.identity.did import Did

if TYPE_CHECKING:
    from contextlib import ExitStack
    from pathlib import Path

    from prometheus_simulators.ledger_town import LedgerTown


def shown(town: LedgerTown, options: str = "") -> Any:
    answer = town.reader(f"did show --json {options}")
    assert answer.code == 0, answer
    return answer.document


def keys(document: Any) -> list[tuple[str, int | None, int | None]]:
    return [(key["auth"], key["validFromHeight"], key["validUntilHeight"]) for key in document["document"]["keys"]]


def test_keys_and_rights_are_given_taken_and_read_back_at_every_height(town: LedgerTown, url: str) -> None:
    phone = Did.parse(town.persona("phone")).key_id.text
    did = town.did()
    added = town.well("did add-key phone --right update --right impersonate --expires 100000 --yes --json").document
    assert (added["state"], added["sent"], added["done"]) == ("applied", True, True)
    first = added["height"]
    taken = town.well(f"did revoke-key {Did.parse(did).key_id.text} --yes --for-ever --json").document["height"]
    gone = town.well("did tombstone --yes --json").document["height"]
    assert first < taken < gone
    town.wait_blocks(url)

    assert keys(shown(town, f"--at {first - 1}")) == [(Did.parse(did).key_id.text, None, None)]
    assert keys(shown(town, f"--at {first}"))[1][:2] == (phone, first)
    now = shown(town)
    assert (now["source"], now["recomputed"], now["ledger_asked"]) == ("ledger", True, True)
    assert now["document"]["tombstonedAtHeight"] == gone
    assert now["resolution"]["didDocumentMetadata"]["deactivated"]
    before = shown(town, f"--at {taken}")["resolution"]["didDocument"]
    assert before["capabilityInvocation"] == [f"{did}#1"]

    history = town.well("did history --json").document["events"]
    operations = [event["operation"]["operation"] for event in history if event["outcome"] == "confirmed"]
    assert operations == ["addKey", "addRight", "addRight", "revokeKey", "tombstoneDid"]
    verified = town.well("did verify --blocks --json").document
    assert verified["agreed"]
    assert [(found["sound"], found["faults"]) for found in verified["blocks"]] == [(3, [])]
    acts = [entry["act"] for entry in town.well("audit list --json").document["entries"]]
    assert {"did.add-key", "did.revoke-key", "did.tombstone"} <= set(acts)


def test_before_after_and_cost_are_shown_and_nothing_leaves_with_dry_run(town: LedgerTown, url: str) -> None:
    town.persona("phone")
    address = town.well("wallet receive --network local").out.split()[-1]
    answer = town.well("did add-key phone --right impersonate --dry-run")
    for line in ("before, at height", "after, at height", "cost   ", "nothing was signed or sent"):
        assert line in answer.out
    assert "(phone)  from its block on" in answer.out
    town.wait_blocks(url, 2)
    assert wallet(url, address)["nonce"] == "0"
    assert town.well("did history --json").document["events"] == []


@pytest.mark.parametrize(
    ("verb", "reason"),
    [
        ("revoke-key 'ME'", "cannot modify its own authorization"),
        ("add-key 'ME'", "already has a still valid key"),
        ("revoke-key phone", "does not have a key matching"),
        ("add-right phone update", "has no key matching"),
        ("add-key phone --sign-as phone", "has no right to update"),
        ("tombstone --sign-as phone", "has no right to update"),
    ],
)
def test_what_the_rules_forbid_is_refused_before_anything_is_paid(
    town: LedgerTown, url: str, verb: str, reason: str
) -> None:
    town.persona("phone")
    me = Did.parse(town.did()).key_id.text
    answer = town.reader(f"did {verb.replace('ME', me)} --yes --json")
    assert (answer.code, answer.document["code"]) == (5, "DID-RULES")
    assert reason in answer.document["why"]


def test_without_coins_it_says_so_before_anything_is_signed(
    town: LedgerTown, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_LEDGER", town.open_ledger(stack))
    town.persona("phone")
    answer = town.reader("did add-key phone --yes --json")
    assert (answer.code, answer.document["code"]) == (5, "LEDGER-WOULD-REFUSE")
    assert "did.add-key" not in str(town.well("audit list --json").document)


def test_what_was_learnt_is_remembered_for_offline(town: LedgerTown, url: str) -> None:
    town.persona("phone")
    town.well("did add-key phone --yes")
    learnt = shown(town, "--keep")
    found = shown(town, "--offline")
    assert (found["source"], found["height"], found["ledger_asked"]) == ("memory", learnt["height"], False)
    assert keys(found) == keys(learnt)
    assert found["age_s"] < 60
    stranger = "did:morpheus:ezbwg32t1Hh8xbfDbyNxkhkG"
    unknown = town.reader(f"did show {stranger} --offline --json")
    assert (unknown.code, unknown.document["code"]) == (4, "DID-NOT-REMEMBERED")
    assert town.well(f"did show {stranger} --keep --json").document["source"] == "ledger"
    assert shown(town, f"{stranger} --offline")["source"] == "memory"


def test_sources_that_contradict_each_other_are_shown_kept_and_never_believed(
    town: LedgerTown, url: str, stack: ExitStack, tmp_path: Path
) -> None:
    town.persona("phone")
    changed = town.well("did add-key phone --yes --json").document["height"]
    forgetful = town.open_ledger(stack)
    town.wait_until(forgetful, lambda: height(forgetful) > changed)
    liar = stack.enter_context(bad_world(tmp_path / "bad")).endpoint(url)
    liar.layer_two_behind = forgetful
    other = liar.url
    both = f"--ledger {url} --ledger {other}"
    verified = town.reader(f"did verify {both} --json")
    assert (verified.code, verified.document["agreed"], verified.document["document"]) == (13, False, None)
    [one] = verified.document["disagreements"]
    assert {side["source"] for side in one["sides"]} == {url, other}
    assert "new disagreement kept" in verified.err
    assert town.reader(f"did show {both}").code == 13
    refused = town.reader(f"did add-key phone --yes {both} --json")
    assert (refused.code, refused.document["code"]) == (12, "LEDGER-FORK")

    assert one["id"] in town.well("did disagreements").out
    evidence = town.well(f"did disagreements {one['id'][:8]} --json").document
    transactions = [each for side in evidence["sides"] for each in side["answer"]["only_here"]]
    assert [len(each["transaction"]["id"]) for each in transactions] == [64]
    town.well(f"did disagreements {one['id'][:8]} --forget --yes")
    assert "no source has contradicted another" in town.well("did disagreements").out


def test_a_did_needs_no_vault_and_is_resolved_for_other_programs(town: LedgerTown, url: str) -> None:
    stranger = "did:morpheus:ezbwg32t1Hh8xbfDbyNxkhkG"
    result = town.run(f"did resolve {stranger} --json").document["resolution"]
    assert result["didDocument"]["id"] == stranger
    assert result["didResolutionMetadata"] == {"contentType": "application/did+ld+json"}
    assert town.run(f"did show {stranger} --w3c --json").document["resolution"]["didDocument"]["id"] == stranger
    for verb in ("history", "verify"):
        assert town.run(f"did {verb} {stranger}").code == 0
    future = town.run(f"did show {stranger} --at 99999 --json")
    assert (future.code, future.document["code"]) == (4, "LEDGER-BEHIND")


def test_without_a_ledger_it_says_which_is_missing(town: LedgerTown) -> None:
    answer = town.reader("did history --json")
    assert (answer.code, answer.document["code"]) == (4, "LEDGER-UNNAMED")
    nobody = town.reader("did history --ledger http://127.0.0.1:1 --json")
    assert (nobody.code, nobody.document["code"]) == (12, "LEDGER-OFFLINE")
    wrong = town.reader("did history --ledger ftp://node --json")
    assert (wrong.code, wrong.document["code"]) == (2, "ENDPOINT")


def test_where_the_plugin_is_off_the_house_says_how_to_let_it_in(town: LedgerTown) -> None:
    assert town.run("plugin disable morpheus").code == 0
    answer = town.run("did show did:morpheus:ezbwg32t1Hh8xbfDbyNxkhkG --w3c --json")
    assert (answer.code, "plugin enable morpheus" in answer.document["hint"]) == (17, True)
    assert town.run("did show did:morpheus:ezbwg32t1Hh8xbfDbyNxkhkG").code == 0
