"""The way to authorities, inspectors and verifiers that an enabled plugin brings, and whom the tokens are signed by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.claims.services_view import Credentials
from prometheus.errors import PluginOff
from prometheus.hooks.loading import working

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus.claims.services_view import Services
    from prometheus.hooks.enabled import EnabledPlugin
    from prometheus.model.persona import Persona
    from prometheus.ports import Signer


def services_view(plugins: Iterable[EnabledPlugin]) -> Services | None:
    """Return the services of the first enabled plugin that can ask them; None where none can."""
    return next((plugin.services for plugin in working(plugins) if plugin.services is not None), None)


def require_services(plugins: Iterable[EnabledPlugin]) -> Services:
    """Return the services of the first enabled plugin that can ask them.

    Raises:
        PluginOff: When none can.
    """
    found = services_view(plugins)
    if found is None:
        raise PluginOff(
            "no enabled plugin can ask authorities and inspectors",
            code="SERVICES-OFF",
            meaning="the address of a service is named",
            remedy="`prometheus plugin enable morpheus`, or leave the address out and exchange files",
        )
    return found


def credentials_of(signer: Signer, persona: Persona) -> Credentials:
    """Return what makes tokens of a persona; its key stays behind the signer."""
    return Credentials(persona.public_key, lambda message: signer.sign(persona.public_key, message))
