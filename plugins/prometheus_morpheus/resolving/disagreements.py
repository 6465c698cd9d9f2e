"""Where sources contradicted each other: what each of them said, kept until the person has looked at it.

A record holds the question (a DID, a content id or a block, at a height), each source with its raw answer, and when it
was seen. The same contradiction of one chain is one record, however often and at whatever height it is met: its name is
the digest of what it is about, who differs and in what, and of which chain; its evidence is that of the first time.
Nothing here decides who is right.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prometheus.claims.moments import write_moment
from prometheus.errors import Ambiguous, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from prometheus.api import Store, StoreTransaction

PREFIX: Final = "fork/"
_LONGEST_ANSWER: Final = 200_000
_SHORTEST_NAME: Final = 6


class Side(NamedTuple):
    """One source with what it said: `answer` is JSON as it came, or what was worked out from its transactions."""

    source: str
    answer: Any


class Disagreement(NamedTuple):
    """A question to which two sources of a chain gave different answers; `about` is a DID, a content id or a block."""

    about: str
    height: int
    what: str
    sides: tuple[Side, ...]
    chain: str = ""

    @property
    def id(self) -> str:
        """Name of the contradiction: what it is about, in what, who differs, and of which chain."""
        sources = sorted(side.source for side in self.sides)
        named = [self.about, self.what, sources, *([self.chain] if self.chain else [])]
        return hashlib.sha256(json.dumps(named).encode()).hexdigest()[:16]


class Kept(NamedTuple):
    """A contradiction that was kept, with when it was first and last met."""

    id: str
    disagreement: Disagreement
    first_seen: str
    last_seen: str


def keep(transaction: StoreTransaction, found: Disagreement, now: datetime) -> bool:
    """Keep a contradiction with both sides' evidence; return whether it is a new one."""
    name = PREFIX + found.id
    old = transaction.get(name)
    seen = write_moment(now)
    if old is not None:
        transaction.put(name, {**old, "last_seen": seen})
        return False
    transaction.put(
        name,
        {
            "about": found.about,
            "height": found.height,
            "what": found.what,
            "chain": found.chain,
            "sides": [{"source": side.source, "answer": _text(side.answer)} for side in found.sides],
            "first_seen": seen,
            "last_seen": seen,
        },
    )
    return True


def kept(store: Store) -> Iterator[Kept]:
    """Yield every contradiction that was kept."""
    for name, fields in store.scan(PREFIX):
        yield _kept(name.removeprefix(PREFIX), fields)


def find(store: Store, text: str) -> Kept:
    """Return the contradiction whose name begins with a text of six characters or more.

    Raises:
        NotFound: When there is none; Ambiguous when there are several.
    """
    found = [one for one in kept(store) if len(text) >= _SHORTEST_NAME and one.id.startswith(text.lower())]
    if len(found) == 1:
        return found[0]
    if found:
        raise Ambiguous("several disagreements have a name that begins so", remedy="give more of the name")
    raise NotFound("no disagreement has that name", remedy="`prometheus did disagreements` lists them")


def settle(transaction: StoreTransaction, name: str) -> bool:
    """Let go of a contradiction; return whether it was there."""
    return transaction.delete(PREFIX + name)


def _kept(name: str, fields: Mapping[str, Any]) -> Kept:
    sides = tuple(Side(str(side["source"]), json.loads(side["answer"])) for side in fields["sides"])
    found = Disagreement(
        str(fields["about"]), int(fields["height"]), str(fields["what"]), sides, fields.get("chain", "")
    )
    return Kept(name, found, str(fields["first_seen"]), str(fields["last_seen"]))


def _text(answer: Any) -> str:
    """Return an answer as JSON text; one beyond all measure is named by its length and digest."""
    text = json.dumps(answer, ensure_ascii=True, sort_keys=True)
    if len(text) <= _LONGEST_ANSWER:
        return text
    return json.dumps({"length": len(text), "sha256": hashlib.sha256(text.encode()).hexdigest()})
