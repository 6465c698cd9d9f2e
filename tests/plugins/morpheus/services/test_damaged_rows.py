"""Rows that were changed on the disk: nobody is told what belongs to another, and the rest is served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.service_floor import laid_floor, served
from prometheus_simulators.service_line import ServiceLine
from prometheus_simulators.service_world import PROCESS, answer_to, request_of, token_of
from prometheus_simulators.signed_world import public

from prometheus.claims.digest import content_id
from prometheus_morpheus.services.authority.routes import authority_routes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_morpheus.services.floor import Floor


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def floor(clock: FakeClock) -> Floor:
    return laid_floor(clock, processes=[PROCESS], clerks=[public("authority"), public("clerk")])


@pytest.fixture
def line(floor: Floor, clock: FakeClock) -> Iterator[ServiceLine]:
    with served(authority_routes(floor), clock) as url:
        yield ServiceLine(url)


def test_a_link_given_to_another_row_tells_nothing_of_it_and_the_list_goes_on(
    floor: Floor, clock: FakeClock, line: ServiceLine
) -> None:
    hers, mine, third = request_of(), request_of("eva", label="mine"), request_of(label="third")
    links = [line.post("/requests", one).body["capabilityLink"] for one in (hers, mine, third)]
    statement = answer_to(hers)
    token = token_of("authority", int(clock.now().timestamp()), statement)
    assert line.post(f"/requests/{links[0]}/approve", statement, token).status == 200
    assert line.get(f"/requests/{links[0]}/status").body["signedStatement"] == statement, "the control"
    rows, database = floor.store.requests, floor.store.database
    found = {
        one: database.one("SELECT link_hash FROM requests WHERE request_id = ?", (one,))
        for one in map(content_id, (hers, mine))
    }
    (first, of_first), (second, of_second) = found.items()
    assert of_first is not None
    assert of_second is not None
    for value, row in ((b"-", first), (of_first[0], second), (of_second[0], first)):
        database.run("UPDATE requests SET link_hash = ? WHERE request_id = ?", (value, row))
    for link in links[:2]:
        said = line.get(f"/requests/{link}/status")
        assert said.status == 500
        assert "signedStatement" not in str(said.body)
    clock.advance(1)
    listed = line.get("/requests", token_of("clerk", int(clock.now().timestamp())))
    assert listed.status == 200
    assert [one["requestId"] for one in listed.body["requests"]] == [content_id(third)]
    assert rows.damaged == {first, second}
