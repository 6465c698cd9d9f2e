"""anchor_mirror: with a second anchor in the keyring, a vault and its anchor taken back together are noticed."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.house import House
from prometheus_simulators.secret_service import SecretService, secret_service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    """A home with a vault, where the second anchor is wanted."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    house = House(tmp_path / "home", monkeypatch, capsys)
    assert house.create().code == 0
    folder = house.home / ".config" / "prometheus"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text("anchor_mirror = true\n")
    return house


@pytest.fixture
def service(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """A keyring of its own, which the commands of the test find."""
    with secret_service() as running:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", running.environ["DBUS_SESSION_BUS_ADDRESS"])
        yield running


def anchor_of(house: House) -> Path:
    return next((house.home / ".local/state/prometheus").glob("*.anchor"))


def want_no_mirror(house: House) -> None:
    (house.home / ".config/prometheus/config.toml").write_text("")


@pytest.fixture
def older(house: House, service: SecretService) -> tuple[Path, Path]:
    """Copies of the vault and its anchor, after which more was written."""
    assert house.unlocked("persona add Before").code == 0
    kept = house.home / "kept"
    kept.mkdir()
    shutil.copy(house.vault_file(), kept / "vault")
    shutil.copy(anchor_of(house), kept / "anchor")
    assert house.unlocked("persona add After").code == 0
    return kept / "vault", kept / "anchor"


def test_off_unless_wanted(house: House, service: SecretService) -> None:
    want_no_mirror(house)
    assert house.unlocked("persona add Work").code == 0
    assert service.contents() == {}


def test_the_keyring_remembers_the_newest_state(house: House, service: SecretService) -> None:
    assert house.unlocked("persona add Work").code == 0
    (account,) = service.contents()
    assert account.endswith(":anchor")
    first = service.contents()
    assert house.unlocked("persona add Home").code == 0
    assert service.contents().keys() == first.keys()
    assert service.contents() != first
    assert house.unlocked("persona list").err == ""


def test_file_and_anchor_taken_back_together_are_noticed(house: House, older: tuple[Path, Path]) -> None:
    vault, anchor = older
    shutil.copy(vault, house.vault_file())
    shutil.copy(anchor, anchor_of(house))
    answer = house.unlocked("persona list")
    assert answer.code == 8
    assert "older than it was" in answer.err
    want_no_mirror(house)
    assert house.unlocked("persona list").code == 0


def test_an_older_file_with_the_anchor_deleted_is_noticed(house: House, older: tuple[Path, Path]) -> None:
    shutil.copy(older[0], house.vault_file())
    anchor_of(house).unlink()
    assert house.unlocked("persona list").code == 8
    assert house.unlocked("persona add Mine").code == 8
    want_no_mirror(house)
    assert "this machine has not seen this vault before" in house.unlocked("vault verify").err


def test_the_newest_file_with_the_anchor_deleted_is_no_rollback(house: House, older: tuple[Path, Path]) -> None:
    anchor_of(house).unlink()
    assert house.unlocked("persona list").code == 0


def test_an_older_anchor_file_alone_is_no_rollback(house: House, older: tuple[Path, Path]) -> None:
    shutil.copy(older[1], anchor_of(house))
    assert house.unlocked("persona list").code == 0


def test_a_keyring_that_is_behind_is_no_rollback(house: House, older: tuple[Path, Path]) -> None:
    want_no_mirror(house)
    assert house.unlocked("persona add Unseen").code == 0
    (house.home / ".config/prometheus/config.toml").write_text("anchor_mirror = true\n")
    assert house.unlocked("persona list").code == 0


def test_reading_alone_reports_it_and_refuses_nothing(house: House, older: tuple[Path, Path]) -> None:
    shutil.copy(older[0], house.vault_file())
    anchor_of(house).unlink()
    answer = house.unlocked("vault verify")
    assert answer.code == 0
    assert "older than it was" in answer.err


def test_reading_alone_teaches_the_keyring_no_other_branch(house: House, older: tuple[Path, Path]) -> None:
    shutil.copy(older[0], house.vault_file())
    shutil.copy(older[1], anchor_of(house))
    want_no_mirror(house)
    for label in ("Another", "Further"):  # on another machine, which knows nothing of what came after the copy
        assert house.unlocked(f"persona add {label}").code == 0
    (house.home / ".config/prometheus/config.toml").write_text("anchor_mirror = true\n")
    answer = house.unlocked("vault verify")
    assert answer.code == 0
    assert "another branch" in answer.err
    assert house.unlocked("persona list").code == 8


def test_a_rollback_that_only_the_keyring_knows_can_be_accepted(house: House, older: tuple[Path, Path]) -> None:
    shutil.copy(older[0], house.vault_file())
    shutil.copy(older[1], anchor_of(house))
    shown = house.unlocked("vault accept-rollback --dry-run")
    assert shown.code == 0
    assert "older than it was" in shown.err
    assert house.unlocked("persona list").code == 8
    assert house.unlocked("vault accept-rollback --yes").code == 0
    assert '"vault.accept-rollback"' in house.unlocked("audit list --json").out
    assert house.unlocked("persona list").code == 0
    assert house.unlocked("persona add On").code == 0


def test_what_another_wrote_into_the_keyring_is_a_rollback(house: House, older: tuple[Path, Path]) -> None:
    from prometheus.compose.desktop_keyring import DesktopKeyring
    from prometheus.model.secret import Secret

    status = house.run("vault status --json").document
    DesktopKeyring().write(f"{status['id']}:anchor", Secret(bytes(72)))
    answer = house.unlocked("persona list")
    assert answer.code == 8
    assert "second anchor" in answer.err
    for wrong in (b"x", bytes(71), bytes(144)):
        DesktopKeyring().write(f"{status['id']}:anchor", Secret(wrong))
        assert house.unlocked("persona list").code == 8


def test_a_keyring_that_does_not_answer_keeps_no_vault_shut(house: House) -> None:
    answer = house.unlocked("persona add Work")
    assert answer.code == 0
    assert "the age of the vault is not in the keyring: this session has no keyring" in answer.err


def test_a_locked_keyring_keeps_no_vault_shut(house: House, service: SecretService) -> None:
    service.lock()
    answer = house.unlocked("persona add Work")
    assert answer.code == 0
    assert "the keyring of the desktop is locked" in answer.err


def test_new_keys_are_no_rollback(house: House, older: tuple[Path, Path]) -> None:
    answer = house.unlocked("vault rekey --full --yes --kdf light")
    assert answer.code == 0, answer.err
    assert house.unlocked("persona list").code == 0
    assert house.unlocked("persona add More").code == 0
    shutil.copy(older[0], house.vault_file())
    anchor_of(house).unlink()
    assert house.unlocked("persona list").code == 8


def test_a_backup_in_the_place_of_a_newer_vault_is_no_rollback(house: House, older: tuple[Path, Path]) -> None:
    anchor_of(house).unlink()
    assert house.unlocked(f"vault restore-backup {older[0]} --yes").code == 0
    answer = house.unlocked("persona list")
    assert (answer.code, answer.err) == (0, "")
    kept = next(house.vault_file().parent.glob("*.before-restore-*"))
    shutil.copy(kept, house.vault_file())
    anchor_of(house).unlink()
    assert house.unlocked("persona list").code == 8


def test_the_doctor_tells_what_only_the_keyring_knows(house: House, older: tuple[Path, Path]) -> None:
    shutil.copy(older[0], house.vault_file())
    shutil.copy(older[1], anchor_of(house))
    answer = house.unlocked("vault doctor")
    assert answer.code == 8
    assert "older than it was" in answer.out
