"""The authority over a real connection: who may see what, and which tokens open a door."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.service_floor import laid_floor, served
from prometheus_simulators.service_line import ServiceLine
from prometheus_simulators.service_world import PROCESS, answer_to, request_of
from prometheus_simulators.signed_world import public

from prometheus.claims.digest import content_id
from prometheus_morpheus.services.authority.routes import authority_routes

from .conftest import CLERKS, Office


class TestWhoMaySee:
    """Private things need the token of a clerk, and each token opens one door once."""

    @pytest.mark.parametrize("path", ["/requests", "/private-blob/cjuUnknown", "/request", "/privateBlob/cjuUnknown"])
    def test_without_a_token_nothing_private_is_told(self, office: Office, path: str) -> None:
        said = office.line.get(path)
        assert (said.status, said.body) == (403, "Error: No authorization header found")

    def test_the_holder_of_a_request_is_no_clerk(self, office: Office) -> None:
        link = office.send(request_of())
        request_id = content_id(request_of())
        for path in ("/requests", f"/private-blob/{request_id}"):
            said = office.line.get(path, office.token("maria"))
            assert said.body == f"Error: Public key {public('maria')} is not authorized"
        answer = answer_to(request_of(), by="maria")
        said = office.line.post(f"/requests/{link}/approve", answer, office.token("maria", answer))
        assert said.status == 403
        assert office.status(link)["status"] == "pending"

    def test_a_token_is_taken_once_and_an_older_one_never(self, office: Office) -> None:
        old, new = office.token(), office.token()
        second = int(office.clock.now().timestamp())
        assert office.line.get("/requests", new).status == 200
        for header in (new, old):
            said = office.line.get("/requests", header)
            assert (said.status, said.body) == (403, f"Error: Cannot use tokens not created after {second}")

    def test_a_token_seen_by_many_at_once_opens_once(self, office: Office) -> None:
        token = office.token()
        with ThreadPoolExecutor(12) as pool:
            found = list(pool.map(lambda _: office.line.get("/requests", token).status, range(24)))
        assert sorted(found) == [200] + [403] * 23

    def test_what_was_sent_with_one_body_is_not_taken_with_another(self, office: Office) -> None:
        link = office.send(request_of())
        refusal = {"rejectionReason": "the photo is blurred"}
        for body in (None, {"rejectionReason": "another"}, answer_to(request_of())):
            said = office.line.post(f"/requests/{link}/reject", refusal, office.token(body=body))
            assert (said.status, said.body) == (403, "Error: Token is for another body")
        said = office.line.get("/requests", office.token(body=refusal))
        assert (said.status, said.body) == (403, "Error: Token is for another body")
        assert office.status(link)["status"] == "pending"

    def test_a_stale_token_is_refused(self, office: Office) -> None:
        token = office.token()
        office.clock.advance(301)
        assert office.line.get("/requests", token).body == "Token has expired"

    def test_a_public_blob_is_no_private_one(self, office: Office) -> None:
        office.send(request_of())
        assert office.line.get(f"/blob/{content_id(request_of())}").status == 404

    def test_where_requests_are_listed_a_stranger_is_refused(self) -> None:
        clock = FakeClock()
        floor = laid_floor(clock, processes=[PROCESS], clerks=CLERKS, requesters=[public("maria")])
        with served(authority_routes(floor), clock) as url:
            office = Office(floor, clock, ServiceLine(url))
            assert office.line.post("/requests", request_of()).status == 403
            for name, status in (("eva", 403), ("maria", 202)):
                request = request_of(name)
                assert office.line.post("/requests", request, office.token(name, request)).status == status
        floor.store.close()
