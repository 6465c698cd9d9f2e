"""What an upgrade would do, what it must not lose, and the one commit that does it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.memory_vault import MemoryVault
from prometheus_simulators.old_vaults import FOLDERS

from prometheus.errors import Conflict, TooNew
from prometheus.model import collection, record
from prometheus.model.audit_entry import AuditEntry
from prometheus.model.upgrades.chain import Chains
from prometheus.model.upgrades.table import CHAINS
from prometheus.usecases import audit, upgrade_vault
from prometheus.usecases.seed_signer import SeedSigner
from prometheus.usecases.session import Session
from prometheus.usecases.upgrade_proofs import Prover, Snapshot, differences

STAMP = record.Stamp(1, 0, "aa")
EARLY = next(path for path in FOLDERS if path.name.endswith("early"))
REQUESTS: list[dict[str, Any]] = json.loads((EARLY / "expected.json").read_text())["requests"]
CLAIMS: dict[str, dict[str, Any]] = json.loads((EARLY / "expected.json").read_text())["claims"]
ENTRY = AuditEntry.follow(None, at="2026-11-22T10:00:00Z", act="vault.create", persona="", facts={})


def body(fields: dict[str, Any]) -> bytes:
    return record.canonical({"v": 1, "hlc": STAMP.hlc, "device": STAMP.device, **fields})


RECORDS = [
    (collection.KEY, "seed", b""),
    *((collection.REQUEST, f"witness/{one['id']}", body(one)) for one in REQUESTS),
    *((collection.CLAIM, name, body({"id": name, "raw": claim["raw"]})) for name, claim in CLAIMS.items()),
    (collection.AUDIT, ENTRY.record_name, body(ENTRY.as_fields())),
    (200, "a stranger's", b"\x00 no JSON"),
    (collection.SETTING, "broken", b"{"),
]


def vault_of(records: list[tuple[int, str, bytes]]) -> Session:
    vault = MemoryVault()
    with vault.transaction() as change:
        for group, name, content in records:
            if group != collection.KEY:
                change.put(group, name, content)
    return Session(vault, FakeClock(), SeedSigner(vault))


def upgraded(records: list[tuple[int, str, bytes]], chains: Chains = CHAINS) -> list[tuple[int, str, bytes]]:
    plan = upgrade_vault.plan_upgrade(records, 1, chains)
    after = {(change.group, change.name): change.after for change in plan.changes}
    return [(group, name, after.get((group, name), content)) for group, name, content in records]


def snapshot(records: list[tuple[int, str, bytes]], chains: Chains = CHAINS) -> Snapshot:
    return Prover(chains).take(records)


def test_a_plan_has_what_is_old_and_counts_what_nobody_can_read() -> None:
    plan = upgrade_vault.plan_upgrade(RECORDS, 1)
    assert plan.counts == {collection.REQUEST: 3}
    assert (plan.unreadable, plan.is_needed) == (1, True)


def test_an_upgrade_loses_nothing_and_a_second_one_finds_nothing_to_do() -> None:
    after = upgraded(RECORDS)
    found = snapshot(after)
    assert differences(snapshot(RECORDS), found) == []
    assert found.valid_signatures == len(REQUESTS) + len(CLAIMS)
    assert all(proof.content_id for proof in found.issued.values())
    assert list(found.entries) == [ENTRY.record_name]
    assert upgrade_vault.plan_upgrade(after, CHAINS.edition).changes == ()


def test_a_later_body_stops_the_whole_upgrade() -> None:
    with pytest.raises(TooNew):
        upgrade_vault.plan_upgrade([*RECORDS, (collection.CLAIM, "x", body({"v": 7}))], 1)


def losing(member: str) -> Chains:
    return Chains(
        {
            collection.REQUEST: (lambda fields: {name: fields[name] for name in fields if name != member},),
            collection.CLAIM: (lambda fields: {name: fields[name] for name in fields if name != member},),
        }
    )


def changing(group: int, **members: Any) -> Chains:
    return Chains({group: (lambda fields: {**fields, **members},)})


@pytest.mark.parametrize(
    ("chains", "told"),
    [
        (losing("raw"), "not the same records hold issued documents"),
        (changing(collection.CLAIM, raw="e30"), "the issued bytes of a claim changed"),
        (changing(collection.CLAIM, raw="e30"), "the content id of a claim changed"),
        (changing(collection.CLAIM, raw="e30"), "the signature of a claim was valid, and is not so now"),
        (changing(collection.CLAIM, raw="e30"), f"{len(REQUESTS) + len(CLAIMS)} signatures were valid, and now 3"),
        (changing(collection.AUDIT, act="nothing"), "the log is not the same"),
    ],
)
def test_a_step_that_loses_a_proof_is_told(chains: Chains, told: str) -> None:
    assert told in differences(snapshot(RECORDS, chains), snapshot(upgraded(RECORDS, chains), chains))


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (RECORDS[1:], "there were 1 of key, and now 0"),
        ([*RECORDS[:-1], (collection.SETTING, "other", b"{")], "2 records came, went or have another name"),
        ([*RECORDS[:-1], (collection.SETTING, "broken", b"{}")], "a record changed that no step speaks about"),
        ([*RECORDS[:-2], (200, "a stranger's", b"else"), RECORDS[-1]], "a record changed that no step speaks about"),
    ],
)
def test_a_record_that_goes_or_changes_unasked_is_told(after: list[tuple[int, str, bytes]], told: str) -> None:
    assert told in differences(snapshot(RECORDS), snapshot(after))


@given(st.lists(st.tuples(st.integers(1, 255), st.text(max_size=4), st.binary(max_size=40)), max_size=6))
def test_whatever_lies_in_a_vault_is_planned_for_and_compared(records: list[tuple[int, str, bytes]]) -> None:
    records = list({(group, name): (group, name, content) for group, name, content in records}.values())
    assert differences(snapshot(records), snapshot(upgraded(records))) == []


def test_the_upgrade_is_one_commit_with_its_log_entry_and_keeps_the_stamps() -> None:
    session = vault_of(RECORDS)
    assert upgrade_vault.is_of_earlier_edition(session)
    upgrade_vault.carry_out(session, upgrade_vault.plan_upgrade(RECORDS, 1), "me.vault.v1")
    assert not upgrade_vault.is_of_earlier_edition(session)
    for _, content in session.vault.scan(collection.REQUEST):
        fields = json.loads(content)
        assert (fields["v"], fields["hlc"] != "", fields["kind"]) == (2, True, "request")
    stamps = {json.loads(content)["hlc"] for _, content in session.vault.scan(collection.REQUEST)}
    assert stamps == {one["hlc"] for one in REQUESTS}
    entry = list(audit.entries(session))[-1]
    assert entry.act == "vault.upgrade"
    assert entry.facts == {"from": 1, "to": 2, "records": 3, "kept": "me.vault.v1"}


def test_a_record_that_changed_meanwhile_stops_the_upgrade_and_nothing_is_written() -> None:
    session = vault_of(RECORDS)
    plan = upgrade_vault.plan_upgrade(RECORDS, 1)
    with session.commit() as commit:
        commit.put(collection.REQUEST, plan.changes[-1].name, {"kind": "request"})
    before = dict(session.vault.scan(collection.REQUEST))
    with pytest.raises(Conflict) as refused:
        upgrade_vault.carry_out(session, plan, "me.vault.v1")
    assert refused.value.code == "UPGRADE-OVERTAKEN"
    assert dict(session.vault.scan(collection.REQUEST)) == before
    assert upgrade_vault.is_of_earlier_edition(session)
