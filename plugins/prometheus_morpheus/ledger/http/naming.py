"""The naming system under ``/coeus/v1``, empty: this ledger knows the two names that every network begins with.

It keeps no names, so nobody can register one here; what it answers is what a node with an untouched naming system says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prometheus.errors import NotUnderstood
from prometheus.identity.multicipher import PublicKey
from prometheus_morpheus.ledger.http.asked import Refused, broken

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.ledger.http.asked import Asked

_KNOWN = ".schema"
_NEVER = 4294967295
_NAME = re.compile(r"(\.[a-z0-9]+)+")


def resolve(asked: Asked) -> Json:
    """Return the data of a name; 404 for every name but the known one."""
    name = _name(asked)
    if name == _KNOWN:
        return {"data": {}}
    edges = name[1:].split(".")
    place = 1 if f".{edges[0]}" == _KNOWN else 0
    missing = "." + ".".join(edges[: place + 1])
    raise Refused(404, f"Cannot resolve {name}. Error: Edge {edges[place]} was not found for domain {missing}")


def metadata(asked: Asked) -> Json:
    """Return owner, policies and expiry of a name."""
    _require(name := _name(asked), f"Cannot get metadata for {name}.")
    return {"owner": "system", "subtreePolicies": {}, "registrationPolicy": "any", "expiresAtHeight": _NEVER}


def children(asked: Asked) -> Json:
    """Return the edges under a name: there are none."""
    _require(name := _name(asked), f"Cannot get children of {name}.")
    return {"children": []}


def last_nonce(asked: Asked) -> Json:
    """Return the last nonce of a key: none was ever used."""
    try:
        PublicKey.parse(asked.names["key"])
    except NotUnderstood:
        raise broken() from None
    return {"nonce": "0"}


def transaction_status(asked: Asked) -> Json:
    """Return whether a transaction changed names: none was ever seen."""
    txid = asked.names["id"]
    raise Refused(404, f"Transaction {txid} is not processed by coeus (yet). Error: Cannot find txn with id {txid}")


def _require(name: str, failure: str) -> None:
    if name != _KNOWN:
        raise Refused(404, f"{failure} Error: Cannot find domain with name {name}")


def _name(asked: Asked) -> str:
    name = asked.names["name"]
    if not _NAME.fullmatch(name):
        raise broken()
    return name
