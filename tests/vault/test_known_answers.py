"""Every value of vault-kat.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prometheus_memory import LockedBytes, holding
from prometheus_vault import (
    KdfParameters,
    aead,
    aead_bindings,
    aead_sodium,
    anchor,
    index_snapshot,
    journal,
    kdf,
    keys,
    padme,
    passphrase,
    records,
    recovery_secret,
    root,
    slot_parameters,
    slots,
    unlocking,
)
from prometheus_vault.header import authenticate, build_header, parse_header
from prometheus_vault.index_snapshot import Snapshot
from prometheus_vault.journal import Operation
from prometheus_vault.records import Record

KAT: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "vault-kat.json").read_text())
VAULT_ID = bytes.fromhex(KAT["vault_id"])
VMK = holding(bytes.fromhex(KAT["vmk"]))
SALT = bytes.fromhex(KAT["salt"])
COST = KdfParameters(KAT["argon2"]["t"], KAT["argon2"]["m_kib"], KAT["argon2"]["p"])
KEYS = keys.derive_subkeys(VMK, VAULT_ID)


def unhex(value: str) -> bytes:
    return bytes.fromhex(value)


def shown(secret: LockedBytes) -> str:
    return bytes(secret.view).hex()


@pytest.fixture(params=["nacl._sodium", "nacl.bindings"])
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    module = {"nacl._sodium": aead_sodium, "nacl.bindings": aead_bindings}[request.param]
    assert request.param == module.NAME
    monkeypatch.setattr(aead, "encrypt", module.encrypt)
    monkeypatch.setattr(aead, "decrypt", module.decrypt)
    monkeypatch.setattr(aead, "decrypt_locked", module.decrypt_locked)


def use_nonce(monkeypatch: pytest.MonkeyPatch, nonce: str) -> None:
    monkeypatch.setattr(aead, "fresh_nonce", lambda: unhex(nonce))


def passphrase_parameters() -> bytes:
    return slot_parameters.build_passphrase(slot_parameters.PassphraseParameters(COST, SALT))


def test_every_part_of_the_file_is_played_here() -> None:
    assert set(KAT) == {
        "note", "vault_id", "vmk", "argon2", "salt", "passphrase", "passphrase_nfc", "passphrase_and_keyring",
        "recovery", "header_1_slot", "header_2_slots", "subkeys", "records", "journal", "root", "empty_root_xor",
        "anchor", "index", "padme",
    }  # fmt: skip


def test_the_passphrase_slot(monkeypatch: pytest.MonkeyPatch, backend: None) -> None:
    want = KAT["passphrase"]
    ikm = kdf.argon2id(holding(want["text"].encode()), SALT, COST)
    assert shown(ikm) == want["ikm"]
    kek = slots.key_encryption_key(ikm, VAULT_ID, unhex(want["slot_id"]))
    assert shown(kek) == want["kek"]
    use_nonce(monkeypatch, want["nonce"])
    packed = passphrase_parameters()
    slot = slots.build_slot(1, unhex(want["slot_id"]), packed, kek=kek, vault_id=VAULT_ID, master_key=VMK)
    assert slot.raw.hex() == want["slot"]
    assert slots.fits(slot, kek)
    assert slots.unwrap(slot, kek, VAULT_ID) == VMK


def test_a_passphrase_is_composed_before_the_derivation() -> None:
    want = KAT["passphrase_nfc"]
    prepared = passphrase.prepare(unhex(want["typed_utf8"]), is_new=True)
    assert shown(prepared) == want["kdf_input"]
    assert shown(kdf.argon2id(prepared, SALT, COST)) == want["ikm"]


def test_a_slot_with_a_second_factor(backend: None) -> None:
    want = KAT["passphrase_and_keyring"]
    ikm = holding(unhex(KAT["passphrase"]["ikm"]))
    kek = slots.key_encryption_key(ikm, VAULT_ID, unhex(want["slot_id"]), holding(unhex(want["second_factor"])))
    assert shown(kek) == want["kek"]
    slot = slots.parse_slot(unhex(want["slot"]), 0)
    assert slot.needs_second_factor
    assert not slot.is_plain_passphrase
    assert slot.slot_id.hex() == want["slot_id"]
    assert slot.raw[20:44].hex() == want["nonce"]
    assert slots.fits(slot, kek)
    assert slots.unwrap(slot, kek, VAULT_ID) == VMK


@pytest.mark.parametrize("number", range(len(KAT["recovery"])))
def test_a_recovery_slot(number: int, monkeypatch: pytest.MonkeyPatch, backend: None) -> None:
    want = KAT["recovery"][number]
    assert _seed_of(want["words_typed"], want["bip39_password"]).hex() == want["seed"]
    secret = recovery_secret(unhex(want["seed"]))
    assert shown(secret) == want["secret"]
    slot_id = unhex(want["slot_id"])
    kek = slots.key_encryption_key(secret, VAULT_ID, slot_id)
    assert shown(kek) == want["kek"]
    use_nonce(monkeypatch, want["nonce"])
    slot = slots.build_slot(2, slot_id, b"", kek=kek, vault_id=VAULT_ID, master_key=VMK)
    assert slot.raw.hex() == want["slot"]


def _seed_of(typed: str, password: str) -> bytes:
    import hashlib
    from unicodedata import normalize

    words = " ".join(normalize("NFKD", typed.lower()).split())
    return hashlib.pbkdf2_hmac("sha512", words.encode(), b"mnemonic" + normalize("NFKD", password).encode(), 2048, 64)


@pytest.mark.parametrize("name", ["header_1_slot", "header_2_slots"])
def test_a_header_is_read_authenticated_and_built(name: str) -> None:
    raw = unhex(KAT[name])
    header = parse_header(raw)
    assert header.vault_id == VAULT_ID
    assert header.generation == len(header.slots) == int(name[7])
    authenticate(header, KEYS.header)
    assert build_header(VAULT_ID, header.generation, header.slots, KEYS.header).raw == raw


@pytest.mark.parametrize("name", ["header_1_slot", "header_2_slots"])
def test_a_header_opens_by_its_passphrase(name: str) -> None:
    header = parse_header(unhex(KAT[name]))
    unlocked = unlocking.with_passphrase(header, KAT["passphrase"]["text"].encode())
    assert unlocked.master_key == VMK
    assert unlocked.slot_id.hex() == KAT["passphrase"]["slot_id"]


def test_a_header_opens_by_the_first_recovery_secret() -> None:
    header = parse_header(unhex(KAT["header_2_slots"]))
    unlocked = unlocking.with_recovery(header, unhex(KAT["recovery"][0]["secret"]))
    assert unlocked.master_key == VMK


def test_the_subkeys() -> None:
    assert dict(zip(keys.LABELS, (shown(key) for key in KEYS), strict=True)) == KAT["subkeys"]


@pytest.mark.parametrize("number", range(len(KAT["records"])))
def test_a_record(number: int, monkeypatch: pytest.MonkeyPatch, backend: None) -> None:
    want = KAT["records"][number]
    record = Record(want["collection"], want["name"], unhex(want["body"]))
    row_id = records.record_id(KEYS.id, record.collection, record.name)
    assert row_id.hex() == want["id"]
    use_nonce(monkeypatch, want["nonce"])
    sealed = records.seal_record(KEYS, VAULT_ID, record, row_id, want["ver"])
    assert sealed.hex() == want["ct"]
    body = holding(unhex(want["body"])) if record.collection == 1 else record.body
    assert records.open_record(KEYS, VAULT_ID, row_id, want["ver"], sealed) == record._replace(body=body)
    assert root.leaf(KEYS.set, row_id, want["ver"], sealed).hex() == want["leaf"]


def test_a_journal_entry_and_its_link(monkeypatch: pytest.MonkeyPatch, backend: None) -> None:
    want = KAT["journal"]
    operations = tuple(Operation(kind, unhex(row_id), number) for kind, row_id, number in want["ops"])
    use_nonce(monkeypatch, want["nonce"])
    sealed = journal.seal_entry(KEYS, VAULT_ID, want["seq"], unhex(want["prev"]), operations)
    assert sealed.hex() == want["ct"]
    assert journal.open_entry(KEYS, VAULT_ID, want["seq"], sealed) == (unhex(want["prev"]), operations)
    assert journal.link(VAULT_ID, want["seq"], sealed).hex() == want["link"]


def test_the_root(monkeypatch: pytest.MonkeyPatch, backend: None) -> None:
    want = KAT["root"]
    total = unhex(KAT["empty_root_xor"])
    for record in KAT["records"]:
        total = root.xor(total, unhex(record["leaf"]))
    header = parse_header(unhex(KAT[want["header"]]))
    value = root.Root(want["epoch"], want["count"], total, header.mac, unhex(KAT["journal"]["link"]))
    assert root.pack(value).hex() == want["plaintext"]
    use_nonce(monkeypatch, want["nonce"])
    assert root.seal_root(KEYS, VAULT_ID, value).hex() == want["ct"]
    assert root.open_root(KEYS, VAULT_ID, unhex(want["ct"])) == value


def test_the_sum_over_no_records_is_zero() -> None:
    assert root.BEFORE_ALL.total.hex() == KAT["empty_root_xor"]


def test_the_anchor(tmp_path: Path) -> None:
    value = anchor.Anchor(KAT["anchor"]["epoch"], unhex(KAT["journal"]["link"]))
    assert anchor.pack(KEYS.anchor, VAULT_ID, value).hex() == KAT["anchor"]["file"]
    path = anchor.anchor_path(str(tmp_path / "state"), VAULT_ID)
    anchor.write_anchor(path, KEYS.anchor, VAULT_ID, value)
    assert Path(path).read_bytes().hex() == KAT["anchor"]["file"]
    assert anchor.read_anchor(path, KEYS.anchor, VAULT_ID) == value


def test_the_search_index(monkeypatch: pytest.MonkeyPatch, backend: None) -> None:
    want = KAT["index"]
    snapshot = Snapshot(want["epoch"], unhex(KAT["journal"]["link"]), unhex(want["snapshot"]))
    use_nonce(monkeypatch, want["nonce"])
    assert index_snapshot.seal_snapshot(KEYS, VAULT_ID, snapshot).hex() == want["file"]
    assert index_snapshot.open_snapshot(KEYS, VAULT_ID, unhex(want["file"])) == snapshot


@pytest.mark.parametrize(("length", "padded"), [(int(length), padded) for length, padded in KAT["padme"].items()])
def test_padded_lengths(length: int, padded: int) -> None:
    assert padme.padded_length(length) == padded
    assert len(padme.pad(bytes(length))) == padded
