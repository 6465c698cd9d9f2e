"""The simulated foreign services answer as the real ones were recorded; else what is tried against them proves little.

Left out: `/validate`, whose answers a test chooses, and the words of pages, of which the beginning counts.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.foreign_services import ForeignServices, foreign_services

RECORDED = Path(__file__).parents[3] / "vectors" / "iop"


def transcript(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())
    return found


def answer(url: str, asked: dict[str, Any]) -> tuple[int, Any]:
    """Send a recorded request; return status and the JSON or text that came."""
    body = asked.get("body")
    content = None if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
    headers = {"Content-Type": "application/json", **asked.get("headers", {})}
    request = urllib.request.Request(url + asked["url"], content, headers, method=asked["method"])  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310  # our own server on the loopback
            return reply.status, _read(reply.headers.get_content_type(), reply.read())
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, _read(refused.headers.get_content_type(), refused.read())


def _read(kind: str, content: bytes) -> Any:
    return json.loads(content) if kind == "application/json" else content.decode()


def follow(clock: FakeClock, headers: dict[str, str]) -> None:
    """Bring the clock to the second of a recorded token."""
    parts = headers.get("authorization", "").removeprefix("Bearer ").split(".")
    if len(parts) == 3:
        made = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))["nbf"]
        clock.advance(max(0, made - clock.now().timestamp()))


def stage(service: ForeignServices, file: dict[str, Any]) -> None:
    service.clerks = set(file.get("whitelisted_public_keys", ()))
    service.wants_tokens_for_requests = True
    if "process" in file:
        service.publish_process(file["process"])
    if "scenario" in file:
        service.publish_scenario(file["scenario"])


@pytest.mark.parametrize("name", ["http_authority", "http_inspector"])
def test_every_recorded_answer_is_given(name: str) -> None:
    file = transcript(name)
    clock = FakeClock(datetime.fromtimestamp(file.get("clock_start", 1_600_000_000), UTC).isoformat())
    links: dict[str, str] = {}
    wrong = []
    with foreign_services(clock=clock) as service:
        stage(service, file)
        for entry in file["vectors"]:
            asked, wanted = entry["request"], entry["response"]
            if asked["url"] == "/validate":
                continue
            follow(clock, asked.get("headers", {}))
            path = asked["url"]
            for recorded, ours in links.items():
                path = path.replace(recorded, ours)
            status, told = answer(service.url, {**asked, "url": path})
            body = wanted.get("body", wanted.get("text"))
            if isinstance(body, dict) and "capabilityLink" in body and isinstance(told, dict):
                links.setdefault(body["capabilityLink"], told["capabilityLink"])
            text = json.dumps(told)
            for recorded, ours in links.items():
                text = text.replace(ours, recorded)
            if status != wanted["status"] or not _fits(json.loads(text), body, is_page="text" in wanted):
                wrong.append((entry["id"], entry.get("note"), status, told, wanted))
    assert wrong == []


def _fits(told: Any, wanted: Any, *, is_page: bool) -> bool:
    if is_page and wanted.startswith("<"):
        return isinstance(told, str) and told.startswith("<!DOCTYPE html>")
    return bool(told == wanted)
