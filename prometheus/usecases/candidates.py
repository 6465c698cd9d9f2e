"""Which claims are weighed for an answer, where there are too many to weigh them all.

Rules:
* Up to `WEIGHED` claims are all weighed. Of more, those come into question that the vault's index finds for the acting
  persona, the kind and the fields asked for; the newest `WEIGHED` of them are weighed first.
* Where these give no answer, older ones are weighed too, more at each step, until there is an answer or no claim is
  left that could be used today. So an answer that exists is found; of very many, a newer claim is preferred to an older
  one that shows less.
* Besides, the `EXPLAINED` newest claims of the vault, and of the persona, are looked at, so that there is something to
  say about why not.

What this is not: the choice itself (`choose_claims`, `prometheus.claims.plan`).
"""

from __future__ import annotations

from prometheus.model import collection
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.usecases.claims_store import expired_names, list_claims, read_claims
from prometheus.usecases.indexing import KEPT, tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus.claims.plan import Wanted
    from prometheus.model.claim_record import ClaimRecord
    from prometheus.model.persona import Persona
    from prometheus.usecases.session import Session

WEIGHED: Final = 250
EXPLAINED: Final = 20
_GROWTH: Final = 8


def candidates(session: Session, persona: Persona, wanted: Sequence[Wanted]) -> Iterator[list[ClaimRecord]]:
    """Yield the claims to weigh: a first choice, and as long as more is asked for, a larger one."""
    if session.count(collection.CLAIM, tags=(KEPT,)) <= WEIGHED:
        yield list_claims(session)
        return
    likely, newest = _likely(session, persona, wanted, WEIGHED), _newest(session, persona)
    yield read_claims(session, dict.fromkeys((*likely, *newest)))
    past = expired_names(session, (KEPT,))
    usable = [name for name in _likely(session, persona, wanted) if name not in past]
    window = WEIGHED
    while not set(usable) <= set(likely):
        window *= _GROWTH
        likely = usable[:window]
        yield read_claims(session, dict.fromkeys((*likely, *newest)))


def _newest(session: Session, persona: Persona) -> list[str]:
    """Return the newest claims of the vault, and of a persona."""
    of_all = session.find(collection.CLAIM, tags=(KEPT,), limit=EXPLAINED)
    return [*of_all, *session.find(collection.CLAIM, tags=(KEPT, tag("persona", persona.did)), limit=EXPLAINED)]


def _likely(session: Session, persona: Persona, wanted: Sequence[Wanted], limit: int | None = None) -> list[str]:
    """Return the ids of claims of a persona that have the fields of a part, or of one of its fields, newest first."""
    found: dict[str, None] = {}
    for part in wanted:
        kind = () if part.process is None else (tag("schema", part.process),)
        alone = [(path,) for path in part.paths] if part.process is None else []
        for paths in (part.paths, *alone):
            for who in ("persona", "subject"):
                tags = (KEPT, tag(who, persona.did), *kind)
                found |= dict.fromkeys(session.find(collection.CLAIM, words=" ".join(paths), tags=tags, limit=limit))
    return list(found)
