"""Long lists are shown page by page, and say how long they are and how they go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.desk import Desk, acting, seated
from prometheus_simulators.two_vaults import CARD

from prometheus.errors import Ambiguous, NotFound
from prometheus.usecases.claims_store import list_claims

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    with seated(tmp_path, monkeypatch, capsys) as found:
        yield found


def test_a_long_list_is_shown_page_by_page(desk: Desk) -> None:
    for number in range(5):
        desk.claim({**CARD, "points": number})
        desk.world.clock.advance(60)
    newest_first = [claim.id for claim in list_claims(desk.world.holder)]
    for words in (("list",), ("search", "bonn"), ("list", "--type", "club card")):
        shown: list[str] = []
        after = ""
        for _ in range(3):
            page = desk.as_json("claim", *words, "--limit", "2", "--after", after)
            shown += [claim["id"] for claim in page["claims"]]
            assert page["total"] == 5
            after = page["next"]
        assert shown == newest_first
        assert after is None
    desk.run("claim", "list", "--limit", "2")
    assert f"2 of 5 claims; go on with --after {newest_first[1][:13]}" in desk.said
    desk.run("claim", "list", "--after", newest_first[1][:13])
    assert "3 of 5 claims" in desk.said
    desk.run("claim", "list", "--limit", "0")
    assert " of 5" not in desk.said


def test_a_page_after_what_the_list_has_not_is_refused(desk: Desk) -> None:
    claim_id = desk.claim()
    with pytest.raises(NotFound, match="the list has no"):
        desk.run("claim", "list", "--after", "cjuAAAAAAAA")
    with pytest.raises(NotFound, match="the list has no"):
        desk.run("claim", "list", "--trash", "--after", claim_id)
    desk.claim({**CARD, "points": 8})
    with pytest.raises(Ambiguous):
        desk.run("claim", "list", "--after", "cju")


def test_requests_and_statements_are_paged_too(desk: Desk) -> None:
    for number in range(3):
        desk.claim({**CARD, "points": number})
        desk.world.clock.advance(60)
    first = desk.as_json("claim", "list", "--requests", "--limit", "2")
    rest = desk.as_json("claim", "list", "--requests", "--limit", "2", "--after", first["next"])
    created = [one["created"] for one in first["requests"] + rest["requests"]]
    assert created == sorted(created, reverse=True)
    assert (first["total"], len(created), rest["next"]) == (3, 3, None)
    with acting(desk.world.authority):
        desk.run("claim", "list", "--witnessed", "--limit", "1")
    assert "1 of 3 statements; go on with --after cju" in desk.said
