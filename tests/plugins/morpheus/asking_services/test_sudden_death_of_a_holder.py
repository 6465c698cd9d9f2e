"""``kill -9`` of the holder's command in the middle of sending: nothing is lost, and nothing counts as never sent."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.command_line import CommandLine
from prometheus_simulators.foreign_services import ForeignServices, fails, foreign_services
from prometheus_simulators.machines import Person

from .conftest import PROCESS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aiohttp import web
    from prometheus_simulators.foreign_lies import Act

LONGEST = 30


class Stalling:
    """Stops the service at one moment of a route until whoever asks is gone."""

    def __init__(self, *, is_done_first: bool) -> None:
        self.reached = threading.Event()
        self._is_done_first = is_done_first

    async def __call__(self, act: Act, request: web.Request) -> web.StreamResponse:
        if self._is_done_first:
            await act(request)
        self.reached.set()
        while request.transport is not None and not request.transport.is_closing():  # noqa: ASYNC110 - no event tells it
            await asyncio.sleep(0.02)
        raise ConnectionResetError


class Holder:
    """Somebody who asks, and the authority."""

    def __init__(self, home: Path, service: ForeignServices) -> None:
        self.person = Person(home)
        self.service = service
        self.person.write("data.json", {"depth": "2 m"})
        service.publish_process(PROCESS)

    def killed_at(self, stop: Stalling, route: str) -> None:
        """Ask, and end the command without a chance to write anything when the service got so far."""
        self.service.lie(route, stop, times=1)
        words = f"claim request --authority {self.service.url} --data data.json --yes --passphrase-file pass"
        child = CommandLine(self.person.home).start(*words.split())
        try:
            assert stop.reached.wait(LONGEST), child.communicate(timeout=LONGEST)
        finally:
            child.kill()
            child.communicate()
        assert child.returncode == -9

    def known(self) -> list[dict[str, Any]]:
        """What the vault knows, without asking anybody."""
        found: list[dict[str, Any]] = self.person.well("claim status --offline --json").document["requests"]
        return found


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[Holder]:
    with foreign_services(has_extensions=True) as service:
        yield Holder(tmp_path / "ana", service)


def test_a_request_whose_sender_was_killed_is_found_again_at_the_authority(holder: Holder) -> None:
    holder.killed_at(Stalling(is_done_first=True), "send_request")
    waiting = holder.service.only_request()
    (kept,) = holder.known()
    assert (kept["state"], kept["id"]) == ("unsent", waiting.request_id)
    (found,) = holder.person.well("claim status --json").document["requests"]
    assert (found["state"], found["id"]) == ("pending", waiting.request_id)
    assert holder.service.only_request() is waiting


def test_one_whose_sender_was_killed_is_withdrawn_at_the_authority_too(holder: Holder) -> None:
    holder.killed_at(Stalling(is_done_first=True), "send_request")
    (kept,) = holder.known()
    holder.service.lie("send_request", fails(503))
    refused = holder.person.run(f"claim withdraw {kept['id']} --yes --json")
    assert refused.document["code"] == "REQUEST-WHEREABOUTS", refused
    holder.service.be_honest()
    holder.person.well(f"claim withdraw {kept['id']} --yes")
    assert holder.service.only_request().status == "withdrawn"


def test_a_killed_command_that_had_signed_nothing_leaves_nothing_behind(holder: Holder) -> None:
    """The control: the same death before anything was signed and kept."""
    holder.killed_at(Stalling(is_done_first=False), "list_processes")
    assert holder.known() == []
    assert holder.service.requests == {}
    asked = holder.person.well(f"claim request --authority {holder.service.url} --data data.json --yes --json")
    assert asked.document["state"] == "pending"
