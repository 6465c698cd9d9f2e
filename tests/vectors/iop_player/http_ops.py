"""Plays the recorded requests to a service: each on a fresh one that has the recorded beginnings."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from prometheus_simulators.ledger_http import Request, ask_all

from iop_player.operations import Input, Operations
from prometheus_morpheus.ledger.http.layer_two import LayerTwo
from prometheus_morpheus.ledger.http.routes import of_layer_two
from prometheus_morpheus.state.machine import MorpheusState

OPS = Operations()


@OPS.plays("http_morpheus", "http")
def ask_morpheus(given: Input) -> Any:
    state, assets = MorpheusState(), {}
    for step in given["setup"]:
        if "block" in step:
            state.begin_block(step["block"])
        else:
            assets[step["txid"]] = step["asset"]
            state.apply(step["txid"], step["asset"])
    (reply,) = asyncio.run(ask_all(of_layer_two(LayerTwo(lambda: state, assets.__getitem__)), [_request(given)]))
    return {"status": reply.status, "content_type": reply.content_type, "body": reply.body}


def _request(given: Input) -> Request:
    """Return the request as it was sent: JSON, a text that is none, or nothing at all."""
    body = json.dumps(given["body"]).encode() if "body" in given else given.get("raw_body", "").encode()
    headers = {"Content-Type": "application/json"} if body else {}
    return Request(given["method"], given["url"], headers, body)
