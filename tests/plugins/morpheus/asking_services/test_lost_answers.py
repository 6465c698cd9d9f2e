"""What was taken and not answered never counts as never sent, whatever the attempts after it meet."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.foreign_services import fails, lost
from prometheus_simulators.two_vaults import CARD, make_world

from prometheus.api import service_address
from prometheus.errors import NetworkError
from prometheus.usecases.follow_request import withdraw
from prometheus.usecases.personas import active_persona
from prometheus.usecases.request_claim import draft_request
from prometheus.usecases.send_request import Addressed, deliver, sign_for
from prometheus.usecases.submissions import submissions
from prometheus_morpheus.asking_services.authority import AskedAuthority
from prometheus_morpheus.asking_services.caller import Caller
from prometheus_morpheus.asking_services.errors import ServiceLate, ServiceOffline, ServiceRefused
from prometheus_morpheus.client.session import Patience

from .conftest import PROCESS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .conftest import People

CLOCK = FakeClock()
LONGEST = 30


class Dying:
    """An authority that reads bodies to their last byte, and is gone before it answers."""

    def __init__(self, door: socket.socket, bodies: int) -> None:
        self.url = f"http://127.0.0.1:{door.getsockname()[1]}"
        self.taken: list[bytes] = []
        self._door = door
        self._bodies = bodies

    def serve(self) -> None:
        for _ in range(self._bodies):
            connection, _whose = self._door.accept()
            self.taken.append(_body_of(connection))
            if len(self.taken) == self._bodies:
                self._door.close()
            connection.close()


def _body_of(connection: socket.socket) -> bytes:
    came = b""
    while True:
        came += connection.recv(65_536)
        head, _, body = came.lower().partition(b"\r\n\r\n")
        lengths = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"content-length")]
        if lengths and len(body) >= lengths[0]:
            return body


@contextmanager
def dying(bodies: int) -> Iterator[Dying]:
    door = socket.create_server(("127.0.0.1", 0))
    door.settimeout(LONGEST)
    service = Dying(door, bodies)
    thread = threading.Thread(target=service.serve, daemon=True)
    thread.start()
    yield service
    thread.join(LONGEST)
    door.close()


async def _no_pause(_seconds: float) -> None:
    return


def authority_at(url: str, attempts: int = 3) -> AskedAuthority:
    patience = Patience(connect=5, piece=5, whole=10, attempts=attempts)
    return AskedAuthority(Caller(service_address(url), None, CLOCK, patience=patience, pause=_no_pause))


@pytest.mark.parametrize("bodies", [1, 2, 3])
def test_an_authority_that_took_it_and_died_is_late_and_not_offline(people: People, bodies: int) -> None:
    with dying(bodies) as service, pytest.raises(ServiceLate):
        authority_at(service.url).send(people.request("cju" + "A" * 43))
    assert len(service.taken) == bodies


def test_an_approval_and_a_rejection_that_were_taken_are_late_too(people: People) -> None:
    statement = people.statement(people.request("cju" + "A" * 43))
    with dying(1) as service, pytest.raises(ServiceLate):
        people.authority("clerk", service.url).approve("uLink", statement)
    with dying(1) as service, pytest.raises(ServiceLate):
        people.authority("clerk", service.url).reject("uLink", "no")


def test_where_no_attempt_found_anybody_nothing_left(people: People) -> None:
    with dying(0) as service:
        url = service.url
    with pytest.raises(ServiceOffline):
        authority_at(url).send(people.request("cju" + "A" * 43))


def test_a_refusal_after_a_lost_answer_says_that_the_first_may_have_arrived(people: People) -> None:
    request = people.request(people.service.publish_process(PROCESS))
    people.service.lie("send_request", lost(), times=1)
    people.service.lie("send_request", fails(400), times=1)
    with pytest.raises(ServiceRefused) as caught:
        people.authority().send(request)
    assert caught.value.may_have_arrived
    people.service.lie("send_request", fails(400), times=1)
    with pytest.raises(ServiceRefused) as caught:
        people.authority().send(request)
    assert not caught.value.may_have_arrived


def test_a_request_that_was_taken_is_not_withdrawn_without_asking(tmp_path: Path) -> None:
    world = make_world(str(tmp_path))
    with dying(1) as service:
        authority, address = authority_at(service.url), service_address(service.url)
        draft = draft_request(world.club, active_persona(world.holder), CARD)
        _, made = sign_for(world.holder, draft, Addressed(address, (world.club,)))
        sent = deliver(world.holder, authority, made)
    assert (sent.submission.state, sent.submission.may_have_left, sent.may_work_later) == ("unsent", True, True)
    with pytest.raises(NetworkError, match="not known"):
        withdraw(world.holder, authority, sent.submission)
    (kept,) = submissions(world.holder)
    assert kept.state == "unsent"
