"""Copies of what was signed with this vault and handed out: witness requests, and statements about others.

A file can be lost between signing and its reader: a full disk, a closed pipe. So the copy is durable before anything is
handed out, and can be written out again as often as needed. A copy that is not wanted any more rests in the trash as
long as a claim does.

What this is not: the user's own claims (`claims_store`), nor presentations, which are made anew and never kept.
"""

from __future__ import annotations

from prometheus.model import collection
from prometheus.model.frozen import TYPE_CHECKING, Any, Final, Literal, NamedTuple
from prometheus.usecases.claims_store import names_beginning
from prometheus.usecases.indexing import state, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prometheus.usecases.session import Commit, Session

Kind = Literal["request", "statement"]

_PREFIXES: Final[dict[Kind, str]] = {"request": "witness/", "statement": "statement/"}


class SignedCopy(NamedTuple):
    """One signed document as it was handed out, and what is known about it."""

    id: str
    """Content id of the signed object."""
    kind: Kind
    persona: str
    """DID of the persona that signed."""
    process_id: str
    subject: str
    """DID that the claim is about."""
    claim_id: str
    """Content id of the claim in it."""
    created: str
    raw: str
    """Its JSON text."""
    partner: str = ""
    """Of a request, the id of the claim that answers it; of a statement, the id of the request that it answers."""
    before: str = ""
    """Of a statement, the time from which it may not be used any more, or empty."""
    deleted_at: str = ""
    """When it was put into the trash, or empty."""

    @property
    def record_name(self) -> str:
        """The name of its record in the vault."""
        return _PREFIXES[self.kind] + self.id

    @property
    def file_content(self) -> bytes:
        """What is written to a file: the same bytes every time."""
        return self.raw.encode() + b"\n"

    def as_fields(self) -> dict[str, Any]:
        """Return the members of its record."""
        return self._asdict()

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> SignedCopy:
        """Read what `as_fields` wrote."""
        return cls(**{name: fields[name] for name in cls._fields})


def keep(commit: Commit, copy: SignedCopy) -> None:
    """Keep a copy, or what has changed about it."""
    commit.put(collection.REQUEST, copy.record_name, copy.as_fields())


def copies(
    session: Session,
    kind: Kind | None = None,
    *,
    in_trash: bool = False,
    process_id: str = "",
    persona: str = "",
    claim_id: str = "",
    partner: str | None = None,
    limit: int | None = None,
) -> Iterator[SignedCopy]:
    """Yield the copies that rest in the trash or do not, the newest first.

    Args:
        session: The open vault.
        kind: Of one kind, or of all.
        in_trash: Whether to look into the trash instead; there the one deleted last is first.
        process_id: Content id of the process; empty for all.
        persona: DID of the persona that signed; empty for all.
        claim_id: Content id of the claim in it; empty for all.
        partner: See `SignedCopy.partner`; empty for those without one, None for all.
        limit: How many at most.
    """
    named = (("kind", kind), ("schema", process_id), ("persona", persona), ("claim", claim_id))
    tags = [state(in_trash=in_trash), *(tag(name, value) for name, value in named if value)]
    if partner is not None:
        tags.append(tag("partner", partner))
    for fields in session.read(collection.REQUEST, session.find(collection.REQUEST, tags=tags, limit=limit)):
        yield SignedCopy.from_fields(fields)


def count_copies(session: Session, kind: Kind, *, in_trash: bool = False) -> int:
    """Return how many copies of one kind there are."""
    return session.count(collection.REQUEST, tags=(state(in_trash=in_trash), tag("kind", kind)))


def copy_names(session: Session, kind: Kind, *, in_trash: bool = False, limit: int | None = None) -> list[str]:
    """Return the names of the records of one kind, the newest first, without reading them."""
    return session.find(collection.REQUEST, tags=(state(in_trash=in_trash), tag("kind", kind)), limit=limit)


def read_copies(session: Session, names: Iterable[str]) -> list[SignedCopy]:
    """Return the copies of these record names."""
    return [SignedCopy.from_fields(fields) for fields in session.read(collection.REQUEST, names)]


def copies_named(session: Session, text: str, *, in_trash: bool = False) -> list[SignedCopy]:
    """Return the copies whose id begins like that, with or without ``cju``."""
    wanted = text.strip().removesuffix("…")
    names = [
        name
        for folder in _PREFIXES.values()
        for name in names_beginning(session, collection.REQUEST, wanted, folder=folder)
    ]
    return [copy for copy in read_copies(session, names) if bool(copy.deleted_at) == in_trash]
