"""vault keyring: a real keyring opens a vault alone or with the passphrase, hands out no keys, and can be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.house import House
from prometheus_simulators.secret_service import SecretService, secret_service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    """A home with a vault; no keyring unless the test asks for one."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    house = House(tmp_path / "home", monkeypatch, capsys)
    assert house.create().code == 0
    return house


@pytest.fixture
def service(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """A keyring of its own, which the commands of the test find."""
    with secret_service() as running:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", running.environ["DBUS_SESSION_BUS_ADDRESS"])
        yield running


def slots(house: House) -> list[str]:
    return [slot["kind"] for slot in house.run("vault status --json").document["slots"]]


def take_away(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    """Log out of the desktop: there is no keyring any more."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={house.home}/none")


def test_off_unless_turned_on(house: House, service: SecretService) -> None:
    answer = house.run("vault keyring status --json")
    assert answer.document == {"v": 1, "vault": "personal", "keyring": "off", "here": False, "why_not": ""}
    assert "turn it on with" in house.run("vault keyring status").out
    assert house.run("persona list").code == 3
    assert service.contents() == {}


def test_the_keyring_opens_the_vault_and_nobody_is_asked(house: House, service: SecretService) -> None:
    answer = house.unlocked("vault keyring on --yes")
    assert answer.code == 0
    assert "any program of your desktop's session" in answer.err
    assert "opens the vault alone" in answer.out
    assert slots(house) == ["passphrase", "recovery", "keyring"]
    assert len(service.contents()) == 1
    assert house.run("persona list").code == 0
    assert house.run("persona add Work --no-input").code == 0
    assert house.unlocked("persona list").code == 0
    assert house.run("vault keyring status --json").document["here"] is True
    assert "vault.keyring" in house.run("audit list").out


def test_without_consent_it_stays_off(house: House, service: SecretService) -> None:
    answer = house.unlocked("vault keyring on")
    assert answer.code == 5
    assert slots(house) == ["passphrase", "recovery"]
    assert service.contents() == {}


@pytest.mark.parametrize("line", ["vault keyring on --dry-run", "vault keyring on --second-factor --dry-run"])
def test_a_dry_run_changes_nothing(house: House, service: SecretService, line: str) -> None:
    answer = house.run(f"{line} --json")
    assert answer.code == 0
    assert answer.document["dry_run"] is True
    assert slots(house) == ["passphrase", "recovery"]
    assert service.contents() == {}


@pytest.mark.usefixtures("service")
def test_a_wrong_passphrase_turns_nothing_on(house: House, service: SecretService) -> None:
    (house.home / "wrong").write_text("another one entirely\n")
    answer = house.run(f"vault keyring on --yes --passphrase-file {house.home}/wrong")
    assert answer.code == 6
    assert service.contents() == {}


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    "line",
    [
        "key derive --reveal",
        "key derive --network hyd-testnet --reveal",
        "vault passphrase --new-passphrase-file {home}/pass",
        "vault keyring off",
        "vault keyring on --second-factor",
    ],
)
def test_alone_it_hands_out_no_keys_and_lets_nobody_in_for_good(house: House, line: str) -> None:
    house.unlocked("vault keyring on --yes")
    before = house.vault_file().read_bytes()
    answer = house.run(line.format(home=house.home))
    assert answer.code == 3
    assert house.vault_file().read_bytes() == before


@pytest.mark.usefixtures("service")
def test_a_session_of_the_keyring_refuses_keys_by_itself(house: House) -> None:
    from prometheus.cli.unlocking import places
    from prometheus.compose import vaults
    from prometheus.compose.desktop_keyring import DesktopKeyring
    from prometheus.errors import Locked
    from prometheus.model.secret import Secret
    from prometheus.usecases.derive_key import reveal_identity_key
    from prometheus.usecases.export_vault import contents_of
    from prometheus.usecases.iop_files import iop_file_of

    house.unlocked("vault keyring on --yes")
    with vaults.opened_by_keyring(places(), "personal", DesktopKeyring()) as opened:
        assert contents_of(opened.session, with_keys=False).records
        for call in (
            lambda: contents_of(opened.session, with_keys=True),
            lambda: iop_file_of(opened.session, Secret(b"password")),
            lambda: reveal_identity_key(opened.session, "persona", 0),
        ):
            with pytest.raises(Locked) as caught:
                call()
            assert caught.value.code == "KEYRING-ALONE"


def test_turned_off_the_passphrase_is_needed_again(house: House, service: SecretService) -> None:
    house.unlocked("vault keyring on --yes")
    assert house.unlocked("vault keyring off").code == 0
    assert slots(house) == ["passphrase", "recovery"]
    assert service.contents() == {}
    assert house.run("persona list").code == 3
    assert house.unlocked("vault keyring off").code == 0


def test_turned_on_again_the_secret_is_another(house: House, service: SecretService) -> None:
    house.unlocked("vault keyring on --yes")
    first = service.contents()
    house.unlocked("vault keyring on --yes")
    assert len(service.contents()) == 1
    assert service.contents() != first
    assert slots(house) == ["passphrase", "recovery", "keyring"]


@pytest.mark.usefixtures("service")
def test_without_the_keyring_the_passphrase_is_asked_as_ever(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.unlocked("vault keyring on --yes")
    take_away(monkeypatch, house)
    answer = house.run("persona list")
    assert answer.code == 3
    assert "the keyring did not open personal: this session has no keyring" in answer.err
    assert house.unlocked("persona list").code == 0
    status = house.run("vault keyring status")
    assert "cannot give what is needed: this session has no keyring" in status.out
    assert house.unlocked("vault keyring off").code == 0
    assert slots(house) == ["passphrase", "recovery"]


def test_a_locked_keyring_asks_nobody_where_nobody_can_be_asked(house: House, service: SecretService) -> None:
    house.unlocked("vault keyring on --yes")
    service.lock()
    answer = house.run("persona list")
    assert answer.code == 3
    assert "keyring of the desktop is locked" in answer.err
    assert house.unlocked("vault keyring on --yes").code == 3


def test_without_a_keyring_nothing_is_turned_on(house: House) -> None:
    for line in ("vault keyring on --yes", "vault keyring on --second-factor"):
        answer = house.unlocked(line)
        assert answer.code == 4
        assert "this session has no keyring" in answer.err
    assert slots(house) == ["passphrase", "recovery"]


def test_as_second_factor_both_are_needed(
    house: House, service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = house.unlocked("vault keyring on --second-factor")
    assert answer.code == 0
    assert "only the recovery words open the vault" in answer.err
    assert "vault words check" in answer.out
    assert slots(house) == ["passphrase", "recovery"]
    assert "together with keyring" in house.run("vault status").out
    assert house.run("persona list").code == 3
    assert house.unlocked("persona list").code == 0
    take_away(monkeypatch, house)
    lost = house.unlocked("persona list")
    assert lost.code == 6
    assert "the second factor of this vault is not on this machine" in lost.err
    assert "this session has no keyring" in lost.err
    assert "'prometheus vault unlock --recovery'" in lost.err
    assert len(service.contents()) == 1


@pytest.mark.usefixtures("service")
def test_a_second_factor_that_does_not_fit_is_told_from_one_that_is_missing(house: House) -> None:
    from prometheus.compose.desktop_keyring import DesktopKeyring, account_of
    from prometheus.model.secret import Secret

    house.unlocked("vault keyring on --second-factor")
    status = house.run("vault status --json").document
    from prometheus_vault import inspect

    slot = inspect(house.vault_file()).slots[0].slot_id
    account = account_of(bytes.fromhex(status["id"]), slot)
    DesktopKeyring().write(account, Secret(bytes(32)))
    wrong = house.unlocked("persona list")
    assert wrong.code == 6
    assert "open no slot of this vault together" in wrong.err
    DesktopKeyring().delete(account)
    missing = house.unlocked("persona list")
    assert missing.code == 6
    assert "is not on this machine" in missing.err


@pytest.mark.usefixtures("service")
def test_the_words_still_open_when_the_keyring_is_lost(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.unlocked("vault keyring on --second-factor")
    take_away(monkeypatch, house)
    (house.home / "new").write_text("a passphrase that is new\n")
    answer = house.run(
        f"vault unlock --recovery --words-file {house.home}/words --new-passphrase-file {house.home}/new --kdf light"
    )
    assert answer.code == 0
    assert "no second factor any more" in answer.err
    assert house.run(f"persona list --passphrase-file {house.home}/new").code == 0
    assert house.run("vault keyring status --json").document["keyring"] == "off"


@pytest.mark.usefixtures("service")
def test_new_keys_say_that_the_second_factor_goes(house: House) -> None:
    house.unlocked("vault keyring on --second-factor")
    said = house.unlocked("vault rekey --full --dry-run")
    assert "the passphrase has no second factor any more" in said.err
    assert "no longer opens it" not in said.err


def test_a_changed_passphrase_keeps_its_second_factor(house: House, service: SecretService) -> None:
    house.unlocked("vault keyring on --second-factor")
    first = service.contents()
    (house.home / "new").write_text("a passphrase that is new\n")
    answer = house.unlocked(f"vault passphrase --new-passphrase-file {house.home}/new --kdf light")
    assert answer.code == 0
    assert len(service.contents()) == 1
    assert service.contents() != first
    assert house.run(f"persona list --passphrase-file {house.home}/new").code == 0
    assert house.unlocked("persona list").code == 6
    assert house.run("vault keyring status --json").document["keyring"] == "second factor"


@pytest.mark.usefixtures("service")
def test_a_changed_passphrase_leaves_the_keyring_alone_as_it_is(house: House) -> None:
    house.unlocked("vault keyring on --yes")
    (house.home / "new").write_text("a passphrase that is new\n")
    assert house.unlocked(f"vault passphrase --new-passphrase-file {house.home}/new --kdf light").code == 0
    assert house.run("persona list").code == 0


def test_one_use_becomes_the_other(house: House, service: SecretService) -> None:
    house.unlocked("vault keyring on --yes")
    assert house.unlocked("vault keyring on --second-factor").code == 0
    assert slots(house) == ["passphrase", "recovery"]
    assert house.run("persona list").code == 3
    assert house.unlocked("vault keyring on --yes").code == 0
    assert slots(house) == ["passphrase", "recovery", "keyring"]
    assert house.run("persona list").code == 0
    assert house.unlocked("vault keyring off").code == 0
    assert service.contents() == {}
    assert house.unlocked("persona list").code == 0


def test_a_change_that_fails_leaves_nothing_in_the_keyring(
    house: House, service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prometheus.errors import StorageFailed

    def fails(*_: object, **__: object) -> None:
        raise StorageFailed("the disk is full")

    monkeypatch.setattr("prometheus.compose.vault_keyring.change_keyring", fails)
    assert house.unlocked("vault keyring on --yes").code == 16
    assert house.unlocked("vault keyring on --second-factor").code == 16
    assert service.contents() == {}
    assert slots(house) == ["passphrase", "recovery"]
    assert house.unlocked("persona list").code == 0


def test_a_change_that_was_made_when_it_was_interrupted_keeps_its_secret(
    house: House, service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prometheus.usecases.change_passphrase import change_keyring

    def interrupted(*values: object, **named: object) -> None:
        change_keyring(*values, **named)  # type: ignore[arg-type]  # handed through
        raise KeyboardInterrupt

    monkeypatch.setattr("prometheus.compose.vault_keyring.change_keyring", interrupted)
    assert house.unlocked("vault keyring on --second-factor").code == 130
    assert len(service.contents()) == 1
    assert house.unlocked("persona list").code == 0


@pytest.mark.parametrize("how", ["", "--second-factor"])
def test_a_vault_that_is_deleted_leaves_nothing_in_the_keyring(
    house: House, service: SecretService, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setenv("PROMETHEUS_ANCHOR_MIRROR", "1")
    assert house.unlocked(f"vault keyring on --yes {how}").code == 0
    assert len(service.contents()) == 2
    assert house.run("vault delete personal --confirm personal").code == 0
    assert service.contents() == {}


def test_a_vault_is_deleted_where_there_is_no_keyring(house: House) -> None:
    assert house.run("vault delete personal --confirm personal").code == 0


@pytest.mark.usefixtures("service")
def test_the_status_names_the_second_factor(house: House) -> None:
    house.unlocked("vault keyring on --second-factor")
    slots = house.run("vault status --json").document["slots"]
    assert [slot["second_factor"] for slot in slots] == ["keyring", None]


@pytest.mark.usefixtures("service")
def test_new_keys_lose_the_second_factor_only_by_consent(house: House) -> None:
    house.unlocked("vault keyring on --second-factor")
    before = house.run("vault keyring status --json").document["keyring"]
    refused = house.unlocked("vault rekey --full --kdf light")
    assert refused.code != 0
    assert house.run("vault keyring status --json").document["keyring"] == before
    assert house.unlocked("vault rekey --full --yes --kdf light").code == 0
    assert house.run("vault keyring status --json").document["keyring"] == "off"
    assert house.unlocked("persona list").code == 0


@pytest.mark.usefixtures("service")
def test_a_backup_with_a_second_factor_is_read_with_the_keyring(house: House) -> None:
    house.unlocked("vault keyring on --second-factor")
    assert house.unlocked(f"vault backup {house.home}/copy.vault").code == 0
    assert house.unlocked(f"vault verify {house.home}/copy.vault").code == 0
