"""A clerk's side of an authority's service: find what waits, look at it whole, answer it.

Rules:
* What the service hands out is checked against its content id; a request whose process is another one than the
  service's list says is refused, and so is a process that is not what its id stands for.
* The clerk's vault signs and keeps the statement before it leaves. Where the answer of the service is lost, the same
  statement can be sent again; a request that has it already counts as answered.
* Capability links open personal data: they are neither shown nor logged.

What this is not: the checks of a request (`witness_claim`), the service itself.
"""

from __future__ import annotations

from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import compact, parse
from prometheus.claims.shown import is_same_value
from prometheus.errors import Ambiguous, Conflict, NetworkError, NotFound, NotTrusted, RemoteRefused, TimedOut
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.usecases import audit
from prometheus.usecases.known_processes import as_known
from prometheus.usecases.naming import meant
from prometheus.usecases.schemas import KnownSchema, Schemas
from prometheus.usecases.witness_claim import review_request

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from prometheus.claims.jsontext import Json
    from prometheus.claims.ledger_view import LedgerKnowledge
    from prometheus.claims.services_view import Authority, RequestStatus, WaitingRequest
    from prometheus.model.persona import Persona
    from prometheus.usecases.session import Session
    from prometheus.usecases.signed_copies import SignedCopy
    from prometheus.usecases.witness_claim import ReviewedRequest

_WHAT_HAPPENED: Final = {
    "approved": "a statement was handed in for it, by you or another clerk",
    "rejected": "it was said no to, by you or another clerk",
    "withdrawn": "its claimant took it back",
}


class ServiceAsked(NamedTuple):
    """An authority's service, and its address for the log."""

    authority: Authority
    url: str


class FetchedRequest(NamedTuple):
    """A request as it came from the service, with the schemas by which it is judged."""

    waiting: WaitingRequest
    document: Json
    schemas: Schemas

    @property
    def is_of_unknown_kind(self) -> bool:
        """Whether only the service says what its process is."""
        return isinstance(self.schemas, SchemasAndOne)

    @property
    def raw(self) -> bytes:
        """Its text."""
        return compact(self.document).encode()

    def review(self, now: datetime, ledger: LedgerKnowledge | None = None) -> ReviewedRequest:
        """Return it as one that may be signed, or say why not; errors as `review_request`."""
        return review_request(self.raw, self.schemas, now, ledger)


class SchemasAndOne(Schemas):
    """The schemas known here, and one process that a service published under its id."""

    __slots__ = ("_one",)

    def __init__(self, known: Schemas, one: KnownSchema) -> None:
        super().__init__(known.folder)
        self._one = one

    def by_id(self, process_id: str) -> KnownSchema | None:
        """Return the process of exactly this content id."""
        return self._one if process_id == self._one.content_id else super().by_id(process_id)


def find_waiting(waiting: Sequence[WaitingRequest], text: str) -> WaitingRequest:
    """Return the one request that an id, or the beginning of one, stands for.

    Raises:
        NotFound: When none does.
        Ambiguous: When several do.
    """
    found = meant(text, waiting, lambda _: "", lambda one: one.request_id)
    if not found:
        raise NotFound(
            f"no request at the service begins with {text[:60]}",
            code="REQUEST-NOT-FOUND",
            remedy="`prometheus authority requests --state all` shows them; six characters after cju are enough",
        )
    if len({one.request_id for one in found}) > 1:
        raise Ambiguous(
            f"{text[:60]} begins {len(found)} requests", code="REQUEST-AMBIGUOUS", remedy="give more of the id"
        )
    return found[0]


def fetch_request(authority: Authority, waiting: WaitingRequest, known: Schemas) -> FetchedRequest:
    """Return a request whole, with its process.

    Raises:
        NotTrusted: When it is not what the list of the service said.
        NetworkError: When the service cannot be asked.
    """
    document = authority.private_blob(waiting.request_id)
    content = document.get("content") if isinstance(document, dict) else None
    process_id = content.get("processId") if isinstance(content, dict) else None
    if content_id(document) != waiting.request_id or process_id != waiting.process_id:
        raise NotTrusted(
            "the service hands out another request than it listed",
            code="REQUEST-DIFFERS",
            meaning=f"it was to have the id {waiting.request_id} and the process {waiting.process_id[:60]}",
            remedy="sign nothing of it, and tell whoever runs the service",
        )
    return FetchedRequest(waiting, document, _schemas_for(authority, waiting.process_id, known))


def names_of_processes(authority: Authority, waiting: Sequence[WaitingRequest], known: Schemas) -> dict[str, str]:
    """Return the name of each process that is asked for, as far as it can be learnt; the service is asked at most once.

    A name is no reason to fail: what cannot be learnt is left out.
    """
    wanted = {one.process_id for one in waiting}
    names = {found.content_id: found.name for one in wanted if (found := known.by_id(one)) is not None}
    if wanted <= names.keys():
        return names
    try:
        published = authority.processes()
    except NetworkError:
        return names
    for one in published:
        name = one.document.get("name") if isinstance(one.document, dict) else None
        if isinstance(name, str):
            names.setdefault(one.content_id, name)
    return names


def approve(session: Session, service: ServiceAsked, waiting: WaitingRequest, copy: SignedCopy) -> bool:
    """Hand in a statement that was signed and kept; return whether the service had it already.

    Args:
        session: The clerk's open vault, for the log.
        service: The service.
        waiting: The request that it answers.
        copy: The statement.

    Raises:
        Conflict: When the request was decided in another way.
        NetworkError: When the service could not be asked or did not take it; the same call may be repeated.
    """
    document = parse(copy.raw)
    had_it = waiting.status == "approved"
    try:
        service.authority.approve(waiting.link, document)
    except NetworkError as error:
        had_it = _require_arrived(service.authority, waiting, document, error)
    with session.commit() as commit:
        facts = {"request": waiting.request_id, "statement": copy.id, "service": service.url}
        audit.append(commit, "authority.approve", persona=copy.persona, facts=facts)
    return had_it


def reject(session: Session, service: ServiceAsked, waiting: WaitingRequest, reason: str, clerk: Persona) -> bool:
    """Say no to a request; return whether the service had that answer already. Errors as `approve`.

    The reason is in no log: it may say something about the claimant.
    """
    had_it = waiting.status == "rejected"
    try:
        service.authority.reject(waiting.link, reason)
    except NetworkError as error:
        _require_rejected(service.authority, waiting, reason, error)
    with session.commit() as commit:
        facts = {"request": waiting.request_id, "service": service.url}
        audit.append(commit, "authority.reject", persona=clerk.did, facts=facts)
    return had_it


def require_pending(waiting: WaitingRequest) -> None:
    """Refuse a request that was decided or taken back.

    Raises:
        Conflict: When it was.
    """
    if waiting.status != "pending":
        raise _decided(waiting.status)


def _schemas_for(authority: Authority, process_id: str, known: Schemas) -> Schemas:
    """Return the schemas known here, with the process as the service publishes it where it is not among them."""
    if known.by_id(process_id) is not None:
        return known
    published = authority.process(process_id)
    if published.content_id != process_id or content_id(published.document) != process_id:
        raise NotTrusted(
            "the service publishes another process under that id",
            code="PROCESS-NOT-ITS-ID",
            meaning=f"what it hands out is not what {process_id[:60]} stands for",
            remedy="sign nothing of it, and tell whoever runs the service",
        )
    return SchemasAndOne(known, as_known([published])[0])


def _require_arrived(authority: Authority, waiting: WaitingRequest, document: Json, error: NetworkError) -> bool:
    """Return True where the service has this very statement; otherwise say what happened."""
    found = _status_or(authority, waiting, error)
    if found.status == "approved" and is_same_value(found.statement, document):
        return True
    _refuse_decided(found.status, error)
    kept = "the statement is signed and kept, and the service does not have it"
    if isinstance(error, TimedOut):
        again = "give the same command again: it sends the same statement"
        raise TimedOut(error.what, code=error.code, meaning=kept, remedy=again) from None
    if isinstance(error, RemoteRefused):
        why = f"{error.meaning}; {kept}" if error.meaning else kept
        anew = "the same command sends the same statement again; with --anew you sign another one, in other terms"
        raise RemoteRefused(error.what, code=error.code, meaning=why, remedy=anew) from None
    raise error


def _require_rejected(authority: Authority, waiting: WaitingRequest, reason: str, error: NetworkError) -> None:
    """Return where the service has this very rejection; otherwise say what happened."""
    found = _status_or(authority, waiting, error)
    if found.status == "rejected" and found.reason == reason:
        return
    _refuse_decided(found.status, error)
    raise error


def _status_or(authority: Authority, waiting: WaitingRequest, error: NetworkError) -> RequestStatus:
    """Return what became of a request, or raise what went wrong before where that cannot be learnt."""
    try:
        return authority.status(waiting.link)
    except (NetworkError, NotFound):
        raise error from None


def _refuse_decided(status: str, error: NetworkError) -> None:
    if status != "pending":
        raise _decided(status) from error


def _decided(status: str) -> Conflict:
    return Conflict(
        f"the request is {status} already",
        code="REQUEST-DECIDED",
        meaning=_WHAT_HAPPENED.get(status, "the service says so"),
        remedy="`prometheus authority requests --state all` shows what became of each",
    )
