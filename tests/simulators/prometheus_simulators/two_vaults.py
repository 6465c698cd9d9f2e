"""Two vaults in memory, the holder's and the authority's, with one clock and one folder of schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus.model.secret import Secret
from prometheus.usecases import accept_claim, request_claim, witness_claim
from prometheus.usecases.create_vault import furnish_vault
from prometheus.usecases.personas import active_persona
from prometheus.usecases.schema_check import check_document
from prometheus.usecases.schemas import Schemas
from prometheus.usecases.seed_signer import SeedSigner
from prometheus.usecases.session import Session
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.memory_vault import MemoryVault

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus.usecases.accept_claim import Arrival
    from prometheus.usecases.request_claim import SignedRequest
    from prometheus.usecases.schemas import KnownSchema
    from prometheus.usecases.witness_claim import SignedStatementFile

CLUB: dict[str, Json] = {
    "type": "object",
    "title": "Club card",
    "required": ["number"],
    "additionalProperties": False,
    "properties": {
        "number": {"type": "string", "minLength": 3, "title": "Number", "maskable": True},
        "level": {"type": "string", "enum": ["gold", "silver"], "maskable": True},
        "points": {"type": "integer", "minimum": 0},
        "home": {
            "type": "object",
            "properties": {"city": {"type": "string", "maskable": True}, "street": {"type": "string"}},
        },
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}
CARD: dict[str, Json] = {
    "number": "A-123",
    "level": "gold",
    "points": 7,
    "home": {"city": "Bonn", "street": "Am Markt 1"},
    "tags": ["x"],
}


class World(NamedTuple):
    holder: Session
    authority: Session
    schemas: Schemas
    club: KnownSchema
    clock: FakeClock

    def request(self, data: Json = None) -> SignedRequest:
        persona = active_persona(self.holder)
        draft = request_claim.draft_request(self.club, persona, CARD if data is None else data)
        return request_claim.sign_request(self.holder, draft)

    def witness(self, request: bytes, *, after: str = "", before: str = "") -> SignedStatementFile:
        clerk = active_persona(self.authority)
        review = witness_claim.review_request(request, self.schemas, self.clock.now())
        terms = witness_claim.checked_terms(
            review.schema, authority=clerk.did, now=self.clock.now(), after=after, before=before
        )
        return witness_claim.sign_statement(self.authority, review, clerk, terms)

    def claim(self, data: Json = None, *, before: str = "") -> Arrival:
        statement = self.witness(self.request(data).raw, before=before)
        return accept_claim.accept(self.holder, statement.raw, self.schemas)


def make_world(folder: str) -> World:
    clock = FakeClock()
    schemas = Schemas(folder)
    club, _ = schemas.add(check_document(CLUB).process)
    return World(_session(1, clock), _session(2, clock), schemas, club, clock)


def _session(number: int, clock: FakeClock) -> Session:
    vault = MemoryVault()
    session = Session(vault, clock, SeedSigner(vault))
    furnish_vault(session, Secret(bytes([number]) * 64))
    return session
