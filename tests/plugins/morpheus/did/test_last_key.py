"""Nobody loses the last key that can change a DID without being told, and asked beyond ``--yes``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prometheus.identity.did import Did
from prometheus_morpheus.sending.desk import Desk

if TYPE_CHECKING:
    from prometheus_simulators.ledger_town import LedgerTown


def test_the_last_key_that_can_change_a_did_is_not_lost_by_yes_alone(town: LedgerTown, url: str) -> None:
    town.persona("phone")
    me = Did.parse(town.did()).key_id.text
    town.well("did add-key phone --right update --expires 100000 --yes")
    line = f"did revoke-right {me} update --sign-as phone"
    plan = town.well(f"{line} --dry-run")
    assert "from height 100000 on no key can change this DID, for ever" in plan.out
    refused = town.reader(f"{line} --yes --json")
    assert (refused.code, refused.document["code"]) == (5, "DID-LAST-KEY")
    assert town.well("did history --json").document["events"][-1]["operation"]["operation"] == "addRight"
    assert town.well(f"{line} --yes --for-ever --json").document["unchangeable_from"] == 100000


def test_a_change_that_leaves_a_key_without_an_end_asks_no_further(town: LedgerTown, url: str) -> None:
    town.persona("phone")
    plan = town.well("did add-key phone --right update --yes --json")
    assert plan.document["unchangeable_from"] is None


def test_what_was_not_waited_for_is_looked_up_before_the_next_change_is_refused(town: LedgerTown, url: str) -> None:
    for name in ("phone", "watch"):
        town.persona(name)
    town.well("did add-key phone --yes --no-wait")
    shown = town.reader("did add-key watch --dry-run")
    assert shown.code == 0
    town.wait_blocks(url, 3)
    assert town.well("did add-key watch --yes --json").document["state"] == "applied"


def test_what_is_under_way_is_told_with_dry_run_and_hides_no_other_reason(
    town: LedgerTown, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def learns_nothing(_desk: Desk) -> tuple[()]:
        return ()

    for name in ("phone", "watch"):
        town.persona(name)
    town.well("did add-key phone --yes --no-wait")
    monkeypatch.setattr(Desk, "refresh", learns_nothing)
    told = town.reader("did add-key watch --dry-run")
    assert (told.code, "under way already" in told.err) == (0, True)
    assert town.reader("did revoke-key watch --yes --json").document["code"] == "DID-RULES"
    assert town.reader("did add-key watch --yes --json").document["code"] == "LEDGER-UNDER-WAY"


def test_lines_of_a_change_name_personas_and_fit_a_terminal(town: LedgerTown, url: str) -> None:
    town.persona("phone")
    told = town.well("did add-key phone --yes")
    steps = [line for line in told.err.splitlines() if ": add key phone: " in line]
    assert steps
    # An endpoint's address is as long as it is; a DID and a key id are not repeated.
    assert max(len(line.partition(", says ")[0]) for line in steps) <= 80
    assert any(line.partition(":")[2].startswith(" add key phone: ") for line in told.out.splitlines())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("add-key phone --expires 1", "height 1 is past; it is "),
        ("add-key phone", "phone is a key of this DID already"),
        ("add-right phone impersonate", "phone has this right already: impersonate"),
        ("revoke-right phone update", "phone does not have this right: update"),
        ("revoke-key watch", "watch is no key of this DID"),
        ("revoke-key ME", " cannot change itself"),
        ("add-key watch --sign-as watch", "watch has no right to update this DID"),
    ],
)
def test_what_the_rules_forbid_is_told_in_our_words(town: LedgerTown, url: str, line: str, said: str) -> None:
    for name in ("phone", "watch"):
        town.persona(name)
    town.well("did add-key phone --right impersonate --yes")
    me = Did.parse(town.did()).key_id.text
    refused = town.reader(f"did {line.replace('ME', me)} --yes --json")
    assert (refused.code, refused.document["code"]) == (5, "DID-RULES")
    assert said in refused.document["error"]


def test_what_a_tombstone_will_do_is_no_fact_yet_and_afterwards_nothing_helps(town: LedgerTown, url: str) -> None:
    plan = town.well("did tombstone --dry-run").out
    assert "it will be given up for good by the block that takes this" in plan
    assert "was given up" not in plan
    town.well("did tombstone --yes")
    again = town.reader("did tombstone --yes --json").document
    assert again["code"] == "DID-SIGNER"
    assert "add another key" not in again["hint"]
