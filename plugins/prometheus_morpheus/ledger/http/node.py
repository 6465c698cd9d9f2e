"""What the node says of itself, of its network and of who forges, under ``/api``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from prometheus_morpheus.ledger.http import configuration, views
from prometheus_morpheus.ledger.http.asked import Refused
from prometheus_morpheus.ledger.http.pages import asked_page, listed
from prometheus_morpheus.ledger.views import Rows

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.ledger.chain import DevLedger
    from prometheus_morpheus.ledger.http.asked import Asked

_DAY = 86400
_DAYS_BY_DEFAULT = 7


class LayerOne(NamedTuple):
    """The ledger, and the port under which it is served."""

    ledger: DevLedger
    port: int


def root(_world: LayerOne, _asked: Asked) -> Json:
    """Return the greeting by which the node is known to be there."""
    return {"data": "Hello World!"}


def node_configuration(world: LayerOne, _asked: Asked) -> Json:
    """Return the constants that a client needs."""
    return {"data": configuration.node(world.ledger, world.port)}


def node_crypto(world: LayerOne, _asked: Asked) -> Json:
    """Return the whole network for libraries."""
    return {"data": configuration.network(world.ledger)}


def node_status(world: LayerOne, _asked: Asked) -> Json:
    """Return the height and the node's time."""
    ledger = world.ledger
    height = ledger.tip.height
    epoch = ledger.now() - ledger.rules.epoch
    return {"data": {"synced": True, "now": height, "blocksCount": -height, "timestamp": epoch}}


def node_syncing(world: LayerOne, _asked: Asked) -> Json:
    """Return that nothing has to be caught up with."""
    tip = world.ledger.tip
    return {"data": {"syncing": False, "blocks": -tip.height, "height": tip.height, "id": tip.id}}


def node_fees(world: LayerOne, asked: Asked) -> Json:
    """Return the fees paid in the last days."""
    text = asked.query.get("days", "")
    days = int(text) if text.isascii() and text.isdigit() and len(text) <= 2 and int(text) else _DAYS_BY_DEFAULT
    since = world.ledger.now() - days * _DAY
    return {"meta": {"days": days}, "data": configuration.fees_paid(world.ledger, since)}


def blockchain(world: LayerOne, _asked: Asked) -> Json:
    """Return the newest block and all money there is."""
    tip = world.ledger.tip
    return {"data": {"block": {"height": tip.height, "id": tip.id}, "supply": str(world.ledger.supply)}}


def peers(_world: LayerOne, asked: Asked) -> Json:
    """Return the other nodes: there are none."""
    nobody: Rows[Json] = Rows([], 0)
    return listed("/peers", asked.query, nobody, lambda row: row, is_transformed=False)


def delegates(world: LayerOne, asked: Asked) -> Json:
    """Return the delegates by rank."""
    page = asked_page(asked.query)
    rows = world.ledger.delegates(page.offset, page.limit)
    return listed("/delegates", asked.query, rows, partial(views.delegate, world.ledger), is_transformed=False)


def delegate(world: LayerOne, asked: Asked) -> Json:
    """Return one delegate by name, address or public key."""
    found = world.ledger.wallet(asked.names["id"])
    if found is None or found.delegate is None:
        raise Refused(404, "Delegate not found")
    return {"data": views.delegate(world.ledger, found)}
