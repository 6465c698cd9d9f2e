"""The `Services` of the house: ways to authorities, inspectors and verifiers; nobody is asked by making one.

Rules: nothing heavy is imported before a way is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus.api import Authority, Clock, Credentials, Inspector, ServiceAddress, Verifier
    from prometheus_morpheus.client.session import Patience


class AskingServices:
    """Makes the ways; `patience` is how long each waits, ordinary when None."""

    def __init__(self, patience: Patience | None = None) -> None:
        self._patience = patience

    def authority(self, address: ServiceAddress, credentials: Credentials | None, clock: Clock) -> Authority:
        """Return the way to an authority."""
        from prometheus_morpheus.asking_services.authority import AskedAuthority
        from prometheus_morpheus.asking_services.caller import Caller

        return AskedAuthority(Caller(address, credentials, clock, patience=self._patience))

    def inspector(self, address: ServiceAddress, credentials: Credentials | None, clock: Clock) -> Inspector:
        """Return the way to an inspector."""
        from prometheus_morpheus.asking_services.caller import Caller
        from prometheus_morpheus.asking_services.inspector import AskedInspector

        return AskedInspector(Caller(address, credentials, clock, patience=self._patience))

    def verifier(self, address: ServiceAddress, clock: Clock) -> Verifier:
        """Return the way to a verifier."""
        from prometheus_morpheus.asking_services.caller import Caller
        from prometheus_morpheus.asking_services.verifier import AskedVerifier

        return AskedVerifier(Caller(address, None, clock, patience=self._patience))
