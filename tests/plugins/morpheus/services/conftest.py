"""An authority that is served: what the tests of its routes share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.service_floor import laid_floor, served
from prometheus_simulators.service_line import Said, ServiceLine
from prometheus_simulators.service_world import PROCESS, StubLedger, token_of
from prometheus_simulators.signed_world import public

from prometheus_morpheus.services.authority.routes import authority_routes
from prometheus_morpheus.services.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_morpheus.services.floor import Floor

CLERKS = (public("authority"), public("clerk"))


class Office:
    """An authority that is served, its clerk and its clock."""

    def __init__(self, floor: Floor, clock: FakeClock, line: ServiceLine) -> None:
        self.floor, self.clock, self.line = floor, clock, line

    def token(self, name: str = "authority", body: Any = None) -> dict[str, str]:
        """A fresh token: a second passes before each."""
        self.clock.advance(1)
        return token_of(name, int(self.clock.now().timestamp()), body)

    def send(self, request: Any) -> str:
        said = self.line.post("/requests", request)
        assert said.status == 202, said
        return str(said.body["capabilityLink"])

    def status(self, link: str) -> Any:
        return self.line.get(f"/requests/{link}/status").body

    def approve(self, link: str, statement: Any, by: str = "authority") -> Said:
        body = statement if isinstance(statement, dict) else None
        return self.line.post(f"/requests/{link}/approve", statement, self.token(by, body))

    def reject(self, link: str, reason: Any) -> Said:
        body = {"rejectionReason": reason}
        return self.line.post(f"/requests/{link}/reject", body, self.token(body=body))


@pytest.fixture
def ledger() -> StubLedger | None:
    return None


@pytest.fixture
def office(ledger: StubLedger | None) -> Iterator[Office]:
    clock = FakeClock()
    floor = laid_floor(clock, processes=[PROCESS], clerks=CLERKS)
    with served(authority_routes(floor, ledger), clock, Limits(per_minute=None)) as url:
        yield Office(floor, clock, ServiceLine(url))
    floor.store.close()
