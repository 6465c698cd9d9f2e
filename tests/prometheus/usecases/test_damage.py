"""The log of a rebuilt vault goes on after what is there, and writes over nothing."""

from __future__ import annotations

import json

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.memory_vault import MemoryVault

from prometheus.model import collection
from prometheus.model.audit_entry import AuditEntry
from prometheus.usecases import audit
from prometheus.usecases.damage import newest_entry, note_damage
from prometheus.usecases.seed_signer import SeedSigner
from prometheus.usecases.session import Session

CLOCK = FakeClock()
FACTS = {"opened": 3, "missing": 1, "kept": "me.vault.damaged-2026-11-22"}


def session_of(vault: MemoryVault) -> Session:
    return Session(vault, CLOCK, SeedSigner(vault))


def logged(count: int) -> MemoryVault:
    vault = MemoryVault()
    for number in range(count):
        with session_of(vault).commit() as commit:
            audit.append(commit, f"act.{number}", facts={})
    return vault


def noted(vault: MemoryVault) -> list[AuditEntry]:
    newest = newest_entry(body for _, body in vault.scan(collection.AUDIT))
    with vault.transaction() as change:
        note_damage(change, CLOCK, newest, FACTS)
    return list(audit.entries(session_of(vault)))


@pytest.mark.parametrize("lost", ["nothing", "the head", "an older head", "an entry", "all"])
def test_the_log_goes_on_after_the_newest_entry_that_opens(lost: str) -> None:
    vault = logged(4)
    if lost == "the head":
        del vault.records[collection.SETTING, audit.HEAD]
    if lost == "an older head":
        vault.records[collection.SETTING, audit.HEAD] = logged(2).records[collection.SETTING, audit.HEAD]
    if lost == "an entry":
        del vault.records[collection.AUDIT, "000000000002"]
    if lost == "all":
        vault.records = {}
    before = {name: body for (group, name), body in vault.records.items() if group == collection.AUDIT}
    entries = noted(vault)
    after = dict(vault.scan(collection.AUDIT))
    assert {name: after[name] for name in before} == before
    assert entries[-1].act == "vault.accept-damage"
    assert entries[-1].facts == FACTS
    assert entries[-1].seq == (1 if lost == "all" else 5)
    assert audit.check(session_of(vault)).is_intact == (lost != "an entry")


def test_what_is_no_entry_is_passed_over() -> None:
    entry = AuditEntry.follow(None, at="", act="a", persona="", facts={})
    good = json.dumps({"v": 1, **entry.as_fields()}).encode()
    strange = json.dumps({"v": 1, **entry.as_fields(), "seq": "many"}).encode()
    assert newest_entry([b"", b"{", b"[]", b'{"v": 1}', strange, good]) == entry
    assert newest_entry([]) is None
