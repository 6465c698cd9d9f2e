"""What strangers learn of the ledgers that a service asks: never where they are."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.service_floor import laid_floor, served
from prometheus_simulators.service_line import ServiceLine
from prometheus_simulators.signed_world import public

from prometheus.errors import NotTrusted
from prometheus_morpheus.client.endpoint import parse_endpoints
from prometheus_morpheus.services.ledger import AskedLedger, Learnt
from prometheus_morpheus.services.verifier.routes import verifier_routes

NOBODY = "127.0.0.1:9"
QUESTION = {"publicKey": public("maria"), "contentId": "c", "signature": "s", "onBehalfOf": "did:morpheus:ezx"}


def test_a_ledger_that_is_not_reached_stays_unnamed() -> None:
    floor = laid_floor(FakeClock(), ledgers=(f"http://{NOBODY}",))
    with served(verifier_routes(floor), FakeClock()) as url:
        said = ServiceLine(url).get("/after-proof")
    floor.store.close()
    assert said.status == 502
    assert NOBODY not in str(said.body)
    assert "endpoint 1" in said.body


def test_contradictions_name_endpoints_by_their_place(monkeypatch: Any) -> None:
    asked = AskedLedger(parse_endpoints("http://127.0.0.1:11 http://127.0.0.1:1"), FakeClock(), lambda: None)  # type: ignore[arg-type, return-value]
    told = "http://127.0.0.1:11 says 1, 127.0.0.1:1 says 2"
    monkeypatch.setattr(asked, "_ask", lambda _question: Learnt(faults=(told,)))
    assert asked.learn("did:morpheus:ezx").faults == ("endpoint 1 says 1, endpoint 2 says 2",)


def test_the_kind_of_a_failure_stays(monkeypatch: Any) -> None:
    def fail(coroutine: Any) -> None:
        coroutine.close()
        raise NotTrusted("http://127.0.0.1:1 lies", code="LEDGER-LIES")

    monkeypatch.setattr("asyncio.run", fail)
    asked = AskedLedger(parse_endpoints("http://127.0.0.1:1"), FakeClock(), lambda: None)  # type: ignore[arg-type, return-value]
    with pytest.raises(NotTrusted, match="lies") as met:
        asked.newest_block()
    assert (met.value.code, met.value.what) == ("LEDGER-LIES", "endpoint 1 lies")
