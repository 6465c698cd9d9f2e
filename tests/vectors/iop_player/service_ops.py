"""Plays the recorded transcripts of authority and inspector against the real services, over a socket.

A transcript is played once, in its order, on one server, and each vector then looks at its own answer. The service gets
a clock that follows the recorded tokens, and the inspector a ledger that says what the recorded stub said. Capability
links are random: a recorded link stands for the one that ours gave in its place, in later paths and in answers.
"""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.service_floor import laid_floor
from prometheus_simulators.service_world import StubLedger, token_of
from prometheus_simulators.signed_world import public
from yarl import URL

from iop_player.operations import Input, Operations
from iop_player.player import is_same
from iop_player.service_differences import ANOTHER_BODY, PRIVATE_BLOB, claims_of, difference, expected, is_same_text
from prometheus.claims.did_document import parse_did_document
from prometheus.errors import NotFound
from prometheus_morpheus.services.authority.routes import authority_routes
from prometheus_morpheus.services.http.server import running
from prometheus_morpheus.services.inspector.routes import inspector_routes
from prometheus_morpheus.services.ledger import Told

if TYPE_CHECKING:
    from prometheus_morpheus.services.floor import Floor
    from prometheus_morpheus.services.http.route import Route

OPS = Operations()
_PLAYED: dict[int, tuple[Any, dict[str, Any]]] = {}
"""By the identity of a file that was read: the file, and the answer to each of its requests."""
_BY_A_CLERK = " by a clerk"
_AS_RECORDED_THEN = (PRIVATE_BLOB, ANOTHER_BODY)
"""Differences for want of a right token; with one the answer is the recorded one."""
_BEFORE_PROOF = re.compile(r"before proof at ([0-9]+)")


@OPS.plays("http_authority", "http")
def ask_authority(given: Input, recorded: dict[str, Any]) -> Any:
    return _answer(given, recorded)


@OPS.plays("http_inspector", "http")
def ask_inspector(given: Input, recorded: dict[str, Any]) -> Any:
    return _answer(given, recorded)


def _answer(given: Input, recorded: dict[str, Any]) -> Any:
    """Return the recorded answer where ours is what it has to be, and ours where not."""
    file = given["file"]
    if id(file) not in _PLAYED:
        _PLAYED[id(file)] = (file, asyncio.run(_play(file)))
    ours = _PLAYED[id(file)][1][given["id"]]
    wanted = expected(given, recorded)
    if "text" in wanted:
        fits = is_same({**ours, "text": ""}, {**wanted, "text": ""}) and is_same_text(ours["text"], wanted["text"])
    else:
        fits = is_same(ours, wanted)
    if difference(given, recorded) in _AS_RECORDED_THEN:
        fits = fits and is_same(_PLAYED[id(file)][1][given["id"] + _BY_A_CLERK], recorded)
    return recorded if fits else ours


class _Transcript:
    """A file being played: its clock, its ledger and the links that stand for each other."""

    def __init__(self, file: dict[str, Any]) -> None:
        start = datetime.fromtimestamp(file.get("clock_start", 1_600_000_000), UTC)
        self.clock = FakeClock(start.isoformat())
        self.ledger = _ledger(file["hydra_stub"]) if "hydra_stub" in file else None
        self.floor = _floor(file, self.clock)
        self._ours_by_recorded: dict[str, str] = {}

    def routes(self) -> tuple[Route, ...]:
        """Return the routes of the service that was recorded."""
        return authority_routes(self.floor) if self.ledger is None else inspector_routes(self.floor, self.ledger)

    def prepare(self, entry: dict[str, Any]) -> None:
        """Bring clock and ledger to where they were when a request was recorded."""
        made = _second_of_token(entry["request"].get("headers", {}))
        behind = made - self.clock.now().timestamp()
        if behind > 0:
            self.clock.advance(behind)
        proof = _BEFORE_PROOF.search(entry.get("note", ""))
        if proof and self.ledger is not None:
            self.ledger.registered[entry["request"]["body"]["contentId"]] = Told(int(proof[1]), is_agreed=True)

    def ours(self, text: str) -> str:
        """Return a recorded path with our links in it."""
        for recorded, ours in self._ours_by_recorded.items():
            text = text.replace(recorded, ours)
        return text

    def recorded(self, answer: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
        """Return our answer with the recorded links in it; a link that is new is learnt first."""
        pair = [one.get("body") for one in (answer, wanted)]
        if all(isinstance(body, dict) and "capabilityLink" in body for body in pair):
            ours, recorded = (body["capabilityLink"] for body in pair if isinstance(body, dict))
            self._ours_by_recorded.setdefault(recorded, ours)
        text = json.dumps(answer)
        for recorded, ours in self._ours_by_recorded.items():
            text = text.replace(ours, recorded)
        found: dict[str, Any] = json.loads(text)
        return found


async def _play(file: dict[str, Any]) -> dict[str, Any]:
    transcript, answers = _Transcript(file), dict[str, Any]()
    async with (
        running(transcript.routes(), transcript.floor.limits, transcript.clock) as served,
        ClientSession() as session,
    ):
        for entry in file["vectors"]:
            transcript.prepare(entry)
            asked, wanted = entry["request"], entry["response"]
            answer = await _ask(session, served.url, transcript, asked)
            answers[entry["id"]] = transcript.recorded(answer, wanted)
            if difference(asked, wanted) in _AS_RECORDED_THEN:
                now = int(transcript.clock.now().timestamp())
                token = token_of(_another_clerk(entry), now, asked.get("body"))
                answer = await _ask(session, served.url, transcript, {**asked, "headers": token})
                answers[entry["id"] + _BY_A_CLERK] = transcript.recorded(answer, wanted)
    transcript.floor.store.close()
    return answers


async def _ask(session: ClientSession, url: str, transcript: _Transcript, asked: dict[str, Any]) -> dict[str, Any]:
    """Send a recorded request and return the answer in the form of the recording."""
    headers, body = dict(asked.get("headers", {})), asked.get("body")
    content = None if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
    if content is not None:
        headers.setdefault("content-type", "application/json")
    path = URL(url + transcript.ours(asked["url"]), encoded=True)
    async with session.request(asked["method"], path, headers=headers, data=content) as answer:
        told: dict[str, Any] = {"status": answer.status, "content_type": answer.headers.get("Content-Type", "")}
        text = await answer.text()
    return {**told, "body": json.loads(text)} if "json" in told["content_type"] else {**told, "text": text}


def _floor(file: dict[str, Any], clock: FakeClock) -> Floor:
    listed, names = set(file.get("whitelisted_public_keys", ())), file.get("keys", {})
    clerks = {key for name, key in names.items() if "clerk" in name and key in listed} or listed
    clerks |= {public(_another_clerk(entry)) for entry in file["vectors"]}
    process, scenario = ([file[kind]] if kind in file else [] for kind in ("process", "scenario"))
    return laid_floor(clock, processes=process, scenarios=scenario, clerks=clerks, requesters=listed)


def _another_clerk(entry: dict[str, Any]) -> str:
    """Return the name of a clerk of the tests, whose token does not come between the recorded ones."""
    return f"clerk for {entry['id']}"


def _ledger(stub: dict[str, Any]) -> StubLedger:
    tip = stub["tip"]
    ledger = StubLedger(parse_did_document(stub["did_document"]), newest=(tip["blockHeight"], tip["blockHash"]))
    ledger.blocks = {int(height): Told(block_hash, is_agreed=True) for height, block_hash in stub["blocks"].items()}
    ledger.unknown = NotFound("Error: Request failed with status code 404")
    return ledger


def _second_of_token(headers: dict[str, str]) -> int:
    """Return when a recorded token was made, 0 where there is none that can be read."""
    return int(claims_of(headers).get("nbf", 0))
