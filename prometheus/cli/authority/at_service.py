"""Which service a clerk works for, and the clerk at its door with a token of their persona."""

from __future__ import annotations

from prometheus.cli import settings
from prometheus.cli.services_asking import address_in, authority_at
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.answer_requests import ServiceAsked
from prometheus.usecases.services_view import credentials_of

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.model.persona import Persona
    from prometheus.usecases.session import Session


def service_of(call: Invocation, session: Session, clerk: Persona) -> ServiceAsked:
    """Return the service that the call means, asked as a clerk.

    Raises:
        NotUnderstood: When neither the call nor a setting names one, or it is no address.
    """
    url = named_service(call)
    authority = authority_at(call, url, credentials_of(session.signer, clerk))
    return ServiceAsked(authority, address_in(call, url).url)


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
