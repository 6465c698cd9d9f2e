"""Find claims by what is in them: values, names of fields, authority, kind, id.

The search reads every claim, which is fast enough for thousands; an index can take its place behind the same function.
Letters are compared without case and without accents that Unicode form NFKD separates.
"""

from __future__ import annotations

from prometheus.claims.jsontext import compact
from prometheus.claims.normal_form import nfkd
from prometheus.claims.shown import leaves
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.claim_data import unwrapped
from prometheus.usecases.claim_index import statement_of
from prometheus.usecases.claims_store import list_claims

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.model.claim_record import ClaimRecord
    from prometheus.usecases.schemas import Schemas
    from prometheus.usecases.session import Session


def search_claims(session: Session, text: str, schemas: Schemas) -> list[ClaimRecord]:
    """Return the claims in which every word of a text occurs, newest first; the trash is left out."""
    words = _plain(text).split()
    return [claim for claim in list_claims(session) if _has(claim, words, schemas)]


def _has(claim: ClaimRecord, words: list[str], schemas: Schemas) -> bool:
    searched = _plain("\n".join(_texts(claim, schemas)))
    return all(word in searched for word in words)


def _texts(claim: ClaimRecord, schemas: Schemas) -> Iterator[str]:
    known = schemas.by_id(claim.process_id)
    yield from (known.name if known else "", claim.id, claim.subject, claim.authority, *claim.fields)
    for leaf in leaves(statement_of(claim).claim.content):
        value = unwrapped(leaf.value)
        yield value if isinstance(value, str) else compact(value)


def _plain(text: str) -> str:
    from unicodedata import combining

    return "".join(letter for letter in nfkd(text).casefold() if not combining(letter))
