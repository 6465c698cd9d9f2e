"""Making vaults for tests quickly, and changing their files the way an attacker without the key would."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from prometheus_simulators.quick_kdf import quick_argon2id
from prometheus_vault import LIGHT, Vault, kdf
from prometheus_vault.keys import SubKeys
from prometheus_vault.limits import KEY_COLLECTION

if TYPE_CHECKING:
    from prometheus_vault.index import Describe

PASSPHRASE = b"correct horse battery staple"
SECRET = bytes(range(32))
ROOT = Path(__file__).resolve().parents[3]


class Place(NamedTuple):
    """Where one vault of a test and its anchors lie."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "vaults" / "personal.vault"

    @property
    def anchors(self) -> Path:
        return self.folder / "state"

    def create(self, describe: Describe | None = None) -> Vault:
        return Vault.create(
            self.file, self.anchors, passphrase=PASSPHRASE, recovery_secret=SECRET, kdf=LIGHT, describe=describe
        )

    def open(self, describe: Describe | None = None, *, read_only: bool = False, describe_version: int = 0) -> Vault:
        """Open by the recovery secret, which costs no key derivation."""
        return Vault.open_with_recovery(
            self.file,
            self.anchors,
            recovery_secret=SECRET,
            read_only=read_only,
            describe=describe,
            describe_version=describe_version,
        )

    def open_by_passphrase(self, passphrase: bytes = PASSPHRASE, describe: Describe | None = None) -> Vault:
        return Vault.open(self.file, self.anchors, passphrase=passphrase, describe=describe)

    def anchor_file(self) -> Path:
        return next(self.anchors.glob("*.anchor"))

    def copy(self, name: str) -> Path:
        """Keep a copy of the closed file."""
        return Path(shutil.copy(self.file, self.folder / name))


def install_quick_kdf() -> None:
    """Replace Argon2id for the rest of a child process."""
    kdf.argon2id = quick_argon2id


def body_of(vault: Vault, collection: int, name: str) -> bytes | None:
    """Return the body of any record, keys too."""
    if collection != KEY_COLLECTION:
        return vault.get(collection, name)
    body = vault.secret(name)
    return None if body is None else bytes(body.view)


def bodies_of(vault: Vault, collection: int) -> list[tuple[str, bytes]]:
    """Return name and body of each record of any collection, sorted by name."""
    if collection != KEY_COLLECTION:
        return list(vault.scan(collection))
    return [(name, bytes(body.view)) for name, body in vault.secrets()]


def kept_keys(vault: Vault) -> SubKeys:
    """Return copies of an open vault's keys, which stay when it closes."""
    return SubKeys(*(key.copy() for key in vault._session.unlocked.keys))


def filled(place: Place, count: int = 5) -> Place:
    """Make a vault with some equally long claims and one key, and close it."""
    with place.create() as vault, vault.transaction() as change:
        for number in range(count):
            change.put(3, f"claim-{number}", f"body {number}".encode())
        change.put(1, "seed", b"a secret seed")
    return place


def run_sql(path: Path, *statements: str, parameters: tuple[object, ...] = ()) -> None:
    """Run statements on the file as any SQLite program would; only the last takes the parameters."""
    connection = sqlite3.connect(path)
    try:
        for statement in statements[:-1]:
            connection.execute(statement)
        connection.execute(statements[-1], parameters)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def header_of(path: Path) -> bytes:
    value = rows(path, "SELECT v FROM meta WHERE k = 'hdr'")[0][0]
    assert isinstance(value, bytes)
    return value


def put_header(path: Path, header: bytes) -> None:
    run_sql(path, "UPDATE meta SET v = ? WHERE k = 'hdr'", parameters=(header,))


def with_check(header: bytes) -> bytes:
    """Recompute the unkeyed check, as anyone can."""
    check = hashlib.blake2b(header[:-48], digest_size=16, person=b"prom-chk-v1").digest()
    return header[:-48] + check + header[-32:]


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def child_environment() -> dict[str, str]:
    """Return an environment in which a child finds the packages of the checkout."""
    paths = (ROOT, ROOT / "vault", ROOT / "tests" / "simulators")
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths)), "PYTHONDONTWRITEBYTECODE": "1"}


def start_child(code: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a Python child with pipes for its input and output."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=child_environment(),
    )
