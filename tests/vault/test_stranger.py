"""A stranger's reader, made from the format page, opens vaults of the cellar and of the command, and refuses others."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.command_line import CommandLine
from prometheus_simulators.vault_lab import PASSPHRASE, Place, flipped, header_of, put_header, rows, run_sql, with_check

from prometheus_vault import LIGHT, Vault, recovery_secret
from prometheus_vault.errors import Rollback

if TYPE_CHECKING:
    from collections.abc import Callable

READER = Path(__file__).parent / "stranger" / "read_vault.py"
ALLOWED = {"argon2", "nacl"}
LONGEST = 200
WORDS = " ".join(["abandon"] * 23 + ["art"])
SEED = hashlib.pbkdf2_hmac("sha512", WORDS.encode(), b"mnemonic", 2048, 64)
BODIES = {
    (1, "seed"): b"\x01\x40" + SEED + b'{"v":1}',
    (77, "ἄλφα"): b"of a collection yet to come",
    (128, "org.example/notes\0a"): b"of a plugin",
    **{(3, f"claim-{size}"): bytes([size % 251]) * size for size in (0, 1, 55, 56, 64, 1000, 100_000)},
}
ALONE = """
import runpy, sys
class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("prometheus"):
            raise ImportError("the stranger has no such package")
sys.meta_path.insert(0, Wall())
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def read(folder: Path, how: str, secret: str, *paths: Path, script: Path = READER) -> subprocess.CompletedProcess[str]:
    """Run a reader alone: isolated from the environment, in an empty folder, the project walled off."""
    empty = folder / "elsewhere"
    empty.mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, "-I", "-c", ALONE, script, how, *paths],
        input=secret, cwd=empty, env={"PATH": os.defpath}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def accepted(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def bodies(found: dict[str, Any]) -> dict[tuple[int, str], bytes]:
    return {(kind, name): base64.b64decode(body) for kind, name, _, body in found["records"]}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A closed vault of the cellar with the real key derivation, records of all sizes and a history."""
    place = Place(tmp_path_factory.mktemp("original"))
    secret = recovery_secret(SEED)
    with Vault.create(
        place.file, place.anchors, passphrase=PASSPHRASE, recovery_secret=secret, kdf=LIGHT
    ) as vault:  # fmt: skip
        with vault.transaction() as change:
            change.put(3, "deleted", b"x")
            for kind, name in list(BODIES)[::2]:
                change.put(kind, name, b"an earlier body")
        with vault.transaction() as change:
            change.delete(3, "deleted")
            for (kind, name), body in BODIES.items():
                change.put(kind, name, body)
    return place


@pytest.fixture
def known(original: Place, tmp_path: Path) -> Place:
    """A copy of that vault to be changed."""
    place = Place(tmp_path)
    for source in (original.file, original.anchor_file()):
        target = tmp_path / source.relative_to(original.folder)
        target.parent.mkdir(parents=True)
        target.write_bytes(source.read_bytes())
    return place


def test_the_reader_is_short_and_imports_nothing_of_the_project() -> None:
    text = READER.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert imported - sys.stdlib_module_names == ALLOWED
    assert not imported & {"importlib", "runpy"}
    assert "__import__" not in text
    assert "_sodium" not in text


def test_the_wall_around_the_reader_holds(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import prometheus_vault")
    done = read(tmp_path, "words", "", script=script)
    assert "the stranger has no such package" in done.stderr


def test_it_opens_a_vault_of_the_cellar_by_passphrase_and_by_words(known: Place) -> None:
    before = known.file.read_bytes()
    for how, secret in (("passphrase", PASSPHRASE.decode()), ("words", WORDS), ("words", f"  {WORDS.upper()}\t\n")):
        found = accepted(read(known.folder, how, secret, known.file, known.anchor_file()))
        assert bodies(found) == BODIES
        assert (found["epoch"], found["reaches"]) == (3, 0)
        assert {ver for *_, ver, _ in found["records"]} == {1, 2}
    assert known.file.read_bytes() == before


def test_it_reads_beside_a_writer_what_was_committed(known: Place) -> None:
    with Vault.open_with_recovery(known.file, known.anchors, recovery_secret=recovery_secret(SEED)) as vault:
        with vault.transaction() as change:
            change.put(3, "just now", b"in the log")
        found = accepted(read(known.folder, "words", WORDS, known.file, known.anchor_file()))
    assert bodies(found)[3, "just now"] == b"in the log"
    assert (found["epoch"], found["vault"]) == (4, vault.vault_id.hex())


def test_it_opens_a_vault_of_the_command_by_passphrase_and_by_words(tmp_path: Path) -> None:
    command_line = CommandLine(tmp_path / "home")
    passphrase, words = command_line.home / "pass.txt", command_line.home / "words.txt"
    passphrase.write_text("Grüße aus sechs Wörtern\n", encoding="utf-8")
    common = ("--passphrase-file", str(passphrase))
    assert (
        command_line.run("vault", "create", "me", "--kdf", "light", "--words-to", str(words), *common).returncode == 0
    )
    assert command_line.run("persona", "add", "Work", "--vault", "me", *common).returncode == 0
    listed = json.loads(command_line.run("vault", "list", "--json").stdout)
    file = next(command_line.home.rglob("me.vault"))
    anchor = next(command_line.home.rglob("*.anchor"))
    assert str(file) in json.dumps(listed)
    typed = words.read_text(encoding="utf-8").split("\n\n")[-1].strip()
    by_words = accepted(read(tmp_path, "words", only_words(typed), file, anchor))
    decomposed = "Gru\u0308\u00dfe aus sechs Wo\u0308rtern"
    by_passphrase = accepted(read(tmp_path, "passphrase", decomposed, file, anchor))
    assert by_words == by_passphrase
    found = bodies(by_words)
    seed = found[1, "seed"]
    assert seed[:2] == b"\x01\x40"
    assert seed[2:66] == hashlib.pbkdf2_hmac("sha512", only_words(typed).encode(), b"mnemonic", 2048, 64)
    assert any(kind == 2 and b'"Work"' in body for (kind, _), body in found.items())


def only_words(text: str) -> str:
    """Return the words of a words file, without numbers."""
    return " ".join(word for word in text.split() if word.isalpha())


@pytest.mark.parametrize(("how", "secret"), [("passphrase", "another one"), ("words", "zoo " * 24), ("words", "")])
def test_it_opens_nothing_with_another_secret(known: Place, how: str, secret: str) -> None:
    done = read(known.folder, how, secret, known.file)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "refused: no slot opens with this secret\n")


def _set_header(change: Callable[[bytes], bytes]) -> Callable[[Place], None]:
    return lambda place: put_header(place.file, change(header_of(place.file)))


def _run(*statements: str) -> Callable[[Place], None]:
    return lambda place: run_sql(place.file, *statements)


def _flip_record(place: Place) -> None:
    row_id, sealed = rows(place.file, "SELECT id, ct FROM rec LIMIT 1 OFFSET 2")[0]
    assert isinstance(sealed, bytes)
    run_sql(place.file, "UPDATE rec SET ct = ? WHERE id = ?", parameters=(flipped(sealed, 333), row_id))


def _overwrite(place: Place) -> None:
    place.file.write_bytes(b"notes" * 999)


def _flip_anchor(place: Place) -> None:
    anchor = place.anchor_file()
    anchor.write_bytes(flipped(anchor.read_bytes(), 3))


TAMPERED: dict[str, tuple[str, Callable[[Place], None]]] = {
    "header bit": ("is damaged", _set_header(lambda header: flipped(header, 300))),
    "slot, with a right check": ("no slot", _set_header(lambda header: with_check(flipped(header, 8 * 250)))),
    "header MAC": ("is forged", _set_header(lambda header: flipped(header, len(header) * 8 - 1))),
    "generation": ("is forged", _set_header(lambda header: with_check(flipped(header, 8 * 28 + 1)))),
    "cost": ("too weak", _set_header(lambda header: with_check(header[:163] + bytes(1) + header[164:]))),
    "row gone": ("not those", _run("DELETE FROM rec WHERE id = (SELECT min(id) FROM rec)")),
    "row added": ("not those", _run("INSERT INTO rec VALUES (zeroblob(16), 1, zeroblob(104))")),
    "version": ("not those", _run("UPDATE rec SET ver = ver + 1")),
    "record bit": ("not those", _flip_record),
    "root": ("root is forged", _run("UPDATE meta SET v = zeroblob(152) WHERE k = 'root'")),
    "no root": ("missing", _run("DELETE FROM meta WHERE k = 'root'")),
    "extra table": ("tables", _run("CREATE TABLE zzz(x)")),
    "later format": ("no vault of format 1", _run("PRAGMA user_version = 2")),
    "other program": ("no vault of format 1", _run("PRAGMA application_id = 2")),
    "anchor": ("rolled back", _flip_anchor),
    "cut short": ("broken", lambda place: os.truncate(place.file, 12_288)),
    "no database": ("broken", _overwrite),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_it_refuses_a_vault_that_was_tampered_with(known: Place, case: str) -> None:
    why, tamper = TAMPERED[case]
    tamper(known)
    done = read(known.folder, "words", WORDS, known.file, known.anchor_file())
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("refused: ")
    assert why in done.stderr


def test_it_refuses_an_older_file_that_is_put_back(known: Place) -> None:
    old = known.copy("old")
    vault = Vault.open_with_recovery(known.file, known.anchors, recovery_secret=recovery_secret(SEED))
    with vault, vault.transaction() as change:
        change.delete(3, "claim-0")
    old.replace(known.file)
    assert "rolled back" in read(known.folder, "words", WORDS, known.file, known.anchor_file()).stderr
    assert bodies(accepted(read(known.folder, "words", WORDS, known.file))) == BODIES


@pytest.mark.parametrize("entries", ["old, own", "own, old", "old, older, own"])
def test_one_entry_of_an_anchor_that_verifies_is_enough(known: Place, entries: str) -> None:
    anchor = known.anchor_file()
    own = anchor.read_bytes()
    parts = {"own": own, "old": flipped(own, 500), "older": flipped(own, 501)}
    anchor.write_bytes(b"".join(parts[name] for name in entries.split(", ")))
    accepted(read(known.folder, "words", WORDS, known.file, anchor))
    Vault.open_with_recovery(known.file, known.anchors, recovery_secret=recovery_secret(SEED)).close()


@pytest.mark.parametrize("content", [b"", bytes(71), bytes(144), b"own\0", b"own" * 4], ids=repr)
def test_an_anchor_that_no_writer_leaves_is_refused_as_by_the_product(known: Place, content: bytes) -> None:
    anchor = known.anchor_file()
    anchor.write_bytes(content.replace(b"own", anchor.read_bytes()))
    assert "rolled back" in read(known.folder, "words", WORDS, known.file, anchor).stderr
    with pytest.raises(Rollback):
        Vault.open_with_recovery(known.file, known.anchors, recovery_secret=recovery_secret(SEED))


def test_a_journal_that_is_gone_stops_it_as_little_as_the_product(known: Place) -> None:
    run_sql(known.file, "DELETE FROM jrnl")
    found = accepted(read(known.folder, "words", WORDS, known.file, known.anchor_file()))
    assert (bodies(found), found["reaches"]) == (BODIES, 3)
