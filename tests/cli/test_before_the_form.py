"""What a holder learns before typing: what for, of whom, what else is wanted, what changed, what was asked already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.authority_town import PROCESS, AuthorityTown, authority_town
from prometheus_simulators.foreign_services import is_slow
from prometheus_simulators.two_vaults import CARD, CLUB

from prometheus.cli import ask
from prometheus.cli.claim import request_online
from prometheus.errors import NoConsent, NotTrusted, NotUnderstood
from prometheus.usecases.evidence import files_of
from prometheus.usecases.submissions import submissions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PICTURE = b"\xff\xd8\xff\xe0 a face"
PHOTO: dict[str, Any] = {
    "type": "object",
    "required": ["photo"],
    "properties": {"photo": {"type": "string", "subtype": "photo"}, "shelf": {"type": "string"}},
}


@pytest.fixture
def town(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[AuthorityTown]:
    with authority_town(tmp_path, monkeypatch, capsys) as opened:
        yield opened


def with_photo(town: AuthorityTown) -> str:
    """Let the authority want a picture; return the path of one."""
    town.service.processes.clear()
    town.service.publish_process({**PROCESS, "evidenceSchema": PHOTO})
    path = town.desk.folder / "me.jpg"
    path.write_bytes(PICTURE)
    return str(path)


def test_missing_evidence_is_told_before_the_form(town: AuthorityTown, monkeypatch: pytest.MonkeyPatch) -> None:
    with_photo(town)
    monkeypatch.setattr(request_online, "fill_in", lambda *_: pytest.fail("the form came first"))
    with pytest.raises(NotUnderstood, match="beside the claim") as caught:
        town.desk.run("claim", "request", "--authority", town.service.url, may_ask=True)
    assert "--evidence photo=FILE" in caught.value.remedy


def test_a_picture_becomes_evidence_by_its_name(town: AuthorityTown) -> None:
    picture = with_photo(town)
    shelf = town.desk.file("shelf.json", {"shelf": "B 12"})
    town.ask("--evidence", f"photo={picture}", "--evidence", shelf)
    evidence = town.service.only_request().document["content"]["evidence"]
    (found,) = files_of(evidence)
    assert (found.path, found.content, found.is_as_declared) == (".photo", PICTURE, True)
    assert evidence["shelf"] == "B 12"


@pytest.mark.parametrize("more", [("photo={}", "photo={}"), ("photo.front={}", "photo={}"), ("{}", "{}")])
def test_two_values_for_one_place_are_refused(town: AuthorityTown, more: tuple[str, ...]) -> None:
    path = town.desk.file("empty.json", {})
    words = [word for one in more for word in ("--evidence", one.format(path))]
    with pytest.raises(NotUnderstood, match="--evidence brings"):
        town.ask(*words)


def test_the_form_says_what_for_and_of_whom(town: AuthorityTown, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def typed(*_: object) -> Any:
        said.append(town.desk.capsys.readouterr().err)
        return CARD

    monkeypatch.setattr(request_online, "fill_in", typed)
    monkeypatch.setattr(ask, "confirm", lambda *_, **__: True)
    told = town.desk.run("claim", "request", "--authority", town.service.url, may_ask=True)
    for word in ("Swimming pass, version 1", town.process_id, "Who may swim", town.service.url):
        assert word in said[0]
    assert town.desk.said.count("Who may swim") == 2
    assert all(len(line) <= 80 for line in (*told.splitlines(), *said[0].splitlines(), *town.desk.said.splitlines()))
    assert town.service.url in [line.strip() for line in told.splitlines()]


def test_asking_for_the_same_twice_is_told(town: AuthorityTown) -> None:
    town.ask()
    assert "already" not in town.desk.said
    town.ask()
    assert "you asked for this already" in " ".join(town.desk.said.split())


def change(town: AuthorityTown) -> str:
    town.ask()
    town.service.processes.clear()
    club: dict[str, Any] = CLUB
    properties = {**club["properties"], "nickname": {"type": "string"}}
    changed = {**PROCESS, "description": "Who may swim, watched", "claimSchema": {**club, "properties": properties}}
    return town.service.publish_process(changed)


def test_a_refused_change_says_what_differs(town: AuthorityTown) -> None:
    change(town)
    with pytest.raises(NotTrusted) as caught:
        town.ask()
    assert ".nickname is new" in caught.value.meaning
    assert "now `Who may swim, watched`" in caught.value.meaning


@pytest.mark.parametrize("agrees", [True, False])
def test_a_changed_process_is_asked_about_at_a_terminal(
    town: AuthorityTown, monkeypatch: pytest.MonkeyPatch, *, agrees: bool
) -> None:
    changed, data = change(town), town.desk.file("data.json", CARD)
    asked: list[str] = []

    def answer(_call: object, question: str, **_: object) -> bool:
        asked.append(question)
        return agrees

    monkeypatch.setattr(ask, "confirm", answer)
    words = ("claim", "request", "--authority", town.service.url, "--data", data)
    if not agrees:
        with pytest.raises(NoConsent):
            town.desk.run(*words, may_ask=True)
    else:
        town.desk.run(*words, may_ask=True)
        assert changed in [one.process_id for one in submissions(town.session)]
    assert asked[0].startswith("take the new one?")
    assert ".nickname is new" in town.desk.said


def test_a_claim_is_asked_for_anew_without_a_connection(town: AuthorityTown) -> None:
    town.ask()
    town.approve()
    (found,) = town.status()
    town.service.lie("list_processes", is_slow(1.5))
    town.service.lie("send_request", is_slow(1.5), times=1)
    renewed = town.desk.as_json("claim", "renew", found["claim"], "--yes")
    assert (renewed["state"], renewed["renews"]) == ("unsent", found["claim"])
    assert {one["state"] for one in town.status()} == {"approved", "pending"}
