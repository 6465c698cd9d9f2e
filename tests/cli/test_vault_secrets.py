"""A planted passphrase and planted words reach no output, no file but the one asked for, and no argument list."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.house import PASSPHRASE, House, Terminal

if TYPE_CHECKING:
    from pathlib import Path

LINES = (
    "status",
    "vault list",
    "vault status",
    "vault verify --deep",
    "vault words check --words-file {home}/words",
    "vault unlock",
    "persona add Work",
    "persona list --all",
    "persona show --export-public",
    "key derive",
    "key sign {home}/pass",
    "audit list --json",
    "persona show nobody",
    "vault restore x --kdf light --words-file {home}/pass",
    "vault create --kdf light",
    "vault backup {home}/copy.vault --yes",
    "vault verify {home}/copy.vault",
    "vault restore-backup {home}/copy.vault --yes",
    "vault accept-rollback --yes",
    "vault rekey --full --kdf light --yes",
)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    house = House(tmp_path / "home", monkeypatch, capsys)
    house.create()
    return house


def test_no_verb_says_or_keeps_a_secret(house: House) -> None:
    phrase = (house.home / "words").read_text().strip()
    said = ""
    for line in LINES:
        for extra in ("", " --json", " --verbose"):
            answer = house.unlocked(line.format(home=house.home) + extra)
            said += answer.out + answer.err
    for secret in (PASSPHRASE, phrase, " ".join(phrase.split()[:4])):
        assert secret not in said
    for folder, _, names in os.walk(house.home):
        for name in set(names) - {"pass", "words"}:
            content = open(os.path.join(folder, name), "rb").read()  # noqa: SIM115
            assert PASSPHRASE.encode() not in content, name
            assert phrase.encode() not in content, name


def test_the_test_above_would_see_a_leak(house: House) -> None:
    assert PASSPHRASE in (house.home / "pass").read_text()
    house.unlocked(f"persona add Leaky --notes '{PASSPHRASE}'")
    assert PASSPHRASE in house.unlocked("persona show leaky").out


def test_a_passphrase_typed_at_the_terminal_is_not_echoed(house: House) -> None:
    words = (house.home / "words").rename(house.home / "kept")
    terminal = Terminal(house.home, "vault", "restore", "real", "--words-file", str(words), "--yes", "--kdf", "light")
    terminal.until("New passphrase:")
    terminal.type(PASSPHRASE)
    terminal.until("again:")
    terminal.type(PASSPHRASE)
    assert terminal.end() == 0, terminal.seen
    assert PASSPHRASE not in terminal.seen


@pytest.mark.parametrize("number", ["99", "-1", "99999999999"])
def test_a_descriptor_that_is_not_open_is_2(house: House, number: str) -> None:
    assert house.run(f"persona list --passphrase-fd {number}").code == 2


def test_a_passphrase_comes_by_an_open_file(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for by_variable in (False, True):
        descriptor = os.open(house.home / "pass", os.O_RDONLY)
        if by_variable:
            monkeypatch.setenv("PROMETHEUS_PASSPHRASE_FD", str(descriptor))
        line = "persona list" if by_variable else f"persona list --passphrase-fd {descriptor}"
        assert house.run(line).code == 0
        os.close(descriptor)


def test_a_secret_that_is_too_long_is_refused_unread(house: House) -> None:
    (house.home / "long").write_bytes(b"x" * 20000)
    descriptor = os.open(house.home / "long", os.O_RDONLY)
    assert house.run(f"persona list --passphrase-fd {descriptor}").code == 2
    assert os.read(descriptor, 10)
    os.close(descriptor)
    assert house.run(f"persona list --passphrase-file {house.home}/long").code == 2
