"""Which path is answered by which function: one table for each part of the interface.

``/api/v2`` is another name of ``/api``, and a slash at the end of a path changes nothing, as with Hydra.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from prometheus_morpheus.ledger.http import controls, layer_one, layer_two, naming, node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.ledger.http.asked import Asked
    from prometheus_morpheus.ledger.http.controls import Desk
    from prometheus_morpheus.ledger.http.layer_two import LayerTwo
    from prometheus_morpheus.ledger.http.node import LayerOne


class Route(NamedTuple):
    """A method and a path, with names in braces, and the function that answers."""

    method: str
    path: str
    answer: Callable[[Asked], Json]


_LAYER_ONE = (
    ("GET", "/node/configuration", node.node_configuration),
    ("GET", "/node/configuration/crypto", node.node_crypto),
    ("GET", "/node/status", node.node_status),
    ("GET", "/node/syncing", node.node_syncing),
    ("GET", "/node/fees", node.node_fees),
    ("GET", "/blockchain", node.blockchain),
    ("GET", "/peers", node.peers),
    ("GET", "/delegates", node.delegates),
    ("GET", "/delegates/{id}", node.delegate),
    ("GET", "/blocks", layer_one.blocks),
    ("GET", "/blocks/first", layer_one.first_block),
    ("GET", "/blocks/last", layer_one.last_block),
    ("GET", "/blocks/{id}", layer_one.block),
    ("GET", "/blocks/{id}/transactions", layer_one.block_transactions),
    ("GET", "/transactions", layer_one.transactions),
    ("POST", "/transactions", layer_one.submit),
    ("GET", "/transactions/types", layer_one.transaction_types),
    ("GET", "/transactions/fees", layer_one.transaction_fees),
    ("GET", "/transactions/schemas", layer_one.transaction_schemas),
    ("GET", "/transactions/unconfirmed", layer_one.pool),
    ("GET", "/transactions/unconfirmed/{id}", layer_one.unconfirmed),
    ("GET", "/transactions/{id}", layer_one.transaction),
    ("GET", "/wallets/{id}", layer_one.wallet),
    ("GET", "/wallets/{id}/transactions", layer_one.wallet_transactions),
    ("GET", "/wallets/{id}/transactions/sent", layer_one.wallet_sent),
    ("GET", "/wallets/{id}/transactions/received", layer_one.wallet_received),
)

_LAYER_TWO = (
    ("GET", "/did/{did}/document", layer_two.document),
    ("GET", "/did/{did}/document/{height}", layer_two.document),
    ("GET", "/did/{did}/transactions/last", layer_two.last_transaction),
    ("GET", "/did/{did}/transactions/{start}", layer_two.transactions),
    ("GET", "/did/{did}/transactions/{start}/{until}", layer_two.transactions),
    ("GET", "/did/{did}/transaction-attempts/{start}", layer_two.transaction_attempts),
    ("GET", "/did/{did}/transaction-attempts/{start}/{until}", layer_two.transaction_attempts),
    ("GET", "/did/{did}/operations/{start}", layer_two.operations),
    ("GET", "/did/{did}/operations/{start}/{until}", layer_two.operations),
    ("GET", "/did/{did}/operation-attempts/{start}", layer_two.operation_attempts),
    ("GET", "/did/{did}/operation-attempts/{start}/{until}", layer_two.operation_attempts),
    ("GET", "/before-proof/{content_id}/exists", layer_two.before_proof_exists),
    ("GET", "/before-proof/{content_id}/exists/{height}", layer_two.before_proof_exists),
    ("GET", "/before-proof/{content_id}/history", layer_two.before_proof_history),
    ("GET", "/txn-status/{id}", layer_two.transaction_status),
    ("POST", "/check-transaction-validity", layer_two.check_validity),
)

_NAMING = (
    ("GET", "/resolve/{name}", naming.resolve),
    ("GET", "/metadata/{name}", naming.metadata),
    ("GET", "/children/{name}", naming.children),
    ("GET", "/last-nonce/{key}", naming.last_nonce),
    ("GET", "/txn-status/{id}", naming.transaction_status),
)

_CONTROLS = (
    ("GET", "", controls.about),
    ("POST", "/fund", controls.fund),
    ("POST", "/forge", controls.forge),
    ("POST", "/clock", controls.clock),
    ("POST", "/reorganise", controls.reorganise),
)


def of_layer_one(world: LayerOne) -> Iterator[Route]:
    """Yield the routes of layer 1 under both of its names."""
    yield Route("GET", "/", partial(node.root, world))
    for prefix in ("/api", "/api/v2"):
        for method, path, answer in _LAYER_ONE:
            yield Route(method, prefix + path, partial(answer, world))


def of_layer_two(world: LayerTwo) -> Iterator[Route]:
    """Yield the routes of Morpheus."""
    for method, path, answer in _LAYER_TWO:
        yield Route(method, "/morpheus/v1" + path, partial(answer, world))


def of_naming() -> Iterator[Route]:
    """Yield the routes of the empty naming system."""
    for method, path, answer in _NAMING:
        yield Route(method, "/coeus/v1" + path, answer)


def of_controls(desk: Desk) -> Iterator[Route]:
    """Yield the routes of the faucet and the controls."""
    for method, path, answer in _CONTROLS:
        yield Route(method, "/dev" + path, partial(answer, desk))
