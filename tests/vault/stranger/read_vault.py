"""Read a vault with nothing but its format page: docs/reference/vault-format.md.

    python read_vault.py (passphrase|words) FILE [ANCHOR] < secret

First line of the input: passphrase or recovery words; a second one is a BIP39 password. Prints one JSON object with all
records (bodies in base64), or one line that says why it refuses, and leaves with 1.
"""

from __future__ import annotations

import base64
import json
import sqlite3
import sys
from hashlib import blake2b, pbkdf2_hmac
from hmac import compare_digest as same
from typing import NoReturn
from unicodedata import normalize
from urllib.parse import quote

from argon2.low_level import Type, hash_secret_raw
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as open_sealed
from nacl.exceptions import CryptoError

SCHEMA = (
    "CREATE TABLE jrnl(seq INTEGER PRIMARY KEY, ct BLOB NOT NULL) STRICT",
    "CREATE TABLE meta(k TEXT PRIMARY KEY, v BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE rec(id BLOB PRIMARY KEY, ver INTEGER NOT NULL, ct BLOB NOT NULL) STRICT, WITHOUT ROWID",
)


def refuse(why: str) -> NoReturn:
    sys.exit(f"refused: {why}")


def u(number: int, size: int) -> bytes:
    return number.to_bytes(size, "little")


def num(data: bytes) -> int:
    return int.from_bytes(data, "little")


def b2(key: bytes, person: str, data: bytes, size: int = 32) -> bytes:
    return blake2b(data, digest_size=size, key=key, person=person.encode()).digest()


def unseal(key: bytes, sealed: bytes, ad: bytes) -> bytes:
    """Return what is sealed, or nothing when it is not authentic: nothing empty is ever sealed."""
    try:
        return open_sealed(sealed[24:], ad, sealed[:24], key)
    except (CryptoError, TypeError, ValueError):
        return b""


def padded(length: int) -> int:
    exponent = max(length, 64).bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return max(64, (length + mask) & ~mask)


def parse_slots(header: bytes) -> list[bytes]:
    if not 204 <= len(header) <= 18448 or not same(b2(b"", "prom-chk-v1", header[:-48], 16), header[-48:-32]):
        refuse("the header is damaged")
    count, at, slots = header[11], 32, list[bytes]()
    if header[:11] != b"PROMVLT1\x01\x01\x01" or not 1 <= count <= 16 or not num(header[28:32]):
        refuse("the header is of another form")
    for _ in range(count):
        front = header[at : min(at + 124, len(header) - 48)]
        if len(front) < 124 or num(front[2:4]) > 1024 or front[0] not in range(1, 7) or front[1] > (front[0] == 1):
            refuse("a slot is damaged")
        slots.append(header[at : at + 124 + num(front[2:4])])
        at += len(slots[-1])
    costly = [slot for slot in slots if slot[0] == 1]
    if at != len(header) - 48 or len({slot[4:20] for slot in slots}) < count or len(costly) > 4:
        refuse("the slots are damaged")
    for slot in costly:
        if len(slot) < 166 or (len(slot) > 166) != bool(slot[1]) or slot[124] != 0x13:
            refuse("a slot is damaged")
        passes, memory, work = num(slot[125:129]), num(slot[129:133]), num(slot[125:129]) * num(slot[129:133])
        if not (1 <= passes <= 64 and 1 <= slot[133] <= 16 and 65536 <= memory < 2**21 + 1 and 196608 <= work <= 2**24):
            refuse("the key derivation is too weak or too costly")
    return slots


def input_keys(how: str, lines: list[str], slots: list[bytes]) -> list[tuple[bytes, bytes]]:
    """Return each slot that the secret may open, with what goes into its key."""
    if how == "passphrase":
        secret, mine = normalize("NFC", lines[0]).encode(), [s for s in slots if s[:2] == b"\x01\x00"]
        costs = [(num(s[125:129]), num(s[129:133]), s[133], 32, Type.ID, 0x13) for s in mine]
        return [(s, hash_secret_raw(secret, s[134:166], *cost)) for s, cost in zip(mine, costs, strict=True)]
    words = " ".join(normalize("NFKD", lines[0].lower()).split()).encode()
    salt = "mnemonic" + normalize("NFKD", lines[1] if len(lines) > 1 else "")
    recovery = b2(pbkdf2_hmac("sha512", words, salt.encode(), 2048, 64), "prom-recover-v1", b"")
    return [(slot, recovery) for slot in slots if slot[0] == 2]


def master_key(header: bytes, candidates: list[tuple[bytes, bytes]]) -> bytes:
    for slot, secret in candidates:
        key = b2(secret, "prom-kek-v1", header[12:28] + slot[4:20])
        if same(b2(key, "prom-commit-v1", slot[:92] + slot[124:]), slot[92:124]):
            ad = b"prom-slot-v1" + header[12:28] + slot[:44] + slot[124:]
            return unseal(key, slot[20:92], ad) or refuse("a slot is forged")
    refuse("no slot opens with this secret")


class Vault:
    """A file in one read transaction; what the methods return, they have verified."""

    def __init__(self, path: str, how: str, lines: list[str]) -> None:
        self.db = sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, isolation_level=None)
        self.db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 32 << 20)
        for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "temp_store=MEMORY"):
            self.db.execute(f"PRAGMA {pragma}")
        marks = [self.db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
        if marks != [0x50524F4D, 1]:
            refuse("this is no vault of format 1")
        self.db.execute("BEGIN")
        found = self.db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name LIMIT 4").fetchall()
        if found != [("table", text.split("(")[0][13:], text.split("(")[0][13:], text) for text in SCHEMA]:
            refuse("the tables are not those of a vault")
        meta = self.db.execute("SELECT k, v FROM meta LIMIT 3").fetchall()
        if [k for k, _ in meta] != ["hdr", "root"] or not all(type(v) is bytes for _, v in meta):
            refuse("the header or the root is missing")
        self.header, self.sealed_root, self.id = meta[0][1], meta[1][1], meta[0][1][12:28]
        vmk = master_key(self.header, input_keys(how, lines, parse_slots(self.header)))
        labels = ("data", "keys", "id", "set", "root", "jrnl", "anchor", "header")
        self.keys = {label: b2(vmk, "prom-subkey-v1", self.id + label.encode()) for label in labels}
        if not same(b2(self.keys["header"], "prom-hdr-v1", self.header[:-32]), self.header[-32:]):
            refuse("the header is forged")

    def root(self) -> tuple[int, int, bytes, bytes]:
        plain = unseal(self.keys["root"], self.sealed_root, b"prom-root-v1" + self.id)
        if len(plain) != 112 or not 1 <= num(plain[:8]) < 1 << 63 or plain[48:80] != self.header[-32:]:
            refuse("the root is forged, or of another header")
        return num(plain[:8]), num(plain[8:16]), plain[16:48], plain[80:]

    def records(self, count: int, total: bytes) -> list[tuple[int, str, int, bytes]]:
        rows, last, found = self.db.execute("SELECT id, ver, ct FROM rec").fetchall(), b"", 0
        for row_id, ver, ct in rows:
            if [type(row_id), type(ver), type(ct)] != [bytes, int, bytes] or ver < 1 or len(row_id) != 16:
                refuse("a record has another type")
            last = row_id if row_id > last else refuse("the records are out of order")
            found ^= num(b2(self.keys["set"], "prom-leaf-v1", row_id + u(ver, 8) + ct))
        if len(rows) != count or not same(u(found, 32), total):
            refuse("the records are not those that were written")
        return sorted(self.open_record(*row) for row in rows)

    def open_record(self, row_id: bytes, ver: int, ct: bytes) -> tuple[int, str, int, bytes]:
        ad = b"prom-rec-v1" + self.id + row_id + u(ver, 8)
        of_data = unseal(self.keys["data"], ct, ad)
        plain = of_data or unseal(self.keys["keys"], ct, ad) or refuse("a record is not authentic")
        middle = 8 + num(plain[2:4])
        end = middle + num(plain[4:8])
        fits = plain[0] == 1 and end <= len(plain) == padded(end) and not any(plain[end:]) and 9 <= middle <= 1032
        own_id = b2(self.keys["id"], "", plain[1:2] + plain[8:middle], 16)
        if not fits or end - middle > 16 << 20 or own_id != row_id or (plain[1] == 1) == bool(of_data):
            refuse("a record is not of its form")
        return plain[1], plain[8:middle].decode(), ver, plain[middle:end]

    def links(self, epoch: int, link: bytes) -> dict[int, bytes]:
        """Follow the journal down from the root; return the links by epoch, as far as they chain."""
        known = {epoch: link}
        while link != bytes(32):
            row = self.db.execute("SELECT ct FROM jrnl WHERE seq = ? AND typeof(ct) = 'blob'", (epoch,)).fetchone()
            if row is None or b2(b"", "prom-link-v1", self.id + u(epoch, 8) + row[0]) != link:
                break
            plain = unseal(self.keys["jrnl"], row[0], b"prom-jrnl-v1" + self.id + u(epoch, 8))
            end = 36 + 25 * num(plain[32:36])
            if padded(end) != len(plain) or any(plain[end:]):
                break
            epoch, link = epoch - 1, plain[:32]
            known[epoch] = link
        return known

    def check_anchor(self, data: bytes, known: dict[int, bytes]) -> None:
        entries = [data[at : at + 72] for at in range(0, len(data), 72)]
        mine = [e for e in entries if same(b2(self.keys["anchor"], "prom-anchor-v1", self.id + e[:40]), e[40:])][-1:]
        fit = [e for e in mine if num(e[:8]) <= max(known) and known.get(num(e[:8])) in (None, e[8:40])]
        if not fit or len(data) > 216 or len(data) % 72:
            refuse("the vault is rolled back, or of another branch")


def main() -> None:
    how, path, *anchor = sys.argv[1:]
    try:
        vault = Vault(path, how, sys.stdin.read().split("\n"))
        epoch, count, total, link = vault.root()
        records, known = vault.records(count, total), vault.links(epoch, link)
        if anchor:
            with open(anchor[0], "rb") as file:
                vault.check_anchor(file.read(217), known)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        refuse(f"the file is broken: {error}")
    shown = [(*record[:3], base64.b64encode(record[3]).decode()) for record in records]
    sys.stdout.write(json.dumps({"vault": vault.id.hex(), "epoch": epoch, "records": shown, "reaches": min(known)}))


if __name__ == "__main__":
    main()
