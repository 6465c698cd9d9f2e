"""Memory: however much is sent at one time, a service takes no more than its share."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientSession, TCPConnector
from prometheus_simulators.command_line import CommandLine
from prometheus_simulators.service_world import PROCESS, request_of

MOST_MIB = 256
LINES = 150
STATUS = Path("/proc/self/status")


def most_mib(process: subprocess.Popen[bytes]) -> float:
    for line in Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("the system does not say")


async def send(url: str, body: bytes, count: int) -> set[Any]:
    async with ClientSession(connector=TCPConnector(limit=count)) as session:

        async def one() -> Any:
            try:
                async with session.post(url, data=body, headers={"Content-Type": "application/json"}) as answer:
                    await answer.read()
                    return answer.status
            except ClientConnectionError:
                return "ended"

        return set(await asyncio.gather(*(one() for _ in range(count))))


@pytest.mark.skipif(not STATUS.exists(), reason="only Linux tells the most that a process ever took")
def test_large_and_bulky_bodies_at_one_time_do_not_add_up(tmp_path: Path) -> None:
    line = CommandLine(tmp_path / "home")
    line.run("plugin", "enable", "morpheus", "--yes")
    (tmp_path / "town" / "processes").mkdir(parents=True)
    (tmp_path / "town" / "processes" / "card.json").write_text(json.dumps(PROCESS), encoding="utf-8")
    line.run("serve", "key", "--out", str(tmp_path / "key"))
    words = ("serve", "authority", str(tmp_path / "town"), "--key-file", str(tmp_path / "key"), "--rate", "0", "--json")
    process = line.start(*words, "--listen", "127.0.0.1:0", stderr=subprocess.DEVNULL)
    try:
        assert process.stdout
        url = json.loads(process.stdout.readline())["listens_at"] + "/requests"
        large = json.dumps(request_of(evidence={"photo": "x" * 3_900_000})).encode()
        assert len(large) * LINES > MOST_MIB * 2**20, "the control: all of it at once would not fit"
        assert asyncio.run(send(url, large, LINES)) <= {202, 503, "ended"}
        assert asyncio.run(send(url, b"[" + b"1," * 1_900_000 + b"1]", LINES)) <= {400, 503, "ended"}
        assert asyncio.run(send(url, b"[" * 3_900_000, LINES)) <= {400, 503, "ended"}
        assert asyncio.run(send(url, large, 1)) == {202}, "and it still answers"
        assert most_mib(process) < MOST_MIB
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
