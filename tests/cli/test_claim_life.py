"""A claim from a schema of one's own to another vault, with real vaults, commands and a terminal."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.command_line import COMMAND, CommandLine
from prometheus_simulators.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

_SCHEMA = {
    "type": "object",
    "title": "Library card",
    "required": ["number"],
    "properties": {
        "number": {"type": "string", "title": "Card number", "minLength": 4},
        "branch": {"type": "string", "enum": ["north", "south"]},
        "member": {"type": "object", "properties": {"name": {"type": "string"}}},
    },
}
_CARD = {"number": "LIB-42", "branch": "north", "member": {"name": "Zoë"}}


class Neighbours:
    """A reader and a library, each with a vault on one machine."""

    def __init__(self, home: Path) -> None:
        self.command_line = CommandLine(home)
        self.home = home

    def move_in(self) -> None:
        """Make both vaults and the files that the tests start from."""
        (self.home / "pass").write_text("correct horse battery staple\n")
        for name in ("reader", "library"):
            self.run(name, "vault", "create", name, "--kdf", "light", "--words-to", f"{name}.words")
        (self.home / "schema.json").write_text(json.dumps(_SCHEMA))
        (self.home / "card.json").write_text(json.dumps(_CARD))

    def run(self, vault: str, *words: str, expect: int = 0, typed: bytes | None = None) -> Any:
        secret = ("--vault", vault, "--passphrase-file", "pass") if vault else ()
        done = self.command_line.run(*words, *secret, "--json", typed=typed)
        assert done.returncode == expect, (words, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def terminal(self, *words: str) -> Terminal:
        command: list[str | Path] = [COMMAND, *words, "--vault", "reader", "--passphrase-file", "pass"]
        return Terminal(command, environ=self.command_line.environ, folder=self.home)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with both vaults, made once: each costs two key derivations."""
    home = tmp_path_factory.mktemp("furnished") / "home"
    Neighbours(home).move_in()
    return home


@pytest.fixture
def neighbours(furnished: Path, tmp_path: Path) -> Neighbours:
    shutil.copytree(furnished, tmp_path / "home")
    return Neighbours(tmp_path / "home")


def test_a_claim_of_ones_own_kind_goes_the_whole_way(neighbours: Neighbours) -> None:
    run = neighbours.run
    added = run("", "schema", "add", "schema.json", "--maskable")
    assert added["open_fields"] == []

    asked = run("reader", "claim", "request", "--schema", "library card", "--data", "card.json", "--yes", "--out", "r")
    assert asked["normalised"] == [".member.name"]
    assert run("", "claim", "verify", "r")["verdict"] == "valid"

    signed = run("library", "claim", "witness", "r", "--before", "P2Y", "--out", "s", "--yes")
    assert signed["request"] == asked["id"]
    kept = run("reader", "claim", "accept", "s")
    assert (kept["id"], kept["outcome"], kept["request"]) == (signed["id"], "added", asked["id"])
    assert run("reader", "claim", "accept", "s")["outcome"] == "known"
    assert run("", "digest", "s")["id"] == kept["id"]

    prefix = kept["id"][:11]
    assert run("reader", "claim", "show", prefix)["content"]["number"]["value"] == "LIB-42"
    assert [claim["id"] for claim in run("reader", "claim", "search", "zoe")["claims"]] == [kept["id"]]
    run("reader", "claim", "delete", prefix)
    assert run("reader", "claim", "list")["claims"] == []
    run("reader", "claim", "restore", prefix)
    run("reader", "claim", "export", prefix, "--out", "copy")
    assert (neighbours.home / "copy").read_bytes() == (neighbours.home / "s").read_bytes()
    assert run("library", "claim", "import", "copy")["counts"]["added"] == 1
    acts = [entry["act"] for entry in run("reader", "audit", "list")["entries"]]
    assert acts[::-1][1:] == ["claim.request", "claim.accept", "claim.delete", "claim.restore", "claim.export"]
    assert run("reader", "audit", "verify")["intact"]


def test_files_can_be_piped_from_verb_to_verb(neighbours: Neighbours) -> None:
    home, line = neighbours.home, neighbours.command_line
    neighbours.run("", "schema", "add", "schema.json")
    reader = ("--vault", "reader", "--passphrase-file", "pass", "--yes")
    library = ("--vault", "library", "--passphrase-file", "pass", "--yes")
    asked = line.run(
        "claim", "request", "--schema", "library card", "--data", "-", *reader, typed=json.dumps(_CARD).encode()
    )
    signed = line.run("claim", "witness", "-", *library, typed=asked.stdout.encode())
    kept = line.run("claim", "accept", "-", *reader, typed=signed.stdout.encode())
    assert kept.returncode == 0, kept.stderr
    assert "kept Library card" in kept.stdout
    assert not list(home.glob("*.new"))


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (("claim", "show", "abcdefgh"), "CLAIM-NOT-FOUND", 4),
        (("claim", "show", "abc"), "CLAIM-ID-SHORT", 2),
        (("claim", "request", "--schema", "nothing", "--data", "card.json"), "SCHEMA-NOT-FOUND", 4),
        (("claim", "request", "--schema", "degree", "--data", "card.json"), "DATA-INVALID", 2),
        (("claim", "request", "--schema", "degree", "--data", "missing.json"), "FILE-NOT-FOUND", 4),
        (("claim", "request", "--schema", "degree"), "DATA-NEEDED", 2),
        (("claim", "accept", "card.json"), "MALFORMED", 2),
        (("claim", "witness", "card.json"), "MALFORMED", 2),
        (("claim", "import", "pass"), "JSON", 2),
        (("schema", "add", "card.json"), "SCHEMA-INVALID", 2),
        (("schema", "remove", "degree"), "SCHEMA-SHIPPED", 11),
    ],
)
def test_a_mistake_has_a_code_and_a_way_on(
    neighbours: Neighbours, words: tuple[str, ...], code: str, exit_code: int
) -> None:
    told = neighbours.run("" if words[0] == "schema" else "reader", *words, expect=exit_code)
    assert told["code"] == code
    assert told["error"]


def test_the_form_is_filled_in_at_a_terminal(neighbours: Neighbours) -> None:
    neighbours.run("", "schema", "add", "schema.json", "--maskable")
    with neighbours.terminal("claim", "request", "--schema", "library card", "--out", "r.json") as terminal:
        terminal.wait_for("Card number (text): ")
        terminal.type("ab\n")
        terminal.wait_for("shorter than 4")
        terminal.wait_for("Card number (text): ")
        terminal.type("LIB-7\n")
        terminal.wait_for("(1-3): ")
        terminal.type("2\n")
        terminal.wait_for("member.name (text, may be empty): ")
        terminal.type("\n")
        terminal.wait_for(".branch")
        terminal.wait_for("[y/N] ")
        terminal.type("y\n")
        assert terminal.end() == 0, terminal.shown
    claim = json.loads((neighbours.home / "r.json").read_text())["content"]["claim"]["content"]
    assert {name: part["value"] for name, part in claim.items()} == {"number": "LIB-7", "branch": "south"}


def test_an_interrupted_form_changes_nothing(neighbours: Neighbours) -> None:
    neighbours.run("", "schema", "add", "schema.json")
    with neighbours.terminal("claim", "request", "--schema", "library card", "--out", "r.json") as terminal:
        terminal.wait_for("Card number (text): ")
        terminal.type("\x03")
        assert terminal.end() == 130
    assert not (neighbours.home / "r.json").exists()
    assert neighbours.run("reader", "claim", "list", "--requests")["requests"] == []


def test_no_at_the_question_signs_nothing(neighbours: Neighbours) -> None:
    with neighbours.terminal("claim", "request", "--schema", "email", "--out", "r.json") as terminal:
        terminal.wait_for("Email address (email): ")
        terminal.type("nobody\n")
        terminal.wait_for("not an email")
        terminal.type("a@example.org\n")
        terminal.wait_for("[y/N] ")
        terminal.type("n\n")
        assert terminal.end() == 5
    assert not (neighbours.home / "r.json").exists()


def test_a_place_that_cannot_be_written_is_refused_before_anything_is_signed(neighbours: Neighbours) -> None:
    run = neighbours.run
    run("", "schema", "add", "schema.json")
    asked = ("claim", "request", "--schema", "library card", "--data", "card.json", "--yes", "--out")
    run("reader", *asked, "r")
    before = run("reader", "audit", "list")["total"]
    told = run("reader", *asked, "none/r", expect=16)
    assert (told["code"], told["hint"]) == ("STORAGE", "make the folder first")
    run("library", "claim", "witness", "r", "--yes", "--out", "none/s", expect=16)
    run("reader", "claim", "export", "--all", "--out", ".", expect=16)
    run("reader", "audit", "export", "--yes", "--out", "none/log", expect=16)
    assert run("reader", "audit", "list")["total"] == before
    assert run("library", "claim", "list", "--witnessed")["statements"] == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full: a device that is always full")
def test_what_was_signed_for_a_full_disk_is_written_again(neighbours: Neighbours) -> None:
    run, home = neighbours.run, neighbours.home
    run("", "schema", "add", "schema.json")
    asked = ("claim", "request", "--schema", "library card", "--data", "card.json", "--yes", "--out")
    told = run("reader", *asked, "/dev/full", expect=16)
    (request,) = run("reader", "claim", "list", "--requests")["requests"]
    assert f"claim export {request['id']} --out FILE" in told["hint"]
    run("reader", "claim", "export", request["id"], "--out", "r")

    told = run("library", "claim", "witness", "r", "--yes", "--out", "/dev/full", expect=16)
    (statement,) = run("library", "claim", "list", "--witnessed")["statements"]
    assert f"claim export {statement['id']} --out FILE" in told["hint"]
    assert statement["request"] == request["id"]
    assert "raw" not in statement
    run("library", "claim", "export", statement["id"][:12], "--out", "s")
    run("library", "claim", "export", statement["id"], "--out", "again")
    assert (home / "s").read_bytes() == (home / "again").read_bytes()
    assert run("reader", "claim", "accept", "s")["request"] == request["id"]
    run("library", "claim", "delete", statement["id"])
    assert run("library", "claim", "list", "--witnessed")["statements"] == []
    assert [one["id"] for one in run("library", "claim", "list", "--witnessed", "--trash")["statements"]] == [
        statement["id"]
    ]


def test_a_request_that_was_witnessed_before_is_said(neighbours: Neighbours) -> None:
    neighbours.run("", "schema", "add", "schema.json")
    neighbours.run(
        "reader", "claim", "request", "--schema", "library card", "--data", "card.json", "--yes", "--out", "r"
    )
    first = neighbours.run("library", "claim", "witness", "r", "--yes", "--out", "s")
    again = neighbours.command_line.run(
        "claim", "witness", "r", "--dry-run", "--vault", "library", "--passphrase-file", "pass"
    )
    assert again.returncode == 0
    assert f"before, as {first['id']}" in again.stderr
