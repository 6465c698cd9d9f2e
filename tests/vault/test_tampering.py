"""What an attacker without the key can do to the records, row by row, and the class of error each gives."""

# ruff: noqa: S608 - the statements are the attack, and nobody else writes them

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.tamper_attacks import same_tag
from prometheus_simulators.vault_lab import Place, filled, flipped, header_of, kept_keys, put_header, rows, run_sql

from prometheus_vault import Vault, aead, padme, records
from prometheus_vault.errors import Tampered, VaultError
from prometheus_vault.records import Record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


FIRST = "(SELECT min(id) FROM rec)"


LAST = "(SELECT max(id) FROM rec)"


def other_vault(place: Place) -> Place:
    return filled(Place(place.folder / "other"))


def test_an_untouched_vault_opens(full: Place) -> None:
    with full.open() as vault:
        assert vault.get(3, "claim-1") == b"body 1"
        assert vault.warnings == ()


@pytest.mark.parametrize(
    "statements",
    [
        ["DELETE FROM rec WHERE id = " + FIRST],
        ["INSERT INTO rec VALUES (zeroblob(16), 1, zeroblob(104))"],
        ["INSERT INTO rec SELECT zeroblob(16), ver, ct FROM rec WHERE id = " + FIRST],
        ["UPDATE rec SET id = zeroblob(16) WHERE id = " + FIRST],
        ["UPDATE rec SET ver = ver + 1 WHERE id = " + FIRST],
        ["UPDATE rec SET ver = 0 WHERE id = " + FIRST],
        ["UPDATE rec SET ver = -1 WHERE id = " + FIRST],
        ["UPDATE rec SET id = substr(id, 1, 15) WHERE id = " + FIRST],
        ["UPDATE rec SET ct = zeroblob(0) WHERE id = " + FIRST],
        [
            "CREATE TEMP TABLE kept AS SELECT * FROM rec",
            "UPDATE rec SET ct = (SELECT ct FROM kept WHERE id = (SELECT max(id) FROM kept)) WHERE id = " + FIRST,
            "UPDATE rec SET ct = (SELECT ct FROM kept WHERE id = (SELECT min(id) FROM kept)) WHERE id = " + LAST,
        ],
    ],
    ids=[
        "deleted", "added", "copied", "renamed", "newer", "version zero", "negative version", "short id", "emptied",
        "values swapped",
    ],
)  # fmt: skip
def test_a_changed_set_of_rows_is_refused(full: Place, statements: list[str]) -> None:
    run_sql(full.file, *statements)
    with pytest.raises(Tampered):
        full.open()


def test_a_doubled_row_is_refused(full: Place) -> None:
    # SQLite keeps no two equal ids, so the cell of one row is written over that of its neighbour.
    cells = _cells(full.file)
    image = bytearray(full.file.read_bytes())
    (first, length), (second, other) = cells[0], cells[1]
    assert length == other
    image[second : second + length] = image[first : first + length]
    full.file.write_bytes(image)
    with pytest.raises(Tampered, match="not stored in order"):
        full.open()


def test_reordered_cells_are_refused_although_a_plain_scan_finds_all_rows(full: Place) -> None:
    page = _record_page(full.file)
    image = bytearray(full.file.read_bytes())
    pointers = page + 8
    image[pointers : pointers + 4] = image[pointers + 2 : pointers + 4] + image[pointers : pointers + 2]
    before = rows(full.file, "SELECT id FROM rec")
    full.file.write_bytes(image)
    assert sorted(rows(full.file, "SELECT id FROM rec")) == before
    with pytest.raises(Tampered, match="not stored in order"):
        full.open()


def test_an_old_value_of_one_row_is_refused(full: Place) -> None:
    old = rows(full.file, "SELECT id, ver, ct FROM rec")
    with full.open() as vault, vault.transaction() as change:
        change.put(3, "claim-1", b"a later body")
    new = rows(full.file, "SELECT id, ver, ct FROM rec")
    changed = next(row for row in old if row not in new)
    run_sql(full.file, "UPDATE rec SET ver = ?, ct = ? WHERE id = ?", parameters=(*changed[1:], changed[0]))
    with pytest.raises(Tampered):
        full.open()


def test_an_old_root_over_newer_rows_is_refused(full: Place) -> None:
    old = rows(full.file, "SELECT v FROM meta WHERE k = 'root'")[0]
    with full.open() as vault, vault.transaction() as change:
        change.put(3, "claim-1", b"a later body")
    run_sql(full.file, "UPDATE meta SET v = ? WHERE k = 'root'", parameters=old)
    with pytest.raises(Tampered):
        full.open()


def test_every_flipped_byte_of_a_ciphertext_is_refused(full: Place) -> None:
    row_id, sealed = rows(full.file, "SELECT id, ct FROM rec LIMIT 1")[0]
    assert isinstance(sealed, bytes)
    for position in range(len(sealed)):
        changed = flipped(sealed, position * 8 + position % 8)
        run_sql(full.file, "UPDATE rec SET ct = ? WHERE id = ?", parameters=(changed, row_id))
        with pytest.raises(Tampered):
            full.open()
    run_sql(full.file, "UPDATE rec SET ct = ? WHERE id = ?", parameters=(sealed, row_id))
    full.open().close()


def test_another_body_under_the_same_tag_is_refused(full: Place) -> None:
    """A holder of the data key can keep the Poly1305 tag; the leaf covers the whole ciphertext."""
    with full.open() as vault:
        keys, vault_id = kept_keys(vault), vault.vault_id
    row_id = records.record_id(keys.id, 3, "claim-1")
    sealed = rows(full.file, f"SELECT ct FROM rec WHERE id = x'{row_id.hex()}'")[0][0]
    assert isinstance(sealed, bytes)
    forged = same_tag(bytes(keys.data.view), sealed)
    associated = b"prom-rec-v1" + vault_id + row_id + (1).to_bytes(8, "little")
    assert forged != sealed
    assert forged[-16:] == sealed[-16:]
    assert aead.unseal(keys.data, forged, associated) is not None
    run_sql(full.file, "UPDATE rec SET ct = ? WHERE id = ?", parameters=(forged, row_id))
    with pytest.raises(Tampered):
        full.open()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM meta WHERE k = 'root'",
        "UPDATE meta SET v = zeroblob(152) WHERE k = 'root'",
        "UPDATE meta SET v = substr(v, 2) WHERE k = 'root'",
        "UPDATE meta SET v = CAST(v || x'00' AS BLOB) WHERE k = 'root'",
    ],
)
def test_a_missing_or_broken_root_is_refused(full: Place, statement: str) -> None:
    run_sql(full.file, statement)
    with pytest.raises(Tampered):
        full.open()


def test_the_root_of_another_vault_is_refused(full: Place) -> None:
    foreign = rows(other_vault(full).file, "SELECT v FROM meta WHERE k = 'root'")[0]
    run_sql(full.file, "UPDATE meta SET v = ? WHERE k = 'root'", parameters=foreign)
    with pytest.raises(Tampered):
        full.open()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM jrnl",
        "DELETE FROM jrnl WHERE seq = 1",
        "UPDATE jrnl SET ct = zeroblob(104)",
        "UPDATE jrnl SET ct = zeroblob(1) WHERE seq = 2",
        "INSERT INTO jrnl VALUES (3, zeroblob(104))",
    ],
)
def test_a_broken_journal_is_said_and_stops_nobody(full: Place, statement: str) -> None:
    run_sql(full.file, statement)
    with full.open() as vault:
        assert not vault.verify().journal_is_whole
        with vault.transaction() as change:
            change.put(3, "claim-1", b"goes on")
    with full.open() as vault:
        assert vault.get(3, "claim-1") == b"goes on"


def test_a_row_changed_behind_an_open_vault_is_refused_when_read(full: Place) -> None:
    with full.open() as vault:
        row_id = records.record_id(vault._session.unlocked.keys.id, 3, "claim-1").hex()
        for statement in (
            f"UPDATE rec SET ver = ver + 1 WHERE id = x'{row_id}'",
            f"UPDATE rec SET ver = 1, ct = zeroblob(104) WHERE id = x'{row_id}'",
            f"DELETE FROM rec WHERE id = x'{row_id}'",
        ):
            run_sql(full.file, statement)
            with pytest.raises(Tampered):
                vault.get(3, "claim-1")
            with pytest.raises(Tampered), vault.transaction() as change:
                change.put(3, "claim-1", b"x")
            with pytest.raises(Tampered):
                vault.scan(3)
            with pytest.raises(Tampered):
                vault.verify()
        assert vault.get(3, "claim-2") == b"body 2"


def test_a_row_added_behind_an_open_vault_is_refused(full: Place) -> None:
    with full.open() as vault:
        row_id = records.record_id(vault._session.unlocked.keys.id, 3, "new").hex()
        run_sql(full.file, f"INSERT INTO rec VALUES (x'{row_id}', 1, zeroblob(104))")
        with pytest.raises(Tampered):
            vault.get(3, "new")
        with pytest.raises(Tampered), vault.transaction() as change:
            change.put(3, "new", b"x")


def test_the_root_removed_behind_an_open_vault_is_refused(full: Place) -> None:
    with full.open() as vault:
        run_sql(full.file, "DELETE FROM meta WHERE k = 'root'")
        with pytest.raises(Tampered):
            vault.get(3, "claim-1")


def test_a_header_changed_behind_an_open_vault_shows_at_the_next_check(full: Place) -> None:
    with full.open() as vault:
        put_header(full.file, flipped(header_of(full.file), 8 * 250))
        with pytest.raises(VaultError) as caught:
            vault.verify()
        assert caught.value.exit_code == 7


def test_deep_verification_opens_every_record(full: Place) -> None:
    """A holder of the set key only could write a row that authenticates as part of the set and does not open."""
    with full.open() as vault:
        keys, vault_id = kept_keys(vault), vault.vault_id
        row_id = records.record_id(keys.id, 3, "claim-1")
        record = Record(3, "claim-1", b"x")
        with vault._session.writing() as known:
            sealed = records.seal_record(keys, vault_id, record, bytes(16), 9)
            _put_raw(vault, row_id, sealed, known.root.epoch)
        vault.verify()
        with pytest.raises(Tampered, match="a record is not authentic"):
            vault.verify(deep=True)


def _put_raw(vault: Vault, row_id: bytes, sealed: bytes, epoch: int) -> None:
    session = vault._session
    original = records.seal_record
    records.seal_record = lambda *_: sealed
    try:
        session.commit({row_id: Record(3, "claim-1", b"x")})
    finally:
        records.seal_record = original
    assert vault.epoch == epoch + 1


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: b"\x02" + plain[1:],
        lambda plain: plain[:1] + b"\x04" + plain[2:],
        lambda plain: plain[:2] + b"\x06" + plain[3:],
        lambda plain: plain[:2] + b"\xff\xff" + plain[4:],
        lambda plain: plain[:-1] + b"\x01",
        lambda plain: plain + bytes(64),
        lambda plain: plain[:32],
        lambda plain: plain[:8] + b"\xff" + plain[9:],
        lambda plain: plain[:2] + bytes(2) + plain[4:],
    ],
)
def test_a_record_of_another_form_is_refused_even_under_the_right_key(
    full: Place, change: Callable[[bytes], bytes]
) -> None:
    with full.open() as vault:
        keys, vault_id = kept_keys(vault), vault.vault_id
    row_id = records.record_id(keys.id, 3, "name")
    plain = padme.pad(b"\x01\x03\x04\x00\x01\x00\x00\x00nameX")
    associated = b"prom-rec-v1" + vault_id + row_id + (1).to_bytes(8, "little")
    assert records.open_record(keys, vault_id, row_id, 1, aead.seal(keys.data, plain, associated)).body == b"X"
    with pytest.raises(Tampered):
        records.open_record(keys, vault_id, row_id, 1, aead.seal(keys.data, change(plain), associated))
    with pytest.raises(Tampered):
        records.open_record(keys, vault_id, row_id, 1, aead.seal(keys.keys, plain, associated))


def _record_page(path: Path) -> int:
    number = rows(path, "SELECT rootpage FROM sqlite_schema WHERE name = 'rec'")[0][0]
    assert isinstance(number, int)
    start = (number - 1) * 4096
    assert path.read_bytes()[start] == 0x0A, "the records fill more than one page"
    return start


def _cells(path: Path) -> list[tuple[int, int]]:
    """Return offset and length of each record's cell, all on one page."""
    start = _record_page(path)
    image = path.read_bytes()
    count = int.from_bytes(image[start + 3 : start + 5], "big")
    offsets = [int.from_bytes(image[start + 8 + 2 * i : start + 10 + 2 * i], "big") for i in range(count)]
    payload = {offset: _varint(image, start + offset) for offset in offsets}
    return [(start + offset, length + size) for offset, (length, size) in payload.items()]


def _varint(image: bytes, at: int) -> tuple[int, int]:
    first, second = image[at], image[at + 1]
    return (first, 1) if first < 0x80 else ((first & 0x7F) << 7 | second, 2)
