"""The paths of a verifier, under the names of both generations.

    GET  /after-proof    {"blockHeight", "blockHash"} of the newest block; 502 where no ledger can be reached
    POST /validate       {"errors": [text…], "warnings": [text…]}, always 200

A before proof is looked up for the content id as it is sent, which is that of the content alone: it shows that the
words existed, not that they were signed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.errors import NotUnderstood, PrometheusError
from prometheus_morpheus.services.http.asked import json_reply, text_refusal
from prometheus_morpheus.services.http.route import Route, both
from prometheus_morpheus.services.ledger import ledger_of
from prometheus_morpheus.services.verifier.validating import judge

if TYPE_CHECKING:
    from prometheus_morpheus.services.floor import Floor
    from prometheus_morpheus.services.http.asked import Asked, Reply
    from prometheus_morpheus.services.ledger import Ledger


def verifier_routes(floor: Floor, ledger: Ledger | None = None) -> tuple[Route, ...]:
    """Return the routes of a verifier.

    Raises:
        NotUnderstood: When there is no ledger to ask, or an endpoint is none.
    """
    asked_ledger = ledger or ledger_of(floor)
    if asked_ledger is None:
        raise NotUnderstood(
            "a verifier needs a ledger to ask", code="SERVICE-LEDGER", remedy="name one or more with --ledger"
        )
    return ledger_routes(asked_ledger)


def ledger_routes(ledger: Ledger) -> tuple[Route, ...]:
    """Return the two routes that answer from a ledger."""

    def after_proof(_asked: Asked) -> Reply:
        try:
            newest = ledger.newest_block()
        except PrometheusError as error:
            raise text_refusal(502, error.what) from None
        return json_reply({"blockHeight": newest.height, "blockHash": newest.block_id})

    def validate(asked: Asked) -> Reply:
        return json_reply(judge(asked.body, ledger).as_document())

    return (
        Route("after-proof", "GET", both("/after-proof", "/afterProof"), after_proof, asks_others=True),
        Route("validate", "POST", ("/validate",), validate, asks_others=True),
    )
