"""An authority that is killed: what it answered is there afterwards, and what it did not answer can be sent again."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators import mortal_service
from prometheus_simulators.service_line import ServiceLine
from prometheus_simulators.service_world import PROCESS, request_of

from prometheus_morpheus.services.key_file import make_key_file
from prometheus_morpheus.services.store.database import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST = 30
DEATHS, SENDERS, EACH = 4, ("Ana ", "Bela ", "Cora ", "Dora "), 12


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "town" / "processes").mkdir(parents=True)
    (tmp_path / "town" / "processes" / "card.json").write_text(json.dumps(PROCESS), "utf-8")
    make_key_file(str(tmp_path / "key"))
    return tmp_path


class Mortal:
    """A service in a child process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        self.process = process
        self.line = ServiceLine(process.stdout.readline().strip())

    def send(self, request: Any) -> str | None:
        """Send a request; None where there was no answer."""
        try:
            said = self.line.post("/requests", request)
        except (OSError, HTTPException):
            return None
        assert said.status == 202, said
        return str(said.body["capabilityLink"])

    def status(self, link: str) -> str:
        return str(self.line.get(f"/requests/{link}/status").body["status"])


@contextmanager
def service(place: Path, dies: str = "never") -> Iterator[Mortal]:
    program = [sys.executable, mortal_service.__file__, str(place / "town"), str(place / "key"), dies]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=environ)
    try:
        yield Mortal(process)
    finally:
        process.kill()
        process.communicate(timeout=LONGEST)


def rows(place: Path) -> int:
    """Count the requests in the file of a service that does not run."""
    with closing(sqlite3.connect(place / "town" / FILE_NAME)) as file:
        return int(file.execute("SELECT COUNT(*) FROM requests").fetchone()[0])


@pytest.mark.parametrize(("dies", "kept"), [("before", 0), ("after", 1)])
def test_killed_before_the_answer_the_request_is_sent_again_and_there_once(place: Path, dies: str, kept: int) -> None:
    with service(place, dies) as mortal:
        assert mortal.send(request_of()) is None
        assert mortal.process.wait(LONGEST) == -9
    assert rows(place) == kept
    with service(place) as mortal:
        link = mortal.send(request_of())
        assert link is not None
        assert (mortal.send(request_of()), mortal.status(link)) == (link, "pending")
    assert rows(place) == 1


def test_whatever_was_answered_before_a_kill_is_there_after_it(place: Path) -> None:
    made = {f"{sender}{number}": request_of(label=f"{sender}{number}") for sender in SENDERS for number in range(EACH)}
    links: dict[str, str] = {}
    for death in range(1, DEATHS + 1):
        with service(place) as mortal:
            wanted = len(made) * death // (DEATHS + 1)
            send_all = partial(_send_all, mortal, made, links, wanted)
            with ThreadPoolExecutor(len(SENDERS)) as pool:
                changed = list(pool.map(send_all, SENDERS))
            assert changed == [0] * len(SENDERS)
            assert mortal.process.wait(LONGEST) == -9
            assert wanted <= len(links) < len(made)
    with service(place) as mortal:
        found = {label: mortal.send(request) for label, request in made.items()}
        assert {label: found[label] for label in links} == links
        assert {mortal.status(link or "") for link in found.values()} == {"pending"}
    assert rows(place) == len(set(found.values())) == len(made)


def _send_all(mortal: Mortal, made: dict[str, Any], links: dict[str, str], wanted: int, sender: str) -> int:
    """Send one person's requests, those answered too, and kill when so many are; count the links that changed."""
    changed = 0
    for label in [label for label in made if label.startswith(sender)]:
        link = mortal.send(made[label])
        if link is None:
            break
        changed += links.setdefault(label, link) != link
        if len(links) >= wanted:
            mortal.process.kill()
    return changed
