"""A vault as an age file: what is shown, what is asked, what is refused, and that nothing open touches a disk."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pyrage
import pytest
from prometheus_simulators.house import Answer, House

from prometheus.portable.export_text import read_export

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE_PASSPHRASE = "six words for the file alone"
WORDS = "--words-file {home}/words"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    found = House(tmp_path / "home", monkeypatch, capsys)
    found.create()
    found.unlocked("persona add Work")
    (found.home / "file-pass").write_text(FILE_PASSPHRASE + "\n")
    key = pyrage.x25519.Identity.generate()
    (found.home / "key").write_text(f"# public key: {key.to_public()}\n{key}\n")
    return found


def recipient(house: House) -> str:
    return (house.home / "key").read_text().split()[3]


def export(house: House, rest: str = "", *, vault: str = "personal") -> Answer:
    """Export for the key of the house; a passphrase takes seconds."""
    return house.unlocked(f"vault export {house.home}/out.age {vault} --recipient {recipient(house)} --json {rest}")


def bring_in(house: House, rest: str = "", *, vault: str = "personal", file: str = "out.age") -> Answer:
    return house.unlocked(f"vault import {house.home}/{file} {vault} --identity {house.home}/key --json {rest}")


def opened(house: House, file: str = "out.age") -> bytes:
    key = pyrage.x25519.Identity.from_str((house.home / "key").read_text().split()[-1])
    content: bytes = pyrage.decrypt((house.home / file).read_bytes(), [key])
    return content


def log_of(house: House, vault: str = "personal") -> list[str]:
    return [entry["act"] for entry in house.unlocked(f"audit list --vault {vault} --json").document["entries"]]


def test_what_leaves_is_shown_and_logged_and_is_private(house: House) -> None:
    answer = export(house)
    assert answer.code == 0, answer.err
    assert answer.document["counts"] == {"persona": 2, "setting": answer.document["counts"]["setting"], "audit": 2}
    assert (answer.document["keys"], answer.document["sealed_for"]) == (False, [recipient(house)])
    assert "2  persona" in answer.err
    assert "no keys" in answer.err
    assert stat.S_IMODE((house.home / "out.age").stat().st_mode) == 0o600
    assert log_of(house)[0] == "vault.export"
    found = read_export(opened(house))
    assert found.manifest.counts == answer.document["counts"]
    assert b"seed" not in b"".join(each.name.encode() for each in found.records)


def test_keys_leave_only_when_asked_for_and_with_a_warning(house: House) -> None:
    answer = export(house, "--with-keys")
    assert answer.document["keys"]
    assert "the keys are in it" in answer.err
    assert read_export(opened(house)).manifest.keys


@pytest.mark.parametrize("armor", ["", "--armor"])
def test_a_passphrase_of_its_own_seals_and_opens_the_file(house: House, armor: str) -> None:
    given = f"--file-passphrase-file {house.home}/file-pass"
    answer = house.unlocked(f"vault export {house.home}/out.age {given} {armor} --json")
    assert answer.code == 0, answer.err
    assert answer.document["sealed_for"] == ["passphrase"]
    assert (house.home / "out.age").read_bytes().startswith(b"-----BEGIN AGE" if armor else b"age-encryption.org/v1\n")
    back = house.unlocked(f"vault import {house.home}/out.age {given} --json")
    assert back.code == 0, back.err
    assert (back.document["added"], back.document["conflicts"]) == ({}, [])
    wrong = house.unlocked(f"vault import {house.home}/out.age --file-passphrase-file {house.home}/pass --json")
    assert (wrong.code, wrong.document["code"]) == (6, "AGE-WRONG-PASSPHRASE")


def test_a_dry_run_shows_what_would_leave_and_writes_nothing(house: House) -> None:
    before = house.vault_file().read_bytes()
    answer = export(house, "--dry-run")
    assert (answer.code, answer.document["dry_run"], answer.document["counts"]["persona"]) == (0, True, 2)
    assert not (house.home / "out.age").exists()
    assert house.vault_file().read_bytes() == before


def test_a_file_that_is_there_is_replaced_only_on_consent(house: House) -> None:
    (house.home / "out.age").write_text("mine")
    refused = export(house)
    assert (refused.code, refused.document["code"]) == (11, "FILE-EXISTS")
    assert (house.home / "out.age").read_text() == "mine"
    assert log_of(house)[0] != "vault.export"
    assert export(house, "--yes").code == 0
    assert opened(house)


@pytest.mark.parametrize(
    ("rest", "code"),
    [
        ("--iop --armor", "USAGE"),
        ("--iop --dry-run", "USAGE"),
        ("--drop-recovery-slot", "USAGE"),
        ("--recipient age1nobody", "AGE-RECIPIENT"),
        ("--recipient {key} --file-passphrase-file {home}/pass", "USAGE"),
    ],
)
def test_options_that_do_not_go_together_are_refused(house: House, rest: str, code: str) -> None:
    line = rest.format(key=recipient(house), home=house.home)
    refused = house.unlocked(f"vault export {house.home}/out.age {line} --json")
    assert (refused.code, refused.document["code"]) == (2, code)
    assert not (house.home / "out.age").exists()


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_asked(house: House) -> None:
    refused = house.run(f"vault export {house.home}/nowhere/out.age --recipient {recipient(house)} --json")
    assert refused.code == 16
    assert log_of(house)[0] != "vault.export"


def test_an_export_that_cannot_be_written_leaves_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(os, "posix_fallocate", full)
    refused = export(house)
    assert (refused.code, refused.document["error"].endswith("could not be written")) == (16, True)
    assert [path.name for path in house.home.iterdir() if "out.age" in path.name] == []
    assert log_of(house)[0] != "vault.export"


def test_importing_where_it_came_from_changes_nothing_and_says_so(house: House) -> None:
    export(house)
    before = house.vault_file().read_bytes()
    answer = bring_in(house)
    assert (answer.code, answer.document["added"], answer.document["conflicts"]) == (0, {}, [])
    assert house.vault_file().read_bytes() == before
    lines = house.unlocked(f"vault import {house.home}/out.age --identity {house.home}/key")
    assert "nothing was changed" in lines.out


def test_on_a_new_machine_a_file_with_keys_becomes_the_vault_again(house: House) -> None:
    export(house, "--with-keys")
    made = bring_in(house, "--kdf light", vault="again")
    assert made.code == 0, made.err
    for line in ("persona list --all", "trust list", "policy show"):
        assert house.unlocked(f"{line} --vault again --json").out == house.unlocked(f"{line} --json").out
    assert house.unlocked("audit verify --vault again --json").code == 0
    assert log_of(house, "again")[0] == "vault.import"
    assert [slot["kind"] for slot in house.run("vault status again --json").document["slots"]] == [
        "passphrase",
        "recovery",
    ]
    (house.home / "new").write_text("another horse entirely")
    words = WORDS.format(home=house.home)
    assert house.run(f"vault unlock again --recovery {words} --new-passphrase-file {house.home}/new").code == 0


def test_on_a_new_machine_a_file_without_keys_needs_the_words(house: House) -> None:
    export(house)
    refused = bring_in(house, "--kdf light", vault="again")
    assert (refused.code, refused.document["code"]) == (3, "WORDS-NEEDED")
    made = bring_in(house, f"--kdf light {WORDS.format(home=house.home)}", vault="again")
    assert made.code == 0, made.err
    assert house.unlocked("persona list --vault again --json").out == house.unlocked("persona list --json").out


def test_words_of_another_seed_make_no_vault(house: House) -> None:
    export(house)
    house.create("other")
    refused = bring_in(house, f"--kdf light {WORDS.format(home=house.home)}", vault="again")
    assert (refused.code, refused.document["code"]) == (11, "SEED-DIFFERS")
    assert not house.vault_file("again").exists()


def test_a_file_of_another_seed_is_refused_with_11(house: House) -> None:
    export(house)
    house.create("other")
    before = house.vault_file("other").read_bytes()
    refused = bring_in(house, vault="other")
    assert (refused.code, refused.document["code"]) == (11, "SEED-DIFFERS")
    assert house.vault_file("other").read_bytes() == before


def test_conflicts_are_shown_and_wait_for_a_choice(house: House) -> None:
    export(house)
    house.unlocked("persona rename Work Office")
    refused = bring_in(house)
    assert (refused.code, refused.document["code"]) == (11, "IMPORT-CONFLICT")
    shown = bring_in(house, "--conflicts file --dry-run").document
    assert [each["name"] for each in shown["conflicts"]] == ["persona/0000000001"]
    assert shown["replaced"] == shown["conflicts"]
    names = "persona list --json"
    assert "Office" in house.unlocked(names).out
    assert bring_in(house, "--conflicts newer").document["replaced"] == []
    assert "Office" in house.unlocked(names).out
    assert bring_in(house, "--conflicts file").code == 0
    assert "Office" not in house.unlocked(names).out
    assert bring_in(house).document["conflicts"] == []


def test_a_dry_run_of_an_import_writes_nothing(house: House) -> None:
    export(house, "--with-keys")
    shown = bring_in(house, "--dry-run", vault="again").document
    assert (shown["new"], shown["added"]["persona"]) == (True, 2)
    assert not house.vault_file("again").exists()


def test_a_demo_stays_a_demo(house: House) -> None:
    (house.home / "words").write_text(" ".join(["abandon"] * 23 + ["art"]))
    words = WORDS.format(home=house.home)
    made = house.unlocked(f"vault restore demo --kdf light --allow-published {words}")
    assert made.code == 0, made.err
    assert export(house, "--with-keys", vault="demo").code == 0
    assert bring_in(house, "--kdf light", vault="again").code == 5
    assert bring_in(house, "--kdf light --allow-published", vault="again").code == 2
    assert bring_in(house, "--kdf light --allow-published", vault="demo-2").code == 0


def hostile(house: House) -> Iterator[tuple[bytes, str, int]]:
    """Yield files that are refused, with code and exit code."""
    sealed = (house.home / "out.age").read_bytes()
    scrypt = b"age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 30\n" + b"A" * 43 + b"\n--- " + b"A" * 43 + b"\n"
    key = pyrage.x25519.Recipient.from_str(recipient(house))

    def sealing(text: bytes) -> bytes:
        content: bytes = pyrage.encrypt(text, [key])
        return content

    yield scrypt + bytes(32), "AGE-WORK", 2
    yield sealed[:-1], "AGE-DAMAGED", 2
    yield sealed + b"x", "AGE-DAMAGED", 2
    yield sealed[:40], "AGE-HEADER", 2
    yield sealed.replace(b"/v1\n", b"/v2\n", 1), "AGE-TOO-NEW", 14
    yield pyrage.encrypt(b"x", [pyrage.x25519.Identity.generate().to_public()]), "AGE-NO-KEY", 6
    yield sealing(b""), "EXPORT-FORM", 2
    yield sealing(opened(house)[:-1]), "EXPORT-FORM", 2
    yield sealing(opened(house) + b"{}\n"), "EXPORT-FORM", 2
    yield sealing(opened(house).replace(b'"v":1,"vault"', b'"v":2,"vault"')), "EXPORT-TOO-NEW", 14
    yield b"\xff\xfe", "IMPORT-FILE", 2
    yield house.vault_file().read_bytes(), "IMPORT-FILE", 2
    yield b"{}", "USAGE", 2


def test_hostile_files_are_refused_and_change_nothing(house: House) -> None:
    export(house)
    before = house.vault_file().read_bytes()
    for content, code, exit_code in list(hostile(house)):
        (house.home / "bad").write_bytes(content)
        refused = bring_in(house, file="bad")
        assert (refused.document["code"], refused.code) == (code, exit_code), refused.out
        assert house.vault_file().read_bytes() == before


def test_a_file_for_a_key_says_what_opens_it(house: House) -> None:
    export(house)
    refused = house.unlocked(f"vault import {house.home}/out.age --json")
    assert (refused.code, refused.document["code"]) == (2, "AGE-KEY-NEEDED")
    (house.home / "key").write_text("nothing")
    assert bring_in(house).document["code"] == "AGE-IDENTITY"


def test_what_is_left_of_a_damaged_vault_leaves_and_comes_in_again(house: House) -> None:
    refused = export(house, "--damaged")
    assert (refused.code, refused.document["code"]) == (11, "VAULT-WHOLE")
    with closing(sqlite3.connect(house.vault_file())) as connection, connection:
        row, sealed = connection.execute("SELECT id, ct FROM rec ORDER BY id LIMIT 1").fetchone()
        connection.execute("UPDATE rec SET ct = ? WHERE id = ?", (sealed[:-1] + bytes([sealed[-1] ^ 1]), row))
    before = house.vault_file().read_bytes()
    assert export(house).code == 7
    assert not (house.home / "out.age").exists()
    answer = export(house, "--damaged --with-keys")
    assert answer.code == 0, answer.err
    assert answer.document["whole"] is False
    assert "records that are missing: 1" in answer.err
    assert house.vault_file().read_bytes() == before
    words = WORDS.format(home=house.home)
    made = bring_in(house, f"--kdf light {words}", vault="again")
    assert made.code == 0, made.err
    assert "some of it may be missing" in made.err
    assert house.unlocked("persona list --vault again --json").code == 0


def test_nothing_open_touches_a_disk(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    write = os.write

    def watched(handle: int, content: bytes) -> int:
        written.append(bytes(content))
        return write(handle, content)

    monkeypatch.setattr(os, "write", watched)
    export(house, "--with-keys")
    text = opened(house)
    bring_in(house, "--kdf light", vault="again")
    assert written
    for line in text.splitlines()[:3]:
        assert not any(line in content for content in written)
    left = [path for path in house.home.rglob("*") if path.is_file()]
    assert not any(b'"collection":"persona"' in path.read_bytes() for path in left)
