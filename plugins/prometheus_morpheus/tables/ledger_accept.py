"""The row of accepting a changed network."""

from __future__ import annotations

from prometheus.api import Command, Param
from prometheus_morpheus.tables.endpoints import ENDPOINTS

COMMANDS: tuple[Command, ...] = (
    Command(
        ("ledger", "accept"),
        "Accept that an endpoint serves another network now",
        "prometheus_morpheus.verbs.ledger.accept:run",
        (Param("endpoint", "An address, or the name of a network", required=True, offers=ENDPOINTS),),
        about="The first time an endpoint is asked, its network is remembered: the hash of the network, the byte that "
        "its addresses begin with and its first block. When that changes, nothing is asked or sent any more, for a "
        "transaction meant for one network could be spent on another. Where the change is yours, say so here: a "
        "development ledger that was made anew, for example.",
        examples=(("After making your own network anew", "prometheus ledger accept http://127.0.0.1:4703"),),
    ),
)
