"""A vault with very many claims: signed for real, of four kinds and several authorities, kept in large commits.

The same seed makes the same claims. Each comes with its log entry; every seventh has ended, every fiftieth rests in the
trash, every tenth was shown once. From the command line, into a vault that exists:

    python -m prometheus_simulators.claims_crowd NAME COUNT PASSPHRASE-FILE
"""

from __future__ import annotations

import os
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prometheus.claims.claim import Claim
from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import compact
from prometheus.claims.nonce import NONCE_BYTES, encode
from prometheus.claims.shipped import SHIPPED
from prometheus.claims.signed import sign_json
from prometheus.model.claim_record import ClaimRecord
from prometheus.usecases import audit
from prometheus.usecases.claim_index import field_paths
from prometheus.usecases.claims_store import add_claim
from prometheus.usecases.personas import list_personas
from prometheus_simulators.signed_world import did, public, secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.usecases.session import Session

AUTHORITIES = ("ministry", "university", "club", "mail")
AUDIENCES = ("bar", "shop", "gate")
GIVEN = ("Ana", "Béla", "Chloé", "Dénes", "Éva", "François", "Győző", "Heidi", "Ibrahim", "Jürgen", "Zoë", "Żaneta")
FAMILY = ("Kovács", "Müller", "García", "O'Neill", "Nowak", "Straße", "van Dijk", "Öztürk", "Sørensen", "Łukasz")
PLACES = ("Budapest", "Győr", "Bonn", "Kraków", "İzmir", "São Paulo", "Malmö", "Wien")
FIRST = datetime(2021, 1, 1, tzinfo=UTC)
MINUTES_BETWEEN = 20
COMMIT = 2_000


def crowd(session: Session, count: int, *, seed: int = 1) -> list[str]:
    """Keep so many claims and return their ids, the oldest first."""
    chance = random.Random(seed)
    personas = [persona.did for persona in list_personas(session)]
    ids: list[str] = []
    while len(ids) < count:
        with session.commit() as commit:
            for number in range(len(ids), min(count, len(ids) + COMMIT)):
                claim = one_of_many(chance, number, personas)
                add_claim(commit, claim)
                ids.append(claim.id)
                audit.append(commit, "claim.accept", persona=claim.persona, facts={"claim": claim.id})
                if claim.uses:
                    facts = {"claims": [claim.id], "audience": [did(chance.choice(AUDIENCES))]}
                    audit.append(commit, "claim.present", persona=claim.persona, facts=facts)
    return ids


def one_of_many(chance: random.Random, number: int, personas: list[str]) -> ClaimRecord:
    """Return a claim about one of the personas, or about a stranger when there is none."""
    kind = chance.choice(tuple(SHIPPED))
    by = chance.choice(AUTHORITIES)
    persona = chance.choice(personas) if personas else ""
    subject = persona or did("stranger")
    content: dict[str, Any] = {name: _wrapped(chance, value) for name, value in _values(chance, kind)}
    added = FIRST + timedelta(minutes=MINUTES_BETWEEN * number)
    after, before = _text(added), _text(added + timedelta(days=30 if number % 7 == 0 else 36500))
    statement: dict[str, Any] = {
        "processId": SHIPPED[kind],
        "claim": Claim(subject, content).to_json(),
        "constraints": {
            "after": after,
            "before": before,
            "witness": did(by) + "#0",
            "authority": did(by),
            "content": None,
        },
        "nonce": encode(chance.randbytes(NONCE_BYTES)),
    }
    document = sign_json(statement, secret(by), public(by))
    return ClaimRecord(
        content_id(document),
        persona,
        SHIPPED[kind],
        subject,
        did(by),
        did(by) + "#0",
        after,
        before,
        field_paths(content),
        _text(added),
        "accept",
        compact(document).encode(),
        deleted_at=_text(added + timedelta(days=1)) if number % 50 == 49 else "",
        uses=int(number % 10 == 0),
    )


def _values(chance: random.Random, kind: str) -> Iterator[tuple[str, Any]]:
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    if kind == "age":
        yield "ageOver18", chance.random() < 0.9
    elif kind == "email":
        yield "email", f"{given}.{family}{chance.randrange(10_000)}@example.org".lower()
    else:
        yield "givenName", given
        yield "familyName", family
        if kind == "degree":
            yield "institution", f"University of {chance.choice(PLACES)}"
            yield "credits", chance.randrange(300)
            yield "grade", chance.choice((1.3, 2.7, 5.0))
        else:
            yield "ageOver18", True
            yield "dateOfBirth", f"{chance.randrange(1950, 2008)}-0{chance.randrange(1, 10)}-17"
            yield "documentNumber", f"AB{chance.randrange(10**7):07d}"
            yield "nationality", chance.choice(("HU", "DE", "PL", "ES"))


def _wrapped(chance: random.Random, value: Any) -> dict[str, Any]:
    return {"nonce": encode(chance.randbytes(NONCE_BYTES)), "value": value}


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def main() -> int:
    """Fill the vault of a name."""
    from prometheus.compose.vaults import opened
    from prometheus.model.places import find_places
    from prometheus.model.secret import Secret

    name, count, passphrase_file = sys.argv[1:]
    passphrase = Secret(Path(passphrase_file).read_bytes().rstrip(b"\n"))
    with opened(find_places(os.environ), name, passphrase) as found:
        print(len(crowd(found.session, int(count))), "claims kept")  # noqa: T201  # a program of the command line
    return 0


if __name__ == "__main__":
    sys.exit(main())
