"""What someone who writes to the files of a vault can do to them; each function returns or is one attack on a scene."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

from prometheus_simulators.tamper_scene import NEW
from prometheus_simulators.vault_lab import SECRET, flipped, header_of, put_header, rows, run_sql, with_check
from prometheus_vault import LIGHT, records
from prometheus_vault.rekey import renewing_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prometheus_simulators.tamper_scene import Scene

SLOT, SECOND = 32, 32 + 166
"""Where the slots of these vaults begin: a passphrase, and the recovery secret."""


def header_bit(bit: int, *, checked: bool = False) -> Callable[[Scene], None]:
    """Flip a bit of the header, with the unkeyed check made anew or not."""

    def attack(scene: Scene) -> None:
        changed = flipped(header_of(scene.place.file), bit)
        put_header(scene.place.file, with_check(changed) if checked else changed)

    return attack


def header_bytes(at: int, data: bytes) -> Callable[[Scene], None]:
    """Put bytes into the header under a right check."""

    def attack(scene: Scene) -> None:
        header = header_of(scene.place.file)
        put_header(scene.place.file, with_check(header[:at] + data + header[at + len(data) :]))

    return attack


def slots(change: Callable[[list[bytes], list[bytes]], list[bytes]]) -> Callable[[Scene], None]:
    """Edit the list of slots, given those of this and of a foreign vault, under a right check."""

    def attack(scene: Scene) -> None:
        header = header_of(scene.place.file)
        after = change(_slots(header), _slots(header_of(scene.foreign.file)))
        edited = header[:11] + bytes([len(after)]) + header[12:32] + b"".join(after) + header[-48:]
        put_header(scene.place.file, with_check(edited))

    return attack


def _slots(header: bytes) -> list[bytes]:
    return [header[SLOT:SECOND], header[SECOND:-48]]


def sql(*statements: str) -> Callable[[Scene], None]:
    """Run statements on the file."""
    return lambda scene: run_sql(scene.place.file, *statements)


def value_bit(table: str, column: str, where: str) -> Callable[[Scene], None]:
    """Flip a bit in the middle of one sealed value."""

    def attack(scene: Scene) -> None:
        sealed = rows(scene.place.file, f"SELECT {column} FROM {table} WHERE {where}")[0][0]  # noqa: S608 - of ours
        assert isinstance(sealed, bytes)
        changed = flipped(sealed, 4 * len(sealed))
        run_sql(scene.place.file, f"UPDATE {table} SET {column} = ? WHERE {where}", parameters=(changed,))  # noqa: S608

    return attack


def from_old(*statements: str) -> Callable[[Scene], None]:
    """Run statements on the file with the older file attached as `old`."""
    return lambda scene: run_sql(scene.place.file, f"ATTACH '{scene.old.file}' AS old", *statements)


def from_foreign(*statements: str) -> Callable[[Scene], None]:
    """Run statements on the file with a foreign vault attached as `old`."""
    return lambda scene: run_sql(scene.place.file, f"ATTACH '{scene.foreign.file}' AS old", *statements)


def from_fork(*statements: str) -> Callable[[Scene], None]:
    """Run statements on the file with the other branch attached as `old`."""
    return lambda scene: run_sql(scene.place.file, f"ATTACH '{scene.fork.file}' AS old", *statements)


def ciphertext(change: Callable[[Scene, bytes], bytes]) -> Callable[[Scene], None]:
    """Change the sealed bytes of the first row."""

    def attack(scene: Scene) -> None:
        row_id, sealed = rows(scene.place.file, "SELECT id, ct FROM rec LIMIT 1")[0]
        assert isinstance(sealed, bytes)
        changed = change(scene, sealed)
        run_sql(scene.place.file, "UPDATE rec SET ct = ? WHERE id = ?", parameters=(changed, row_id))

    return attack


def forged_under_the_same_tag(scene: Scene) -> None:
    """Give a record another body under its tag, as whoever holds the data key can."""
    with scene.place.open_by_passphrase(NEW) as vault:
        keys = vault._session.unlocked.keys
        row_id, key = records.record_id(keys.id, 3, "claim-0"), bytes(keys.data.view)
    sealed = rows(scene.place.file, f"SELECT ct FROM rec WHERE id = x'{row_id.hex()}'")[0][0]  # noqa: S608 - the attack
    assert isinstance(sealed, bytes)
    run_sql(scene.place.file, "UPDATE rec SET ct = ? WHERE id = ?", parameters=(same_tag(key, sealed), row_id))


def image(change: Callable[[bytearray], object]) -> Callable[[Scene], None]:
    """Change the bytes of the file."""

    def attack(scene: Scene) -> None:
        data = bytearray(scene.place.file.read_bytes())
        change(data)
        scene.place.file.write_bytes(data)

    return attack


def cells(change: Callable[[bytearray, int], object]) -> Callable[[Scene], None]:
    """Change the page on which the first records lie, given where it begins."""

    def attack(scene: Scene) -> None:
        number = rows(scene.place.file, "SELECT rootpage FROM sqlite_schema WHERE name = 'rec'")[0][0]
        assert isinstance(number, int)
        image(lambda data: change(data, _first_leaf(data, number)))(scene)

    return attack


def _first_leaf(data: bytearray, number: int) -> int:
    """Return where the first leaf below a page of an index begins."""
    start = (number - 1) * 4096
    if data[start] == 0x0A:
        return start
    assert data[start] == 0x02, "the page is not one of an index"
    cell = start + int.from_bytes(data[start + 12 : start + 14], "big")
    return _first_leaf(data, int.from_bytes(data[cell : cell + 4], "big"))


def swap_pointers(data: bytearray, start: int) -> None:
    """Swap the first two cells of a page."""
    at = start + 8
    data[at : at + 4] = data[at + 2 : at + 4] + data[at : at + 2]


def double_cell(data: bytearray, start: int) -> None:
    """Let the second cell of a page be the first once more."""
    at = start + 8
    data[at + 2 : at + 4] = data[at : at + 2]


def as_text(table: str, column: str, where: str = "") -> Callable[[Scene], None]:
    """Give values the type TEXT, by way of a table that is not strict for a moment."""
    return lambda scene: make_text(scene.place.file, table, column, where)


def make_text(path: Path, table: str, column: str, where: str = "") -> None:
    """Store a column as TEXT although its table is strict."""
    strict = rows(path, f"SELECT sql FROM sqlite_schema WHERE name = '{table}'")[0][0]  # noqa: S608 - the attack
    assert isinstance(strict, str)
    loose = strict.replace(" STRICT,", "").replace(" STRICT", "")
    update = f"UPDATE {table} SET {column} = CAST({column} AS TEXT) {where}"  # noqa: S608 - the attack
    for schema, statement in ((loose, update), (strict, "SELECT 1")):
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (schema, table))
        connection.commit()
        connection.close()
        run_sql(path, statement)


def old_log(scene: Scene) -> None:
    """Put the write-ahead log of an earlier moment beside the file."""
    kept = scene.old.folder / "kept-wal"
    with scene.old.open_by_passphrase() as vault, vault.transaction() as change:
        change.put(3, "claim-0", b"lost")
    with scene.old.open_by_passphrase() as vault:
        with vault.transaction() as change:
            change.put(3, "claim-0", b"lost 2")
        shutil.copy(f"{scene.old.file}-wal", kept)
    shutil.copy(kept, f"{scene.place.file}-wal")


def foreign_log(scene: Scene) -> None:
    """Put the write-ahead log of another vault beside the file."""
    with scene.foreign.open_by_passphrase() as vault:
        with vault.transaction() as change:
            change.put(3, "claim-0", b"lost")
        shutil.copy(f"{scene.foreign.file}-wal", f"{scene.place.file}-wal")


def put_back(*, anchor: str = "kept", fork: bool = False) -> Callable[[Scene], None]:
    """Put a whole older or other file in place; the anchor is kept, gone, or put back as well."""

    def attack(scene: Scene) -> None:
        source = scene.fork if fork else scene.old
        shutil.copy(source.file, scene.place.file)
        if anchor == "gone":
            scene.place.anchor_file().unlink()
        elif anchor == "back":
            shutil.copy(source.anchor_file(), scene.place.anchor_file())

    return attack


def flip_anchor(scene: Scene) -> None:
    """Flip a bit of the anchor."""
    path = scene.place.anchor_file()
    path.write_bytes(flipped(path.read_bytes(), 77))


def put_back_after_new_keys(scene: Scene) -> None:
    """Let the owner make all keys anew, with the passphrase of before, and put the file from before in place."""
    kept = scene.place.copy("kept")
    vault = scene.place.open_by_passphrase(NEW)
    with vault, renewing_keys(vault, passphrase=NEW, recovery_secret=SECRET, kdf=LIGHT):
        pass
    shutil.copy(kept, scene.place.file)


def same_tag(key: bytes, sealed: bytes) -> bytes:
    """Change two blocks of a ciphertext so that its polynomial keeps its value, and its tag still fits."""
    from Crypto.Cipher import ChaCha20

    prime = (1 << 130) - 5
    one_time = ChaCha20.new(key=key, nonce=sealed[:24]).encrypt(bytes(32))
    point = int.from_bytes(one_time[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    blocks = [int.from_bytes(sealed[start : start + 16], "little") for start in range(24, len(sealed) - 16, 16)]
    for step in range(1, 200):
        # Block 0 counts with one more factor of the point than block 1.
        for first, second in (
            (blocks[0] + step, (blocks[1] - step * point) % prime),
            (blocks[0] - step, (blocks[1] + step * point) % prime),
        ):
            if 0 <= first < 1 << 128 and second < 1 << 128:
                changed = [first, second, *blocks[2:]]
                return sealed[:24] + b"".join(block.to_bytes(16, "little") for block in changed) + sealed[-16:]
    raise AssertionError("no second body found")
