"""Files of a service that others may write, that are links, or pipes: the start is refused, and never hangs."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.command_line import CommandLine
from prometheus_simulators.service_world import PROCESS

from prometheus.errors import NotUnderstood, PolicyForbids
from prometheus_morpheus.services.catalogue import read_catalogue
from prometheus_morpheus.services.clerks import read_admitted
from prometheus_morpheus.services.own_files import require_own, require_own_store
from prometheus_morpheus.verbs.serve import _serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

GROUP_OF_OTHERS = 4714


@pytest.fixture
def town(tmp_path: Path) -> Path:
    (tmp_path / "processes").mkdir()
    (tmp_path / "processes" / "card.json").write_text(json.dumps(PROCESS), encoding="utf-8")
    (tmp_path / "clerks").write_text("", encoding="utf-8")
    (tmp_path / "town.key").write_text("u" + "A" * 43 + "\n", encoding="ascii")
    (tmp_path / "town.key").chmod(0o600)
    return tmp_path


@pytest.mark.parametrize("name", ["clerks", "processes", "processes/card.json"])
def test_what_others_may_write_is_not_read(town: Path, name: str) -> None:
    read_catalogue(str(town))
    read_admitted(str(town), [], is_open=False)
    (town / name).chmod((town / name).stat().st_mode | 0o002)
    with pytest.raises(PolicyForbids, match="not safe"):
        (read_catalogue(str(town)), read_admitted(str(town), [], is_open=False))


def test_a_group_may_write_where_it_is_the_owner_alone(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = town / "clerks"
    path.chmod(0o664)
    found = list(path.stat())
    for group, owner, is_safe in ((7, 7, True), (GROUP_OF_OTHERS, 7, False), (8, 8, False)):
        found[4], found[5] = owner, group
        monkeypatch.setattr(os, "stat", lambda *_args, **_named: os.stat_result(found))
        monkeypatch.setattr(os, "geteuid", lambda: 7)
        if is_safe:
            require_own(str(path))
        else:
            with pytest.raises(PolicyForbids):
                require_own(str(path))


@pytest.mark.parametrize("name", ["processes/z.json", "clerks"])
def test_a_pipe_is_refused_and_not_waited_for(town: Path, name: str) -> None:
    (town / name).unlink(missing_ok=True)
    os.mkfifo(town / name)
    with pytest.raises(NotUnderstood, match="no regular file"):
        (read_catalogue(str(town)), read_admitted(str(town), [], is_open=True))


def test_the_file_of_the_store_is_no_link_and_is_closed_to_others(town: Path) -> None:
    require_own_store(str(town))
    (town / "service.db").write_bytes(b"")
    (town / "service.db").chmod(0o666)
    require_own_store(str(town))
    assert (town / "service.db").stat().st_mode & 0o777 == 0o600
    (town / "service.db").rename(town / "elsewhere.db")
    (town / "service.db").symlink_to(town / "elsewhere.db")
    with pytest.raises(NotUnderstood, match="no regular file"):
        require_own_store(str(town))


def test_the_file_of_the_store_is_no_other_persons(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (town / "service.db").write_bytes(b"")
    there = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: there + 1)
    with pytest.raises(PolicyForbids, match="not safe"):
        require_own_store(str(town))


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    made = CommandLine(tmp_path_factory.mktemp("home"))
    made.run("plugin", "enable", "morpheus", "--yes")
    return made


class TestTheVerb:
    """As a person starts it."""

    def words(self, town: Path, *more: str) -> tuple[str, ...]:
        key = ("--key-file", str(town / "town.key"))
        return ("serve", "authority", str(town), "--listen", "127.0.0.1:0", *key, "--json", *more)

    def refused(self, line: CommandLine, town: Path, *more: str) -> str:
        document = json.loads(line.run(*self.words(town, *more)).stdout)
        return str(document["code"])

    def test_a_folder_that_others_may_write_is_refused(self, line: CommandLine, town: Path) -> None:
        town.chmod(0o777)
        assert self.refused(line, town) == "SERVICE-OF-OTHERS"

    def test_a_store_that_is_a_link_is_refused(self, line: CommandLine, town: Path) -> None:
        (town / "service.db").symlink_to(town / "elsewhere.db")
        assert self.refused(line, town) == "SERVICE-NO-FILE"
        assert not (town / "elsewhere.db").exists()

    def test_a_key_of_a_certificate_that_all_may_read_is_refused(self, line: CommandLine, town: Path) -> None:
        for name in ("chain", "key"):
            (town / name).write_bytes(b"")
        (town / "key").chmod(0o644)
        more = ("--tls-cert", str(town / "chain"), "--tls-key", str(town / "key"))
        assert self.refused(line, town, *more) == "SERVICE-TLS-OPEN"
        (town / "key").chmod(0o640)
        assert self.refused(line, town, *more) == "SERVICE-TLS"


def test_until_it_is_served_a_signal_ends_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    met: list[Any] = []

    @asynccontextmanager
    async def starting(*_given: object) -> AsyncIterator[None]:
        met.append(signal.getsignal(signal.SIGTERM))
        if met:
            raise InterruptedError
        yield

    monkeypatch.setattr("prometheus_morpheus.services.running.running", starting)
    plan: Any = None
    call: Any = SimpleNamespace(clock=FakeClock())
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(InterruptedError):
        asyncio.run(_serve(call, plan))
    assert met == [before]
