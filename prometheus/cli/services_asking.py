"""Reach an authority, an inspector or a verifier for a verb of the house; a plugin does the asking.

Imported only where the person names a service, so that nobody else pays for it. Plain http to another machine needs
``--allow-http``; with ``--offline`` nobody is asked.
"""

from __future__ import annotations

from prometheus.claims.services_view import service_address
from prometheus.cli import settings
from prometheus.cli.plugin_commands import enabled_plugins
from prometheus.compose.clock import SystemClock
from prometheus.errors import Offline
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.services_view import require_services

if TYPE_CHECKING:
    from prometheus.claims.services_view import (
        Authority,
        Credentials,
        Inspector,
        ServiceAddress,
        Services,
        Verifier,
    )
    from prometheus.cli.invocation import Invocation


def authority_at(
    call: Invocation, url: str, credentials: Credentials | None = None, *, was_agreed: bool = False
) -> Authority:
    """Return the way to an authority, with plain http where that was agreed to before; errors as `_reach`."""
    services, address = _reach(call, url, was_agreed=was_agreed)
    return services.authority(address, credentials, SystemClock())


def inspector_at(call: Invocation, url: str, credentials: Credentials | None = None) -> Inspector:
    """Return the way to an inspector; errors as `_reach`."""
    services, address = _reach(call, url)
    return services.inspector(address, credentials, SystemClock())


def verifier_at(call: Invocation, url: str) -> Verifier:
    """Return the way to a verifier; errors as `_reach`."""
    services, address = _reach(call, url)
    return services.verifier(address, SystemClock())


def address_in(call: Invocation, text: str, *, was_agreed: bool = False) -> ServiceAddress:
    """Return the address that a person wrote, normalised.

    Raises:
        NotUnderstood: When it is none.
        PolicyForbids: When it is plain http to another machine, without ``--allow-http``.
    """
    return service_address(text, allow_http=was_agreed or call.flag("allow_http"))


def _reach(call: Invocation, text: str, *, was_agreed: bool = False) -> tuple[Services, ServiceAddress]:
    """Return the services and the address to ask.

    Raises:
        NotUnderstood, PolicyForbids: As `address_in`.
        Offline: When the person wants nobody asked.
        PluginOff: When no enabled plugin can ask.
    """
    address = address_in(call, text, was_agreed=was_agreed)
    if settings.is_on("offline", call.values):
        raise Offline(
            f"{address.url} is not asked",
            code="OFFLINE-WANTED",
            meaning="--offline, PROMETHEUS_OFFLINE or the configuration says that nobody is asked",
            remedy="leave that out to ask it",
        )
    return require_services(enabled_plugins()), address


def warn_of_unread(call: Invocation, count: int, what: str) -> None:
    """Tell that a service lists what cannot be read."""
    if count:
        call.output.warn(f"left out of the list of {what}, because they cannot be read: {count}")
