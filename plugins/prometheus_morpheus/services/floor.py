"""What every answer of a service stands on, handed to the function that makes its routes.

The functions are `authority_routes`, `inspector_routes` and `verifier_routes`, each in ``routes`` of its room.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus_morpheus.services.http.tokens import admit, read_token

if TYPE_CHECKING:
    from prometheus.claims.jwt import Token
    from prometheus.ports import Clock
    from prometheus_morpheus.services.catalogue import Catalogue
    from prometheus_morpheus.services.clerks import Admitted
    from prometheus_morpheus.services.http.asked import Asked
    from prometheus_morpheus.services.limits import Limits
    from prometheus_morpheus.services.store.opening import Store


class Floor(NamedTuple):
    """The store, what is published, who is admitted, the time, and which ledgers may be asked (none: nobody is).

    `addresses` are the base URLs that a token may be for; none where the service does not know its own.
    """

    store: Store
    catalogue: Catalogue
    admitted: Admitted
    limits: Limits
    clock: Clock
    ledgers: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    def now(self) -> int:
        """Return the present in Unix milliseconds, as the store counts."""
        return round(self.clock.now().timestamp() * 1000)

    def clerk(self, asked: Asked) -> Token:
        """Return the token of a clerk, used now; `Refused` with 403 where there is none."""
        return admit(asked, self.admitted.may_decide, self.store.last_tokens, self.clock, self.addresses)

    def may_decide(self, asked: Asked) -> None:
        """Refuse whoever is no clerk, before a long body is read; the token stays unused."""
        read_token(asked.authorization, self.admitted.may_decide, self.clock, self.addresses)

    def may_ask(self, asked: Asked) -> None:
        """Refuse whoever may send no request, before a long body is read; the token stays unused."""
        if self.admitted.requesters is not None:
            read_token(asked.authorization, self.admitted.may_ask, self.clock, self.addresses)

    def requester(self, asked: Asked) -> Token | None:
        """Return the token of who may send a request; None where anybody may, whatever came with it."""
        if self.admitted.requesters is None:
            return None
        return admit(asked, self.admitted.may_ask, self.store.last_tokens, self.clock, self.addresses)
