"""The authority over a real connection: requests of people, and answers of clerks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.service_floor import laid_floor, served
from prometheus_simulators.service_line import Said, ServiceLine
from prometheus_simulators.service_world import (
    PROCESS,
    PROCESS_ID,
    StubLedger,
    answer_to,
    clerk_document,
    request_of,
)
from prometheus_simulators.signed_world import did, document, public

from prometheus.claims.digest import content_id
from prometheus.errors import Offline
from prometheus_morpheus.services.authority import registry
from prometheus_morpheus.services.authority.routes import authority_routes
from prometheus_morpheus.services.limits import Limits
from prometheus_morpheus.services.purging import Rule, purge

from .conftest import CLERKS, Office

if TYPE_CHECKING:
    from collections.abc import Iterator


DAY = 24 * 3600


def test_a_request_is_sent_seen_by_the_clerk_approved_and_fetched(office: Office) -> None:
    request = request_of()
    link = office.send(request)
    (row,) = office.line.get("/requests", office.token()).body["requests"]
    assert (row["capabilityLink"], row["requestId"], row["status"]) == (link, content_id(request), "pending")
    shown = office.line.get(f"/private-blob/{row['requestId']}", office.token()).body
    assert content_id(shown) == row["requestId"]
    statement = answer_to(shown)
    assert office.approve(link, statement) == Said(200, "application/json; charset=utf-8", {"success": True})
    assert office.status(link) == {"status": "approved", "signedStatement": statement, "rejectionReason": None}


def test_the_later_generation_of_paths_does_the_same(office: Office) -> None:
    line = office.line
    assert line.get("/process").body == {"processes": [PROCESS_ID]}
    link = line.post("/request", request_of()).body["capabilityLink"]
    assert line.get(f"/request/{link}/status").body["status"] == "pending"
    (row,) = line.get("/request", office.token()).body["requests"]
    assert line.get(f"/privateBlob/{row['requestId']}", office.token()).status == 200
    refusal = {"rejectionReason": "no"}
    assert line.post(f"/request/{link}/reject", refusal, office.token(body=refusal)).status == 200
    other = line.post("/request", request_of(label="other")).body["capabilityLink"]
    answer = answer_to(request_of(label="other"))
    assert line.post(f"/request/{other}/approve", answer, office.token(body=answer)).status == 200
    third = line.post("/request", request_of(label="third")).body["capabilityLink"]
    assert line.post(f"/request/{third}/withdraw", {}).status == 200


def test_a_link_is_long_and_another_one_each_time(office: Office) -> None:
    links = {office.send(request_of(label=str(number))) for number in range(20)}
    assert len(links) == 20
    assert {len(link) for link in links} == {45}


def test_the_same_request_at_once_gets_one_link(office: Office) -> None:
    with ThreadPoolExecutor(16) as pool:
        links = list(pool.map(lambda _: office.send(request_of()), range(48)))
    assert len(set(links)) == 1
    assert len(office.floor.store.requests.listed(99)) == 1


def test_whoever_guesses_a_link_learns_nothing(office: Office) -> None:
    link = office.send(request_of())
    for guess in (link[:-1] + ("A" if link[-1] != "A" else "B"), link.lower(), "u" + "A" * 44, "x", link + "A"):
        said = office.line.get(f"/requests/{guess}/status")
        assert (said.status, said.body) == (404, f"Unknown capabilityLink '{guess}'")
        assert office.line.post(f"/requests/{guess}/withdraw", {}).status == 404
    assert office.status(link)["status"] == "pending"


def test_two_clerks_at_once_decide_once(office: Office) -> None:
    request = request_of()
    link = office.send(request)
    answers = [answer_to(request, by=name) for name in ("authority", "clerk")]
    tokens = [office.token(name, answer) for name, answer in zip(("authority", "clerk"), answers, strict=True)]
    path = f"/requests/{link}/approve"
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda pair: office.line.post(path, *pair), zip(answers, tokens, strict=True)))
    assert sorted(one.status for one in found) == [200, 400]
    assert "cannot be approved in state approved" in next(one.body["error"] for one in found if one.status == 400)
    winner = answers[[one.status for one in found].index(200)]
    assert office.status(link)["signedStatement"] == winner


def test_a_long_list_has_all_that_wait_and_the_newest_of_the_others(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "MOST_LISTED", 3)
    links = [office.send(request_of(label=str(number))) for number in range(5)]
    for link in links[:2] + links[3:4]:
        office.line.post(f"/requests/{link}/withdraw", {})
    told = office.line.get("/requests", office.token()).body["requests"]
    assert [row["capabilityLink"] for row in told] == [links[2], links[3], links[4]]


class TestTakingBack:
    """Whoever has the link may take the request back while it waits."""

    def test_once_or_again(self, office: Office) -> None:
        link = office.send(request_of())
        for _ in range(2):
            assert office.line.post(f"/requests/{link}/withdraw", {}).body == {"success": True}
        assert office.status(link)["status"] == "withdrawn"

    def test_without_any_body(self, office: Office) -> None:
        link = office.send(request_of())
        assert office.line.ask("POST", f"/requests/{link}/withdraw").status == 200

    def test_what_was_taken_back_can_not_be_approved(self, office: Office) -> None:
        link = office.send(request_of())
        office.line.post(f"/requests/{link}/withdraw", {})
        said = office.approve(link, answer_to(request_of()))
        assert said.status == 400
        assert said.body["error"].endswith("cannot be approved in state withdrawn")

    def test_what_was_approved_cannot_be_taken_back(self, office: Office) -> None:
        link = office.send(request_of())
        office.approve(link, answer_to(request_of()))
        said = office.line.post(f"/requests/{link}/withdraw", {})
        request_id = content_id(request_of())
        assert (said.status, said.body) == (400, f"Request '{request_id}' cannot be withdrawn in state approved")


class TestAnswersOfClerks:
    """A statement that does not answer changes nothing, and the right one can be sent after it."""

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"by": "maria"}, "another key than the token"),
            ({"process": "cjuX24Cnkw19IIMy6ihOvpA25cOykPoRUTOYmQocA3fZmM"}, "another process"),
            ({"claim": {"subject": did("eva"), "content": {}}}, "another claim"),
            ({"before": "2020-01-01T00:00:00Z", "after": None}, "has expired"),
        ],
    )
    def test_a_wrong_one_is_refused(self, office: Office, changes: Any, why: str) -> None:
        link = office.send(request_of())
        said = office.approve(link, answer_to(request_of(), **changes))
        assert said.status == 400
        assert why in said.body["error"]
        assert office.status(link) == {"status": "pending", "signedStatement": None, "rejectionReason": None}
        assert office.approve(link, answer_to(request_of())).status == 200

    @pytest.mark.parametrize(
        ("reason", "text"),
        [
            (None, "Rejection reason 'undefined' is not a string"),
            (7, "Rejection reason '7' is not a string"),
            ([], "Rejection reason '[object Object]' is not a string"),
            (True, "Rejection reason 'true' is not a string"),
            ("x" * 2001, "Rejection reason is longer than 2000 characters"),
        ],
    )
    def test_a_reason_is_a_text(self, office: Office, reason: Any, text: str) -> None:
        link = office.send(request_of())
        assert office.reject(link, reason) == Said(400, "application/json; charset=utf-8", {"error": text})
        assert office.status(link)["status"] == "pending"

    def test_a_reason_is_told_to_whoever_has_the_link(self, office: Office) -> None:
        link = office.send(request_of())
        assert office.reject(link, "The photo is blurry \u2026 a\u0301").status == 200
        assert office.status(link)["rejectionReason"] == "The photo is blurry \u2026 a\u0301"

    def test_a_body_that_is_no_object_is_refused(self, office: Office) -> None:
        link = office.send(request_of())
        bodies: tuple[Any, ...] = (None, [], "text", 7)
        for body in bodies:
            assert office.approve(link, body).status == 400


class TestWithALedger:
    """Where a ledger is named, it says whether the clerk's key may still speak for the authority."""

    @pytest.fixture
    def ledger(self) -> StubLedger:
        return StubLedger(clerk_document())

    @staticmethod
    def by_clerk(**changes: Any) -> Any:
        return answer_to(request_of(), by="clerk", witness=did("authority") + "#1", **changes)

    def test_a_clerk_with_the_right_is_taken(self, office: Office) -> None:
        link = office.send(request_of())
        assert office.approve(link, self.by_clerk(), "clerk").status == 200

    def test_a_revoked_clerk_is_refused_although_the_key_is_on_the_list(
        self, office: Office, ledger: StubLedger
    ) -> None:
        ledger.documents[did("authority")] = clerk_document(revoked_at=900)
        link = office.send(request_of())
        said = office.approve(link, self.by_clerk(), "clerk")
        assert said.status == 400
        assert "no right to impersonate" in said.body["error"]
        assert office.status(link)["status"] == "pending"
        assert office.approve(link, answer_to(request_of())).status == 200

    def test_without_an_answer_nothing_is_decided(self, office: Office, ledger: StubLedger) -> None:
        link = office.send(request_of())
        ledger.error = Offline("nobody answered")
        assert office.approve(link, self.by_clerk(), "clerk").status == 502
        assert office.status(link)["status"] == "pending"

    def test_a_request_needs_no_ledger(self, office: Office, ledger: StubLedger) -> None:
        office.send(request_of())
        assert ledger.asked == []


class TestInTheNameOfAnAuthority:
    """Where the DID of the authority is named, the ledger says of every clerk whether they still are one."""

    @pytest.fixture
    def ledger(self) -> StubLedger:
        return StubLedger(clerk_document())

    @pytest.fixture
    def office(self, ledger: StubLedger) -> Iterator[Office]:
        clock = FakeClock()
        floor = laid_floor(clock, processes=[PROCESS], clerks=CLERKS, dids=[did("authority")])
        with served(authority_routes(floor, ledger), clock, Limits(per_minute=None)) as url:
            yield Office(floor, clock, ServiceLine(url))
        floor.store.close()

    def test_a_clerk_who_names_herself_as_authority_is_refused(self, office: Office, ledger: StubLedger) -> None:
        ledger.documents[did("authority")] = clerk_document(revoked_at=900)
        ledger.documents[did("clerk")] = document("clerk").document
        link = office.send(request_of())
        own = answer_to(request_of(), by="clerk", authority=did("clerk"), witness=did("clerk") + "#0")
        said = office.approve(link, own, "clerk")
        assert (said.status, said.body["error"].endswith("which is no authority here")) == (400, True)
        assert office.status(link)["status"] == "pending"

    def test_a_revoked_clerk_neither_lists_nor_reads_nor_rejects(self, office: Office, ledger: StubLedger) -> None:
        link, private = office.send(request_of()), f"/private-blob/{content_id(request_of())}"
        for path in ("/requests", private):
            assert office.line.get(path, office.token("clerk")).status == 200, "the control"
        ledger.documents[did("authority")] = clerk_document(revoked_at=900)
        office.clock.advance(61)
        for path in ("/requests", private):
            said = office.line.get(path, office.token("clerk"))
            assert said.body == f"Error: Public key {public('clerk')} is not authorized"
        body = {"rejectionReason": "no"}
        refused = office.line.post(f"/requests/{link}/reject", body, office.token("clerk", body))
        assert refused.status == 403
        assert office.status(link)["status"] == "pending"
        assert office.line.get("/requests", office.token()).status == 200, "the authority's own key may"

    def test_without_an_answer_of_the_ledger_nothing_is_shown(self, office: Office, ledger: StubLedger) -> None:
        ledger.error = Offline("nobody answered")
        assert office.line.get("/requests", office.token()).status == 502
        ledger.error = None
        assert office.line.get("/requests", office.token()).status == 200
        ledger.error = Offline("nobody answered")
        assert office.line.get("/requests", office.token()).status == 200, "remembered for a minute"


class TestPurged:
    """What was purged says so, and nothing of it is left to be had."""

    def test_an_approved_request(self, office: Office) -> None:
        link = office.send(request_of())
        office.approve(link, answer_to(request_of()))
        office.clock.advance(31 * DAY)
        purge(office.floor.store, Rule(), office.floor.now())
        told = office.status(link)
        assert (told["status"], told["signedStatement"]) == ("approved", None)
        assert told["purged"].startswith("2026-12-23T")
        said = office.line.get(f"/private-blob/{content_id(request_of())}", office.token())
        assert (said.status, said.body["error"].endswith("was purged")) == (410, True)

    def test_an_undecided_request_cannot_be_approved_any_more(self, office: Office) -> None:
        link = office.send(request_of())
        office.clock.advance(181 * DAY)
        purge(office.floor.store, Rule(), office.floor.now())
        said = office.approve(link, answer_to(request_of(), before="2099-01-01T00:00:00Z"))
        assert (said.status, said.body["error"].endswith("was purged")) == (410, True)

    def test_the_same_undecided_request_again_waits_anew_under_its_old_link(self, office: Office) -> None:
        link = office.send(request_of())
        office.clock.advance(181 * DAY)
        purge(office.floor.store, Rule(), office.floor.now())
        assert office.status(link)["purged"].startswith("2027-05-22T"), "the control"
        assert office.line.post(f"/requests/{link}/withdraw", {}).status == 410
        assert office.send(request_of()) == link
        assert office.status(link) == {"status": "pending", "signedStatement": None, "rejectionReason": None}
        said = office.line.get(f"/private-blob/{content_id(request_of())}", office.token())
        assert said.body == request_of()

    def test_the_list_of_a_clerk_says_which_was_purged(self, office: Office) -> None:
        office.send(request_of())
        office.clock.advance(181 * DAY)
        purge(office.floor.store, Rule(), office.floor.now())
        office.send(request_of(label="other"))
        old, new = office.line.get("/requests", office.token()).body["requests"]
        assert old["purged"].startswith("2027-05-22T")
        assert "purged" not in new


class TestProcesses:
    """A process that was published once is there for ever under its id."""

    def test_a_changed_process_leaves_the_old_one_reachable(self, office: Office) -> None:
        newer = {**PROCESS, "version": 2}
        other = laid_floor(office.clock, processes=[newer])
        office.floor.store.published.publish(other.catalogue.documents, office.floor.now())
        other.store.close()
        assert office.line.get("/processes").body == {"processes": [content_id(newer)]}
        assert content_id(office.line.get(f"/blob/{PROCESS_ID}").body) == PROCESS_ID
        office.send(request_of())

    def test_a_process_that_never_was_is_refused(self, office: Office) -> None:
        said = office.line.post("/requests", request_of(process="cjuX24Cnkw19IIMy6ihOvpA25cOykPoRUTOYmQocA3fZmM"))
        assert said.status == 400
        assert "unknown processId" in said.body


def test_a_service_that_is_full_says_so_and_keeps_what_it_has() -> None:
    clock, limits = FakeClock(), Limits(pending=2)
    floor = laid_floor(clock, processes=[PROCESS], clerks=CLERKS, limits=limits)
    with served(authority_routes(floor), clock, limits) as url:
        office = Office(floor, clock, ServiceLine(url))
        links = [office.send(request_of(label=str(number))) for number in range(2)]
        assert office.line.post("/requests", request_of(label="third")).status == 503
        assert office.send(request_of(label="0")) == links[0]
        office.line.post(f"/requests/{links[0]}/withdraw", {})
        office.send(request_of(label="third"))
    floor.store.close()
