"""What is found around the file of a vault."""

from __future__ import annotations

from prometheus.model.finding import FAIL, PASS, UNKNOWN, WARN, Finding, worst
from prometheus.usecases import examine_file
from prometheus.usecases.examine_file import FileState, MemoryState, SlotState

WELL = FileState(
    path="/home/me/vaults/me.vault",
    mode=0o600,
    folder_mode=0o700,
    is_ours=True,
    network="",
    log_bytes=0,
    is_in_use=False,
    left_over=(),
    kept=(),
    is_seen=True,
    has_index=True,
)
STRONG = SlotState("passphrase", 262144, 3)
LIGHT = SlotState("passphrase", 65536, 3)
WORDS = SlotState("recovery", 0, 0)


def of(state: FileState) -> dict[str, Finding]:
    return {finding.id: finding for finding in examine_file.file_findings(state)}


def test_a_file_without_a_fault_passes() -> None:
    assert worst(of(WELL).values()) == PASS


def test_each_fault_of_the_file_has_a_status_and_a_remedy() -> None:
    cases = {
        "file.mode": (WELL._replace(mode=0o640), WARN, "chmod 600 /home/me/vaults/me.vault"),
        "folder.mode": (WELL._replace(folder_mode=0o755), WARN, "chmod 700 /home/me/vaults"),
        "file.owner": (WELL._replace(is_ours=False), WARN, "let its owner"),
        "disk.local": (WELL._replace(network="nfs4"), WARN, "keep it on a local disk"),
        "file.log": (WELL._replace(log_bytes=4096), UNKNOWN, "the next command"),
        "folder.left-over": (WELL._replace(left_over=(".me.00.making",)), WARN, "the next command"),
        "folder.kept": (WELL._replace(kept=("me.vault.v1",)), UNKNOWN, "remove those"),
        "anchor.seen": (WELL._replace(is_seen=False), UNKNOWN, "open it once"),
    }
    for name, (state, status, remedy) in cases.items():
        found = of(state)
        assert (found[name].status, found[name].remedy[: len(remedy)]) == (status, remedy)
        assert [finding.id for finding in found.values() if finding.status != PASS] == [name]


def test_a_log_of_a_vault_in_use_is_as_it_should_be() -> None:
    assert of(WELL._replace(log_bytes=4096, is_in_use=True))["file.log"].status == PASS


def test_a_cost_below_that_of_a_new_vault_and_missing_words_are_told() -> None:
    strong = {finding.id: finding.status for finding in examine_file.slot_findings((STRONG, WORDS), STRONG)}
    assert strong == {"slots.kinds": PASS, "slots.cost": PASS, "slots.recovery": PASS}
    light = {finding.id: finding.status for finding in examine_file.slot_findings((LIGHT,), STRONG)}
    assert light == {"slots.kinds": PASS, "slots.cost": WARN, "slots.recovery": UNKNOWN}


def test_each_protection_of_memory_that_is_missing_is_told() -> None:
    full = MemoryState(is_locked=True, is_left_out_of_dumps=True, is_wiped_on_fork=True, is_native=True)
    assert [finding.status for finding in examine_file.memory_findings(full)] == [PASS]
    for name in full._fields:
        (finding,) = examine_file.memory_findings(full._replace(**{name: False}))
        assert finding.status == WARN


def test_a_rollback_is_wrong_and_a_broken_journal_a_warning() -> None:
    def statuses(**changed: object) -> list[str]:
        state = {"epoch": 4, "journal_entries": 4, "journal_is_whole": True, "rolled_back": "", **changed}
        return [finding.status for finding in examine_file.state_findings(**state)]  # type: ignore[arg-type]  # per name

    assert statuses() == [PASS, PASS, PASS]
    assert statuses(rolled_back="it is older") == [PASS, FAIL, PASS]
    assert statuses(journal_is_whole=False) == [PASS, PASS, WARN]


def test_a_backup_is_known_due_or_not_known() -> None:
    assert examine_file.backup_finding("the last backup is 90 days old", "x").status == WARN
    assert examine_file.backup_finding("", "").status == UNKNOWN
    assert examine_file.backup_finding("", "2026-11-22T10:00:00Z").status == PASS


def test_damage_is_told_with_what_nothing_can_tell() -> None:
    found = list(examine_file.damage_findings(("a", "b"), opened=5, missing=None, caution="c"))
    assert [finding.what for finding in found] == ["a", "b", "5 records open; nothing counts what is missing", "c"]
    assert [finding.status for finding in found] == [FAIL, FAIL, FAIL, UNKNOWN]
