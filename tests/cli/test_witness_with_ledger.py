"""A clerk with a ledger: whether the claimant's key may act still is looked up before anything is signed."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.foreign_services import foreign_services
from prometheus_simulators.ledger_town import LedgerTown
from prometheus_simulators.service_town import PHOTO, ServiceTown, post

from prometheus.claims.signed import sign_json
from prometheus.files import DOCUMENT_LIMIT
from prometheus.identity.multicipher import ED25519, SecretKey

if TYPE_CHECKING:
    from collections.abc import Iterator


class ClerkTown(LedgerTown, ServiceTown):
    """A ledger, and an authority's service."""


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[ClerkTown]:
    with ExitStack() as stack:
        made = ClerkTown(tmp_path / "home", monkeypatch, capsys)
        made.settle()
        url = made.open_ledger(stack)
        monkeypatch.setenv("PROMETHEUS_LEDGER", url)
        made.fund(url)
        made.service = stack.enter_context(foreign_services())
        made.service.clerks.add(made.key())
        yield made


def test_a_claimant_who_lost_the_key_gets_no_statement(town: ClerkTown, monkeypatch: pytest.MonkeyPatch) -> None:
    padding = "data:image/jpeg;base64," + "A" * DOCUMENT_LIMIT  # as large as a request may be and a document may not
    request_id = town.hand_in(evidence={"photo": padding})
    file = town.path("request.json")
    assert town.clerk(f"authority approve {request_id} --dry-run").code == 0
    town.well("did tombstone --yes")
    shown = town.clerk(f"authority show {request_id} --json")
    assert (shown.code, shown.document["may_be_approved"]) == (0, False), shown
    for line in (f"authority approve {request_id} --yes --json", f"claim witness {file} --yes --json"):
        answer = town.clerk(line) if line.startswith("authority") else town.library(line)
        assert (answer.code, answer.document["code"]) == (5, "REQUEST-INVALID"), answer
    monkeypatch.delenv("PROMETHEUS_LEDGER")
    assert town.clerk(f"authority approve {request_id} --dry-run").code == 0


def test_a_claimant_with_a_new_key_needs_no_exception(town: ClerkTown, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = SecretKey(ED25519, bytes(range(32)))
    town.well(f"did add-key {phone.public_key().text} --right impersonate --yes")
    asked = json.loads(Path(town.request_file(evidence={"photo": PHOTO})).read_text())["content"]
    signed = sign_json({**asked, "claimant": f"{town.did()}#1"}, phone, phone.public_key())
    post(f"{town.service.url}/requests", signed)
    approve = f"authority approve {town.service.only_request().request_id} --before P1Y --yes --json"
    with monkeypatch.context() as without:
        without.delenv("PROMETHEUS_LEDGER")
        assert town.clerk(approve).document["code"] == "REQUEST-UNCERTAIN"
    answer = town.clerk(approve)
    assert answer.code == 0, answer


def test_a_ledger_that_is_silent_is_a_doubt(town: ClerkTown) -> None:
    request_id = town.hand_in()
    answer = town.clerk(f"authority approve {request_id} --yes --json --ledger http://127.0.0.1:1")
    assert (answer.code, answer.document["code"]) == (5, "REQUEST-UNCERTAIN"), answer
