"""The answers of layer 1 under ``/api`` about blocks, transactions and wallets; the node's own are in `node`."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from prometheus_morpheus.ledger.http import configuration, views
from prometheus_morpheus.ledger.http.asked import Refused
from prometheus_morpheus.ledger.http.pages import asked_page, listed
from prometheus_morpheus.ledger.shape import UnfitRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.ledger.chain import Direction
    from prometheus_morpheus.ledger.http.asked import Asked
    from prometheus_morpheus.ledger.http.node import LayerOne
    from prometheus_morpheus.ledger.views import Answer, Block, Placed, Rows, Wallet

_WALLET = re.compile(r"[a-z0-9!@$&_.]+|[A-Za-z0-9]+")
_HEX = re.compile("[0-9a-fA-F]*")


# --- blocks ---


def blocks(world: LayerOne, asked: Asked) -> Json:
    """Return blocks, newest first."""
    page = asked_page(asked.query)
    rows = world.ledger.blocks(page.offset, page.limit)
    return listed("/blocks", asked.query, rows, partial(views.block, world.ledger), is_estimate=True)


def first_block(world: LayerOne, _asked: Asked) -> Json:
    """Return the first block."""
    return {"data": views.block(world.ledger, _block(world, "1"))}


def last_block(world: LayerOne, _asked: Asked) -> Json:
    """Return the newest block."""
    return {"data": views.block(world.ledger, world.ledger.tip)}


def block(world: LayerOne, asked: Asked) -> Json:
    """Return a block by id or height."""
    return {"data": views.block(world.ledger, _block(world, asked.names["id"]))}


def block_transactions(world: LayerOne, asked: Asked) -> Json:
    """Return the transactions of a block in their order."""
    key, page = asked.names["id"], asked_page(asked.query)
    rows = world.ledger.block_transactions(_block(world, key), page.offset, page.limit)
    return _transaction_list(world, f"/blocks/{key}/transactions", asked, rows, is_estimate=False)


def _block(world: LayerOne, key: str) -> Block:
    found = world.ledger.block(key)
    if found is None:
        raise Refused(404, "Block not found")
    return found


# --- transactions ---


def submit(world: LayerOne, asked: Asked) -> Json:
    """Take transactions into the pool and say of each what became of it.

    Raises:
        Refused: 422 when the request has not the form that every node demands; nothing of it was looked at then.
    """
    try:
        return _answer(world.ledger.submit(_posted(asked.body)))
    except UnfitRequest as unfit:
        raise Refused(422, unfit.what) from None


def _posted(body: Json) -> Json:
    if not isinstance(body, dict):
        raise Refused(422, "should be object")
    if "transactions" not in body:
        raise Refused(422, "should have required property 'transactions'")
    if len(body) > 1:
        raise Refused(422, "should NOT have additional properties")
    return body["transactions"]


def _answer(answer: Answer) -> Json:
    body: dict[str, Json] = {
        "data": {
            "accept": [*answer.accept],
            "broadcast": [*answer.broadcast],
            "excess": [*answer.excess],
            "invalid": [*answer.invalid],
        },
    }
    if answer.errors:
        body["errors"] = {
            txid: [{"type": kind, "message": message} for kind, message in found]
            for txid, found in answer.errors.items()
        }
    return body


def transactions(world: LayerOne, asked: Asked) -> Json:
    """Return transactions in blocks that fit the query, newest first."""
    page, query = asked_page(asked.query), asked.query
    rows = world.ledger.transactions(
        page.offset,
        page.limit,
        type_group=_number(query, "typeGroup"),
        type_number=_number(query, "type"),
        sender_key=query.get("senderPublicKey"),
        recipient=query.get("recipientId"),
    )
    return _transaction_list(world, "/transactions", asked, rows, is_estimate=True)


def _number(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Refused(422, f'child "{name}" fails because ["{name}" must be a number]')
    return int(text)


def transaction(world: LayerOne, asked: Asked) -> Json:
    """Return a transaction that is in a block."""
    return _one_transaction(world, asked, world.ledger.transaction)


def unconfirmed(world: LayerOne, asked: Asked) -> Json:
    """Return a transaction that waits in the pool."""
    return _one_transaction(world, asked, world.ledger.pooled)


def _one_transaction(world: LayerOne, asked: Asked, find: Callable[[str], Placed | None]) -> Json:
    txid = asked.names["id"]
    if not _HEX.fullmatch(txid):
        raise Refused(422, 'child "id" fails because ["id" must only contain hexadecimal characters]')
    if len(txid) != 64:
        raise Refused(422, 'child "id" fails because ["id" length must be 64 characters long]')
    found = find(txid)
    if found is None:
        raise Refused(404, "Transaction not found")
    return {"data": views.transaction(world.ledger, found)}


def pool(world: LayerOne, asked: Asked) -> Json:
    """Return the transactions that wait in the pool."""
    page = asked_page(asked.query)
    rows = world.ledger.pool(page.offset, page.limit)
    return _transaction_list(world, "/transactions/unconfirmed", asked, rows)


def transaction_types(_world: LayerOne, _asked: Asked) -> Json:
    """Return the numbers of all types by group."""
    return {"data": configuration.types()}


def transaction_fees(_world: LayerOne, _asked: Asked) -> Json:
    """Return the fees that clients pay where they compute none."""
    return {"data": configuration.static_fees()}


def transaction_schemas(_world: LayerOne, _asked: Asked) -> Json:
    """Return no schemas: what a transaction must look like is checked by hand here, and no client reads them."""
    return {"data": {}}


def _transaction_list(
    world: LayerOne, path: str, asked: Asked, rows: Rows[Placed], *, is_estimate: bool | None = None
) -> Json:
    return listed(path, asked.query, rows, partial(views.transaction, world.ledger), is_estimate=is_estimate)


# --- wallets ---


def wallet(world: LayerOne, asked: Asked) -> Json:
    """Return a wallet by address, public key or delegate's name; 404 where nothing ever came to it."""
    return {"data": views.wallet(world.ledger, _wallet(world, asked))}


def wallet_transactions(world: LayerOne, asked: Asked) -> Json:
    """Return what a wallet sent or received."""
    return _wallet_list(world, asked, "all", "transactions")


def wallet_sent(world: LayerOne, asked: Asked) -> Json:
    """Return what a wallet sent."""
    return _wallet_list(world, asked, "sent", "transactions/sent")


def wallet_received(world: LayerOne, asked: Asked) -> Json:
    """Return what a wallet received."""
    return _wallet_list(world, asked, "received", "transactions/received")


def _wallet_list(world: LayerOne, asked: Asked, direction: Direction, end: str) -> Json:
    found, page = _wallet(world, asked), asked_page(asked.query)
    rows = world.ledger.wallet_transactions(found, page.offset, page.limit, direction)
    return _transaction_list(world, f"/wallets/{asked.names['id']}/{end}", asked, rows, is_estimate=False)


def _wallet(world: LayerOne, asked: Asked) -> Wallet:
    key = asked.names["id"]
    if not _WALLET.fullmatch(key):
        raise Refused(
            422,
            f'child "id" fails because ["id" with value "{key}" fails to match the required pattern: '
            '/^[a-z0-9!@$&_.]+$/, "id" must only contain alpha-numeric characters, "id" must only contain '
            "hexadecimal characters]",
        )
    found = world.ledger.wallet(key)
    if found is None:
        raise Refused(404, "Wallet not found")
    return found
