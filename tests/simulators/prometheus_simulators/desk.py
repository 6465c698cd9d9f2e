"""Verbs of claims, each called with an invocation, by one of two people whose vaults lie in memory."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from prometheus.cli.arguments import parse as parse_arguments
from prometheus.cli.claim import discard, export, keep, look, request, witness
from prometheus.cli.commands import find
from prometheus.cli.invocation import Invocation
from prometheus.cli.output import Output
from prometheus.cli.run import target_of
from prometheus_simulators.two_vaults import CARD, World, make_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from prometheus.usecases.session import Session

_VERBS = (request, witness, keep, look, discard, export)


class Desk:
    """Runs verbs as one of two people, with their vaults in memory and a folder of files."""

    def __init__(self, world: World, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.world = world
        self.folder = folder
        self.capsys = capsys
        self.session: Session = world.holder
        self.said = ""

    def run(self, *words: str, may_ask: bool = False) -> str:
        """Run one command line and return its standard output; `said` is its standard error."""
        command = find(list(words))
        assert command is not None, words
        values = parse_arguments(command, words[len(command.words) :])
        output = Output(is_json=bool(values["json"]), is_quiet=False, may_ask=may_ask, colour=False)
        try:
            assert target_of(command)(Invocation(command, values, output)) == 0
        finally:
            told = self.capsys.readouterr()
            self.said = told.err
        return told.out

    def as_json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json"))

    def file(self, name: str, content: Any) -> str:
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def request(self, data: Any = None) -> str:
        out = self.path("request.json")
        data_file = self.file("data.json", CARD if data is None else data)
        self.run("claim", "request", "--schema", "club card", "--data", data_file, "--out", out, "--yes")
        return out

    def statement(self, data: Any = None) -> str:
        out = self.path("statement.json")
        self.request(data)
        with acting(self.world.authority):
            self.run("claim", "witness", self.path("request.json"), "--before", "P1Y", "--out", out, "--yes")
        return out

    def claim(self, data: Any = None) -> str:
        return str(self.as_json("claim", "accept", self.statement(data))["id"])


_ACTING: list[Session] = []


@contextmanager
def acting(session: Session) -> Iterator[None]:
    _ACTING.append(session)
    try:
        yield
    finally:
        _ACTING.pop()


@contextmanager
def seated(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    """Give the holder a desk, with schemas and files below a folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
    (folder / "files").mkdir()
    world = make_world(str(folder / "data/prometheus/schemas"))

    @contextmanager
    def opened(_call: Invocation) -> Iterator[Session]:
        yield _ACTING[-1]

    for verb in _VERBS:
        monkeypatch.setattr(verb, "open_session", opened, raising=True)
    with acting(world.holder):
        yield Desk(world, folder / "files", capsys)
