"""What a bad endpoint may say instead of the truth: functions over a real answer, one kind of lie each.

A lie takes what was asked and what would be told, and returns what is told. Whatever it is not about stays as it is.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from prometheus_simulators.bad_endpoint import Asked, Told

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    Lie = Callable[[Asked, Told], Told]


def telling(path: str, change: Callable[[Any], Any], *, method: str = "GET") -> Lie:
    """Return the lie that changes the body of good answers; `path` has to fit wholly."""
    fits = re.compile(path).fullmatch

    def lie(asked: Asked, told: Told) -> Told:
        if asked.method != method or told.status != 200 or not fits(asked.path):
            return told
        return told._replace(body=change(copy.deepcopy(told.body)))

    return lie


def inventing(path: str, body: Any, status: int = 200, *, method: str = "GET") -> Lie:
    """Return the lie that answers a path so, whatever the truth is."""
    fits = re.compile(path).fullmatch
    return lambda asked, told: Told(status, body) if asked.method == method and fits(asked.path) else told


def denying(path: str, message: str) -> Lie:
    """Return the lie that something is not there, in the words of a node."""
    return inventing(path, {"statusCode": 404, "error": "Not Found", "message": message}, 404)


def _set(body: Any, value: Any, *where: str) -> Any:
    inner = body
    for name in where[:-1]:
        inner = inner[name]
    inner[where[-1]] = value
    return body


def later(path: str, times: int, lie: Lie) -> Lie:
    """Return a lie that begins once a path was asked so many times truthfully."""
    fits = re.compile(path).fullmatch
    seen = 0

    def told_later(asked: Asked, told: Told) -> Told:
        nonlocal seen
        if fits(asked.path) is not None:
            seen += 1
        return lie(asked, told) if seen > times else told

    return told_later


def height(number: int) -> Lie:
    """Say that the newest block is at a height; layer 1 alone."""
    return telling("/api/blockchain", lambda body: _set(body, number, "data", "block", "height"))


def layer_two_height(number: int) -> Lie:
    """Say that layer 2 has come to a height, wherever it says how far it has come."""
    return telling("/morpheus/v1/before-proof/.*/history", lambda body: _set(body, number, "queriedAtHeight"))


def balance(address: str, flakes: int) -> Lie:
    """Say that a wallet holds so much."""
    return telling(f"/api/wallets/{address}", lambda body: _set(body, str(flakes), "data", "balance"))


def nonce(address: str, number: int) -> Lie:
    """Say that a wallet has sent so many transactions."""
    return telling(f"/api/wallets/{address}", lambda body: _set(body, str(number), "data", "nonce"))


def status(transaction_id: str, said: bool) -> Lie:  # it is what the endpoint says
    """Say that layer 2 applied a transaction, or rejected it."""
    return inventing(f"/morpheus/v1/txn-status/{transaction_id}", said)


def transaction(transaction_id: str, **changes: Any) -> Lie:
    """Show a forged transaction of an id with other members."""
    change: Callable[[Any], Any] = lambda body: {**body, "data": {**body["data"], **changes}}  # noqa: E731
    return telling(f"/api/transactions/{transaction_id}", change)


def waiting(transaction_id: str, **changes: Any) -> Lie:
    """Show a transaction in the pool with other members."""
    change: Callable[[Any], Any] = lambda body: {**body, "data": {**body["data"], **changes}}  # noqa: E731
    return telling(f"/api/transactions/unconfirmed/{transaction_id}", change)


def in_block(waiting: dict[str, Any], block_id: str) -> Lie:
    """Show a transaction that waits in the pool, as a node showed it there, as if it were in a block."""
    shown = {**waiting, "blockId": block_id, "confirmations": 1, "timestamp": {"epoch": 0, "unix": 0, "human": ""}}
    return inventing(f"/api/transactions/{waiting['id']}", {"data": shown})


def without_transaction(transaction_id: str) -> tuple[Lie, ...]:
    """Say that a transaction is neither in a block nor in the pool."""
    return (
        denying(f"/api/transactions/{transaction_id}", "Transaction not found"),
        denying(f"/api/transactions/unconfirmed/{transaction_id}", "Transaction not found"),
    )


def block(height_or_id: int | str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Lie:
    """Show a block, asked for by height or by id, otherwise."""
    return telling(f"/api/blocks/{height_or_id}", lambda body: {**body, "data": change(body["data"])})


def document(did: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Lie:
    """Show a DID's document otherwise, at every height."""
    return telling(f"/morpheus/v1/did/{re.escape(did)}/document(/[0-9]+)?", change)


def registered(content_id: str, at: int, transaction_id: str) -> Lie:
    """Say that a content id is registered since a height, by a transaction."""
    change: Callable[[Any], Any] = lambda body: {**body, "existsFromHeight": at, "txid": transaction_id}  # noqa: E731
    return telling(f"/morpheus/v1/before-proof/{re.escape(content_id)}/history", change)


def unregistered(content_id: str) -> Lie:
    """Say that a content id is not registered."""
    change: Callable[[Any], Any] = lambda body: {**body, "existsFromHeight": None, "txid": None}  # noqa: E731
    return telling(f"/morpheus/v1/before-proof/{re.escape(content_id)}/history", change)


def network(**changes: Any) -> Lie:
    """Say other things of the network, such as its ``nethash``."""
    return telling("/api/node/configuration", lambda body: {**body, "data": {**body["data"], **changes}})


def fee_rate(rate: int) -> Lie:
    """Ask for another lowest fee, in flakes a byte."""
    return telling(
        "/api/node/configuration",
        lambda body: _set(body, rate, "data", "transactionPool", "dynamicFees", "minFeePool"),
    )


def _outcome(body: Any, **lists: list[str]) -> Any:
    empty: dict[str, list[str]] = {"accept": [], "broadcast": [], "excess": [], "invalid": []}
    return {"data": empty | lists}


def refusing(kind: str, message: str = "made up") -> Lie:
    """Take posted transactions, and say that they were refused."""

    def lie(asked: Asked, told: Told) -> Told:
        if asked.method != "POST" or asked.path != "/api/transactions" or told.status != 200:
            return told
        ids = [each["id"] for each in asked.body["transactions"]]
        errors = {each: [{"type": kind, "message": message}] for each in ids}
        return Told(200, {**_outcome(told.body, invalid=ids), "errors": errors})

    return lie


def at_random(chance: random.Random, likelihood: float = 0.5) -> Lie:
    """Change some answers in some one place: a member, a number, a letter, an entry of a list."""

    def lie(_asked: Asked, told: Told) -> Told:
        if told.status != 200 or chance.random() > likelihood:
            return told
        return told._replace(body=_changed_somewhere(copy.deepcopy(told.body), chance))

    return lie


def _changed_somewhere(value: Any, chance: random.Random) -> Any:
    """Go down into a value at random, and change what is found where it ends."""
    if isinstance(value, dict) and value:
        name = chance.choice(sorted(value))
        if chance.random() < 0.1:
            del value[name]
        else:
            value[name] = _changed_somewhere(value[name], chance)
        return value
    if isinstance(value, list) and value:
        return _changed_list(value, chance)
    return _changed_leaf(value, chance)


def _changed_list(value: list[Any], chance: random.Random) -> list[Any]:
    place, what = chance.randrange(len(value)), chance.random()
    if what < 0.2:
        del value[place]
    elif what < 0.3:
        value.insert(chance.randrange(len(value) + 1), copy.deepcopy(value[place]))
    elif what < 0.4:
        value.reverse()
    else:
        value[place] = _changed_somewhere(value[place], chance)
    return value


def _changed_leaf(value: Any, chance: random.Random) -> Any:
    if isinstance(value, bool) or value is None:
        return chance.choice([True, False, None, 0, 7])
    if isinstance(value, int):
        return value + chance.choice([-1000, -3, -1, 1, 3, 1000, 10**9])
    if isinstance(value, str) and value:
        place = chance.randrange(len(value))
        return value[:place] + chance.choice("0123456789abcdefXz\u0000é") + value[place + 1 :]
    return chance.choice([None, 0, "", [], {}, "ab" * 32])
