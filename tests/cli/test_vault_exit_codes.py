"""Each way in which a vault does not open or cannot be written has an exit code of its own, on a real file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.house import COMMAND, House
from prometheus_simulators.vault_lab import flipped, header_of, put_header, run_sql

from prometheus_vault import filesystem
from prometheus_vault import session as vault_session
from prometheus_vault.lock import writer_lock

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    house = House(tmp_path / "home", monkeypatch, capsys)
    house.create()
    return house


def refusal(house: House, line: str = "persona list") -> tuple[int, str]:
    said = house.unlocked(f"{line} --json")
    assert said.document["hint"] or said.document["why"]
    return said.code, said.document["code"]


def test_a_sound_vault_opens(house: House) -> None:
    assert house.unlocked("persona list").code == 0


def test_a_wrong_passphrase_is_6(house: House) -> None:
    (house.home / "pass").write_text("not this one")
    assert refusal(house) == (6, "VAULT-WRONG-PASSPHRASE")


def test_nobody_to_ask_is_3(house: House) -> None:
    said = house.run("persona list --json")
    assert (said.code, said.document["code"]) == (3, "VAULT-LOCKED")


def test_a_vault_that_is_not_there_is_4(house: House) -> None:
    assert refusal(house, "persona list --vault nowhere") == (4, "VAULT-NOT-FOUND")


def test_another_file_is_2(house: House) -> None:
    house.vault_file().write_bytes(b"something else entirely")
    code, name = refusal(house)
    assert (code, name) in {(2, "VAULT-NOT-A-VAULT"), (7, "VAULT-TAMPERED")}


def test_a_damaged_header_is_7_and_is_told_before_any_passphrase(house: House) -> None:
    put_header(house.vault_file(), flipped(header_of(house.vault_file()), 300))
    assert refusal(house) == (7, "VAULT-DAMAGED")
    assert house.run("vault status --json").code == 7


def test_a_changed_record_is_7(house: House) -> None:
    run_sql(house.vault_file(), "DELETE FROM rec WHERE id = (SELECT id FROM rec LIMIT 1)")
    assert refusal(house) == (7, "VAULT-TAMPERED")


def test_an_older_copy_is_8_and_can_still_be_verified(house: House) -> None:
    old = house.home / "old"
    shutil.copy(house.vault_file(), old)
    house.unlocked("persona add Work")
    shutil.copy(old, house.vault_file())
    assert refusal(house) == (8, "VAULT-ROLLED-BACK")
    verified = house.unlocked("vault verify")
    assert verified.code == 0
    assert "warning" in verified.err


def test_a_hint_names_only_verbs_that_there_are(house: House) -> None:
    from prometheus.cli.commands import all_commands
    from prometheus.compose import vault_errors

    verbs = {" ".join(command.words) for command in all_commands()}
    hints = [*vault_errors._REMEDIES.values(), *vault_errors._BETTER_REMEDIES.values()]
    named = [" ".join(text.split()[:2]) for hint in hints for text in re.findall("'prometheus ([a-z -]+)", hint)]
    assert named
    assert [verb for verb in named if verb not in verbs] == []


def test_a_network_disk_is_16_unless_the_person_knows(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filesystem, "network_type", lambda path: "nfs4")
    for line in ("persona list", "vault create other --words-to other --kdf light"):
        refused = house.unlocked(f"{line} --json")
        assert (refused.code, refused.document["code"]) == (16, "VAULT-NETWORK-DISK")
        assert "network_disk" in refused.document["hint"]
    recover = f"vault unlock --recovery --kdf light --words-file {house.home}/words"
    recover += f" --new-passphrase-file {house.home}/pass"
    assert house.run(recover).code == 16
    monkeypatch.setenv("PROMETHEUS_NETWORK_DISK", "1")
    assert house.unlocked("persona list").code == 0
    assert house.unlocked(f"vault create other --words-to {house.home}/other --kdf light").code == 0
    assert house.run(recover).code == 0
    monkeypatch.delenv("PROMETHEUS_NETWORK_DISK")
    (house.home / ".config/prometheus").mkdir(parents=True)
    (house.home / ".config/prometheus/config.toml").write_text("network_disk = true")
    assert house.unlocked("persona list").code == 0


def test_a_later_format_is_14(house: House) -> None:
    run_sql(house.vault_file(), "PRAGMA user_version = 2")
    assert refusal(house) == (14, "VAULT-TOO-NEW")


def test_a_vault_in_use_is_11_and_says_by_whom(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_session, "WAIT_SECONDS", 0.1)
    with writer_lock(str(house.vault_file())):
        said = house.unlocked("persona add Work --json")
        assert (said.code, said.document["code"]) == (11, "VAULT-BUSY")
        assert f"process {os.getpid()}" in said.document["why"]
        assert house.unlocked("persona list").code == 0
        assert house.run("vault delete personal --confirm personal").code == 11
    assert house.unlocked("persona add Work").code == 0


def test_a_broken_vault_on_the_shelf_hides_no_other(house: House) -> None:
    house.create("work")
    house.vault_file().write_bytes(b"broken")
    listed = {vault["name"]: vault for vault in house.run("vault list --json").document["vaults"]}
    assert listed["personal"]["fault"]
    assert listed["work"]["fault"] is None


@pytest.mark.parametrize(
    ("mount", "reason"),
    [
        ('mount -t tmpfs -o size=24k none "$SHELF"', "disk"),
        (
            'mount -t tmpfs none "$SHELF" && cp "$KEPT" "$SHELF/personal.vault" && mount -o remount,ro "$SHELF"',
            "read-only",
        ),
    ],
    ids=["full", "read-only"],
)
def test_a_full_or_read_only_disk_is_16_and_loses_nothing(tmp_path: Path, mount: str, reason: str) -> None:
    if subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode:
        pytest.skip("this system lets a test mount nothing")
    home = tmp_path / "home"
    home.mkdir()
    (home / "pass").write_text("correct horse battery staple")
    shelf = home / ".local/share/prometheus"
    environ = {"HOME": str(home), "PATH": os.environ["PATH"], "SHELF": str(shelf), "KEPT": f"{home}/kept.vault"}
    made = [COMMAND, "vault", "create", "--kdf", "light", "--words-to", f"{home}/words", "--passphrase-file"]
    subprocess.run([*made, f"{home}/pass"], env=environ, check=True, capture_output=True)
    shutil.copy(shelf / "personal.vault", environ["KEPT"])
    script = f"""
        {mount} || exit 99
        [ -e "$SHELF/personal.vault" ] || cp "$KEPT" "$SHELF/personal.vault" || exit 98
        '{COMMAND}' persona add Work --notes "$(head -c 4000 /dev/zero | tr '\\0' n)" --passphrase-file "$HOME/pass"
        code=$?
        cp "$SHELF/personal.vault" "$HOME/after.vault"
        [ {reason} = disk ] || '{COMMAND}' persona list --passphrase-file "$HOME/pass" >&2 || exit 97
        exit $code
    """
    said = subprocess.run(["unshare", "-rm", "sh", "-c", script], env=environ, check=False, capture_output=True)
    assert said.returncode == 16, said.stderr
    assert reason in said.stderr.decode()
    shutil.copy(home / "after.vault", shelf / "personal.vault")
    listed = [COMMAND, "persona", "list", "--passphrase-file", f"{home}/pass"]
    assert subprocess.run(listed, env=environ, check=False, capture_output=True).returncode == 0


def test_commands_at_the_same_time_all_succeed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "pass").write_text("correct horse battery staple")
    environ = {"HOME": str(home), "PATH": os.environ["PATH"]}
    words = ["--kdf", "light", "--words-to", f"{home}/words", "--passphrase-file", f"{home}/pass"]
    subprocess.run([COMMAND, "vault", "create", *words], env=environ, check=True, capture_output=True)
    adding = [COMMAND, "persona", "add", "--json", "--passphrase-file", f"{home}/pass"]
    running = [subprocess.Popen(adding, env=environ, stdout=subprocess.PIPE) for _ in range(4)]
    codes = [process.wait(60) for process in running]
    for process in running:
        assert process.stdout is not None
        process.stdout.close()
    assert codes == [0, 0, 0, 0]
    listed = [COMMAND, "persona", "list", "--passphrase-file", f"{home}/pass"]
    told = subprocess.run(listed, env=environ, check=True, capture_output=True).stdout
    assert len(told.splitlines()) == 5
