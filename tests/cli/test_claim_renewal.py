"""Taking a request back, and asking anew for a claim before it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.authority_town import PROCESS, AuthorityTown, authority_town
from prometheus_simulators.foreign_services import fails
from prometheus_simulators.two_vaults import CLUB

from prometheus.claims.jsontext import compact, parse
from prometheus.errors import Conflict, NoConsent, NotFound, NotUnderstood, RemoteRefused
from prometheus.usecases.claim_data import unwrapped
from prometheus.usecases.submissions import keep_submission, submissions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def town(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[AuthorityTown]:
    with authority_town(tmp_path, monkeypatch, capsys) as opened:
        yield opened


def test_a_request_is_withdrawn(town: AuthorityTown) -> None:
    asked = town.ask()
    gone = town.desk.as_json("claim", "withdraw", asked["id"][:12], "--yes")
    assert gone["state"] == "withdrawn"
    assert town.service.only_request().status == "withdrawn"
    with pytest.raises(Conflict):
        town.desk.run("claim", "withdraw", asked["id"], "--yes")


def test_what_never_left_is_withdrawn_with_nobody_to_ask(town: AuthorityTown, monkeypatch: pytest.MonkeyPatch) -> None:
    town.ask()
    (sent,) = submissions(town.session)
    with town.session.commit() as commit:
        keep_submission(commit, sent._replace(state="unsent", link="", may_have_left=False))
    monkeypatch.setenv("PROMETHEUS_OFFLINE", "1")
    assert town.desk.as_json("claim", "withdraw", sent.id, "--yes")["state"] == "withdrawn"
    assert "withdraw" not in town.service.routes()


def test_an_authority_without_withdrawals_is_no_withdrawal(town: AuthorityTown) -> None:
    asked = town.ask()
    town.service.lie("withdraw", fails(404, "<html>Cannot POST</html>"))
    with pytest.raises(RemoteRefused, match="no way"):
        town.desk.run("claim", "withdraw", asked["id"], "--yes")
    assert submissions(town.session)[0].state == "pending"


def test_a_claim_that_ends_is_listed_and_asked_for_anew(town: AuthorityTown) -> None:
    town.ask()
    town.approve()
    (found,) = town.status()
    listed = town.desk.as_json("claim", "list", "--expiring", "30d")["claims"]
    assert [claim["id"] for claim in listed] == [found["claim"]]
    assert town.desk.as_json("claim", "list", "--expiring", "P19D")["claims"] == []
    renewed = town.desk.as_json("claim", "renew", found["claim"], "--yes")
    assert renewed["renews"] == found["claim"]
    first, second = town.service.requests.values()
    assert _values(first.document) == _values(second.document)
    assert first.document["content"]["claim"] != second.document["content"]["claim"]
    with pytest.raises(Conflict):
        town.desk.run("claim", "renew", found["claim"], "--yes")


def test_a_changed_process_is_told_before_a_claim_is_asked_for_anew(town: AuthorityTown) -> None:
    town.ask()
    town.approve()
    (found,) = town.status()
    town.service.processes.clear()
    club: dict[str, Any] = CLUB
    properties = {**club["properties"], "nickname": {"type": "string"}}
    town.service.publish_process({**PROCESS, "version": 2, "claimSchema": {**club, "properties": properties}})
    with pytest.raises(NoConsent):
        town.desk.run("claim", "renew", found["claim"])
    assert "version 1 became 2" in town.desk.said
    assert ".nickname is new" in town.desk.said
    with pytest.raises(NoConsent, match="--yes alone"):
        town.desk.run("claim", "renew", found["claim"], "--yes")
    assert len(town.service.requests) == 1
    town.desk.run("claim", "renew", found["claim"], "--yes", "--accept-changed-process")
    assert len(town.service.requests) == 2


def test_a_claim_of_a_process_that_is_gone_cannot_be_asked_for(town: AuthorityTown) -> None:
    town.ask()
    town.approve()
    (found,) = town.status()
    town.service.processes.clear()
    with pytest.raises(NotFound, match="does not publish"):
        town.desk.run("claim", "renew", found["claim"], "--yes")


def _values(document: dict[str, Any]) -> Any:
    return unwrapped(document["content"]["claim"]["content"])


def test_a_claim_tells_where_it_was_asked_for(town: AuthorityTown) -> None:
    town.ask()
    town.approve()
    (found,) = town.status()
    assert f"asked    at {town.service.url}" in town.desk.run("claim", "show", found["claim"])
    assert town.desk.as_json("claim", "show", found["claim"])["asked_at"] == town.service.url


def test_what_ends_is_listed_with_what_was_done_about_it(town: AuthorityTown) -> None:
    town.ask()
    town.approve()
    (found,) = town.status()
    town.desk.run("claim", "list", "--expiring", "30d")
    assert "claim renew" in town.desk.said
    asked = town.desk.as_json("claim", "renew", found["claim"], "--yes")
    told = town.desk.run("claim", "list", "--expiring", "30d")
    assert f"asked for anew in request {asked['id'][:13]}" in told
    waiting = list(town.service.requests.values())[-1]
    raw = compact(waiting.document).encode()
    waiting.statement, waiting.status = parse(town.desk.world.witness(raw, before="P25D").raw), "approved"
    new = next(one["claim"] for one in town.status() if one["id"] == asked["id"])
    claims = town.desk.as_json("claim", "list", "--expiring", "30d")["claims"]
    assert {claim["id"]: claim.get("renewed_by") for claim in claims} == {found["claim"]: new, new: None}
    assert f"renewed: your claim {new[:13]}" in town.desk.run("claim", "list", "--expiring", "30d")


def test_a_span_that_is_none_is_told_how_to_write_it(town: AuthorityTown) -> None:
    with pytest.raises(NotUnderstood) as caught:
        town.desk.run("claim", "list", "--expiring", "30x")
    assert "30d" in caught.value.meaning
    with pytest.raises(NotUnderstood, match="has not ended"):
        town.desk.run("claim", "list", "--expiring", "30d", "--expired")
