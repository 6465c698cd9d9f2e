"""What is asked of authorities, inspectors and verifiers over the network, and what they answer; a plugin asks.

Rules:
* A service is asked only where the person names it.
* Every call waits for the network and returns; whoever runs an event loop calls it from elsewhere.
* What comes back was parsed strictly. Where it has a content id, its own id was worked out and compared; a document
  that is not what its id says never gets through.
* Both generations of paths (`/processes`, `/process`) are found out by the object itself.

Every call raises `NotUnderstood` for an argument that is none, `NotFound` where the service does not know it, and the
`NetworkError` family: `Offline` when nothing left this machine at any attempt, `TimedOut` when it may have arrived and
the answer was lost, in which case the same call may be repeated, `RemoteRefused` with the service's words (its member
`may_have_arrived` is true where an attempt before may have been taken), `NotTrusted` for an answer that no honest
service gives.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, Literal, NamedTuple, Protocol
from prometheus.model.service_address import ServiceAddress, service_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus.claims.jsontext import Json
    from prometheus.ports import Clock

__all__ = [
    "Authority",
    "Credentials",
    "Inspector",
    "Published",
    "ReceivedPresentation",
    "RequestStatus",
    "ServiceAddress",
    "Services",
    "Validation",
    "Verifier",
    "WaitingRequest",
    "service_address",
]

State = Literal["pending", "approved", "rejected", "withdrawn"]


class Credentials(NamedTuple):
    """A key that makes bearer tokens; it stays behind `sign`, which returns the multicipher signature text."""

    public_key: str
    sign: Callable[[bytes], str]


class RequestStatus(NamedTuple):
    """What became of a request; `statement` is the signed statement of an approved one, as it came.

    `purged` says when the service forgot what was in it; then an approved one comes without its statement, and a
    pending one is answered no more.
    """

    status: State
    statement: Json | None = None
    reason: str | None = None
    purged: str | None = None


class WaitingRequest(NamedTuple):
    """A request as the clerk's list names it; `request_id` is its content id, `date` an ISO 8601 text.

    `purged` says when the service forgot what was in it.
    """

    link: str
    request_id: str
    date: str
    status: State
    process_id: str
    notes: str | None = None
    purged: str | None = None


class Published(NamedTuple):
    """A process or scenario as a whole: schemas are put back in the place of their ids, each digest checked."""

    content_id: str
    document: Json


class Validation(NamedTuple):
    """What a verifier says about one signature."""

    errors: tuple[str, ...]
    warnings: tuple[str, ...]


class ReceivedPresentation(NamedTuple):
    """A presentation that arrived at an inspector; `date` is an ISO 8601 text."""

    content_id: str
    date: str
    scenario_ids: tuple[str, ...] = ()


class Authority(Protocol):
    """An authority's service, as holders and clerks see it."""

    @property
    def unread(self) -> int:
        """How many entries of the newest list of requests were left out because they cannot be read."""
        ...

    def processes(self) -> tuple[Published, ...]:
        """Return every process that it publishes, whole."""
        ...

    def process(self, content_id: str) -> Published:
        """Return one process, whole, also one that is not listed any more."""
        ...

    def send(self, signed_request: Json) -> str:
        """Hand in a signed request and return its capability link; the same request gives the same link."""
        ...

    def status(self, link: str) -> RequestStatus:
        """Return what became of a request; the statement in it is not judged yet."""
        ...

    def withdraw(self, link: str) -> bool:
        """Take a request back; return False where the service has no such way."""
        ...

    def requests(self) -> tuple[WaitingRequest, ...]:
        """Return every request that the clerk may see; needs credentials."""
        ...

    def private_blob(self, content_id: str) -> Json:
        """Return a signed request by its content id; needs credentials."""
        ...

    def approve(self, link: str, signed_statement: Json) -> None:
        """Hand in the statement that answers a request; needs credentials."""
        ...

    def reject(self, link: str, reason: str) -> None:
        """Say no to a request; needs credentials."""
        ...


class Inspector(Protocol):
    """An inspector's service, as holders and the inspector see it."""

    @property
    def unread(self) -> int:
        """How many entries of the newest list of presentations were left out because they cannot be read."""
        ...

    def scenarios(self) -> tuple[Published, ...]:
        """Return every scenario that it publishes, whole."""
        ...

    def send(self, signed_presentation: Json) -> str:
        """Hand in a signed presentation and return its content id, which was compared with our own."""
        ...

    def presentation(self, content_id: str) -> Json:
        """Return a presentation by its content id."""
        ...

    def received(self) -> tuple[ReceivedPresentation, ...]:
        """Return what has arrived, the newest last; needs credentials, and a service that can tell (ours can)."""
        ...


class Verifier(Protocol):
    """A verifier's service: what it says about signatures is its word, not a proof."""

    def after_proof(self) -> tuple[int, str]:
        """Return height and id of the newest block that it knows."""
        ...

    def validate(
        self,
        public_key: str,
        content_id: str,
        signature: str,
        on_behalf_of: str,
        after_proof: tuple[int, str] | None = None,
    ) -> Validation:
        """Return what it says about a signature over a content id by a key in the name of a DID."""
        ...


class Services(Protocol):
    """Ways to each kind of service; making one asks nobody yet."""

    def authority(self, address: ServiceAddress, credentials: Credentials | None, clock: Clock) -> Authority:
        """Return the way to an authority."""
        ...

    def inspector(self, address: ServiceAddress, credentials: Credentials | None, clock: Clock) -> Inspector:
        """Return the way to an inspector."""
        ...

    def verifier(self, address: ServiceAddress, clock: Clock) -> Verifier:
        """Return the way to a verifier."""
        ...
