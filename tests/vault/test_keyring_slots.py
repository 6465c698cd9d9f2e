"""What lies in a keyring opens a vault, alone or together with the passphrase; without it the words still do."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.vault_lab import PASSPHRASE, Place, header_of

from prometheus_memory import holding
from prometheus_vault import LIGHT, KdfParameters, KeyringSecret, Vault, inspect, new_keyring_secret, unlocking
from prometheus_vault.errors import Closed, FactorMissing, TooLarge, WrongPassphrase
from prometheus_vault.header import build_header, parse_header
from prometheus_vault.keys import derive_subkeys
from prometheus_vault.slots import parse_slot

if TYPE_CHECKING:
    from collections.abc import Callable

KAT = json.loads((Path(__file__).parents[1] / "vectors" / "vault-kat.json").read_text())


class Drawer:
    """A keyring: secrets by vault id and slot id."""

    def __init__(self) -> None:
        self.kept: dict[tuple[bytes, bytes], bytes] = {}
        self.asked: list[tuple[bytes, bytes]] = []

    def new(self, vault: Vault) -> KeyringSecret:
        """Make a secret and keep it."""
        made = new_keyring_secret()
        self.kept[vault.vault_id, made.slot_id] = bytes(made.secret.view)
        return made

    def find(self, vault_id: bytes, slot_id: bytes) -> bytes | None:
        """Find a secret."""
        self.asked.append((vault_id, slot_id))
        return self.kept.get((vault_id, slot_id))


@pytest.fixture
def drawer() -> Drawer:
    """An empty keyring."""
    return Drawer()


def by_keyring(place: Place, find: Callable[[bytes, bytes], bytes | None]) -> Vault:
    return Vault.open_with_keyring(place.file, place.anchors, find_secret=find)


def by_both(place: Place, find: Callable[[bytes, bytes], bytes | None], passphrase: bytes = PASSPHRASE) -> Vault:
    return Vault.open(place.file, place.anchors, passphrase=passphrase, find_factor=find)


@pytest.fixture
def alone(full: Place, drawer: Drawer) -> Place:
    """A vault that the keyring opens alone."""
    with full.open_by_passphrase() as vault, vault.changing_keyring([drawer.new(vault)]):
        pass
    return full


@pytest.fixture
def together(full: Place, drawer: Drawer) -> Place:
    """A vault that passphrase and keyring open together."""
    with full.open_by_passphrase() as vault, vault.changing_passphrase(PASSPHRASE, LIGHT, factor=drawer.new(vault)):
        pass
    return full


def test_the_published_slot_opens_by_passphrase_and_keyring() -> None:
    want, vault_id = KAT["passphrase_and_keyring"], bytes.fromhex(KAT["vault_id"])
    keys = derive_subkeys(holding(bytes.fromhex(KAT["vmk"])), vault_id)
    header = build_header(vault_id, 1, [parse_slot(bytes.fromhex(want["slot"]), 0)], keys.header)
    factor = bytes.fromhex(want["second_factor"])
    unlocked = unlocking.with_passphrase(header, KAT["passphrase"]["text"].encode(), lambda *_: factor)
    assert bytes(unlocked.master_key.view).hex() == KAT["vmk"]
    assert unlocked.slot_id.hex() == want["slot_id"]
    for wrong in (bytes(32), factor[:31], factor + b"\0", factor[::-1]):
        with pytest.raises(WrongPassphrase, match="together"):
            unlocking.with_passphrase(header, KAT["passphrase"]["text"].encode(), lambda *_, wrong=wrong: wrong)


def test_the_published_slot_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from prometheus_vault import aead

    want, vault_id = KAT["passphrase_and_keyring"], bytes.fromhex(KAT["vault_id"])
    cost = KAT["argon2"]
    monkeypatch.setattr(aead, "fresh_nonce", lambda: bytes.fromhex(want["nonce"]))
    monkeypatch.setattr(os, "urandom", lambda _: bytes.fromhex(KAT["salt"]))
    made = unlocking.new_passphrase_slot(
        KAT["passphrase"]["text"].encode(),
        KdfParameters(cost["t"], cost["m_kib"], cost["p"]),
        vault_id=vault_id,
        master_key=holding(bytes.fromhex(KAT["vmk"])),
        factor=KeyringSecret(bytes.fromhex(want["slot_id"]), holding(bytes.fromhex(want["second_factor"]))),
    )
    assert made.raw.hex() == want["slot"]


def test_the_keyring_opens_alone(alone: Place, drawer: Drawer) -> None:
    with by_keyring(alone, drawer.find) as vault:
        assert vault.get(3, "claim-1") == b"body 1"
        assert vault.is_open_by_keyring_alone
        with vault.transaction() as change:
            change.put(3, "new", b"written")
    alone.open_by_passphrase().close()
    alone.open().close()


def test_the_keyring_is_asked_for_the_slot_alone(alone: Place, drawer: Drawer) -> None:
    facts = inspect(alone.file)
    slot = next(slot for slot in facts.slots if slot.kind == "keyring")
    by_keyring(alone, drawer.find).close()
    assert drawer.asked == [(facts.vault_id, slot.slot_id)]
    drawer.asked.clear()
    by_both(alone, drawer.find).close()
    assert drawer.asked == []


def test_a_keyring_that_holds_nothing_for_the_vault_says_so(alone: Place, full: Place) -> None:
    with pytest.raises(FactorMissing, match="nothing in the keyring") as caught:
        by_keyring(alone, lambda *_: None)
    assert caught.value.exit_code == 6


def test_a_vault_without_such_a_slot_asks_no_keyring(full: Place, drawer: Drawer) -> None:
    with pytest.raises(FactorMissing):
        by_keyring(full, drawer.find)
    full_by_both = by_both(full, drawer.find)
    full_by_both.close()
    assert drawer.asked == []


@pytest.mark.parametrize("wrong", [bytes(32), b"", bytes(1), bytes(31), bytes(33), bytes(65), bytes(100_000)])
def test_another_secret_of_the_keyring_opens_nothing(alone: Place, wrong: bytes) -> None:
    with pytest.raises(WrongPassphrase, match="opens no slot") as caught:
        by_keyring(alone, lambda *_: wrong)
    assert not isinstance(caught.value, FactorMissing)


def test_the_keyring_alone_lets_nobody_in_for_good(alone: Place, drawer: Drawer) -> None:
    with by_keyring(alone, drawer.find) as vault:
        before = vault.verify()
        with pytest.raises(Closed, match="keyring alone"), vault.changing_passphrase(b"mine", LIGHT):
            pass
        with pytest.raises(Closed), vault.changing_recovery(bytes(32)):
            pass
        with pytest.raises(Closed), vault.changing_keyring([new_keyring_secret()]):
            pass
        assert vault.verify() == before
    with alone.open_by_passphrase() as vault:
        assert not vault.is_open_by_keyring_alone
        vault.change_passphrase(b"mine", LIGHT)


def test_the_keyring_does_not_renew_the_keys(alone: Place, drawer: Drawer) -> None:
    from prometheus_vault.rekey import renewing_keys

    vault = by_keyring(alone, drawer.find)
    with pytest.raises(Closed), renewing_keys(vault, passphrase=b"mine", recovery_secret=bytes(32), kdf=LIGHT):
        pass
    vault.close()


def test_the_slot_of_the_keyring_is_replaced_and_removed(alone: Place, drawer: Drawer) -> None:
    old = dict(drawer.kept)
    with alone.open_by_passphrase() as vault:
        others = [slot for slot in vault.slots() if slot.kind != "keyring"]
        with vault.changing_keyring([drawer.new(vault)]) as change:
            change.put(10, "note", b"another keyring")
        assert [slot.kind for slot in vault.slots()] == ["passphrase", "recovery", "keyring"]
        assert list(vault.slots()[:2]) == others
    with pytest.raises(FactorMissing):
        by_keyring(alone, lambda *key: old.get(key))
    with by_keyring(alone, drawer.find) as vault:
        assert vault.get(10, "note") == b"another keyring"
    with alone.open_by_passphrase() as vault, vault.changing_keyring([]):
        pass
    with pytest.raises(FactorMissing):
        by_keyring(alone, drawer.find)
    alone.open_by_passphrase().close()


def test_passphrase_and_keyring_open_together(together: Place, drawer: Drawer) -> None:
    with by_both(together, drawer.find) as vault:
        assert vault.get(3, "claim-1") == b"body 1"
        assert not vault.is_open_by_keyring_alone
        slot = vault.slots()[0]
        assert (slot.kind, slot.needs_second_factor, slot.second_factor) == ("passphrase", True, "keyring")
    assert inspect(together.file).slots[0].second_factor == "keyring"


def test_a_missing_second_factor_is_told_from_a_wrong_one(together: Place, drawer: Drawer) -> None:
    with pytest.raises(FactorMissing, match="not on this machine") as missing:
        together.open_by_passphrase()
    assert missing.value.exit_code == 6
    assert "recovery words" in missing.value.remedy
    with pytest.raises(FactorMissing):
        by_both(together, lambda *_: None)
    with pytest.raises(WrongPassphrase, match="together") as wrong:
        by_both(together, lambda *_: bytes(32))
    assert not isinstance(wrong.value, FactorMissing)
    with pytest.raises(WrongPassphrase, match="together"):
        by_both(together, drawer.find, b"another")
    with pytest.raises(FactorMissing):
        by_keyring(together, drawer.find)


def test_no_derivation_is_paid_for_a_factor_that_is_missing(together: Place, no_kdf: None) -> None:
    with pytest.raises(FactorMissing):
        together.open_by_passphrase()


def test_the_words_still_open_when_the_keyring_is_lost(together: Place, drawer: Drawer) -> None:
    with together.open() as vault:
        assert vault.get(3, "claim-1") == b"body 1"
        vault.change_passphrase(b"new", LIGHT)
        assert [(slot.kind, slot.second_factor) for slot in vault.slots()] == [("passphrase", ""), ("recovery", "")]
    together.open_by_passphrase(b"new").close()
    with pytest.raises(WrongPassphrase):
        by_both(together, drawer.find)


def test_a_changed_passphrase_gets_a_factor_of_its_own(together: Place, drawer: Drawer) -> None:
    old = dict(drawer.kept)
    with by_both(together, drawer.find) as vault:
        with vault.changing_passphrase(b"new", LIGHT, factor=drawer.new(vault)) as change:
            change.put(10, "note", b"changed")
        with vault.changing_passphrase(b"newer", LIGHT, factor=drawer.new(vault)):
            pass
        assert [slot.kind for slot in vault.slots()] == ["passphrase", "recovery"]
    with pytest.raises(FactorMissing):
        by_both(together, lambda *key: old.get(key), b"newer")
    by_both(together, drawer.find, b"newer").close()


def test_one_way_of_the_keyring_becomes_the_other_in_one_commit(alone: Place, drawer: Drawer) -> None:
    with alone.open_by_passphrase() as vault:
        epoch = vault.epoch
        with vault.changing_passphrase(PASSPHRASE, LIGHT, factor=drawer.new(vault), alone=[]):
            pass
        assert vault.epoch == epoch + 1
        assert [(slot.kind, slot.second_factor) for slot in vault.slots()] == [
            ("passphrase", "keyring"),
            ("recovery", ""),
        ]
        with vault.changing_passphrase(PASSPHRASE, LIGHT, alone=[drawer.new(vault)]):
            pass
        assert [(slot.kind, slot.second_factor) for slot in vault.slots()] == [
            ("passphrase", ""),
            ("recovery", ""),
            ("keyring", ""),
        ]
    by_keyring(alone, drawer.find).close()
    alone.open_by_passphrase().close()


def test_a_change_whose_note_fails_did_not_happen(alone: Place, drawer: Drawer) -> None:
    with alone.open_by_passphrase() as vault:
        before = vault.verify()
        with pytest.raises(TooLarge), vault.changing_keyring([]) as change:
            change.put(10, "", b"")
        with (
            pytest.raises(TooLarge),
            vault.changing_passphrase(PASSPHRASE, LIGHT, factor=drawer.new(vault)) as change,
        ):
            change.put(10, "", b"")
        assert vault.verify() == before
    alone.open_by_passphrase().close()


def test_slots_of_other_kinds_are_kept_byte_for_byte(full: Place, drawer: Drawer) -> None:
    foreign = [
        bytes([4, 0, 38, 0]) + bytes([4] * 16) + bytes(104) + bytes([1]) + b"a" + bytes([1, 0]) + b"c" + bytes(33),
        bytes([5, 0, 0, 0]) + bytes([5] * 16) + bytes(104),
        bytes([6, 0, 64, 0]) + bytes([6] * 16) + bytes(168),
    ]
    kept = [parse_slot(raw, 0) for raw in foreign]
    with full.open() as vault:
        session = vault._session
        with session.writing() as known:
            session.commit(
                {}, build_header(vault.vault_id, 2, [*known.header.slots, *kept], session.unlocked.keys.header)
            )
    with full.open_by_passphrase() as vault:
        with vault.changing_keyring([drawer.new(vault)]):
            pass
        with vault.changing_passphrase(PASSPHRASE, LIGHT, factor=drawer.new(vault), alone=[]):
            pass
    assert all(raw in header_of(full.file) for raw in foreign)
    by_both(full, drawer.find).close()


def test_a_passphrase_with_a_factor_of_another_kind_is_passed_over_and_kept(full: Place, drawer: Drawer) -> None:
    with full.open_by_passphrase() as vault:
        session = vault._session
        key = parse_header(header_of(full.file)).slots[0].raw
        fido = bytes([1]) + b"a" + bytes([1, 0]) + b"c" + bytes(33)
        parameters = key[124:166] + bytes([4]) + len(fido).to_bytes(2, "little") + fido
        raw = bytes([1, 1]) + len(parameters).to_bytes(2, "little") + bytes([9] * 16) + key[20:124] + parameters
        with session.writing() as known:
            slots_now = [parse_slot(raw, 0), *known.header.slots]
            session.commit({}, build_header(vault.vault_id, 2, slots_now, session.unlocked.keys.header))
    with by_both(full, drawer.find) as vault:
        assert vault.slots()[0].second_factor == "fido2"
        vault.change_passphrase(b"new", LIGHT)
    assert drawer.asked == []
    assert raw in header_of(full.file)
    full.open_by_passphrase(b"new").close()


def test_a_keyring_secret_prints_nothing_of_itself() -> None:
    made = new_keyring_secret()
    assert bytes(made.secret.view).hex() not in repr(made)
    assert made.slot_id.hex() in repr(made)
    assert len(made.secret) == 32
