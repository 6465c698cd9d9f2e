"""The tamper matrix: what someone who writes to the files can do, and what must come of it, row by row.

No key is needed for any of these but the one marked so. Row 20, trouble that is no attack, is played in its own test.
"""

# ruff: noqa: S608 - the statements are the attack, and nobody else writes them

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_simulators.tamper_attacks import (
    SECOND,
    as_text,
    cells,
    ciphertext,
    double_cell,
    flip_anchor,
    foreign_log,
    forged_under_the_same_tag,
    from_foreign,
    from_fork,
    from_old,
    header_bit,
    header_bytes,
    image,
    old_log,
    put_back,
    put_back_after_new_keys,
    slots,
    sql,
    swap_pointers,
    value_bit,
)  # fmt: skip
from prometheus_simulators.tamper_scene import NEW
from prometheus_simulators.vault_lab import PASSPHRASE, flipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_simulators.tamper_scene import Scene

DAMAGED: Final = "7 Damaged"
WEAK: Final = "7 KdfTooWeak"
TAMPERED: Final = "7 Tampered"
WRONG: Final = "6 WrongPassphrase"
ROLLED_BACK: Final = "8 Rollback"
NEWEST: Final = "opens, newest"
FIRST: Final = "(SELECT min(id) FROM rec)"
LAST: Final = "(SELECT max(id) FROM rec)"


class Case(NamedTuple):
    """One attack and its outcome; `derives` is None where it does not matter whether a derivation runs."""

    row: int
    name: str
    attack: Callable[[Scene], None]
    outcome: str
    derives: bool | None = None
    passphrase: bytes = NEW
    behind: bool = False


REPLACE_ROWS: Final = ("DELETE FROM rec", "INSERT INTO rec SELECT * FROM old.rec")
REPLACE_ROOT: Final = ("UPDATE meta SET v = (SELECT v FROM old.meta WHERE k = 'root') WHERE k = 'root'",)
REPLACE_HEADER: Final = ("UPDATE meta SET v = (SELECT v FROM old.meta WHERE k = 'hdr') WHERE k = 'hdr'",)
REPLACE_JOURNAL: Final = ("DELETE FROM jrnl", "INSERT INTO jrnl SELECT * FROM old.jrnl")
SWAP: Final = (
    "CREATE TEMP TABLE kept AS SELECT * FROM rec",
    f"UPDATE rec SET ct = (SELECT ct FROM kept ORDER BY id DESC LIMIT 1) WHERE id = {FIRST}",
    f"UPDATE rec SET ct = (SELECT ct FROM kept ORDER BY id LIMIT 1) WHERE id = {LAST}",
)
CHANGED: Final = "(SELECT rec.id FROM rec JOIN old.rec AS o ON o.id = rec.id WHERE o.ct <> rec.ct LIMIT 1)"
OLD_VALUE: Final = (
    f"UPDATE rec SET (ver, ct) = (SELECT ver, ct FROM old.rec AS o WHERE o.id = rec.id) WHERE id = {CHANGED}",
)

CASES: Final = (
    Case(0, "nothing at all", lambda _: None, NEWEST),
    Case(1, "a bit of the magic", header_bit(3), DAMAGED, derives=False),
    Case(1, "a bit of a slot", header_bit(8 * 60), DAMAGED, derives=False),
    Case(1, "a bit of the check", header_bit(-40 * 8), DAMAGED, derives=False),
    Case(2, "the slot in use, with a check", header_bit(8 * 60, checked=True), WRONG),
    Case(2, "the vault id, with a check", header_bit(8 * 12, checked=True), WRONG),
    Case(2, "another slot, with a check", header_bit(8 * (SECOND + 60), checked=True), TAMPERED),
    Case(2, "the generation, with a check", header_bit(8 * 28, checked=True), TAMPERED),
    Case(2, "a slot added", slots(lambda own, other: [*own, other[1]]), TAMPERED),
    Case(2, "a slot dropped", slots(lambda own, _: own[:1]), TAMPERED),
    Case(2, "the slot in use dropped", slots(lambda own, _: own[1:]), WRONG),
    Case(2, "slots swapped", slots(lambda own, _: own[::-1]), TAMPERED),
    Case(2, "a slot of another vault", slots(lambda own, other: [own[0], other[1]]), TAMPERED),
    Case(2, "the slot in use of another vault", slots(lambda own, other: [other[0], own[1]]), WRONG),
    Case(3, "the header of a revoked passphrase", from_old(*REPLACE_HEADER), TAMPERED, passphrase=PASSPHRASE),
    Case(4, "memory beyond the limits", header_bytes(161, b"\x01\0\x20\0"), DAMAGED, derives=False),
    Case(4, "passes beyond the limits", header_bytes(157, b"\x41"), DAMAGED, derives=False),
    Case(4, "lanes beyond the limits", header_bytes(165, b"\x11"), DAMAGED, derives=False),
    Case(4, "memory below the floor", header_bytes(161, b"\xff\xff\0\0"), WEAK, derives=False),
    Case(4, "passes below the floor", header_bytes(157, b"\x02"), WEAK, derives=False),
    Case(5, "a row deleted", sql(f"DELETE FROM rec WHERE id = {FIRST}"), TAMPERED),
    Case(5, "a row added", sql("INSERT INTO rec VALUES (zeroblob(16), 1, zeroblob(104))"), TAMPERED),
    Case(5, "a row doubled", cells(double_cell), TAMPERED),
    Case(5, "an id changed", sql(f"UPDATE rec SET id = zeroblob(16) WHERE id = {FIRST}"), TAMPERED),
    Case(5, "a version changed", sql(f"UPDATE rec SET ver = ver + 1 WHERE id = {FIRST}"), TAMPERED),
    Case(5, "values swapped", sql(*SWAP), TAMPERED),
    Case(6, "the old value of a row", from_old(*OLD_VALUE), TAMPERED),
    Case(6, "old rows under the new root", from_old(*REPLACE_ROWS), TAMPERED),
    Case(6, "the old root over new rows", from_old(*REPLACE_ROOT), TAMPERED),
    Case(6, "old rows and root under the new header", from_old(*REPLACE_ROWS, *REPLACE_ROOT), TAMPERED),
    Case(6, "rows of the other branch", from_fork(*REPLACE_ROWS), TAMPERED),
    Case(7, "a bit of a sealed body", ciphertext(lambda _, sealed: flipped(sealed, 8 * 50)), TAMPERED),
    Case(7, "a bit of a tag", ciphertext(lambda _, sealed: flipped(sealed, 8 * len(sealed) - 1)), TAMPERED),
    Case(7, "another body under the same tag, with the data key", forged_under_the_same_tag, TAMPERED),
    Case(8, "cells reordered", cells(swap_pointers), TAMPERED),
    Case(9, "no root", sql("DELETE FROM meta WHERE k = 'root'"), TAMPERED),
    Case(9, "a bit of the root", value_bit("meta", "v", "k = 'root'"), TAMPERED),
    Case(9, "a root of zeros", sql("UPDATE meta SET v = zeroblob(152) WHERE k = 'root'"), TAMPERED),
    Case(9, "the root of another vault", from_foreign(*REPLACE_ROOT), TAMPERED),
    Case(10, "no journal", sql("DELETE FROM jrnl"), f"{NEWEST}, journal broken"),
    Case(10, "a bit of the journal", value_bit("jrnl", "ct", "seq = 3"), f"{NEWEST}, journal broken"),
    Case(10, "a journal of zeros", sql("UPDATE jrnl SET ct = zeroblob(104)"), f"{NEWEST}, journal broken"),
    Case(10, "the journal of another branch", from_fork(*REPLACE_JOURNAL), f"{NEWEST}, journal broken"),
    Case(11, "a table more", sql("CREATE TABLE extra(x)"), TAMPERED, derives=False),
    Case(11, "a table less", sql("DROP TABLE jrnl"), TAMPERED, derives=False),
    Case(11, "a view", sql("CREATE VIEW extra AS SELECT 1"), TAMPERED, derives=False),
    Case(11, "an index", sql("CREATE INDEX extra ON jrnl(ct)"), TAMPERED, derives=False),
    Case(
        11, "a trigger", sql("CREATE TRIGGER extra AFTER INSERT ON rec BEGIN SELECT 1; END"), TAMPERED, derives=False
    ),
    Case(11, "a key of meta more", sql("INSERT INTO meta VALUES ('more', x'00')"), TAMPERED, derives=False),
    Case(11, "a header of text", as_text("meta", "v", "WHERE k = 'hdr'"), TAMPERED, derives=False),
    Case(11, "rows of text", as_text("rec", "ct"), TAMPERED),
    Case(11, "ids of text", as_text("rec", "id"), TAMPERED),
    Case(12, "a later format", sql("PRAGMA user_version = 2"), "14 TooNew", derives=False),
    Case(12, "the mark of another program", sql("PRAGMA application_id = 1"), "2 NotAVault", derives=False),
    Case(13, "the log of an earlier time", old_log, ROLLED_BACK, passphrase=PASSPHRASE),
    Case(13, "the log of an earlier time, new passphrase", old_log, WRONG),
    Case(13, "the log of another vault", foreign_log, WRONG),
    Case(14, "an older file", put_back(), ROLLED_BACK, passphrase=PASSPHRASE),
    Case(14, "an older file, no anchor", put_back(anchor="gone"), "opens, older, warned", passphrase=PASSPHRASE),
    Case(14, "a file from before new keys", put_back_after_new_keys, ROLLED_BACK),
    Case(15, "a bit of the anchor", flip_anchor, ROLLED_BACK),
    Case(15, "no anchor", lambda scene: scene.place.anchor_file().unlink(), f"{NEWEST}, warned"),
    Case(16, "a fork of copies", put_back(fork=True), ROLLED_BACK),
    Case(
        17, "file and anchor rolled back together", put_back(anchor="back"), "opens, older", passphrase=PASSPHRASE
    ),
    Case(18, "cut to half", image(lambda data: data.__delitem__(slice(len(data) // 2, None))), TAMPERED),
    Case(18, "cut to nothing", image(bytearray.clear), "2 NotAVault", derives=False),
    Case(18, "random bytes", image(lambda data: data.__setitem__(slice(None), b"\x5a" * 9000)), "2 NotAVault"),
    Case(19, "a version behind an open vault", sql("UPDATE rec SET ver = ver + 1"), TAMPERED, behind=True),
    Case(19, "a body behind an open vault", sql("UPDATE rec SET ct = zeroblob(104)"), TAMPERED, behind=True),
    Case(19, "a row gone behind an open vault", sql(f"DELETE FROM rec WHERE id = {LAST}"), TAMPERED, behind=True),
    Case(19, "the root behind an open vault", sql("DELETE FROM meta WHERE k = 'root'"), TAMPERED, behind=True),
    Case(19, "the header behind an open vault", header_bit(8 * 60), DAMAGED, behind=True),
)  # fmt: skip
