"""A vault from its making to its end, by the verbs that a person uses."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.house import PASSPHRASE, House

from prometheus.identity.bip39 import short_phrase_to_seed
from prometheus_vault import anchor
from prometheus_vault.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    return House(tmp_path / "home", monkeypatch, capsys)


def test_a_new_vault_has_a_persona_and_the_built_in_plugin(house: House) -> None:
    made = house.create().document
    assert made["persona"]["did"].startswith("did:morpheus:ez")
    assert made["plugins"] == ["didkey", "morpheus"]
    listed = house.unlocked("persona list --json").document["personas"]
    assert [persona["did"] for persona in listed] == [made["persona"]["did"]]
    assert listed[0]["active"]


def test_the_files_of_a_vault_are_private(house: House) -> None:
    house.create()
    assert stat.S_IMODE(house.vault_file().stat().st_mode) == 0o600
    assert stat.S_IMODE(house.vault_file().parent.stat().st_mode) == 0o700
    assert stat.S_IMODE((house.home / "words").stat().st_mode) == 0o600


def test_making_a_vault_leaves_nothing_else_behind(house: House) -> None:
    house.create()
    assert sorted(path.name for path in house.vault_file().parent.iterdir()) == ["personal.vault", "plugins.json"]


def test_a_vault_is_never_made_over_another(house: House) -> None:
    house.create()
    before = house.vault_file().read_bytes()
    again = house.create()
    assert (again.code, again.document["code"]) == (11, "VAULT-EXISTS")
    assert house.vault_file().read_bytes() == before


def test_the_words_file_is_never_written_over(house: House) -> None:
    (house.home / "words").write_text("mine")
    refused = house.unlocked(f"vault create --kdf light --words-to {house.home}/words")
    assert refused.code == 11
    assert (house.home / "words").read_text() == "mine"
    assert not house.vault_file().exists()


def test_a_failed_creation_takes_the_words_file_back(house: House) -> None:
    (house.home / ".local/share").mkdir(parents=True)
    (house.home / ".local/share/prometheus").write_text("no folder")
    refused = house.create()
    assert refused.code == 16
    assert not (house.home / "words").exists()


def test_without_a_terminal_the_words_have_to_go_to_a_file(house: House) -> None:
    refused = house.unlocked("vault create --kdf light --json")
    assert (refused.code, refused.document["code"]) == (3, "WORDS-NEED-TERMINAL")
    assert not house.vault_file().exists()


@pytest.mark.parametrize("name", ["../x", "Personal", "", ".hidden", "a" * 33, "a/b", "a\nb", "-x", "é"])
def test_a_name_that_could_be_a_path_is_refused(house: House, name: str) -> None:
    refused = house.run(f"vault status --json -- '{name}'")
    assert refused.code in {2, 4}
    assert name == "" or refused.document["code"] == "VAULT-NAME"


def test_an_empty_name_is_not_the_default_vault(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.create()
    for line in (
        "persona add --vault ''",
        "vault passphrase '' --kdf light",
        "vault unlock --vault ''",
        "vault status ''",
    ):
        assert house.unlocked(f"{line} --json").document["code"] == "VAULT-NAME"
    monkeypatch.setenv("PROMETHEUS_VAULT", "")
    assert house.unlocked("persona list").code == 0


def test_the_same_words_restore_the_same_persona(house: House) -> None:
    made = house.create().document
    restored = house.unlocked(f"vault restore back --kdf light --words-file {house.home}/words --json").document
    assert restored["first_did"] == made["persona"]["did"]
    assert not restored["ledger_asked"]


def test_restore_shows_the_first_did_and_writes_nothing_in_a_dry_run(house: House) -> None:
    made = house.create().document
    shown = house.run(f"vault restore back --words-file {house.home}/words --dry-run --json").document
    assert shown["first_did"] == made["persona"]["did"]
    assert not house.vault_file("back").exists()


def test_another_bip39_password_makes_another_persona(house: House) -> None:
    made = house.create().document
    (house.home / "extra").write_text("more")
    with (house.home / "extra").open() as file:
        line = (
            f"vault restore back --words-file {house.home}/words --bip39-password-fd {file.fileno()} --dry-run --json"
        )
        assert house.run(line).document["first_did"] != made["persona"]["did"]


def test_documents_in_a_backup_folder_tell_which_personas_were_used(house: House) -> None:
    house.create()
    for label in ("one", "two", "three"):
        house.unlocked(f"persona add {label}")
    backup = house.home / "backup" / "deep"
    backup.mkdir(parents=True)
    house.unlocked(f"persona show two --export-public --out {backup}/two.json")
    restored = house.unlocked(
        f"vault restore back --kdf light --words-file {house.home}/words --look-in {house.home}/backup --json"
    ).document
    assert restored["used"] == [2]
    assert restored["personas"] == 3
    assert restored["looked_at"] == 23


@pytest.mark.parametrize("extra", ["--personas 0", "--personas 10001", "--gap 0", "--gap 1001"])
def test_a_number_that_restores_nothing_or_for_ever_is_refused(house: House, extra: str) -> None:
    house.create()
    refused = house.unlocked(f"vault restore x --words-file {house.home}/words {extra} --json")
    assert (refused.code, refused.document["code"]) == (2, "RESTORE-NUMBER")
    assert not house.vault_file("x").exists()


def test_published_words_are_refused_and_make_only_a_demo(house: House) -> None:
    words = house.home / "words"
    words.write_text(" ".join(["abandon"] * 23 + ["art"]))
    line = f"vault restore {{}} --kdf light --words-file {words} --json"
    refused = house.unlocked(line.format("mine"))
    assert (refused.code, refused.document["code"]) == (5, "WORDS-PUBLISHED")
    misnamed = house.unlocked(line.format("mine") + " --allow-published")
    assert (misnamed.code, misnamed.document["code"]) == (2, "DEMO-NAME")
    made = house.unlocked(line.format("demo-mine") + " --allow-published")
    assert made.document["demo"]
    assert "DEMO" in made.err
    assert [slot["kind"] for slot in house.run("vault status demo-mine --json").document["slots"]] == ["passphrase"]


def test_the_words_open_the_vault_and_set_a_new_passphrase(house: House) -> None:
    house.create()
    (house.home / "new").write_text("another horse entirely\n")
    recovered = house.run(
        f"vault unlock --recovery --kdf light --words-file {house.home}/words --new-passphrase-file {house.home}/new"
    )
    assert recovered.code == 0
    assert house.unlocked("persona list").code == 6
    assert house.run(f"persona list --passphrase-file {house.home}/new").code == 0
    acts = house.run(f"audit list --json --passphrase-file {house.home}/new").document["entries"]
    assert acts[0]["act"] == "vault.passphrase"


def test_other_valid_words_open_nothing(house: House) -> None:
    house.create()
    words = (house.home / "words").read_text()
    house.run("vault delete personal --confirm personal")
    house.create()
    (house.home / "words").write_text(words)
    (house.home / "new").write_text("another horse entirely")
    refused = house.run(
        f"vault unlock --recovery --words-file {house.home}/words --new-passphrase-file {house.home}/new --json"
    )
    assert (refused.code, refused.document["code"]) == (6, "WORDS-DO-NOT-OPEN")


def test_a_new_passphrase_and_its_line_in_the_log_are_one_commit(house: House) -> None:
    house.create()
    before = house.unlocked("vault verify --json").document
    (house.home / "new").write_text(PASSPHRASE)
    assert house.unlocked(f"vault passphrase --kdf light --new-passphrase-file {house.home}/new").code == 0
    after = house.unlocked("vault verify --json").document
    steps = {name: after[name] - before[name] for name in ("epoch", "generation", "audit_entries")}
    assert steps == {"epoch": 1, "generation": 1, "audit_entries": 1}


def test_what_went_wrong_after_a_change_is_told_and_the_change_stands(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StorageError("the anchor could not be written", reason="disk full")

    house.create()
    (house.home / "new").write_text("another horse entirely")
    with monkeypatch.context() as patched:
        patched.setattr(anchor, "write_anchor", fail)
        told = house.unlocked(f"vault passphrase --kdf light --new-passphrase-file {house.home}/new")
        assert told.code == 0
        assert told.err.count("warning: the anchor could not be written: disk full") == 1
    assert house.run(f"vault unlock --passphrase-file {house.home}/new").err == ""


def test_a_command_beside_another_says_nothing_of_it(house: House) -> None:
    house.create()
    with closing(sqlite3.connect(house.vault_file(), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM rec").fetchone()
        assert "warning" not in house.unlocked("persona add Work").err


def test_the_passphrase_changes(house: House) -> None:
    house.create()
    (house.home / "new").write_text("another horse entirely")
    assert house.unlocked(f"vault passphrase --kdf light --new-passphrase-file {house.home}/new").code == 0
    assert house.unlocked("vault unlock").code == 6
    assert house.run(f"vault unlock --passphrase-file {house.home}/new").code == 0


@pytest.mark.parametrize("bad", [b"", b"with\ttab", b"\xff\xfe", b"two\nlines\n"])
def test_a_passphrase_that_cannot_be_typed_again_is_refused(house: House, bad: bytes) -> None:
    (house.home / "pass").write_bytes(bad)
    refused = house.create()
    assert refused.code == 2
    assert not house.vault_file().exists()


def test_one_line_end_is_dropped_and_nothing_else(house: House) -> None:
    house.create()
    for ending, code in (("", 0), ("\r\n", 0), (" \n", 6), ("\n\n", 6)):
        (house.home / "pass").write_bytes((PASSPHRASE + ending).encode())
        assert house.unlocked("vault unlock").code == code, repr(ending)


def test_the_words_are_proven_right_without_changing_anything(house: House) -> None:
    house.create()
    before = house.vault_file().read_bytes()
    assert house.run(f"vault words check --words-file {house.home}/words").code == 0
    assert house.vault_file().read_bytes() == before


def test_words_without_a_slot_are_proven_by_the_passphrase_and_still_change_nothing(house: House) -> None:
    words = house.home / "words"
    words.write_text(" ".join(["abandon"] * 23 + ["art"]))
    house.unlocked(f"vault restore demo --kdf light --words-file {words} --allow-published")
    for found in (house.home / ".local/state/prometheus").glob("*.anchor"):
        found.unlink()
    before = house.vault_file("demo").read_bytes()
    checked = house.unlocked(f"vault words check demo --words-file {words} --json")
    assert (checked.code, checked.document["open_the_vault"]) == (0, False)
    assert house.vault_file("demo").read_bytes() == before
    assert not list((house.home / ".local/state/prometheus").glob("*.anchor"))


def test_wrong_words_are_told_by_place_and_never_printed(house: House) -> None:
    house.create()
    words = (house.home / "words").read_text().split()
    words[10] = "gravty"
    (house.home / "words").write_text("\n".join(f"{place}. {word.upper()}" for place, word in enumerate(words, 1)))
    refused = house.run(f"vault words check --words-file {house.home}/words")
    assert refused.code == 2
    assert "word 11 is not in the list" in refused.err
    assert not any(word in (refused.err + refused.out).split() for word in words if len(word) > 5)


def test_the_shelf_tells_every_vault_and_the_default(house: House) -> None:
    assert house.run("vault list").out.startswith("this machine has no vault yet")
    house.create()
    house.create("work")
    assert house.run("vault use work").code == 0
    listed = {vault["name"]: vault for vault in house.run("vault list --json").document["vaults"]}
    assert listed["work"]["default"]
    assert not listed["personal"]["default"]
    assert listed["work"]["seen_here"]


def test_the_default_vault_keeps_the_rest_of_the_configuration(house: House) -> None:
    house.create()
    config = house.home / ".config/prometheus/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('# mine\nvault = "old"\nquiet = true\n\n[plugins]\nvault = "theirs"\n')
    house.run("vault use personal")
    assert config.read_text() == '# mine\nvault = "personal"\nquiet = true\n\n[plugins]\nvault = "theirs"\n'


def test_a_linked_configuration_stays_a_link(house: House) -> None:
    house.create()
    kept = house.home / "dotfiles.toml"
    kept.write_text("quiet = true\n")
    link = house.home / ".config/prometheus/config.toml"
    link.parent.mkdir(parents=True)
    link.symlink_to(kept)
    assert house.run("vault use personal").code == 0
    assert link.is_symlink()
    assert kept.read_text() == 'vault = "personal"\nquiet = true\n'


def test_a_configuration_that_cannot_be_read_is_left_as_it_is(house: House) -> None:
    house.create()
    config = house.home / ".config/prometheus/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('vault = """\nx"""\n')
    before = config.read_text()
    assert house.run("vault use personal").code == 2
    assert config.read_text() == before


def test_a_vault_that_does_not_exist_cannot_be_the_default(house: House) -> None:
    assert house.run("vault use nowhere").code == 4


def test_deleting_needs_the_name(house: House) -> None:
    house.create()
    assert house.run("vault delete personal --yes").code == 5
    assert house.run("vault delete personal --confirm persona").code == 5
    assert house.run("vault delete personal --confirm personal --dry-run").code == 0
    assert house.vault_file().exists()
    assert house.run("vault delete personal --confirm personal").code == 0
    assert not house.vault_file().exists()
    assert not list((house.home / ".local/state/prometheus").glob("*.anchor"))


def test_status_says_what_to_do_without_a_vault(house: House) -> None:
    said = house.run("status")
    assert said.code == 0
    assert "vault create" in said.out
    assert "agent   none" in said.out


def test_the_seed_of_the_vault_is_that_of_its_words(house: House) -> None:
    made = house.create().document
    seed = short_phrase_to_seed((house.home / "words").read_text())
    from prometheus.model.secret import Secret
    from prometheus.usecases.seed import public_key_of

    assert made["persona"]["public_key"] == public_key_of(Secret(seed), "persona", 0)


def test_words_never_go_to_an_output(house: House) -> None:
    refused = house.unlocked("vault create --kdf light --words-to - --json")
    assert (refused.code, refused.document["code"]) == (2, "WORDS-TO-OUTPUT")
    assert not house.vault_file().exists()


def test_the_shelf_fits_80_columns_also_with_a_broken_vault_of_the_longest_name(house: House) -> None:
    house.create("a" * 32)
    house.vault_file("b" * 32).write_bytes(b"broken")
    lines = house.run("vault list").out.splitlines()
    assert len(lines) == 3
    assert max(len(line) for line in lines) <= 80
