"""Which service a clerk works for, the clerk at its door with a token of their persona, and the list of requests."""

from __future__ import annotations

from prometheus.cli import settings
from prometheus.cli.output import safe
from prometheus.cli.services_asking import address_in, authority_at, warn_of_unread
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.usecases.answer_requests import ServiceAsked
from prometheus.usecases.services_view import credentials_of

if TYPE_CHECKING:
    from prometheus.claims.services_view import WaitingRequest
    from prometheus.cli.invocation import Invocation
    from prometheus.model.persona import Persona
    from prometheus.usecases.answer_requests import FetchedRequest
    from prometheus.usecases.session import Session


_LONGEST_DESCRIPTION: Final = 600


def service_of(call: Invocation, session: Session, clerk: Persona) -> ServiceAsked:
    """Return the service that the call means, asked as a clerk.

    Raises:
        NotUnderstood: When neither the call nor a setting names one, or it is no address.
    """
    url = named_service(call)
    authority = authority_at(call, url, credentials_of(session.signer, clerk))
    return ServiceAsked(authority, address_in(call, url).url)


def requests_at(call: Invocation, service: ServiceAsked) -> tuple[WaitingRequest, ...]:
    """Return every request that the service lists; what cannot be read is left out, and the person is told."""
    found = service.authority.requests()
    warn_of_unread(call, service.authority.unread, "requests")
    return found


def warn_of_unknown_kind(call: Invocation, fetched: FetchedRequest) -> None:
    """Warn where a process is not known here, with what the service says of it."""
    if not fetched.is_of_unknown_kind:
        return
    known = fetched.schemas.by_id(fetched.waiting.process_id)
    said = safe(known.process.description)[:_LONGEST_DESCRIPTION] if known else ""
    call.output.warn(
        f"this kind of claim is not known here: what it means is the service's word alone: {said or 'it says nothing'}"
    )


def named_service(call: Invocation) -> str:
    """Return the address that the call or a setting names.

    Raises:
        NotUnderstood: When none does.
    """
    url = call.maybe("service") or settings.text_of("authority", {})
    if not url:
        raise NotUnderstood(
            "no service is named",
            code="SERVICE-NEEDED",
            meaning="a clerk's verbs ask the service of an authority",
            remedy="give --service URL, or set PROMETHEUS_AUTHORITY",
        )
    return url
