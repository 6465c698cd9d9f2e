"""Asking an authority over the network: what leaves, what comes back, what is caught, and what happens without it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.authority_town import PROCESS, AuthorityTown, authority_town
from prometheus_simulators.foreign_services import fails, is_slow, lost, says
from prometheus_simulators.two_vaults import CARD

from prometheus.claims.jsontext import compact, parse
from prometheus.errors import (
    Ambiguous,
    NoConsent,
    NotFound,
    NotTrusted,
    NotUnderstood,
    Offline,
    PolicyForbids,
    RemoteRefused,
    TimedOut,
)
from prometheus.model import collection
from prometheus.usecases import audit
from prometheus.usecases.submissions import keep_submission, submissions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def town(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[AuthorityTown]:
    with authority_town(tmp_path, monkeypatch, capsys) as opened:
        yield opened


def test_from_request_to_claim(town: AuthorityTown) -> None:
    asked = town.ask()
    assert (asked["state"], asked["schema"]) == ("pending", town.process_id)
    assert town.status()[0]["state"] == "pending"
    town.approve()
    (found,) = town.status()
    assert found["state"] == "approved"
    assert "was taken in" in town.desk.said
    assert all(len(line) <= 80 for line in town.desk.said.splitlines())
    claims = town.desk.as_json("claim", "list")["claims"]
    assert [claim["id"] for claim in claims] == [found["claim"]]
    assert town.status() == [found]
    assert town.service.routes().count("status") == 2


def test_what_leaves_and_to_whom_is_shown_before(town: AuthorityTown) -> None:
    data = town.desk.file("data.json", CARD)
    town.desk.run("claim", "request", "--authority", town.service.url, "--data", data, "--dry-run")
    assert town.service.url in town.desk.said
    assert "A-123" in town.desk.said
    assert town.service.routes() == ["list_processes", "blob", "blob"]
    assert submissions(town.session) == []


def test_without_consent_nothing_leaves(town: AuthorityTown) -> None:
    data = town.desk.file("data.json", CARD)
    with pytest.raises(NoConsent):
        town.desk.run("claim", "request", "--authority", town.service.url, "--data", data)
    assert "send_request" not in town.service.routes()


def test_the_request_is_in_the_vault_before_the_first_byte_leaves(town: AuthorityTown) -> None:
    seen: list[str] = []

    async def looks(_act: Any, _request: Any) -> Any:
        seen.extend(one.state for one in submissions(town.session))
        seen.extend(name for name, _ in town.session.scan(collection.REQUEST))
        return await fails(500)(_act, _request)

    town.service.lie("send_request", looks)
    with pytest.raises(RemoteRefused):
        town.ask()
    (kept,) = submissions(town.session)
    assert seen == ["unsent", f"witness/{kept.id}"]
    entry = audit.last_entry(town.session)
    assert entry is not None
    assert entry.facts["service"] == town.service.url


def test_a_lost_answer_is_asked_for_again_and_gives_the_same_link(town: AuthorityTown) -> None:
    town.service.lie("send_request", lost(), times=1)
    asked = town.ask()
    assert asked["state"] == "unsent"
    (found,) = town.status()
    assert found["state"] == "pending"
    assert town.service.only_request().link == submissions(town.session)[0].link


def test_an_authority_that_was_never_reached_leaves_nothing_to_ask_for(town: AuthorityTown) -> None:
    town.service.url = "http://127.0.0.1:9"
    with pytest.raises(Offline):
        town.ask()
    assert submissions(town.session) == []


def test_a_process_known_from_before_can_be_asked_for_without_a_connection(town: AuthorityTown) -> None:
    town.ask()
    town.service.lie("list_processes", is_slow(1.5))
    town.service.lie("send_request", is_slow(1.5), times=1)
    asked = town.ask()
    assert asked["state"] == "unsent"
    states = [one["state"] for one in town.status("--offline")]
    assert states.count("unsent") == 1
    assert {one["state"] for one in town.status()} == {"pending"}


def test_the_table_tells_how_old_what_is_known_is(town: AuthorityTown) -> None:
    town.ask()
    town.desk.world.clock.advance(7300)
    told = town.desk.run("claim", "status", "--offline")
    assert "2 h ago" in told
    assert "waiting" in told
    assert all(len(line) <= 80 for line in told.splitlines())


def test_an_empty_table_says_what_to_do(town: AuthorityTown) -> None:
    assert "claim request --authority" in town.desk.run("claim", "status")


def test_waiting_goes_on_until_every_request_is_answered(town: AuthorityTown, monkeypatch: pytest.MonkeyPatch) -> None:
    town.ask()
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            town.approve()

    monkeypatch.setattr(time, "sleep", sleep)
    assert town.status("--wait")[0]["state"] == "approved"
    assert pauses == sorted(pauses)
    assert len(pauses) == 3


def test_waiting_ends_when_the_time_is_over(town: AuthorityTown, monkeypatch: pytest.MonkeyPatch) -> None:
    town.ask()
    past = [0.0]
    monkeypatch.setattr(time, "sleep", lambda seconds: past.append(past.pop() + seconds))
    monkeypatch.setattr(time, "monotonic", lambda: past[0])
    assert town.code("claim", "status", "--wait", "--timeout", "9") == TimedOut.exit_code
    assert 9 <= past[0] < 9.1


def test_a_request_that_the_authority_forgot_is_waited_for_no_more(town: AuthorityTown) -> None:
    town.ask()
    gone = {"status": "pending", "signedStatement": None, "rejectionReason": None, "purged": "2026-01-01T00:00:00Z"}
    town.service.lie("status", says(gone))
    (found,) = town.status("--wait")
    assert found["state"] == "forgotten"
    assert "ask anew" in found["trouble"]
    assert town.ask()["state"] == "pending"


def test_only_the_active_persona_asks(town: AuthorityTown) -> None:
    town.ask()
    (sent,) = submissions(town.session)
    with town.session.commit() as commit:
        keep_submission(commit, sent._replace(persona="did:morpheus:ezOther"))
    town.status()
    assert "--all-personas" in town.desk.said
    assert "status" not in town.service.routes()
    town.status("--all-personas")
    town.status(sent.id)
    assert town.service.routes().count("status") == 2


def test_an_authority_that_is_not_reached_is_asked_once(town: AuthorityTown) -> None:
    town.ask()
    town.ask()
    town.service.lie("status", is_slow(1.5))
    told = town.status()
    assert town.service.routes().count("status") == 1
    assert [one["state"] for one in told] == ["pending", "pending"]
    assert sum(one["trouble"] is not None for one in told) == 1


def test_a_rejection_is_shown_with_its_reason(town: AuthorityTown) -> None:
    town.ask()
    waiting = town.service.only_request()
    waiting.status, waiting.reason = "rejected", "the photo is\x1b[31m blurred"
    told = town.desk.run("claim", "status")
    assert "rejected" in told
    assert "blurred" in told
    assert "\x1b" not in told


def _of_another_process(statement: dict[str, Any]) -> dict[str, Any]:
    return {**statement, "content": {**statement["content"], "processId": "cju" + "A" * 43}}


def _half_hidden(statement: dict[str, Any]) -> dict[str, Any]:
    return {**statement, "content": "cju" + "A" * 43}


LIES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "of another process, not signed anew": _of_another_process,
    "hidden": _half_hidden,
    "no statement": lambda statement: {"content": statement["content"]},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_statement_that_is_no_answer_is_not_taken_in(town: AuthorityTown, lie: str) -> None:
    town.ask()
    town.approve()
    waiting = town.service.only_request()
    waiting.statement = LIES[lie](waiting.statement)
    assert town.code("claim", "status") == NotTrusted.exit_code
    assert town.desk.as_json("claim", "list")["claims"] == []
    assert submissions(town.session)[0].trouble


def test_a_statement_about_another_claim_is_not_taken_in(town: AuthorityTown) -> None:
    town.ask()
    other = parse(town.desk.world.witness(town.desk.world.request({**CARD, "points": 8}).raw).raw)
    waiting = town.service.only_request()
    waiting.statement, waiting.status = other, "approved"
    assert town.code("claim", "status") == NotTrusted.exit_code
    assert "another process" in submissions(town.session)[0].trouble
    assert town.desk.as_json("claim", "list")["claims"] == []


def test_other_values_under_the_same_process_are_named(town: AuthorityTown) -> None:
    town.ask()
    town.ask()
    first, second = town.service.requests.values()
    raw = compact(second.document).encode()
    first.statement, first.status = parse(town.desk.world.witness(raw).raw), "approved"
    assert town.code("claim", "status") == NotTrusted.exit_code
    assert any("nonces alone" in one.trouble for one in submissions(town.session))


def test_an_honest_answer_after_a_wrong_one_is_taken_in(town: AuthorityTown) -> None:
    town.ask()
    town.approve()
    town.service.lie("status", says({"status": "approved", "signedStatement": None}), times=1)
    assert town.code("claim", "status") == NotTrusted.exit_code
    assert town.status()[0]["state"] == "approved"


def test_another_process_under_the_same_version_is_refused(town: AuthorityTown) -> None:
    town.ask()
    town.service.processes.clear()
    changed = town.service.publish_process({**PROCESS, "description": "Who may swim, and is watched"})
    with pytest.raises(NotTrusted, match="under the same version"):
        town.ask()
    assert town.ask("--accept-changed-process")["schema"] == changed
    assert town.ask()["schema"] == changed


def test_asking_for_something_else_does_not_make_a_silent_change_known(town: AuthorityTown) -> None:
    town.service.publish_process({**PROCESS, "name": "Diving pass"})
    town.ask("--process", "swimming pass")
    town.service.processes.remove(town.process_id)
    town.ask("--process", "diving pass")
    town.service.publish_process({**PROCESS, "description": "Who may swim, and is watched"})
    town.ask("--process", "diving pass")
    assert "another process than before" in town.desk.said
    with pytest.raises(NotTrusted, match="under the same version"):
        town.ask("--process", "swimming pass")
    town.ask("--process", "swimming pass", "--accept-changed-process")
    town.ask("--process", "swimming pass")


def test_a_new_version_is_told_and_taken(town: AuthorityTown) -> None:
    town.ask()
    town.service.processes.clear()
    changed = town.service.publish_process({**PROCESS, "version": 2})
    assert town.ask()["schema"] == changed
    assert "version 2" in town.desk.said


def test_a_new_version_beside_the_old_one_is_told(town: AuthorityTown) -> None:
    town.ask()
    town.service.publish_process({**PROCESS, "version": 1.0001, "description": "Who may swim, and is watched"})
    town.ask("--process", "swimming pass")
    assert "another process than before" in town.desk.said


@pytest.mark.parametrize("name", ["swimming PASS", "Swimming pass "])
def test_the_name_in_other_letters_does_not_hide_a_change(town: AuthorityTown, name: str) -> None:
    town.ask()
    town.service.processes.clear()
    town.service.publish_process({**PROCESS, "name": name, "description": "Who may swim, and is watched"})
    with pytest.raises(NotTrusted, match="under the same version"):
        town.ask("--process", "swimming pass")
    with pytest.raises(NotTrusted, match="under the same version"):
        town.ask()


def test_a_name_that_looks_alike_is_not_taken_unseen(town: AuthorityTown) -> None:
    town.ask()
    alike = {**PROCESS, "name": "Swimming p\u0430ss"}
    false = town.service.publish_process(alike)
    town.ask("--process", "swimming pass")
    town.service.processes.remove(town.process_id)
    with pytest.raises(NotTrusted, match="did not before"):
        town.ask()
    assert town.ask("--process", alike["name"])["schema"] == false
    assert town.ask()["schema"] == false


def test_a_process_changed_under_its_id_is_caught(town: AuthorityTown) -> None:
    town.service.blobs[town.process_id] = {**town.service.blobs[town.process_id], "description": "another"}
    with pytest.raises(NotTrusted):
        town.ask()
    assert submissions(town.session) == []


def test_one_of_several_processes_is_named(town: AuthorityTown) -> None:
    town.service.publish_process({**PROCESS, "name": "Diving pass"})
    with pytest.raises(NotUnderstood, match="2 processes"):
        town.ask()
    assert town.ask("--process", "swimming PASS")["schema"] == town.process_id
    assert town.ask("--process", town.process_id[:12])["schema"] == town.process_id
    with pytest.raises(NotFound):
        town.ask("--process", "flying pass")
    town.service.publish_process({**PROCESS, "description": "twice"})
    with pytest.raises(Ambiguous):
        town.ask("--process", "swimming pass", "--accept-changed-process")


def test_plain_http_to_another_machine_needs_consent(town: AuthorityTown) -> None:
    data = town.desk.file("data.json", CARD)
    words = ("claim", "request", "--data", data, "--yes", "--authority", "http://authority.invalid")
    with pytest.raises(PolicyForbids):
        town.desk.run(*words)
    with pytest.raises(Offline):
        town.desk.run(*words, "--allow-http")


def test_no_link_is_shown_or_logged(town: AuthorityTown) -> None:
    asked = town.ask()
    told = town.desk.run("claim", "status") + json.dumps(town.status()) + json.dumps(asked) + town.desk.said
    link = town.service.only_request().link
    assert link not in told
    assert all(link not in json.dumps(entry.as_fields()) for entry in audit.entries(town.session))
