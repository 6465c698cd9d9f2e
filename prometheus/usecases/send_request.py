"""Hand a signed request to an authority over the network, so that nothing is lost on the way.

Steps: the request is signed, kept and noted as unsent in one commit, before the first byte leaves; then it is sent;
then its capability link is kept. Whatever breaks in between, `deliver` goes on from what is kept: the same request
gives the same link at the authority.

What this is not: choosing the process and showing what leaves (the verb), nor asking for the answer (`follow_request`).
"""

from __future__ import annotations

from prometheus.claims.jsontext import parse
from prometheus.errors import NetworkError, NotFound, Offline, RemoteRefused, TimedOut
from prometheus.model import collection
from prometheus.model.frozen import TYPE_CHECKING, Any, NamedTuple
from prometheus.model.submission import Submission
from prometheus.model.written_time import moment
from prometheus.usecases.known_processes import remember
from prometheus.usecases.request_claim import sign_request
from prometheus.usecases.signed_copies import SignedCopy
from prometheus.usecases.submissions import keep_submission

if TYPE_CHECKING:
    from datetime import datetime

    from prometheus.claims.services_view import Authority, ServiceAddress
    from prometheus.usecases.request_claim import RequestDraft, SignedRequest
    from prometheus.usecases.schemas import KnownSchema
    from prometheus.usecases.session import Commit, Session


class Addressed(NamedTuple):
    """To whom a request goes, and what that authority published when it was asked; nothing where it was not reached."""

    address: ServiceAddress
    published: tuple[KnownSchema, ...] = ()
    renews: str = ""
    """Id of the claim that is asked for anew, or empty."""


class Delivery(NamedTuple):
    """What came of sending; `error` says why it failed."""

    submission: Submission
    error: NetworkError | NotFound | None = None

    @property
    def may_work_later(self) -> bool:
        """Whether nothing is wrong but that nobody could be reached, or no answer came."""
        return self.error is None or isinstance(self.error, Offline | TimedOut)


def sign_for(session: Session, draft: RequestDraft, to: Addressed) -> tuple[SignedRequest, Submission]:
    """Sign a request and keep it with where it goes; nothing leaves yet."""
    kept: list[Submission] = []

    def beside(commit: Commit, signed: SignedRequest) -> dict[str, str]:
        made = Submission(
            id=signed.id,
            service=to.address.url,
            is_plain_agreed=to.address.is_open_to_eavesdroppers,
            persona=draft.persona.did,
            process_id=draft.schema.content_id,
            process_name=draft.schema.name,
            created=_written(commit.clock.now()),
            renews=to.renews,
        )
        keep_submission(commit, made)
        if to.published:
            remember(commit, to.address.url, to.published, draft.schema)
        kept.append(made)
        return {"service": to.address.url} | ({"renews": to.renews} if to.renews else {})

    signed = sign_request(session, draft, beside)
    return signed, kept[0]


def deliver(session: Session, authority: Authority, submission: Submission) -> Delivery:
    """Send a request and keep its link; where that fails, why is kept, and the submission stays unsent.

    Raises:
        NotFound: When the signed copy is not in the vault any more.
    """
    document = parse(signed_copy(session, submission).raw)
    before = kept_now(session, submission)
    if before.state != "unsent":
        return Delivery(before)
    if not before.may_have_left:
        changed(session, before, may_have_left=True)
    try:
        link = authority.send(document)
    except (NetworkError, NotFound) as error:
        may_have_left = before.may_have_left or not _stayed_here(error)
        return Delivery(changed(session, before, may_have_left=may_have_left, trouble=told(error)), error)
    now = _written(session.clock.now())
    sent = changed(session, before, state="pending", may_have_left=True, link=link, heard=now, trouble="")
    return Delivery(sent)


def changed(session: Session, submission: Submission, **learnt: Any) -> Submission:
    """Keep what was learnt about a submission, and return it; see `change`."""
    with session.commit() as commit:
        return change(commit, submission, **learnt)


def change(commit: Commit, submission: Submission, **learnt: Any) -> Submission:
    """Keep what was learnt about a submission beside what is kept of it now, and return that.

    Another program may have learnt more since it was read: what is decided or was taken back stays so, and a link is
    not lost to one that could not send.
    """
    fields = commit.get(collection.SUBMISSION, submission.record_name)
    now = Submission.from_fields(fields) if fields else submission
    if now.is_open:
        if now.link and not learnt.get("link"):
            learnt.pop("may_have_left", None)
        now = now._replace(**learnt)
    keep_submission(commit, now)
    return now


def kept_now(session: Session, submission: Submission) -> Submission:
    """Return a submission as it is kept now, which another program may have changed since it was read."""
    fields = session.get(collection.SUBMISSION, submission.record_name)
    return Submission.from_fields(fields) if fields else submission


def signed_copy(session: Session, submission: Submission) -> SignedCopy:
    """Return the signed request of a submission.

    Raises:
        NotFound: When it was removed.
    """
    fields = session.get(collection.REQUEST, f"witness/{submission.id}")
    if fields is None:
        raise NotFound(
            "the request itself is not in this vault any more",
            code="REQUEST-REMOVED",
            meaning="its copy was deleted, or rested in the trash for too long",
            remedy="ask anew with `prometheus claim request`",
        )
    return SignedCopy.from_fields(fields)


def heard_at(submission: Submission) -> datetime | None:
    """Return when the authority last answered."""
    return moment(submission.heard) if submission.heard else None


def told(error: NetworkError | NotFound) -> str:
    """Return what went wrong as one line."""
    return f"{error.what}: {error.meaning}" if error.meaning else error.what


def _stayed_here(error: NetworkError | NotFound) -> bool:
    """Whether the authority surely does not have what was sent: nothing left, or it refused all that it was sent."""
    if getattr(error, "may_have_arrived", False):
        return False
    status = getattr(error, "status", 0)
    return isinstance(error, Offline) or (isinstance(error, RemoteRefused) and 400 <= status < 500)


def _written(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
