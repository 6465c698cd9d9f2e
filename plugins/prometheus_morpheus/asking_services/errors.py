"""What can go wrong with a service, told apart by what may have happened.

* `ServiceOffline`: no connection at any attempt; nothing left. `ServiceUnproven`: so too, for it may be another host.
* `ServiceLate`: a whole answer never came. What was sent may have arrived; sending it again is harmless.
* `ServiceRefused`: it answered and said no, in its own words. `ServiceBusy`: for now, because it is asked too often.
* `ServiceGarbage`: what came is no answer of such a service, or not the document that its id says.

Texts from a service are shortened and made printable before they stand in an error.
"""

from __future__ import annotations

from prometheus.errors import NotTrusted, Offline, RemoteRefused, TimedOut
from prometheus_morpheus.client.errors import quoted


class ServiceOffline(Offline):
    """No connection to the service; what was to be sent never left this machine."""

    code = "SERVICE-OFFLINE"


class ServiceUnproven(ServiceOffline):
    """The service cannot prove with a certificate that it is the host that was named; nothing was said to it."""

    code = "SERVICE-CERTIFICATE"


class ServiceLate(TimedOut):
    """The service did not answer in time; what was sent may have arrived, and may be sent again."""

    code = "SERVICE-TIMED-OUT"


class ServiceGarbage(NotTrusted):
    """What came is not an answer of such a service, or not the document that was asked for."""

    code = "SERVICE-GARBAGE"


class ServiceRefused(RemoteRefused):
    """The service said no; ``status`` is that of HTTP, ``message`` its own words."""

    code = "SERVICE-REFUSED"
    may_have_arrived = False
    """Whether an attempt before, whose answer was lost, may have been taken."""

    def __init__(self, url: str, status: int, message: str, remedy: str = "") -> None:
        super().__init__(
            f"{url} refused it with status {status}",
            meaning=quoted(message),
            remedy=remedy or "what the service says is above; the same will be refused again",
        )
        self.status = status
        self.message = quoted(message)


class ServiceBusy(RemoteRefused):
    """The service was asked too often; ``retry_after`` is in seconds, None when it did not say."""

    code = "SERVICE-BUSY"

    def __init__(self, url: str, retry_after: float | None) -> None:
        super().__init__(
            f"{url} is asked too often",
            meaning="" if retry_after is None else f"it asks for a pause of {retry_after:g} seconds",
            remedy="wait a little, then repeat it; nothing was lost",
        )
        self.retry_after = retry_after
