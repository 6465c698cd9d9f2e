"""Tokens at the door: refused in the recorded words, used once, and remembered of admitted keys alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.service_floor import laid_floor
from prometheus_simulators.signed_world import public, secret

from prometheus.claims.digest import content_id
from prometheus.claims.jwt import sign_token
from prometheus_morpheus.services.http.asked import Asked, Refused
from prometheus_morpheus.services.http.tokens import LONGEST_LIFE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.services.floor import Floor

NOW = 1_800_000_000


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock("2027-01-15T08:00:00+00:00")


@pytest.fixture
def floor(clock: FakeClock) -> Iterator[Floor]:
    laid = laid_floor(clock, clerks=[public("clerk")], requesters=[public("maria")])
    yield laid
    laid.store.close()


def token(
    name: str, second: int = NOW, *, to_live: int = 300, body: Json | None = None, audience: str | None = None
) -> str:
    bound = None if body is None else content_id(body)
    made = sign_token(secret(name), public(name), second, time_to_live=to_live, content_id=bound, audience=audience)
    return f"Bearer {made}"


def refused(floor: Floor, authorization: str | None) -> str:
    with pytest.raises(Refused) as met:
        floor.clerk(Asked({}, {}, authorization=authorization))
    reply = met.value.reply
    assert (reply.status, reply.media_type) == (403, "text/html")
    return reply.text


def test_the_clock_of_these_tests_says_now(clock: FakeClock) -> None:
    assert int(clock.now().timestamp()) == NOW


@pytest.mark.parametrize(
    ("authorization", "text"),
    [
        (None, "Error: No authorization header found"),
        ("", "Error: No authorization header found"),
        ("Basic abc", "Error: Invalid authorization type Basic"),
        ("bearer abc", "Error: Invalid authorization type bearer"),
        ("Bearer", "Invalid token structure"),
        ("Bearer a.b.c.d", "Invalid token structure"),
        ("Bearer " + "a" * 100_000, "Invalid token structure"),
        (token("clerk", NOW - 301), "Token has expired"),
        (token("clerk", NOW + 1), "Token is not yet ready"),
        (token("stranger"), f"Error: Public key {public('stranger')} is not authorized"),
        (token("maria"), f"Error: Public key {public('maria')} is not authorized"),
        (token("clerk")[:-2] + "AA", "Malformed token signature"),
    ],
)
def test_what_lets_nobody_in_is_refused_in_the_recorded_words(
    floor: Floor, authorization: str | None, text: str
) -> None:
    assert refused(floor, authorization).startswith(text)


def test_a_token_lets_in_once(floor: Floor) -> None:
    asked = Asked({}, {}, authorization=token("clerk"))
    assert floor.clerk(asked).public_key.text == public("clerk")
    assert refused(floor, asked.authorization) == f"Error: Cannot use tokens not created after {NOW}"
    assert refused(floor, token("clerk", NOW - 10)) == f"Error: Cannot use tokens not created after {NOW}"


def test_a_token_that_lives_too_long_is_refused_however_long_ago_it_was_made(floor: Floor, clock: FakeClock) -> None:
    text = f"Error: Token lives longer than {LONGEST_LIFE} seconds"
    assert refused(floor, token("clerk", NOW, to_live=LONGEST_LIFE + 1)) == text
    long = token("clerk", NOW, to_live=10**9)
    clock.advance(5 * 365 * 24 * 3600)
    assert refused(floor, long) == text
    second = int(clock.now().timestamp())
    asked = Asked({}, {}, authorization=token("clerk", second, to_live=LONGEST_LIFE))
    assert floor.clerk(asked).public_key.text == public("clerk")


def test_the_next_second_has_another_token(floor: Floor, clock: FakeClock) -> None:
    floor.clerk(Asked({}, {}, authorization=token("clerk")))
    clock.advance(1)
    floor.clerk(Asked({}, {}, authorization=token("clerk", NOW + 1)))


def test_a_token_that_is_refused_uses_up_nothing(floor: Floor) -> None:
    refused(floor, token("clerk", NOW - 301))
    refused(floor, token("clerk", NOW + 1))
    floor.clerk(Asked({}, {}, authorization=token("clerk")))


def test_keys_that_are_not_admitted_are_not_remembered(floor: Floor) -> None:
    for number in range(20):
        refused(floor, token(f"stranger {number}"))
    assert floor.store.database.one("SELECT COUNT(*) FROM last_tokens") == (0,)


def test_listed_people_may_send_and_may_not_decide(floor: Floor) -> None:
    told = floor.requester(Asked({}, {}, authorization=token("maria")))
    assert told is not None
    assert told.public_key.text == public("maria")
    with pytest.raises(Refused):
        floor.requester(Asked({}, {}, authorization=token("stranger")))


def test_where_anybody_may_send_no_token_is_looked_at(clock: FakeClock) -> None:
    laid = laid_floor(clock)
    assert laid.requester(Asked({}, {}, authorization="Basic nonsense")) is None
    laid.store.close()


HERE = "https://authority.example/town"


@pytest.mark.parametrize(
    "audience",
    [None, HERE, "https://authority.example:443/town/", "HTTPS://Authority.Example/town", "http://[::1]:4710"],
)
def test_a_token_for_this_service_or_for_none_in_particular_is_taken(floor: Floor, audience: str | None) -> None:
    here = floor._replace(addresses=(HERE, "http://127.0.0.1:4710"))
    assert here.clerk(Asked({}, {}, authorization=token("clerk", audience=audience))).public_key.text == public("clerk")


@pytest.mark.parametrize(
    "audience",
    ["https://inspector.example", "https://authority.example", "http://127.0.0.1:4711", "not an address", ""],
)
def test_a_token_for_another_service_is_not_taken_and_not_used_up(floor: Floor, audience: str) -> None:
    here = floor._replace(addresses=(HERE, "http://127.0.0.1:4710"))
    asked = Asked({}, {}, authorization=token("clerk", audience=audience))
    for enter in (here.clerk, here.may_decide):
        with pytest.raises(Refused) as met:
            enter(asked)
        assert met.value.reply.text == "Error: Token is for another service"
    here.clerk(Asked({}, {}, authorization=token("clerk")))


def test_a_service_that_does_not_know_its_address_compares_none(floor: Floor) -> None:
    floor.clerk(Asked({}, {}, authorization=token("clerk", audience="https://elsewhere.example")))


BODY: Json = {"rejectionReason": "no"}


@pytest.mark.parametrize(
    ("bound", "body"), [(None, BODY), (BODY, None), ({}, BODY), (BODY, {}), (BODY, []), (BODY, "text")]
)
def test_a_token_opens_nothing_with_another_body(floor: Floor, bound: Json, body: Json) -> None:
    asked = Asked({}, {}, body, token("clerk", body=bound))
    with pytest.raises(Refused) as met:
        floor.clerk(asked)
    assert met.value.reply.text == "Error: Token is for another body"
    floor.clerk(Asked({}, {}, BODY, token("clerk", body=BODY)))
