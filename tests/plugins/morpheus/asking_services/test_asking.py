from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.foreign_services import fails, garbage, hangs_up, is_slow, lost, moves_away, says

from prometheus.api import Published, RequestStatus, ServiceAddress, Validation, service_address
from prometheus.claims.digest import content_id
from prometheus.claims.jwt import parse_token
from prometheus.errors import KeyUnavailable, NetworkError, NotFound, NotUnderstood
from prometheus_morpheus.asking_services import errors
from prometheus_morpheus.asking_services.authority import AskedAuthority
from prometheus_morpheus.asking_services.caller import Caller
from prometheus_morpheus.asking_services.errors import (
    ServiceBusy,
    ServiceGarbage,
    ServiceLate,
    ServiceOffline,
    ServiceRefused,
)
from prometheus_morpheus.asking_services.refusals import is_no_such_path, words_of
from prometheus_morpheus.client.exchange import Reply
from prometheus_morpheus.client.session import Patience

from .conftest import PROCESS, credentials, key

if TYPE_CHECKING:
    from aiohttp import web
    from prometheus_simulators.foreign_lies import Act
    from prometheus_simulators.foreign_services import Waiting

    from .conftest import People


def test_a_process_comes_whole_with_its_schemas_put_back(people: People) -> None:
    process_id = people.service.publish_process(PROCESS)
    assert isinstance(people.service.blobs[process_id]["claimSchema"], str)
    assert people.authority().processes() == (Published(process_id, PROCESS),)
    assert people.authority().process(process_id).document == PROCESS


def test_the_generation_of_paths_is_found_out_once(people: People) -> None:
    authority = people.authority()
    authority.processes()
    authority.processes()
    paths = [asked.path for asked in people.service.asked]
    assert paths == ["/processes" if people.service.generation == "plural" else "/process"] * 2


@pytest.mark.parametrize("part", ["whole", "schema"])
def test_a_process_that_is_not_what_its_id_says_is_caught(people: People, part: str) -> None:
    process_id = people.service.publish_process(PROCESS)
    changed = process_id if part == "whole" else people.service.blobs[process_id]["claimSchema"]
    people.service.blobs[changed] = {**people.service.blobs[changed], "description": "changed after the fact"}
    with pytest.raises(ServiceGarbage, match="answered what no such service answers"):
        people.authority().processes()


def test_what_has_the_right_id_and_is_no_process_is_refused(people: People) -> None:
    people.service.publish_process({"name": "half"})
    with pytest.raises(ServiceGarbage):
        people.authority().processes()


def test_the_same_request_gives_the_same_link(people: People) -> None:
    request = people.request(people.service.publish_process(PROCESS))
    link = people.authority("ana").send(request)
    assert people.authority("ana").send(request) == link
    assert people.authority().status(link) == RequestStatus("pending")


def test_a_lost_answer_is_no_lost_request(people: People) -> None:
    request = people.request(people.service.publish_process(PROCESS))
    people.service.lie("send_request", lost(), times=2)
    link = people.authority("ana").send(request)
    assert people.service.only_request().link == link


def test_a_request_is_listed_shown_and_approved(people: People) -> None:
    request = people.request(people.service.publish_process(PROCESS))
    link = people.authority("ana").send(request)
    people.service.clerks.add(key("clerk").public_key().text)
    clerk = people.authority("clerk")
    (waiting,) = clerk.requests()
    assert (waiting.link, waiting.request_id, waiting.status) == (link, content_id(request), "pending")
    assert clerk.private_blob(waiting.request_id) == request
    statement = people.statement(request)
    clerk.approve(link, statement)
    assert people.authority().status(link) == RequestStatus("approved", statement)


def test_an_approval_whose_answer_was_lost_counts_as_done(people: People) -> None:
    request = people.request(people.service.publish_process(PROCESS))
    link = people.authority("ana").send(request)
    people.service.lie("approve", lost(), times=1)
    people.authority("clerk").approve(link, people.statement(request))
    assert people.service.only_request().status == "approved"


def test_another_statement_for_a_decided_request_is_refused(people: People) -> None:
    request = people.request(people.service.publish_process(PROCESS))
    link = people.authority("ana").send(request)
    people.authority("clerk").approve(link, people.statement(request))
    people.clock.advance(10)
    other = people.statement(people.request(request["content"]["processId"], "3 m"))
    with pytest.raises(ServiceRefused, match="status 400"):
        people.authority("clerk").approve(link, other)


def test_a_rejection_has_its_reason_and_may_be_repeated(people: People) -> None:
    link = people.authority("ana").send(people.request(people.service.publish_process(PROCESS)))
    people.service.lie("reject", lost(), times=1)
    people.authority("clerk").reject(link, "the photo is blurred")
    assert people.authority().status(link) == RequestStatus("rejected", None, "the photo is blurred")


def test_a_request_is_withdrawn_twice_without_harm(people: People) -> None:
    link = people.authority("ana").send(people.request(people.service.publish_process(PROCESS)))
    assert people.authority().withdraw(link)
    assert people.authority().withdraw(link)
    assert people.authority().status(link).status == "withdrawn"


def test_a_service_without_withdrawals_says_so(people: People) -> None:
    people.service.lie("withdraw", fails(404, "<html>Cannot POST</html>"))
    link = people.authority("ana").send(people.request(people.service.publish_process(PROCESS)))
    assert not people.authority().withdraw(link)


@pytest.mark.parametrize("how", ["a page", "no", "nothing"])
def test_who_does_not_say_that_it_was_taken_back_is_not_believed(people: People, how: str) -> None:
    link = people.authority("ana").send(people.request(people.service.publish_process(PROCESS)))
    answers = {"a page": fails(200, "<html>Log in</html>"), "no": says({"success": False}), "nothing": says({})}
    people.service.lie("withdraw", answers[how])
    with pytest.raises(ServiceGarbage):
        people.authority().withdraw(link)


def publish_many(people: People, count: int, description: str = "") -> None:
    for number in range(count):
        people.service.publish_process({**PROCESS, "name": f"Pass {number}", "description": description})


def test_many_documents_are_not_longer_together_than_one_may_be(people: People) -> None:
    publish_many(people, 6, "x" * 3_000_000)
    with pytest.raises(ServiceGarbage) as caught:
        people.authority().processes()
    assert "together" in caught.value.meaning


def test_one_published_document_is_of_a_usual_length(people: People) -> None:
    publish_many(people, 1, "x" * 5_000_000)
    with pytest.raises(ServiceGarbage):
        people.authority().processes()


def test_all_documents_of_a_call_have_one_deadline(people: People) -> None:
    publish_many(people, 30)
    people.service.lie("blob", is_slow(0.2))
    caller = Caller(service_address(people.service.url), None, people.clock, patience=Patience(whole=0.4))
    with pytest.raises(ServiceLate, match="all its documents"):
        AskedAuthority(caller).processes()
    time.sleep(0.3)  # until the service has given up on what was not waited for


def test_an_entry_that_nobody_can_read_hides_no_other(people: People) -> None:
    link = people.authority("ana").send(people.request(people.service.publish_process(PROCESS)))
    row = {**waiting_row(people.service.only_request()), "notes": None}
    bad = [{**row, "capabilityLink": "../x"}, {**row, "dateOfRequest": "x" * 5000}, {**row, "notes": 7}, "text", None]
    people.service.lie("list_requests", says({"requests": [*bad, row, {}]}))
    clerk = people.authority("clerk")
    assert clerk.unread == 0
    assert [one.link for one in clerk.requests()] == [link]
    assert clerk.unread == len(bad) + 1


def test_a_presentation_that_nobody_can_read_about_hides_no_other(people: People) -> None:
    row = {"contentId": content_id(PROCESS), "dateOfPresentation": "2027-01-15T08:00:00.000Z"}
    people.service.lie("received", says({"presentations": [{**row, "contentId": "x"}, row]}))
    inspector = people.inspector("inspector")
    assert [one.content_id for one in inspector.received()] == [content_id(PROCESS)]
    assert inspector.unread == 1


def waiting_row(kept: Waiting) -> dict[str, str]:
    return {
        "capabilityLink": kept.link,
        "requestId": kept.request_id,
        "dateOfRequest": kept.date,
        "status": kept.status,
        "processId": kept.process_id,
    }


def test_tokens_of_one_key_wait_for_the_next_second(people: People) -> None:
    clerk = people.authority("clerk")
    for _ in range(3):
        clerk.requests()
    assert len(people.pauses) == 2
    assert all(0 < pause <= 1.1 for pause in people.pauses)


def test_a_token_that_another_program_made_is_followed_by_a_newer_one(people: People) -> None:
    people.authority("clerk").requests()
    people.authority("clerk").requests()
    assert people.service.routes() == ["list_requests"] * 3
    assert len(people.pauses) == 1


def test_a_token_says_whom_it_is_for_and_which_body_goes_along(people: People) -> None:
    taken = []

    async def look(act: Act, request: web.Request) -> web.StreamResponse:
        taken.append(parse_token(request.headers["Authorization"].removeprefix("Bearer "), people.service.now()))
        return await act(request)

    people.service.lie("reject", look)
    link = people.authority("ana").send(people.request(people.service.publish_process(PROCESS)))
    people.authority("clerk").reject(link, "no")
    (token,) = taken
    assert token.audience == (people.service.url,)
    assert token.content_id == content_id({"rejectionReason": "no"})


def test_one_that_knows_itself_under_another_address_is_told_so(people: People) -> None:
    people.service.lie("list_requests", fails(403, "Error: Token is for another service"))
    with pytest.raises(ServiceRefused) as caught:
        people.authority("clerk").requests()
    assert "--url" in caught.value.remedy


def test_a_clock_that_is_far_behind_is_not_waited_for(people: People) -> None:
    people.service.lie("list_requests", fails(403, "Error: Cannot use tokens not created after 99999999999"))
    with pytest.raises(ServiceRefused) as caught:
        people.authority("clerk").requests()
    assert "clock" in caught.value.remedy
    assert people.pauses == []


def test_a_key_that_is_not_listed_is_refused_with_what_helps(people: People) -> None:
    people.service.clerks.add(key("another").public_key().text)
    with pytest.raises(ServiceRefused) as caught:
        people.authority("clerk").requests()
    assert key("clerk").public_key().text in caught.value.remedy


def test_what_needs_a_key_is_not_asked_without_one(people: People) -> None:
    with pytest.raises(KeyUnavailable):
        people.authority().requests()
    assert people.service.asked == []


def test_a_request_goes_without_a_token_where_the_key_is_not_known(people: People) -> None:
    process_id = people.service.publish_process(PROCESS)
    people.service.lie(
        "send_request", fails(403, f"Error: Public key {key('ana').public_key().text} is not authorized"), times=1
    )
    people.authority("ana").send(people.request(process_id))
    assert [asked.key is None for asked in people.service.asked if asked.route == "send_request"] == [False, True]


def test_a_presentation_comes_back_under_its_own_id(people: People) -> None:
    shown = people.request(people.service.publish_process(PROCESS))
    name = people.inspector("ana").send(shown)
    assert name == content_id(shown)
    assert people.inspector().presentation(name) == shown
    assert [one.content_id for one in people.inspector("inspector").received()] == [name]


def test_an_inspector_that_keeps_something_else_is_caught(people: People) -> None:
    shown = people.request(people.service.publish_process(PROCESS))
    people.service.lie("send_presentation", says({"contentId": content_id(PROCESS)}, 202))
    with pytest.raises(ServiceGarbage):
        people.inspector().send(shown)


def test_a_verifier_is_asked_for_its_word(people: People) -> None:
    name = content_id(PROCESS)
    people.service.validations[name] = (["Signature is invalid (0)"], ["late (0)"])
    assert people.verifier().after_proof() == (200, "tip")
    found = people.verifier().validate("pez", name, "sez", "did:morpheus:ez", (200, "tip"))
    assert found == Validation(("Signature is invalid (0)",), ("late (0)",))
    assert people.service.validated[0]["afterProof"] == {"blockHeight": 200, "blockHash": "tip"}


BAD_ANSWERS = {
    "half": garbage(),
    "twice": garbage(b'{"status":"pending","status":"approved"}'),
    "deep": garbage(b"[" * 500 + b"]" * 500),
    "not UTF-8": garbage(b'{"status":"\xff"}'),
    "long": garbage(b'{"status":"' + b"x" * 17_000_000 + b'"}'),
    "a list": says([]),
    "another state": says({"status": "lost"}),
    "approved without": says({"status": "approved", "signedStatement": None}),
    "pending with": says({"status": "pending", "signedStatement": {}}),
    "elsewhere": moves_away("http://127.0.0.1:1/"),
}


@pytest.mark.parametrize("how", BAD_ANSWERS)
def test_what_no_service_answers_is_not_used(people: People, how: str) -> None:
    people.service.lie("status", BAD_ANSWERS[how])
    with pytest.raises(ServiceGarbage):
        people.authority().status("uLink")


@pytest.mark.parametrize("link", ["../../admin", "a/b", "", "ä", "x" * 300, "a?b"])
def test_a_link_that_would_lead_elsewhere_is_never_asked_for(people: People, link: str) -> None:
    with pytest.raises(NotUnderstood):
        people.authority().status(link)
    people.service.lie("send_request", says({"capabilityLink": link}, 202))
    with pytest.raises(ServiceGarbage):
        people.authority().send(people.request(people.service.publish_process(PROCESS)))


def test_what_a_service_does_not_know_is_not_found(people: People) -> None:
    with pytest.raises(NotFound):
        people.authority().status("uUnknown")
    with pytest.raises(NotFound):
        people.authority().process(content_id(PROCESS))


def test_a_service_that_fails_is_asked_three_times(people: People) -> None:
    people.service.lie("blob", fails(503))
    with pytest.raises(ServiceRefused):
        people.authority().process(content_id(PROCESS))
    assert people.service.routes() == ["blob"] * 3


def test_one_that_hangs_up_may_be_asked_again(people: People) -> None:
    people.service.lie("list_processes", hangs_up())
    with pytest.raises(ServiceLate):
        people.authority().processes()


def test_one_that_is_asked_too_often_is_told_apart(people: People) -> None:
    people.service.lie("blob", fails(429))
    with pytest.raises(ServiceBusy):
        people.authority().process(content_id(PROCESS))


def test_where_nobody_listens_nothing_left() -> None:
    async def no_pause(_seconds: float) -> None:
        await asyncio.sleep(0)

    caller = Caller(service_address("http://127.0.0.1:9"), credentials("ana"), FakeClock(), pause=no_pause)
    with pytest.raises(ServiceOffline):
        AskedAuthority(caller).processes()


@pytest.mark.parametrize("host", ["a..b.example", "a" * 64 + ".example"])
def test_a_host_whose_name_cannot_be_asked_for_is_none_that_anything_left_for(host: str) -> None:
    async def no_pause(_seconds: float) -> None:
        await asyncio.sleep(0)

    caller = Caller(ServiceAddress(f"https://{host}"), None, FakeClock(), pause=no_pause)
    with pytest.raises(ServiceOffline, match="cannot be reached"):
        AskedAuthority(caller).processes()


def test_a_moment_beyond_all_calendars_is_no_wish(people: People) -> None:
    people.service.lie("blob", fails(429, retry_after="Fri, 31 Dec 99999999999 23:59:59 GMT"))
    with pytest.raises(ServiceBusy):
        people.authority().process(content_id(PROCESS))


def test_every_code_is_explained_to_people() -> None:
    page = (Path(__file__).parents[4] / "docs" / "explanation" / "asking-a-service.md").read_text(encoding="utf-8")
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, NetworkError)]
    codes = {kind.code for kind in kinds if kind.__module__ == errors.__name__}
    assert len(codes) == 6
    assert {code for code in codes if f"`{code}`" not in page} == set()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'"Unknown contentId"', "Unknown contentId"),
        (b'{"error": "no"}', "no"),
        (b"Error: no", "Error: no"),
        (b"<!DOCTYPE html>\n<body><pre>too &lt;large&gt;</pre>", "too <large>"),
        (b"<html><b>no</b>", "it gave no reason"),
        (b"", "it gave no reason"),
        (b"[1]", "it gave no reason"),
        (b"\xff\xfe", "\ufffd\ufffd"),
    ],
)
def test_the_reason_of_a_refusal_is_found(body: bytes, words: str) -> None:
    assert words_of(Reply(400, body)) == words


def test_a_path_that_names_something_unknown_is_still_no_path() -> None:
    assert is_no_such_path(Reply(404, b"<pre>Cannot GET /requests/Unknown/status</pre>"))
    assert not is_no_such_path(Reply(404, b"\"Unknown capabilityLink 'x'\""))
