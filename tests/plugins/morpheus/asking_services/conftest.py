from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.foreign_services import ForeignServices, foreign_services

from prometheus.api import Credentials, service_address
from prometheus.claims.claim import Claim
from prometheus.claims.request import WitnessRequest
from prometheus.claims.signed import sign_json
from prometheus.claims.statement import Constraints, Statement
from prometheus.identity.multicipher import SecretKey
from prometheus_morpheus.asking_services.authority import AskedAuthority
from prometheus_morpheus.asking_services.caller import Caller
from prometheus_morpheus.asking_services.inspector import AskedInspector
from prometheus_morpheus.asking_services.verifier import AskedVerifier
from prometheus_morpheus.client.session import Patience

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

PROCESS: dict[str, Any] = {
    "name": "Swimming pass",
    "version": 1,
    "description": "Who may swim",
    "claimSchema": {"type": "object", "properties": {"depth": {"type": "string", "maskable": True}}},
    "evidenceSchema": {"type": "object", "properties": {"photo": {"type": "string"}}},
    "constraintsSchema": None,
}


def key(name: str) -> SecretKey:
    return SecretKey("e", hashlib.sha256(name.encode()).digest())


def did(name: str) -> str:
    return f"did:morpheus:{key(name).public_key().key_id().text.removeprefix('i')}"


def credentials(name: str) -> Credentials:
    secret = key(name)
    return Credentials(secret.public_key().text, lambda message: secret.sign(message).text)


class People:
    """The client's side: ways to one service, and what people sign."""

    def __init__(self, service: ForeignServices, clock: FakeClock) -> None:
        self.service = service
        self.clock = clock
        self.pauses: list[float] = []

    def caller(self, who: str = "", url: str = "") -> Caller:
        patience = Patience(connect=2, piece=2, whole=4)
        address = service_address(url or self.service.url)
        given = credentials(who) if who else None
        return Caller(address, given, self.clock, patience=patience, pause=self._pause)

    def authority(self, who: str = "", url: str = "") -> AskedAuthority:
        return AskedAuthority(self.caller(who, url))

    def inspector(self, who: str = "") -> AskedInspector:
        return AskedInspector(self.caller(who))

    def verifier(self) -> AskedVerifier:
        return AskedVerifier(self.caller())

    def request(self, process_id: str, depth: str = "2 m") -> dict[str, Any]:
        claim = Claim(did("ana"), {"depth": {"nonce": "u" + "A" * 44, "value": depth}})
        asked = WitnessRequest(process_id, f"{did('ana')}#0", claim, {"photo": "…"})
        return sign_json(asked.to_json(), key("ana"), key("ana").public_key())

    def statement(self, request: dict[str, Any]) -> dict[str, Any]:
        limits = Constraints(None, None, f"{did('clerk')}#0", did("clerk"), None)
        content = Statement(request["content"]["processId"], "", limits).to_json()
        content["claim"] = request["content"]["claim"]
        return sign_json(content, key("clerk"), key("clerk").public_key())

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.clock.advance(seconds)


@pytest.fixture(params=["plural", "singular"])
def people(request: pytest.FixtureRequest) -> Iterator[People]:
    clock = FakeClock()
    with foreign_services(generation=request.param, clock=clock, has_extensions=True) as service:
        yield People(service, clock)
