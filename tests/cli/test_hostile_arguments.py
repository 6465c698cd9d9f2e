"""What a script hands over by mistake, or a stranger on purpose, weakens no check."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.signed_world import did, presentation

from prometheus.cli.arguments import parse
from prometheus.cli.commands import find
from prometheus.cli.invocation import Invocation
from prometheus.cli.output import Output
from prometheus.cli.run import run, target_of
from prometheus.compose.trust_file import load_trust
from prometheus.errors import NoConsent, NotUnderstood
from prometheus.identity import multibase

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.delenv(f"XDG_{name}_HOME", raising=False)


def call(*words: str) -> Invocation:
    command = find(list(words))
    assert command is not None
    values = parse(command, words[len(command.words) :])
    return Invocation(command, values, Output(is_json=True, is_quiet=True, may_ask=False, colour=False))


def run_verb(*words: str) -> int:
    invocation = call(*words)
    return target_of(invocation.command)(invocation)


def test_an_empty_audience_is_refused_and_not_taken_for_none(tmp_path: Path) -> None:
    shown = tmp_path / "shown.json"
    shown.write_text(presentation(".ageOver18").text)
    with pytest.raises(NotUnderstood):
        run_verb("claim", "verify", str(shown), "--audience", "")


def test_an_empty_challenge_is_refused_and_not_left_out(tmp_path: Path) -> None:
    shown = tmp_path / "shown.json"
    shown.write_text(presentation(".ageOver18").text)
    with pytest.raises(NotUnderstood, match="1 to 128 characters"):
        run_verb("claim", "verify", str(shown), "--nonce", "")


def test_an_empty_name_of_a_request_is_no_request_left_out(tmp_path: Path) -> None:
    shown = tmp_path / "shown.json"
    shown.write_text(presentation(".ageOver18").text)
    invocation = call("claim", "verify", str(shown), "--request", "")
    assert run(invocation.command, invocation.values) == 4


def trust_list(tmp_path: Path, **changes: Any) -> str:
    suite, text = did("authority").removeprefix("did:morpheus:")[0], did("authority").removeprefix("did:morpheus:")[1:]
    spelled = f"did:morpheus:{suite}f{multibase.decode(text).hex()}"
    authority = {"did": spelled, "name": "Town", "processes": [], "added": "2026-11-22T18:00:00Z", **changes}
    path = tmp_path / "list.json"
    path.write_text(json.dumps({"v": 1, "authorities": [authority], "withdrawn": []}))
    return str(path)


def test_an_imported_authority_is_kept_as_people_name_it_and_can_be_taken_off(tmp_path: Path) -> None:
    assert run_verb("trust", "import", trust_list(tmp_path), "--yes") == 0
    assert [known.did for known in load_trust().authorities] == [did("authority")]
    assert run_verb("trust", "remove", did("authority")) == 0
    assert load_trust().authorities == ()


def test_whom_to_trust_is_shown_before_the_question_also_when_quiet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NoConsent):
        run_verb("trust", "import", trust_list(tmp_path))
    assert did("authority") in capsys.readouterr().err


def test_the_name_of_a_file_cannot_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = find(["bug-report"])
    assert command is not None
    values = parse(command, ["--yes", "--out", str(tmp_path / "a\x1b[31m\u009bb")])
    output = Output(is_json=False, is_quiet=False, may_ask=False, colour=False)
    assert target_of(command)(Invocation(command, values, output)) == 0
    said = capsys.readouterr()
    assert "\\u001b" in said.out
    assert not {"\x1b", "\u009b"} & set(said.out + said.err)
