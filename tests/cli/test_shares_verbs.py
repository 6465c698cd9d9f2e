"""vault shares and vault unlock --shares: any few of the friends open the file together, and nobody alone."""

from __future__ import annotations

import itertools
import os
import re
import sys
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.house import House, Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus_simulators.command_line import CommandLine

pytest.importorskip("shamir_mnemonic", reason="shamir-mnemonic is not installed")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    """A home with a vault."""
    house = House(tmp_path / "home", monkeypatch, capsys)
    assert house.create().code == 0
    (house.home / "new").write_text("a passphrase that is new\n")
    return house


def make(house: House, split: str = "2/3", folder: str = "shares") -> list[Path]:
    """Make shares into files."""
    answer = house.unlocked(f"vault shares make {split} --shares-to {house.home}/{folder} --json")
    assert answer.code == 0, answer.err
    return sorted((house.home / folder).iterdir())


def joined(house: House, *shares: Path) -> Path:
    """Put shares into one file."""
    file = house.home / "given"
    file.write_bytes(b"".join(share.read_bytes() for share in shares))
    return file


def unlock(house: House, *shares: Path, more: str = "") -> tuple[int, str]:
    file = joined(house, *shares)
    answer = house.run(
        f"vault unlock --shares --shares-file {file} --new-passphrase-file {house.home}/new --kdf light {more}"
    )
    return answer.code, answer.out + answer.err


def test_any_two_of_three_open_the_vault_and_set_a_new_passphrase(house: House) -> None:
    shares = make(house)
    assert [share.name for share in shares] == ["share-1.txt", "share-2.txt", "share-3.txt"]
    for pair in itertools.permutations(shares, 2):
        code, said = unlock(house, *pair)
        assert code == 0, said
        assert "the shares open personal" in said
    assert house.run(f"persona list --passphrase-file {house.home}/new").code == 0
    assert house.unlocked("persona list").code == 6
    assert "recovery shares" in house.run(f"audit list --json --passphrase-file {house.home}/new").out


def test_the_files_are_for_their_owner_alone(house: House) -> None:
    shares = make(house)
    assert all(os.stat(share).st_mode & 0o777 == 0o600 for share in shares)
    assert os.stat(shares[0].parent).st_mode & 0o777 == 0o700
    assert all(len(share.read_text().split()) == 33 for share in shares)


def test_that_shares_were_made_is_in_the_log_and_no_share_is(house: House) -> None:
    shares = make(house)
    log = house.unlocked("audit list --json").out
    assert "vault.shares" in log
    assert not any(" ".join(share.read_text().split()[5:8]) in log for share in shares)


def test_the_texts_say_what_shares_are_and_what_they_are_not(house: House) -> None:
    answer = house.unlocked(f"vault shares make 2/3 --shares-to {house.home}/shares")
    assert "they make no keys" in answer.err
    assert "without the file they are worth nothing" in answer.err


def test_one_share_too_few(house: House) -> None:
    shares = make(house, "3/5")
    code, said = unlock(house, *shares[:2])
    assert code == 2
    assert "too few shares: 2 of the 3 that are needed" in said
    assert unlock(house, *shares[1:4])[0] == 0


def test_a_share_twice(house: House) -> None:
    shares = make(house)
    code, said = unlock(house, shares[0], shares[0])
    assert code == 2
    assert "given twice" in said


def test_shares_of_two_sets(house: House) -> None:
    one, other = make(house), make(house, folder="more")
    code, said = unlock(house, one[0], other[1])
    assert code == 2
    assert "not of one set" in said or "do not belong together" in said
    assert unlock(house, *one[:2])[0] == 0
    assert unlock(house, *other[1:])[0] == 0


def test_shares_of_another_vault(house: House) -> None:
    shares = make(house)
    house.create("other")
    code, said = unlock(house, *shares[:2], more="other")
    assert code == 6
    assert "the shares do not open this vault" in said


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda words: words[:-1], "65 words were given"),
        (lambda words: ["zebra", *words[1:]], "word 1 of the share is not in the list"),
        (lambda words: [words[1], words[0], *words[2:]], "its checksum is wrong"),
    ],
    ids=["short", "unknown", "swapped"],
)
def test_a_share_written_down_wrong(house: House, change: object, expected: str) -> None:
    shares = make(house)
    words = shares[0].read_text().split()
    changed = change(words)  # type: ignore[operator]  # a function of the table above
    shares[0].write_text(" ".join(changed) + "\n")
    code, said = unlock(house, *shares[:2])
    assert code == 2
    assert expected in said
    assert "zebra" not in said


def test_numbers_upper_case_and_lines_do_not_matter(house: House) -> None:
    shares = make(house)
    for share in shares:
        words = share.read_text().upper().split()
        share.write_text("".join(f"{place}. {word}\n" for place, word in enumerate(words, start=1)))
    assert unlock(house, *shares[1:])[0] == 0


@pytest.mark.parametrize("split", ["1/1", "1/3", "4/3", "2/17", "2", "2/", "/3", "a/b", "2/3/4", "-2/3", "٢/٣"])
def test_a_split_that_makes_no_sense(house: House, split: str) -> None:
    answer = house.unlocked(f"vault shares make --shares-to {house.home}/shares -- {split}")
    assert answer.code == 2
    assert not (house.home / "shares").exists()


def test_a_dry_run_makes_nothing(house: House) -> None:
    answer = house.run(f"vault shares make 2/3 --shares-to {house.home}/shares --dry-run --json")
    assert answer.code == 0
    assert answer.document["dry_run"] is True
    assert not (house.home / "shares").exists()


def test_no_folder_is_written_into_that_is_there(house: House) -> None:
    (house.home / "shares").mkdir()
    answer = house.unlocked(f"vault shares make 2/3 --shares-to {house.home}/shares")
    assert answer.code == 11
    assert "vault.shares" not in house.unlocked("audit list --json").out


def test_without_a_terminal_they_are_not_shown(house: House) -> None:
    answer = house.unlocked("vault shares make 2/3")
    assert answer.code == 3
    assert "--shares-to" in answer.err
    assert house.run("vault unlock --shares").code == 3
    assert house.run("vault unlock --shares --recovery").code == 11


def test_without_a_recovery_slot_there_is_nothing_to_split(house: House) -> None:
    from prometheus.cli.unlocking import places
    from prometheus.compose import vaults
    from prometheus.model.secret import Secret

    with vaults.opened(places(), "personal", Secret((house.home / "pass").read_bytes().strip())) as opened:
        opened.vault.set_recovery(None)
    answer = house.unlocked(f"vault shares make 2/3 --shares-to {house.home}/shares")
    assert answer.code == 11
    assert "no recovery slot" in answer.err
    assert not (house.home / "shares").exists()


def test_each_share_can_be_proven(house: House) -> None:
    shares = make(house)
    for number, share in enumerate(shares, start=1):
        answer = house.unlocked(f"vault shares check --shares-file {share} --json")
        assert answer.code == 0
        found = answer.document
        assert (found["number"], found["count"], found["needed"]) == (number, 3, 2)
    assert "number 1 of 3" in house.unlocked(f"vault shares check --shares-file {shares[0]}").out


def test_a_share_opens_only_old_copies_when_the_recovery_slot_is_gone(house: House) -> None:
    from prometheus.cli.unlocking import places
    from prometheus.compose import vaults
    from prometheus.model.secret import Secret

    share = make(house)[0]
    assert house.unlocked(f"vault shares check --shares-file {share} --json").document["opens"] is True
    with vaults.opened(places(), "personal", Secret((house.home / "pass").read_bytes().strip())) as opened:
        opened.vault.set_recovery(None)
    answer = house.unlocked(f"vault shares check --shares-file {share}")
    assert answer.code == 0
    assert "open old copies of it" in answer.out
    assert "no recovery slot any more" in answer.err


def test_a_share_of_another_vault_is_told(house: House) -> None:
    shares = make(house)
    house.create("other")
    answer = house.unlocked(f"vault shares check other --shares-file {shares[0]}")
    assert answer.code == 6
    assert "not one of this vault" in answer.err


def test_anyone_can_look_at_the_form_of_a_share_without_the_vault(house: House) -> None:
    share = make(house)[1]
    house.unlocked("vault delete personal --confirm personal")
    answer = house.run(f"vault shares check --form-only --shares-file {share} --json")
    assert answer.code == 0
    assert (answer.document["number"], answer.document["needed"], answer.document["vault"]) == (2, 2, None)
    words = share.read_text().split()
    share.write_text(" ".join([words[1], words[0], *words[2:]]))
    assert house.run(f"vault shares check --form-only --shares-file {share}").code == 2


def test_without_the_extra_every_verb_says_what_to_install(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    shares = make(house)
    monkeypatch.setitem(sys.modules, "shamir_mnemonic", None)
    for line in (
        "vault shares make 2/3",
        f"vault shares check --shares-file {shares[0]}",
        f"vault unlock --shares --shares-file {shares[0]}",
    ):
        answer = house.unlocked(line)
        assert answer.code == 17
        assert "prometheus-agent[shamir]" in answer.err


def test_shares_alone_make_no_keys(house: House) -> None:
    """What the shares give back is not the seed, nor anything that the words or a wallet would take."""
    from prometheus.identity import bip39
    from prometheus.identity.slip39 import combine, read_share

    shares = make(house)
    secret = combine([read_share(share.read_text().split()) for share in shares[:2]]).expose()
    phrase = (house.home / "words").read_text().strip()
    assert len(secret) == 32
    assert secret not in bytes(bip39.phrase_to_seed(phrase).view)
    assert bip39.entropy_to_phrase(secret) != phrase


def test_a_person_at_a_terminal_writes_them_down_and_types_them_back(command_line: CommandLine) -> None:
    home = command_line.home
    (home / "pass").write_text("a passphrase of some words\n")
    (home / "new").write_text("a passphrase that is new\n")
    given = ("--passphrase-file", str(home / "pass"))
    made = command_line.run("vault", "create", "--kdf", "light", "--words-to", str(home / "words"), *given)
    assert made.returncode == 0, made.stderr
    shares = shown_and_proven(Terminal(home, "vault", "shares", "make", "2/3", *given))
    assert [len(share) for share in shares] == [33, 33, 33]
    new = ("--kdf", "light", "--new-passphrase-file", str(home / "new"))
    terminal = Terminal(home, "vault", "unlock", "--shares", *new)
    terminal.until(" 1 > ")
    terminal.type(" ".join([*shares[2][:4], "acadmic"]))
    terminal.until(" 6 > ")
    terminal.type(" ".join(shares[2][5:]))
    assert "word 5 'acadmic' is not in the list" in terminal.until("word 5 > ")
    terminal.type(shares[2][4])
    assert "That is share 3; 2 are needed, and 1 are here" in terminal.until(" 1 > ")
    terminal.type(" ".join(shares[2]))
    assert "was given twice" in terminal.until(" 1 > ")
    terminal.type(" ".join(shares[0]).upper())
    assert terminal.end() == 0
    assert "the shares open personal" in terminal.seen
    assert command_line.run("persona", "list", "--passphrase-file", str(home / "new")).returncode == 0


def shown_and_proven(terminal: Terminal) -> list[list[str]]:
    """Write down what is shown, answer once wrongly, and return the shares."""
    shares = []
    for number in range(1, 4):
        page = terminal.until("written it down. ")
        share = page_words(page)
        shares.append(share)
        terminal.type("")
        if number == 1:
            terminal.until("? ")
            terminal.type("wrong")
            page = terminal.until("written it down. ")
            assert page_words(page) == share
            terminal.type("")
        for _ in range(2):
            asked = re.findall(r"Which is word (\d+)\?", terminal.until("? "))
            terminal.type(share[int(asked[-1]) - 1])
    assert terminal.end() == 0
    return shares


def page_words(page: str) -> list[str]:
    """Return the words of a page in their order."""
    found = re.findall(r"(\d+) ([a-z]+)\b", page[page.rindex("never shown again") :])
    return [word for _, word in sorted((int(place), word) for place, word in found)]
