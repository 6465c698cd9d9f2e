"""Files of other wallets: in, out, in again; another seed and an edited list are refused."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.house import Answer, House

from prometheus.identity.iop_vault import IopVault

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "six words that nobody would guess"
SEED = bytes(range(7, 71))


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    return House(tmp_path / "home", monkeypatch, capsys)


def with_password(house: House, line: str, password: str = PASSWORD) -> Answer:
    """Run a command with the password of the file on an open file, as a shell's ``3<file`` gives it."""
    path = house.home / "iop-password"
    path.write_text(password)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return house.unlocked(f"{line} --iop-password-fd {descriptor} --json")
    finally:
        os.close(descriptor)


def foreign_file(house: House, *, personas: int = 2, seed: bytes = SEED) -> Path:
    vault = IopVault.of_seed(seed, PASSWORD)
    vault.add_morpheus(PASSWORD)
    secrets = vault.unlock_morpheus(PASSWORD)
    secrets.key("persona", personas - 1)
    secrets.key("device", 0)
    vault.add_hydra(PASSWORD, "HYD testnet", 0)
    path = house.home / "foreign.json"
    path.write_text(vault.save())
    return path


def test_a_foreign_file_becomes_a_vault_with_its_keys(house: House) -> None:
    path = foreign_file(house)
    made = with_password(house, f"vault import {path} wallet --kdf light")
    assert made.code == 0, made.err
    keys = json.loads(path.read_text())["plugins"][0]["publicState"]
    listed = house.unlocked("persona list --all --vault wallet --json").document["personas"]
    assert [entry["public_key"] for entry in listed] == keys["personas"] + keys["devices"]
    assert [slot["kind"] for slot in house.run("vault status wallet --json").document["slots"]] == [
        "passphrase",
        "recovery",
    ]


def test_importing_twice_changes_nothing(house: House) -> None:
    path = foreign_file(house)
    with_password(house, f"vault import {path} wallet --kdf light")
    before = house.vault_file("wallet").read_bytes()
    again = with_password(house, f"vault import {path} wallet").document
    assert (again["new"], again["added"]) == (False, [])
    assert house.vault_file("wallet").read_bytes() == before
    longer = foreign_file(house, personas=4)
    assert len(with_password(house, f"vault import {longer} wallet").document["added"]) == 2


def test_another_seed_is_refused_with_11(house: House) -> None:
    house.create()
    refused = with_password(house, f"vault import {foreign_file(house)} personal")
    assert (refused.code, refused.document["code"]) == (11, "SEED-DIFFERS")


def test_a_wrong_password_of_the_file_is_6_and_makes_nothing(house: House) -> None:
    refused = with_password(house, f"vault import {foreign_file(house)} wallet --kdf light", "not this")
    assert refused.code == 6
    assert not house.vault_file("wallet").exists()


def test_a_file_whose_list_was_edited_is_refused(house: House) -> None:
    path = foreign_file(house)
    document = json.loads(path.read_text())
    document["plugins"][0]["publicState"]["personas"].reverse()
    path.write_text(json.dumps(document))
    refused = with_password(house, f"vault import {path} wallet --kdf light")
    assert (refused.code, refused.document["code"]) == (2, "IOP-VAULT")
    assert not house.vault_file("wallet").exists()


def test_a_file_whose_ledger_account_is_another_persons_is_refused(house: House) -> None:
    path = foreign_file(house)
    theirs = IopVault.of_seed(bytes(64), PASSWORD)
    theirs.add_hydra(PASSWORD, "HYD testnet", 0)
    document = json.loads(path.read_text())
    document["plugins"][1] = json.loads(theirs.save())["plugins"][0]
    path.write_text(json.dumps(document))
    refused = with_password(house, f"vault import {path} wallet --kdf light")
    assert (refused.code, refused.document["code"]) == (2, "IOP-VAULT")
    assert not house.vault_file("wallet").exists()


def test_accounts_of_several_files_are_kept_side_by_side(house: House) -> None:
    path = foreign_file(house)
    with_password(house, f"vault import {path} wallet --kdf light")
    for network, keys in (("HYD mainnet", 3), ("HYD testnet", 5), ("HYD testnet", 2)):
        other = IopVault.of_seed(SEED, PASSWORD)
        other.add_hydra(PASSWORD, network, 0).key(keys - 1)
        path.write_text(other.save())
        assert with_password(house, f"vault import {path} wallet").code == 0
    out = house.home / "out.json"
    with_password(house, f"vault export {out} wallet --iop")
    accounts = IopVault.load(out.read_text()).hydra_accounts
    assert {account.parameters.network: account.receive_keys for account in accounts} == {
        "HYD testnet": 5,
        "HYD mainnet": 3,
    }


def test_a_dry_run_imports_nothing(house: House) -> None:
    shown = with_password(house, f"vault import {foreign_file(house)} wallet --dry-run").document
    assert shown["counts"] == {"persona": 2, "device": 1, "group": 0, "resource": 0}
    assert not house.vault_file("wallet").exists()


def test_what_came_in_goes_out_again(house: House) -> None:
    path = foreign_file(house)
    with_password(house, f"vault import {path} wallet --kdf light")
    house.unlocked("persona add --kind group --vault wallet")
    out = house.home / "out.json"
    written = with_password(house, f"vault export {out} wallet --iop")
    assert written.code == 0, written.err
    assert "weak" in written.err
    there, back = json.loads(path.read_text()), json.loads(out.read_text())
    assert back["plugins"][1:] == there["plugins"][1:]
    for kind in ("personas", "devices"):
        assert back["plugins"][0]["publicState"][kind] == there["plugins"][0]["publicState"][kind]
    assert len(back["plugins"][0]["publicState"]["groups"]) == 1
    assert IopVault.load(out.read_text()).unlock(PASSWORD) == SEED
    assert house.unlocked("audit list --vault wallet --json").document["entries"][0]["act"] == "vault.export"


def test_an_export_never_replaces_a_file(house: House) -> None:
    house.create()
    (house.home / "out.json").write_text("mine")
    assert with_password(house, f"vault export {house.home}/out.json --iop").code == 11
    assert (house.home / "out.json").read_text() == "mine"


def test_the_seed_of_a_file_opens_the_vault_unless_its_slot_is_dropped(house: House) -> None:
    house.create()
    out = house.home / "out.json"
    with_password(house, f"vault export {out} --iop --drop-recovery-slot")
    assert [slot["kind"] for slot in house.run("vault status --json").document["slots"]] == ["passphrase"]
    (house.home / "new").write_text("another horse entirely")
    words = f"--words-file {house.home}/words"
    assert house.run(f"vault unlock --recovery {words} --new-passphrase-file {house.home}/new").code == 6
    checked = house.unlocked(f"vault words check {words} --json")
    assert (checked.code, checked.document["open_the_vault"]) == (0, False)


def test_a_file_of_published_words_makes_only_a_demo(house: House) -> None:
    from prometheus_simulators.plain import plain

    from prometheus.identity.bip39 import phrase_to_seed

    published = plain(phrase_to_seed(" ".join(["abandon"] * 23 + ["art"])))
    path = foreign_file(house, seed=published)
    assert with_password(house, f"vault import {path} wallet --kdf light").code == 5
    made = with_password(house, f"vault import {path} demo --kdf light --allow-published")
    assert made.code == 0, made.err
    assert [slot["kind"] for slot in house.run("vault status demo --json").document["slots"]] == ["passphrase"]
