"""The disk of the vault fills up under a verb: exit code 16 with what to do, and everything of before is there."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.failing_disk import BROKEN, FULL, SET_READ_ONLY, failing_disk
from prometheus_simulators.house import PASSPHRASE, Answer, House
from prometheus_simulators.signed_world import CARD, sign, statement_content
from prometheus_simulators.small_disk import small_disk

from prometheus.identity.multibase import b64u_encode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEW_PASSPHRASE = "staple battery horse correct"
LINES = {
    "claim import": "claim import {home}/many",
    "vault passphrase": "vault passphrase --kdf light --new-passphrase-file {home}/new-pass",
    "vault backup": "vault backup {home}/.local/backup.vault",
    "vault export": "vault export {home}/.local/out.age --recipient {recipient}",
    "vault restore-backup": "vault restore-backup {home}/kept.vault",
    "vault rekey": "vault rekey --full --kdf light",
}
CLAIMS_AFTER = {**dict.fromkeys(LINES, 3), "claim import": 43, "vault restore-backup": 0}
STRIDE = 9
FAULTS = {"full": FULL, "broken": BROKEN, "set read-only": SET_READ_ONLY}


def statements(first: int, count: int) -> bytes:
    """Return a bundle of statements that differ."""
    contents = [statement_content({**CARD, "number": f"A-{number}"}) for number in range(first, first + count)]
    raws = [json.dumps(sign(content, "authority")).encode() for content in contents]
    packed = [{"raw": b64u_encode(raw)} for raw in raws]
    return json.dumps({"v": 1, "type": "prometheus/claims", "claims": packed}).encode()


def furnish(house: House) -> None:
    """Make a vault with a few claims, an earlier backup outside of its disk, and what the verbs are given."""
    import pyrage

    house.create()
    (house.home / "few").write_bytes(statements(0, 3))
    (house.home / "many").write_bytes(statements(3, 40))
    (house.home / "new-pass").write_text(NEW_PASSPHRASE + "\n")
    (house.home / "recipient").write_text(str(pyrage.x25519.Identity.generate().to_public()))
    assert house.unlocked(f"vault backup {house.home}/kept.vault").code == 0
    assert house.unlocked(f"claim import {house.home}/few").code == 0


def play(house: House, verb: str) -> Answer:
    line = LINES[verb].format(home=house.home, recipient=(house.home / "recipient").read_text())
    return house.unlocked(f"{line} --yes --json")


def claims(house: House) -> list[str]:
    """Prove that the vault is whole and return the claims in it, whichever of its passphrases opens it."""
    verified = house.unlocked("vault verify --deep --json")
    if verified.code == 6:
        (house.home / "pass").write_text(NEW_PASSPHRASE + "\n")
        verified = house.unlocked("vault verify --deep --json")
    assert verified.code == 0, verified
    assert house.unlocked("audit verify --json").document["intact"]
    found = sorted(claim["id"] for claim in house.unlocked("claim list --json").document["claims"])
    (house.home / "pass").write_text(PASSPHRASE + "\n")
    return found


def assert_helpful(said: Answer) -> None:
    assert said.code == 16, said
    document = said.document
    assert document["hint"], document
    assert "intact" in document["why"] or "written" in document["error"], document


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    return House(tmp_path / "home", monkeypatch, capsys)


@contextmanager
def filled_up(house: House, spare: int) -> Iterator[None]:
    """Leave so many kibibytes on the disk of the vault."""
    ballast = house.home / ".local" / "ballast"
    with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(bytes(4096))
    with ballast.open("r+b") as file:
        file.truncate(max(0, ballast.stat().st_size - spare * 1024))
    yield
    ballast.unlink()


@pytest.mark.parametrize("verb", LINES)
def test_on_a_full_disk_a_verb_says_what_to_do_and_nothing_is_lost(house: House, verb: str) -> None:
    with small_disk(house.home / ".local", 2048):
        furnish(house)
        before = claims(house)
        assert len(before) == 3
        with filled_up(house, 24):
            assert_helpful(play(house, verb))
        assert claims(house) == before
        assert play(house, verb).code == 0
        assert len(claims(house)) == CLAIMS_AFTER[verb]


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", LINES)
def test_whichever_operation_of_a_verb_fails_nothing_is_lost(house: House, verb: str, fault: str) -> None:
    furnish(house)
    before = claims(house)
    kept = house.home / "kept"
    shutil.copytree(house.home / ".local", kept)
    has_failed, at = True, 0
    while has_failed:
        with failing_disk(house.home / ".local", FAULTS[fault]._replace(at=at)) as disk:
            said = play(house, verb)
            has_failed = bool(disk.failures)
        if said.code:
            assert_helpful(said)
        found = claims(house)
        assert found == before if len(found) == 3 else len(found) == CLAIMS_AFTER[verb]
        assert said.code or len(found) == CLAIMS_AFTER[verb]
        shutil.rmtree(house.home / ".local")
        shutil.copytree(kept, house.home / ".local")
        at += STRIDE
    assert at > STRIDE
