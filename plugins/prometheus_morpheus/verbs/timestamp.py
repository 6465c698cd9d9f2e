"""``timestamp``: register a content id on the ledger, so that it can be shown that it existed by then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus.errors import Cancelled, Conflict
from prometheus_morpheus.sending.outcomes import in_words
from prometheus_morpheus.transactions.operations import before_proof
from prometheus_morpheus.verbs.asking import asked
from prometheus_morpheus.verbs.dated import dated
from prometheus_morpheus.verbs.offering import (
    accept,
    agrees,
    cost_document,
    cost_lines,
    offer,
    refuse_problem,
    refuse_second,
    under_way,
)
from prometheus_morpheus.verbs.wallet_place import network_meant

if TYPE_CHECKING:
    from prometheus.api import Call
    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.verbs.dated import Dated


def register(call: Call) -> int:
    """Register what is meant, once the person agreed to the price.

    Raises:
        Conflict: When it is registered already.
    """
    what, meant = dated(call), network_meant(call)
    _refuse_registered(call, what)
    with call.open_vault() as vault:
        refuse_second(call, under_way(call, vault, what.content_id))
        attempts = [before_proof(what.content_id)]
        made = offer(call, vault, meant, list(attempts), f"timestamp of {what.content_id}")
        lines = [
            f"id     {what.content_id}, of {what.kind}",
            "       everybody will be able to read this id for ever; who guesses the content sees that it is this",
            *cost_lines(made),
        ]
        document: dict[str, Any] = {"id": what.content_id, "kind": what.kind, "cost": cost_document(made)}
        if call.flag("dry_run"):
            refuse_problem(made)
            call.output.result({**document, "sent": False}, [*map(call.safe, lines), "nothing was sent"])
            return 0
        call.show(map(call.safe, lines))
        if what.is_short:
            call.warn("content as short as this can be found from its id by trying; put something unguessable into it")
        refuse_problem(made)
        if not agrees(call, made, "register it?"):
            raise Cancelled("nothing was registered")
        with vault.store.transaction() as transaction:
            transaction.audit("timestamp", content_id=what.content_id)
        action = accept(call, vault, made, list(attempts))
    call.output.result(
        {**document, "sent": True, **_outcome(action)}, [call.safe(f"{what.content_id}: {in_words(action)}")]
    )
    return 0


def _refuse_registered(call: Call, what: Dated) -> None:
    """Refuse to pay for what is registered already: the first time counts."""
    from prometheus_morpheus.resolving.proofs import registered

    found = asked(call, lambda nodes: registered(nodes, what.content_id))
    if found.height is not None:
        raise Conflict(
            "it is registered already",
            code="TIMESTAMP-EXISTS",
            meaning=f"since height {found.height}, by transaction {found.transaction_id}",
            remedy="`prometheus timestamp check` shows it; the first time counts",
        )


def _outcome(action: Action) -> dict[str, Any]:
    return {
        "action": action.id,
        "state": action.state,
        "done": action.is_done,
        "transaction": action.forged_id or (action.signings[-1].id if action.signings else ""),
        "height": action.height or None,
    }
