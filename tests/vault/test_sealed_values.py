"""The small pieces on their own: both backends of the AEAD, journal entries and roots of a wrong form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus_memory import allocate, holding
from prometheus_vault import aead, aead_bindings, aead_sodium, journal, kdf, keys, padme, records, root
from prometheus_vault.errors import BadPassphrase, Damaged, StorageError, Tampered, TooLarge, VaultError
from prometheus_vault.journal import Operation
from prometheus_vault.kdf import KdfParameters
from prometheus_vault.records import Record

if TYPE_CHECKING:
    from types import ModuleType

VAULT_ID = bytes(16)
KEYS = keys.derive_subkeys(allocate(32), VAULT_ID)
KEY, NONCE = holding(bytes(range(32))), bytes(24)


@given(st.binary(max_size=300), st.binary(max_size=50), st.binary(min_size=32, max_size=32))
def test_both_backends_say_the_same(plaintext: bytes, associated: bytes, raw: bytes) -> None:
    key = holding(raw)
    sealed = aead_sodium.encrypt(key, NONCE, plaintext, associated)
    assert sealed == aead_bindings.encrypt(key, NONCE, plaintext, associated)
    for backend in (aead_sodium, aead_bindings):
        assert backend.decrypt(key, NONCE, sealed, associated) == plaintext
        assert backend.decrypt_locked(key, NONCE, sealed, associated) == holding(plaintext)
        assert backend.decrypt_locked(key, NONCE, sealed, associated + b"x") is None
        assert backend.encrypt(key, NONCE, holding(plaintext), associated) == sealed
        assert backend.decrypt(key, NONCE, sealed, associated + b"x") is None
        assert backend.decrypt(key, NONCE, sealed[:-1], associated) is None
        assert backend.decrypt(key, NONCE, bytes([sealed[0] ^ 1]) + sealed[1:], associated) is None


@given(st.binary(max_size=300), st.binary(max_size=50), st.integers(min_value=0, max_value=40))
def test_both_backends_open_in_place_what_was_sealed_and_nothing_else(
    plaintext: bytes, associated: bytes, start: int
) -> None:
    sealed = bytes(start) + aead_sodium.encrypt(KEY, NONCE, plaintext, associated)
    for backend in (aead_sodium, aead_bindings):
        buffer = bytearray(sealed)
        assert backend.decrypt_in_place(KEY, NONCE, buffer, start, associated)
        assert buffer[:-16] == bytes(start) + plaintext
        changed = bytearray(sealed)
        changed[-1] ^= 1
        assert not backend.decrypt_in_place(KEY, NONCE, changed, start, associated)
        assert changed[:-16] == bytes(start + len(plaintext))
        assert not backend.decrypt_in_place(KEY, NONCE, bytearray(sealed[: start + 15]), start, associated)


@pytest.mark.parametrize("backend", [aead_sodium, aead_bindings])
def test_keys_and_nonces_of_a_wrong_length_are_refused(backend: ModuleType) -> None:
    for key, nonce in ((KEY.copy(0, 31), NONCE), (allocate(33), NONCE), (KEY, NONCE[:23]), (allocate(0), b"")):
        with pytest.raises(ValueError, match="32 bytes"):
            backend.encrypt(key, nonce, b"", b"")
        with pytest.raises(ValueError, match="32 bytes"):
            backend.decrypt(key, nonce, bytes(16), b"")
        with pytest.raises(ValueError, match="32 bytes"):
            backend.decrypt_in_place(key, nonce, bytearray(16), 0, b"")
    assert backend.decrypt(KEY, NONCE, bytes(15), b"") is None


def test_sealing_never_uses_a_nonce_twice_and_short_bytes_never_open() -> None:
    sealed = {aead.seal(KEY, b"", b"") for _ in range(50)}
    assert len({value[:24] for value in sealed}) == 50
    assert aead.unseal(KEY, next(iter(sealed)), b"") == b""
    assert aead.unseal(KEY, bytes(39), b"") is None
    assert aead.BACKEND == "nacl._sodium"


@given(st.integers(1, 1 << 25))
def test_a_padded_length_covers_and_hides(length: int) -> None:
    padded = padme.padded_length(length)
    assert length <= padded <= max(64, length + length // 8)
    assert padme.padded_length(padded) == padded


def entry(plaintext: bytes) -> bytes:
    return aead.seal(KEYS.jrnl, plaintext, b"prom-jrnl-v1" + VAULT_ID + (5).to_bytes(8, "little"))


@pytest.mark.parametrize(
    "plaintext",
    [
        b"",
        bytes(63),
        bytes(72),
        bytes(63) + b"\x01",
        bytes(32) + b"\x02\0\0\0" + bytes(28),
        bytes(32) + (1_000_001).to_bytes(4, "little") + bytes(28),
        bytes(32) + b"\x01\0\0\0" + b"\x09" + bytes(27),
    ],
)
def test_a_journal_entry_of_another_form_is_refused(plaintext: bytes) -> None:
    with pytest.raises(Tampered):
        journal.open_entry(KEYS, VAULT_ID, 5, entry(plaintext))


def test_a_journal_entry_opens_under_its_own_number_only() -> None:
    operations = (Operation(journal.PUT, bytes(16), 1), Operation(journal.DELETE, bytes(16), 2))
    sealed = journal.seal_entry(KEYS, VAULT_ID, 5, bytes(32), operations)
    assert journal.open_entry(KEYS, VAULT_ID, 5, sealed).operations == operations
    with pytest.raises(Tampered):
        journal.open_entry(KEYS, VAULT_ID, 6, sealed)


def test_a_transaction_has_at_most_a_million_operations() -> None:
    with pytest.raises(TooLarge):
        journal.seal_entry(KEYS, VAULT_ID, 5, bytes(32), [Operation(1, bytes(16), 1)] * 1_000_001)


def test_a_chain_is_followed_only_while_its_entries_open() -> None:
    good = journal.seal_entry(KEYS, VAULT_ID, 5, b"p" * 32, [])
    bad = entry(bytes(63))
    for sealed, expected in ((good, b"p" * 32), (bad, None)):
        newest = (5, journal.link(VAULT_ID, 5, sealed))
        assert journal.link_at(KEYS, VAULT_ID, newest, 4, {5: sealed}.get) == expected
        assert journal.link_at(KEYS, VAULT_ID, newest, 5, lambda _: None) == newest[1]
        assert journal.link_at(KEYS, VAULT_ID, newest, 4, lambda _: good + b"x") is None


@pytest.mark.parametrize(("epoch", "count"), [(0, 0), (1 << 63, 0), (1, 1 << 63)])
def test_a_root_outside_the_format_is_refused(epoch: int, count: int) -> None:
    good = root.Root(1, 0, bytes(32), bytes(32), bytes(32))
    assert root.open_root(KEYS, VAULT_ID, root.seal_root(KEYS, VAULT_ID, good)) == good
    with pytest.raises(Tampered):
        root.open_root(KEYS, VAULT_ID, root.seal_root(KEYS, VAULT_ID, good._replace(epoch=epoch, records=count)))
    with pytest.raises(Tampered):
        root.open_root(KEYS, bytes(15) + b"x", root.seal_root(KEYS, VAULT_ID, good))


@given(st.integers(0, 255), st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40), st.binary())
def test_any_record_comes_back_as_it_was(collection: int, name: str, body: bytes) -> None:
    record = Record(collection, name, body)
    row_id = records.record_id(KEYS.id, collection, name)
    sealed = records.seal_record(KEYS, VAULT_ID, record, row_id, 7)
    found = records.open_record(KEYS, VAULT_ID, row_id, 7, sealed)
    assert found == (record._replace(body=holding(body)) if collection == 1 else record)
    for wrong in ((row_id, 8, sealed), (bytes(16), 7, sealed), (row_id, 7, sealed[:-1])):
        with pytest.raises(Tampered):
            records.open_record(KEYS, VAULT_ID, *wrong)


def test_bodies_and_names_outside_the_limits_are_not_sealed_and_not_opened() -> None:
    with pytest.raises(TooLarge):
        records.seal_record(KEYS, VAULT_ID, Record(3, "n", bytes((16 << 20) + 1)), bytes(16), 1)
    row_id = records.record_id(KEYS.id, 3, "n")
    associated = b"prom-rec-v1" + VAULT_ID + row_id + (1).to_bytes(8, "little")
    plaintext = b"\x01\x03\x01\x00" + ((16 << 20) + 1).to_bytes(4, "little") + b"n" + bytes((16 << 20) + 1)
    with pytest.raises(Tampered, match="outside the limits"):
        records.open_record(KEYS, VAULT_ID, row_id, 1, aead.seal(KEYS.data, padme.pad(plaintext), associated))


def test_every_error_has_a_code_of_its_own_and_an_exit_code() -> None:
    def tree(kind: type[VaultError]) -> list[type[VaultError]]:
        return [kind, *(each for child in kind.__subclasses__() for each in tree(child))]

    kinds = tree(VaultError)
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert {kind.exit_code for kind in kinds} == {2, 3, 4, 6, 7, 8, 11, 14, 16}
    assert StorageError("writing", reason="disk full").meaning.startswith("disk full")
    assert Damaged("x").remedy
    assert not BadPassphrase("x").remedy


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 255))
def test_a_cost_that_passes_is_bounded(passes: int, memory_kib: int, lanes: int) -> None:
    try:
        kdf.check(KdfParameters(passes, memory_kib, lanes))
    except VaultError as error:
        assert error.exit_code == 7  # noqa: PT017 - either outcome is right
        return
    assert 196608 <= passes * memory_kib <= 16777216
    assert 65536 <= memory_kib <= 2097152
    assert 1 <= lanes <= 16
