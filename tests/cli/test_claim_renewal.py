"""Taking a request back, and asking anew for a claim before it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.authority_town import PROCESS, AuthorityTown, authority_town
from prometheus_simulators.foreign_services import fails
from prometheus_simulators.two_vaults import CLUB

from prometheus.errors import Conflict, NoConsent, NotFound, RemoteRefused
from prometheus.usecases.claim_data import unwrapped
from prometheus.usecases.submissions import submissions

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
