"""``timestamp``: register a content id on the ledger, so that it can be shown that it existed by then.

Where nobody can be reached it is kept and registered later; who was first meanwhile is looked up then, before anything
is paid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus.errors import Conflict
from prometheus_morpheus.transactions.operations import before_proof
from prometheus_morpheus.verbs.asking import asked_if_reachable
from prometheus_morpheus.verbs.laid_out import warned
from prometheus_morpheus.verbs.offering import (
    Proposal,
    accept,
    cost_document,
    cost_lines,
    network_to_pay,
    offer,
    propose,
    tell_ending,
)
from prometheus_morpheus.verbs.timestamp.dated import dated
from prometheus_morpheus.verbs.under_way import refuse_second, under_way
from prometheus_morpheus.verbs.wanted.kept import wanted_timestamp

if TYPE_CHECKING:
    from prometheus.api import Call
    from prometheus_morpheus.verbs.timestamp.dated import Dated


def run(call: Call) -> int:
    """Register what is meant, once the person agreed to the price.

    Raises:
        Conflict: When it is registered already.
    """
    what, meant = dated(call), network_to_pay(call)
    is_reached = _refuse_registered(call, what)
    with call.open_vault() as vault:
        refuse_second(call, under_way(call, vault, what.content_id))
        attempts, wanted = [before_proof(what.content_id)], wanted_timestamp(what.content_id)
        title = f"timestamp of {what.content_id}"
        made = offer(call, vault, meant, list(attempts), title, wanted, is_reached=is_reached)
        lines = [
            f"id     {what.content_id}, of {what.kind}",
            "       everybody will be able to read this id for ever; who guesses the content sees that it is this",
            *cost_lines(made),
        ]
        document: dict[str, Any] = {"id": what.content_id, "kind": what.kind, "cost": cost_document(made)}
        if what.is_short and not call.flag("dry_run"):
            warned(
                call, "content as short as this can be found from its id by trying; put something unguessable into it"
            )
        if not propose(call, Proposal(made, lines, document, "register it?", "nothing was registered")):
            return 0
        with vault.store.transaction() as transaction:
            transaction.audit("timestamp", content_id=what.content_id)
        action = accept(call, vault, made, list(attempts))
    tell_ending(call, document, what.content_id, action)
    return 0


def _refuse_registered(call: Call, what: Dated) -> bool:
    """Refuse to pay for what is registered already: the first time counts; return whether anybody was there to ask."""
    from prometheus_morpheus.resolving.proofs import registered

    found = asked_if_reachable(call, lambda nodes: registered(nodes, what.content_id))
    if found is not None and found.height is not None:
        raise Conflict(
            "it is registered already",
            code="TIMESTAMP-EXISTS",
            meaning=f"since height {found.height}, by transaction {found.transaction_id}",
            remedy="`prometheus timestamp check` shows it; the first time counts",
        )
    return found is not None
