"""Backups, older states and new keys from the command line, on real files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from prometheus_simulators.copies_desk import NEW, acts, backed_up, folder, names, refused
from prometheus_simulators.house import PASSPHRASE, House, Terminal
from prometheus_simulators.vault_lab import flipped, rows

from prometheus.compose import backups
from prometheus.compose.vaults import vault_path
from prometheus.model.places import find_places
from prometheus_vault.backup import write_backup
from prometheus_vault.errors import StorageError


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    house = House(tmp_path / "home", monkeypatch, capsys)
    house.create()
    (house.home / "disk").mkdir()
    return house


def test_a_backup_is_made_verified_and_logged(house: House) -> None:
    said = house.unlocked(f"vault backup {house.home}/disk/kept.vault")
    assert said.code == 0
    assert "read back whole" in said.out
    path = house.home / "disk" / "kept.vault"
    assert path.stat().st_mode & 0o777 == 0o600
    assert "vault.backup" in acts(house)
    verified = house.unlocked(f"vault verify {path} --json").document
    assert (verified["whole"], verified["deep"], verified["audit_whole"]) == (True, True, True)
    assert verified["epoch"] == 2
    assert verified["seen_epoch"] == 3
    assert verified["last_change"]


def test_in_a_folder_a_backup_has_a_name_with_the_date_and_old_ones_go(house: House) -> None:
    disk = house.home / "disk"
    (disk / "personal-notes.vault").write_bytes(b"no backup")
    (disk / "personal-2001-01-01.vault").write_bytes(b"no backup either")
    made = [Path(house.unlocked(f"vault backup {disk}/ --json").document["file"]).name for _ in range(3)]
    assert made[0].startswith("personal-20")
    assert [name.removeprefix(made[0].removesuffix(".vault")) for name in made] == [".vault", "-2.vault", "-3.vault"]
    dry = house.run(f"vault backup {disk} --keep 2 --dry-run --json").document
    assert [Path(path).name for path in dry["removed"]] == [made[1], made[0]]
    assert len(list(disk.iterdir())) == 5
    last = house.unlocked(f"vault backup {disk} --keep 2 --json").document
    assert [Path(path).name for path in last["removed"]] == [made[1], made[0]]
    assert sorted(path.name for path in disk.iterdir()) == sorted(
        ["personal-notes.vault", "personal-2001-01-01.vault", made[2], Path(last["file"]).name]
    )


def test_backups_of_another_vault_are_not_rotated_away(house: House) -> None:
    disk = house.home / "disk"
    house.create("other")
    other = house.unlocked(f"vault backup {disk} other --json").document["file"]
    shutil.move(other, disk / "personal-2001-01-01.vault")
    (disk / "personal-2001-01-02.vault").symlink_to(backed_up(house))
    house.unlocked(f"vault backup {disk} --keep 1")
    assert (disk / "personal-2001-01-01.vault").exists()
    assert (disk / "personal-2001-01-02.vault").is_symlink()


@pytest.mark.parametrize(
    ("target", "code", "name"),
    [
        ("{home}/disk/none/", 4, "BACKUP-FOLDER"),
        ("{home}/disk/none --keep 3", 4, "BACKUP-FOLDER"),
        ("{home}/disk --keep 0", 2, "BACKUP-KEEP"),
        ("{home}/disk/link --yes", 11, "FILE-LINK"),
        ("{home}/disk/none/x", 4, "BACKUP-FOLDER"),
        ("-", 2, "USAGE"),
        ("{vault}", 11, "BACKUP-PLACE"),
        ("{vault} --yes", 11, "BACKUP-PLACE"),
        ("{vault}-wal", 11, "BACKUP-PLACE"),
        ("{vault}.2", 11, "BACKUP-PLACE"),
        ("{home}/disk/x nowhere", 4, "VAULT-NOT-FOUND"),
    ],
)
def test_a_target_that_cannot_be_is_refused(house: House, target: str, code: int, name: str) -> None:
    (house.home / "disk" / "link").symlink_to(house.home / "pass")
    line = target.format(home=house.home, vault=house.vault_file())
    assert refused(house.unlocked(f"vault backup {line} --json")) == (code, name)
    assert (house.home / "pass").read_text() == PASSPHRASE + "\n"
    assert house.unlocked("persona list").code == 0


def test_two_backups_into_one_folder_at_once_both_get_a_name(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = house.home / "disk"
    free = backups.free_name
    asked: list[str] = []

    def taken_meanwhile(*given: object) -> str:
        path = free(*given)  # type: ignore[arg-type]  # passed on as it came
        if not asked:
            Path(path).write_bytes(b"of the other one")
        asked.append(path)
        return path

    monkeypatch.setattr(backups, "free_name", taken_meanwhile)
    made = house.unlocked(f"vault backup {disk}/ --json").document["file"]
    assert made == asked[1] != asked[0]
    assert Path(asked[0]).read_bytes() == b"of the other one"
    assert house.unlocked(f"vault verify {made}").code == 0


def test_a_file_that_is_there_goes_only_with_consent(house: House) -> None:
    path = house.home / "disk" / "kept.vault"
    path.write_bytes(b"precious")
    assert refused(house.unlocked(f"vault backup {path} --json")) == (5, "CONSENT-NEEDED")
    assert "replace it?" in house.unlocked(f"vault backup {path}").err
    assert path.read_bytes() == b"precious"
    assert house.unlocked(f"vault backup {path} --yes").code == 0
    assert house.unlocked(f"vault verify {path}").code == 0


def test_a_backup_that_failed_is_nowhere_noted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StorageError("the backup could not be written", reason="disk full")

    monkeypatch.setattr("prometheus_vault.backup.copy_database", fail)
    assert refused(house.unlocked(f"vault backup {house.home}/disk/ --json"))[0] == 16
    assert "vault.backup" not in acts(house)
    assert house.run("status --json").document["vault"]["backup"]["last"] is None
    assert list((house.home / "disk").iterdir()) == []


def test_a_dry_run_needs_no_passphrase_and_writes_nothing(house: House) -> None:
    said = house.run(f"vault backup {house.home}/disk/ --dry-run")
    assert said.code == 0
    assert "would be written" in said.out
    assert list((house.home / "disk").iterdir()) == []


def test_a_wrong_passphrase_is_6(house: House) -> None:
    path = backed_up(house)
    (house.home / "pass").write_text("not this one")
    for line in (f"vault verify {path}", f"vault restore-backup {path} --yes", f"vault backup {house.home}/disk/"):
        assert refused(house.unlocked(f"{line} --json")) == (6, "VAULT-WRONG-PASSPHRASE")


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "text"])
def test_a_damaged_backup_is_neither_whole_nor_put_in_place(house: House, damage: str) -> None:
    path = backed_up(house)
    content = path.read_bytes()
    row = rows(path, "SELECT ct FROM rec LIMIT 1")[0][0]
    assert isinstance(row, bytes)
    at = content.index(row) + 40
    path.write_bytes(
        {
            "cut": content[: len(content) // 2],
            "flipped": content[:at] + flipped(content[at : at + 1], 3) + content[at + 1 :],
            "empty": b"",
            "text": b"text " * 4000,
        }[damage]
    )
    before = house.vault_file().read_bytes()
    for line in (f"vault verify {path}", f"vault restore-backup {path} --yes"):
        said = house.unlocked(f"{line} --json")
        assert refused(said)[0] in {2, 7}
        assert "in its place" not in said.document["hint"]
        assert "backup" in said.document["hint"]
    assert house.vault_file().read_bytes() == before
    assert house.unlocked("persona list").code == 0


def test_verifying_a_backup_leaves_the_memory_of_this_machine_alone(house: House) -> None:
    path = backed_up(house)
    house.unlocked("persona add Later")
    state = house.home / ".local/state/prometheus"
    before = {each.name: each.read_bytes() for each in state.glob("*.anchor")}
    said = house.unlocked(f"vault verify {path}")
    assert said.code == 0
    assert "changes are not in the file" in said.out
    assert "warning" not in said.err
    assert {each.name: each.read_bytes() for each in state.glob("*.anchor")} == before
    assert sorted(each.name for each in path.parent.iterdir()) == ["kept.vault"]


def test_a_path_without_a_file_is_4_and_a_wrong_name_is_2(house: House) -> None:
    assert refused(house.run("vault verify ./nothing --json")) == (4, "FILE-NOT-FOUND")
    assert refused(house.run("vault verify nothing.vault --json")) == (4, "FILE-NOT-FOUND")
    assert refused(house.run("vault verify Nothing --json")) == (2, "VAULT-NAME")


def test_a_backup_takes_the_place_of_the_vault_and_both_ages_are_shown(house: House) -> None:
    path = backed_up(house)
    house.unlocked("persona add Later")
    newer = house.home / "newer"
    shutil.copy(house.vault_file(), newer)
    said = house.unlocked(f"vault restore-backup {path} --yes")
    assert said.code == 0, said
    assert "the backup is whole: state 2," in said.err
    assert "personal now: state 4," in said.err
    assert "Later" not in names(house)
    assert acts(house)[0] == "vault.restore-backup"
    (kept,) = [name for name in folder(house) if "before-restore" in name]
    assert house.unlocked(f"vault verify {house.vault_file().parent}/{kept} --json").document["epoch"] == 4
    assert house.run("vault list --json").document["vaults"][0]["name"] == "personal"
    shutil.copy(newer, house.vault_file())
    assert refused(house.unlocked("persona list --json")) == (8, "VAULT-ROLLED-BACK")


def test_without_consent_or_on_a_dry_run_nothing_changes(house: House) -> None:
    path = backed_up(house)
    before = house.vault_file().read_bytes()
    assert refused(house.unlocked(f"vault restore-backup {path} --json")) == (5, "CONSENT-NEEDED")
    dry = house.unlocked(f"vault restore-backup {path} --dry-run --json").document
    assert (dry["restored"], dry["backup"]["epoch"], dry["replaced"]["epoch"]) == (False, 2, 3)
    assert house.vault_file().read_bytes() == before
    assert folder(house) == ["personal.vault", "personal.vault.lock"]


def test_on_a_machine_without_a_vault_a_backup_becomes_one(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    house.unlocked("persona add Work")
    path = backed_up(house)
    there = House(tmp_path / "elsewhere", monkeypatch, capsys)
    said = there.unlocked(f"vault restore-backup {path} --yes --json").document
    assert (said["vault"], said["restored"], said["replaced"], said["kept"]) == ("personal", True, None, None)
    assert "Work" in names(there)
    by_words = there.run(f"vault restore-backup {path} --recovery --words-file {house.home}/words --yes --json")
    assert by_words.code == 0, by_words
    assert "Work" in names(there)
    assert house.home != there.home


def test_wrong_words_are_told_in_the_terms_of_words(house: House) -> None:
    path = backed_up(house)
    words = (house.home / "words").read_text()
    house.create("other")
    wrong = house.run(f"vault restore-backup {path} --recovery --words-file {house.home}/words --yes --json")
    assert refused(wrong) == (6, "WORDS-DO-NOT-OPEN")
    (house.home / "words").write_text(words)
    assert house.run(f"vault restore-backup {path} --recovery --words-file {house.home}/words --yes").code == 0


def test_a_backup_of_another_vault_needs_a_name_of_its_own(house: House) -> None:
    house.create("other")
    path = house.home / "disk" / "other.vault"
    house.unlocked(f"vault backup {path} other")
    assert refused(house.unlocked(f"vault restore-backup {path} --yes --json")) == (11, "BACKUP-OTHER-VAULT")
    assert refused(house.unlocked(f"vault restore-backup {path} third --yes --json")) == (11, "VAULT-EXISTS")
    house.run("vault delete other --confirm other")
    assert house.unlocked(f"vault restore-backup {path} third --yes").code == 0
    assert house.unlocked("persona list --vault third").code == 0


@pytest.mark.parametrize("content", [b"", b"text " * 4000])
def test_a_broken_vault_is_replaced_and_kept(house: House, content: bytes) -> None:
    path = backed_up(house)
    house.vault_file().write_bytes(content)
    said = house.unlocked(f"vault restore-backup {path} --yes --json")
    assert said.code == 0, said
    assert said.document["replaced"]["readable"] is False
    assert Path(said.document["kept"]).read_bytes() == content
    assert house.unlocked("persona list").code == 0


def test_a_passphrase_that_changed_since_leaves_the_age_of_the_vault_open(house: House) -> None:
    path = backed_up(house)
    (house.home / "new").write_text(NEW)
    house.unlocked(f"vault passphrase --new-passphrase-file {house.home}/new --kdf light")
    said = house.unlocked(f"vault restore-backup {path} --yes")
    assert said.code == 0
    assert "personal now: damaged, or does not open with this" in said.err
    assert house.unlocked("persona list").code == 0


def test_a_backup_is_called_by_name_and_date_also_past_many_of_a_day(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    day = datetime(2026, 11, 22, tzinfo=UTC)
    assert backups.dated_name("work", day) == "work-2026-11-22.vault"
    for number in range(1, 12):
        (tmp_path / backups.dated_name("work", day, number)).touch()
    assert backups.free_name(str(tmp_path), "work", day).endswith("work-2026-11-22-12.vault")


def test_what_the_backup_takes_the_place_of_is_kept_under_a_free_name(house: House) -> None:
    path = backed_up(house)
    for _ in range(3):
        assert house.unlocked(f"vault restore-backup {path} --yes").code == 0
    kept = [name for name in folder(house) if "before-restore" in name]
    assert len(kept) == 3
    assert kept[1].endswith("-2")


def test_while_another_command_has_the_vault_open_it_is_left_alone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prometheus_vault import Vault, restore

    path = backed_up(house)
    places = find_places(os.environ)
    monkeypatch.setattr(restore, "WAIT_SECONDS", 0.1)
    with Vault.open(vault_path(places, "personal"), places.state, passphrase=PASSPHRASE.encode()) as vault:
        with vault.transaction() as change:
            change.put(200, "held", b"x")
        write_backup(vault, house.home / "disk" / "second.vault")
        said = house.unlocked(f"vault restore-backup {path} --yes --json")
        assert refused(said) == (11, "VAULT-BUSY")
    assert house.unlocked("persona list").code == 0


def test_at_a_terminal_the_person_is_asked_and_may_refuse(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "pass").write_text(PASSPHRASE)
    given = ("--passphrase-file", "pass")
    assert Terminal(home, "vault", "create", "--kdf", "light", "--words-to", "words", *given).end() == 0
    assert Terminal(home, "vault", "backup", "kept.vault", *given).end() == 0
    terminal = Terminal(home, "vault", "restore-backup", "kept.vault")
    terminal.until("Passphrase of kept.vault:")
    terminal.type(PASSPHRASE)
    shown = terminal.until("put the backup in the place of personal? [y/N]")
    assert "the backup is whole: state 2," in shown
    assert "personal now: state 3," in shown
    terminal.type("n")
    assert terminal.end() == 5
    assert PASSPHRASE not in terminal.seen
