"""A holder's desk and an authority over the network, whose clerk is the other of two vaults."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from prometheus.claims.jsontext import compact, parse
from prometheus.cli import services_asking
from prometheus.cli.arguments import parse as parse_arguments
from prometheus.cli.claim import look, renew, request_online, status
from prometheus.cli.commands import find
from prometheus.cli.invocation import Invocation
from prometheus.cli.output import Output
from prometheus.cli.run import target_of
from prometheus_morpheus.asking_services.services import AskingServices
from prometheus_morpheus.client.session import Patience
from prometheus_simulators.desk import Desk, seated
from prometheus_simulators.foreign_services import ForeignServices, foreign_services
from prometheus_simulators.two_vaults import CARD, CLUB

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from prometheus.usecases.session import Session

PROCESS: dict[str, Any] = {
    "name": "Swimming pass",
    "version": 1,
    "description": "Who may swim",
    "claimSchema": CLUB,
    "evidenceSchema": None,
    "constraintsSchema": None,
}


class AuthorityTown:
    """The holder's desk, and an authority whose clerk is the other vault."""

    def __init__(self, desk: Desk, service: ForeignServices) -> None:
        self.desk = desk
        self.service = service
        self.process_id = service.publish_process(PROCESS)

    def ask(self, *more: str) -> Any:
        data = self.desk.file("data.json", CARD)
        words = ("claim", "request", "--authority", self.service.url, "--data", data, "--yes", *more)
        return self.desk.as_json(*words)

    def status(self, *more: str) -> Any:
        return self.desk.as_json("claim", "status", *more)["requests"]

    def witness(self) -> dict[str, Any]:
        """Return the statement of the clerk about the one request that came in."""
        raw = compact(self.service.only_request().document).encode()
        found = parse(self.desk.world.witness(raw, before="P20D").raw)
        assert isinstance(found, dict)
        return found

    def approve(self) -> None:
        waiting = self.service.only_request()
        waiting.statement, waiting.status = self.witness(), "approved"

    @property
    def session(self) -> Session:
        return self.desk.world.holder

    def code(self, *words: str) -> int:
        """Run one command line and return its exit code."""
        command = find(list(words))
        assert command is not None
        values = parse_arguments(command, words[len(command.words) :])
        output = Output(is_json=False, is_quiet=False, may_ask=False, colour=False)
        found = target_of(command)(Invocation(command, values, output))
        self.desk.capsys.readouterr()
        return found


@contextmanager
def authority_town(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[AuthorityTown]:
    """Open the town, with a client that waits a second at most and asks once."""
    quick = AskingServices(Patience(connect=1, piece=1, whole=2, attempts=1))
    monkeypatch.setattr(services_asking, "require_services", lambda _plugins: quick)
    with seated(folder, monkeypatch, capsys) as desk, foreign_services(has_extensions=True) as service:
        opened = vars(look)["open_session"]
        for verb in (renew, request_online, status):
            monkeypatch.setattr(verb, "open_session", opened)
        yield AuthorityTown(desk, service)
