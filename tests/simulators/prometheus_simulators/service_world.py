"""What people send to services, and a ledger that says what a test wants: for the tests of authority and inspector.

Keys are those of `prometheus_simulators.signed_world`; a request of María's is `request_of()`, the statement that
answers it `answer_to(request)`. `StubLedger` stands for what several endpoints say together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus.claims.digest import content_id
from prometheus.claims.jwt import sign_token
from prometheus_morpheus.services.ledger import Learnt, NewestBlock, Told
from prometheus_simulators.signed_world import did as did_of
from prometheus_simulators.signed_world import document, nonce, public, secret, sign, statement_content

if TYPE_CHECKING:
    from prometheus.claims.did_document import DidDocument
    from prometheus.errors import PrometheusError

PROCESS: dict[str, Any] = {
    "name": "Identity card",
    "version": 1,
    "description": "A clerk looks at the card",
    "claimSchema": {"type": "object", "properties": {"givenName": {"type": "string", "maskable": True}}},
    "evidenceSchema": {"type": "object", "properties": {"photo": {"type": "string", "subtype": "photo"}}},
    "constraintsSchema": None,
}
PROCESS_ID = content_id(PROCESS)


def request_of(by: str = "maria", label: str = "request", process: str = PROCESS_ID, **changes: Any) -> dict[str, Any]:
    """A signed request about whoever signs it; another label makes another one, changes go into the content."""
    content = {
        "processId": process,
        "claimant": did_of(by) + "#0",
        "claim": {"subject": did_of(by), "content": {"givenName": {"nonce": nonce(label), "value": "Mari\u0301a"}}},
        "evidence": {"photo": "data:image/jpeg;base64,AAAA"},
        "nonce": nonce(label),
    }
    return sign({**content, **changes}, by)


def answer_to(request: dict[str, Any], by: str = "authority", **changes: Any) -> dict[str, Any]:
    """The signed statement that answers a request; `claim` and `process` replace those, the rest are constraints."""
    asked = request["content"]
    claim, process = changes.pop("claim", asked["claim"]), changes.pop("process", asked["processId"])
    content = statement_content(**{"process": process, **changes})
    return sign({**content, "claim": claim}, by)


def token_of(name: str, now: int, body: Any = None) -> dict[str, str]:
    """The header of a token of a named person, made at a second."""
    token = sign_token(secret(name), public(name), now, content_id=None if body is None else content_id(body))
    return {"Authorization": f"Bearer {token}"}


class StubLedger:
    """A ledger that says what it was told to; an `error` is raised instead."""

    def __init__(self, *documents: DidDocument, newest: tuple[int, str] = (1000, "tip")) -> None:
        self.documents = {one.did.text: one for one in documents}
        self.newest = newest
        self.registered: dict[str, Told] = {}
        self.blocks: dict[int, Told] = {}
        self.faults: tuple[str, ...] = ()
        self.error: PrometheusError | None = None
        self.unknown: PrometheusError | None = None
        """What is raised for a DID without document; it has none where this is None."""
        self.asked: list[str] = []

    def newest_block(self) -> NewestBlock:
        if self.error:
            raise self.error
        return NewestBlock(*self.newest)

    def learn(self, did: str, content_id: str | None = None, height: int | None = None) -> Learnt:
        self.asked.append(did)
        if self.error:
            raise self.error
        if self.unknown and did not in self.documents:
            raise self.unknown
        block = None if height is None else self.blocks.get(height)
        registered = None if content_id is None else self.registered.get(content_id)
        return Learnt(self.documents.get(did), registered, block, self.faults)


def clerk_document(*, revoked_at: int | None = None, height: int = 1000) -> DidDocument:
    """The authority's DID document with a clerk's key in it, revoked at a height where one is given."""
    points: tuple[tuple[int | None, bool], ...] = ((10, True),)
    if revoked_at is not None:
        points = (*points, (revoked_at, False))
    rights = ((0, ((None, True),)), (1, points))
    return document("authority", ("clerk", 10, None), rights=rights, height=height).document
