"""At a terminal: a clerk sees the request and the terms before signing, a holder sees where it goes before showing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.foreign_services import foreign_services
from prometheus_simulators.house import Terminal
from prometheus_simulators.service_town import ServiceTown

from prometheus_vault import kdf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[ServiceTown]:
    """A town whose vaults a child process can open: its key derivation is the real one."""
    real = kdf.argon2id
    made = ServiceTown(tmp_path / "home", monkeypatch, capsys)
    monkeypatch.setattr(kdf, "argon2id", real)
    made.settle()
    with foreign_services() as service:
        made.service = service
        yield made


def at_terminal(town: ServiceTown, line: str, vault: str) -> Terminal:
    return Terminal(town.home, *line.split(), "--vault", vault, "--passphrase-file", town.path("pass"))


def test_a_clerk_reads_everything_and_may_say_no(town: ServiceTown) -> None:
    request_id = town.hand_in()
    line = f"authority approve {request_id} --before P1Y --service {town.service.url}"
    terminal = at_terminal(town, line, "library")
    seen = terminal.until("[y/N] ")
    assert "Kovacs" in seen
    assert "in the name of did:morpheus:" in seen
    assert "until" in seen
    assert town.service.url in seen
    terminal.type("n")
    assert terminal.end() == 5
    assert town.service.only_request().status == "pending"
    again = at_terminal(town, line, "library")
    again.until("[y/N] ")
    again.type("y")
    assert again.end() == 0
    assert town.service.only_request().status == "approved"


def test_a_rejection_shows_what_the_claimant_will_read(town: ServiceTown) -> None:
    request_id = town.hand_in()
    terminal = at_terminal(
        town, f"authority reject {request_id} --reason blurred --service {town.service.url}", "library"
    )
    assert "blurred" in terminal.until("[y/N] ")
    terminal.interrupt()
    assert terminal.end() == 130
    assert town.service.only_request().status == "pending"


def test_a_holder_picks_a_scenario_and_sees_where_it_goes(town: ServiceTown) -> None:
    town.claim()
    town.publish_door()
    town.publish_door("Name", (".familyName",))
    terminal = at_terminal(town, f"claim present --inspector {town.service.url}", "personal")
    terminal.until("which scenario (1-2): ")
    terminal.type("2")
    seen = terminal.until("[y/N] ")
    assert f"To be sent to {town.service.url} for its scenario Name 1" in " ".join(seen.split())
    assert f"to {town.service.url}?" in " ".join(seen.split())
    terminal.type("n")
    assert terminal.end() == 5
    assert town.service.presentations == {}
