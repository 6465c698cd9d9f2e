"""Older states, new keys and the reminder of a backup from the command line, on real files."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.copies_desk import NEW, acts, backed_up, refused
from prometheus_simulators.house import House
from prometheus_simulators.vault_lab import rows

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    house = House(tmp_path / "home", monkeypatch, capsys)
    house.create()
    (house.home / "disk").mkdir()
    return house


def test_a_rollback_is_accepted_only_after_both_ages_were_shown(house: House) -> None:
    old = house.home / "old"
    shutil.copy(house.vault_file(), old)
    assert house.unlocked("vault accept-rollback --json").document["rolled_back"] is False
    house.unlocked("persona add Later")
    shutil.copy(old, house.vault_file())
    error = house.unlocked("persona list --json")
    assert "vault accept-rollback" in error.document["hint"]
    assert refused(house.unlocked("vault accept-rollback --json")) == (5, "CONSENT-NEEDED")
    dry = house.unlocked("vault accept-rollback --dry-run --json").document
    assert (dry["rolled_back"], dry["accepted"], dry["epoch"], dry["seen_epoch"]) == (True, False, 2, 3)
    assert house.unlocked("persona list").code == 8
    said = house.unlocked("vault accept-rollback --yes")
    assert said.code == 0
    assert "personal now: state 2," in said.err
    assert "seen here: state 3," in said.err
    assert house.unlocked("persona list").code == 0
    assert acts(house)[0] == "vault.accept-rollback"


def test_a_rollback_is_accepted_by_words_too(house: House) -> None:
    old = house.home / "old"
    shutil.copy(house.vault_file(), old)
    house.unlocked("persona add Later")
    shutil.copy(old, house.vault_file())
    said = house.run(f"vault accept-rollback --recovery --words-file {house.home}/words --yes --json").document
    assert (said["accepted"], said["new_epoch"]) == (True, 4)
    assert house.unlocked("persona list").code == 0


def test_new_keys_need_full_and_consent(house: House) -> None:
    assert refused(house.unlocked("vault rekey --json")) == (2, "REKEY-FULL")
    before = rows(house.vault_file(), "SELECT id FROM rec")
    dry = house.unlocked("vault rekey --full --kdf light --dry-run --json").document
    assert (dry["renewed"], dry["dropped"], dry["recovery_words_stay"]) == (False, [], True)
    assert refused(house.unlocked("vault rekey --full --kdf light --json")) == (5, "CONSENT-NEEDED")
    assert rows(house.vault_file(), "SELECT id FROM rec") == before
    said = house.unlocked("vault rekey --full --kdf light --yes --json").document
    assert said["renewed"]
    assert not set(rows(house.vault_file(), "SELECT id FROM rec")) & set(before)
    assert acts(house)[0] == "vault.rekey"
    assert house.unlocked("vault verify --deep").code == 0
    assert house.unlocked(f"vault words check --words-file {house.home}/words").code == 0


def test_a_new_passphrase_that_nobody_gives_is_asked_for_by_its_own_options(house: House) -> None:
    said = house.unlocked("vault passphrase --no-input")
    assert said.code == 3
    assert "--new-passphrase-fd or --new-passphrase-file" in said.err


def test_new_keys_may_come_with_a_new_passphrase(house: House) -> None:
    old = house.home / "old.vault"
    shutil.copy(house.vault_file(), old)
    (house.home / "new").write_text(NEW)
    said = house.unlocked(f"vault rekey --full --kdf light --new-passphrase-file {house.home}/new --yes --json")
    assert said.document["new_passphrase"] is True
    assert house.unlocked("persona list").code == 6
    assert house.run(f"persona list --passphrase-file {house.home}/new").code == 0
    assert house.unlocked(f"vault verify {old}").code == 0
    restored = house.unlocked(f"vault restore-backup {old} --yes")
    assert restored.code == 0, restored
    assert house.unlocked("persona list").code == 0


def test_a_vault_without_recovery_words_gets_none(house: House) -> None:
    (house.home / "iop-pass").write_text("a password for the file")
    with open(house.home / "iop-pass", "rb") as file:
        line = f"vault export {house.home}/iop.json --iop --drop-recovery-slot --iop-password-fd {file.fileno()}"
        assert house.unlocked(line).code == 0
    said = house.unlocked("vault rekey --full --kdf light --yes --json").document
    assert (said["recovery_words_stay"], said["dropped"]) == (False, [])


def test_the_status_reminds_of_a_backup_that_is_due(house: House) -> None:
    config = house.home / ".config/prometheus/config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    assert "backup" not in house.run("status").out
    for label in ("Work", "Home"):
        house.unlocked(f"persona add {label}")
    said = house.run("status")
    assert "there is no backup of it yet" in said.out
    assert house.run("status --json").document["vault"]["backup"]["reminder"] == "there is no backup of it yet"
    backed_up(house)
    assert "backup" not in house.run("status").out
    assert house.run("status --json").document["vault"]["backup"]["changes_since"] == 0
    config.write_text("backup_reminder_changes = 1\n")
    house.unlocked("persona add More")
    assert "1 change since the last backup" in house.run("status").out
    config.write_text("backup_reminder_changes = 0\n")
    assert "backup" not in house.run("status").out
    mark = next((house.home / ".local/state/prometheus").glob("*.backup"))
    mark.write_text(json.dumps({**json.loads(mark.read_text()), "at": "2020-01-01T00:00:00Z"}))
    assert "days old: 'prometheus vault backup FOLDER/'" in house.run("status").out
    config.write_text("backup_reminder_changes = 0\nbackup_reminder_days = 0\n")
    assert "backup" not in house.run("status").out
    assert len(house.run("status").out.splitlines()) == 3


@pytest.mark.parametrize("content", ["", "{", "[]", '{"at": "soon", "epoch": 1}', '{"at": 3}', "\0" * 9])
def test_a_note_about_backups_that_cannot_be_read_counts_as_none(house: House, content: str) -> None:
    backed_up(house)
    next((house.home / ".local/state/prometheus").glob("*.backup")).write_text(content)
    said = house.run("status --json")
    assert (said.code, said.document["vault"]["backup"]["last"]) == (0, None)


def test_what_is_kept_on_this_machine_about_backups_is_not_private_and_goes_with_the_vault(house: House) -> None:
    backed_up(house)
    mark = next((house.home / ".local/state/prometheus").glob("*.backup"))
    assert sorted(json.loads(mark.read_text())) == ["at", "epoch", "v"]
    assert mark.stat().st_mode & 0o777 == 0o600
    house.run("vault delete personal --confirm personal")
    assert not mark.exists()


@pytest.mark.parametrize("value", ["-1", "1.5", "true", '"30"'])
def test_a_setting_that_is_no_number_of_days_is_refused(house: House, value: str) -> None:
    config = house.home / ".config/prometheus/config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(f"backup_reminder_days = {value}\n")
    assert refused(house.run("status --json")) == (2, "CONFIG")


def test_the_reminder_can_be_explained(house: House) -> None:
    said = house.run("config explain backup_reminder_days")
    assert "backup_reminder_days = 30" in said.out
    config = house.home / ".config/prometheus/config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("backup_reminder_days = 1\n")
    assert "backup_reminder_days = 1\n" in house.run("config explain backup_reminder_days").out
