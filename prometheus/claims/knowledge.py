"""What a verifier brings along: its clock, its questions, its trust, and what it knows of the ledger.

Nothing here is looked up: whoever judges gathers it first and hands it over as values. What is left out makes checks
`unknown` or `skip`, never wrong. DIDs may be written in any base; they are compared as DIDs.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from prometheus.claims.did_document import DidDocument
    from prometheus.claims.jsontext import Json
    from prometheus.claims.process import Process
    from prometheus.claims.scenario import LicenceSpecification

Level = Literal["document", "recent", "live"]


class Policy(NamedTuple):
    """The rules of the house: times in seconds, sizes in bytes, `needs_did_history` for ``did-history=require``."""

    name: str = "default"
    needs_did_history: bool = False
    window_s: int = 60
    skew_s: int = 30
    max_age_s: int = 7 * 24 * 3600
    max_bytes: int = 1024 * 1024


class AskedRequest(NamedTuple):
    """A request of ours: its 32-byte hash, whom it names as audience, which paths it asks, whether time ran out.

    `is_late` is measured by the asker's own monotonic clock.
    """

    request_hash: bytes
    audience: str | None = None
    asked: tuple[str, ...] = ()
    is_late: bool = False


class TrustedAuthority(NamedTuple):
    """An authority that is trusted for some processes, or for all where `processes` is None; `via` names the list."""

    authority: str
    processes: frozenset[str] | None = None
    via: str = "trust list"


class WithdrawnList(NamedTuple):
    """Content ids of signed statements that are withdrawn, where from, and how old that knowledge is."""

    statements: frozenset[str]
    source: str
    age_s: int


class KnownDocument(NamedTuple):
    """A DID document, who said so, and how many seconds ago; its height is in the document."""

    document: DidDocument
    source: str
    age_s: int


class Knowledge(NamedTuple):
    """Everything that a verdict may rest on besides the document itself.

    `challenge` and `audience` are what the person gave with ``--nonce`` and ``--audience``; `asked` and `expected` are
    paths with a leading dot, `prerequisites` those that were asked of one process, by its id; `licences` are those that
    a scenario demands, and `needs_audience` says that what was made for somebody must not pass where nobody said who
    asks; `seen` maps content ids
    of presentations that were accepted before to when that was;
    `before_proofs` maps content ids of signed statements to heights, `agreed_proofs` names those of them that more than
    one source tells, the others are one's bare word; `block_ids` maps heights to the ids of their blocks,
    `contradictions` says what the sources disagree about, `doubts` what they show and nobody can read, `unreached` why
    a ledger that should have been asked could not be; `contents` maps content ids to opened contents;
    `newest_signed` is the latest time that anything signed by others and trusted names.
    """

    now: datetime
    level: Level = "document"
    own_dids: tuple[str, ...] = ()
    requests: tuple[AskedRequest, ...] = ()
    challenge: str | None = None
    audience: str | None = None
    asked: tuple[str, ...] = ()
    prerequisites: tuple[tuple[str, tuple[str, ...]], ...] = ()
    expected: tuple[tuple[str, Json], ...] = ()
    licences: tuple[LicenceSpecification, ...] = ()
    needs_audience: bool = False
    trusted: tuple[TrustedAuthority, ...] = ()
    withdrawn: tuple[WithdrawnList, ...] = ()
    documents: tuple[KnownDocument, ...] = ()
    before_proofs: Mapping[str, int] = {}
    agreed_proofs: frozenset[str] = frozenset()
    block_ids: Mapping[int, str] = {}
    contradictions: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()
    processes: Mapping[str, Process] = {}
    schemas: Mapping[str, Json] = {}
    contents: Mapping[str, Json] = {}
    seen: Mapping[str, str] = {}
    newest_signed: datetime | None = None
    policy: Policy = Policy()
