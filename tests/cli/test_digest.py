"""``digest`` names documents and hides parts of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from prometheus.claims.digest import content_id
from prometheus.cli.arguments import parse as parse_arguments
from prometheus.cli.commands import find
from prometheus.cli.digest import run
from prometheus.cli.invocation import Invocation
from prometheus.cli.output import Output
from prometheus.errors import NotFound, NotUnderstood

if TYPE_CHECKING:
    from pathlib import Path

_PERSON = {"name": {"nonce": "u1", "value": "Ann"}, "city": {"nonce": "u2", "value": "Bonn"}}


def _call(*words: str) -> Invocation:
    command = find(["digest"])
    assert command is not None
    values = parse_arguments(command, words)
    output = Output(is_json=bool(values["json"]), is_quiet=False, may_ask=False, colour=False)
    return Invocation(command, values, output)


@pytest.fixture
def person(tmp_path: Path) -> str:
    path = tmp_path / "person.json"
    path.write_text(json.dumps(_PERSON))
    return str(path)


def test_the_id_does_not_depend_on_order_or_space(
    tmp_path: Path, person: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.json"
    other.write_text(json.dumps(dict(reversed(_PERSON.items())), indent=4))
    assert run(_call(person)) == 0
    assert run(_call(str(other))) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == second == content_id(_PERSON)  # type: ignore[arg-type]  # a dict of JSON


def test_hiding_keeps_the_id(person: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(_call(person, "--keep", ".name,")) == 0
    shown = capsys.readouterr().out.strip()
    assert "Ann" in shown
    assert "Bonn" not in shown
    assert content_id(json.loads(shown)) == content_id(_PERSON)  # type: ignore[arg-type]  # a dict of JSON


def test_json_tells_id_structure_and_text(person: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(_call(person, "--keep", ".name", "--json")) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["v"] == 1
    assert shown["kept"] == [".name"]
    assert json.loads(shown["text"]) == shown["masked"]
    assert shown["id"] == content_id(shown["masked"])


def test_bytes_are_named_as_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "picture"
    path.write_bytes(b"\xff\x00")
    assert run(_call(str(path), "--bytes")) == 0
    assert capsys.readouterr().out.startswith("cbu")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b'{"a":1,"a":2}', "same key twice"),
        (b"17", "object or a list"),
        (b'"cju"', "object or a list"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 200 + b"]" * 200, "nested"),
        ('{"é": 1}'.encode(), "NFKD"),
    ],
)
def test_what_has_no_content_id_is_refused(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    with pytest.raises(NotUnderstood, match=what):
        run(_call(str(path)))


def test_a_path_without_a_dot_is_refused(person: str) -> None:
    with pytest.raises(NotUnderstood, match=r"start with '\.'"):
        run(_call(person, "--keep", "name"))


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        run(_call(str(tmp_path / "none.json")))


def test_bytes_have_no_paths(person: str) -> None:
    with pytest.raises(NotUnderstood):
        run(_call(person, "--bytes", "--keep", ".name"))
