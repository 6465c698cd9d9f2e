"""``did history``: every operation on a DID, in the order of the ledger, with what became of it and why."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

from prometheus.errors import InputError
from prometheus.identity.did import Did
from prometheus_morpheus.resolving.recomputing import ledger_transactions
from prometheus_morpheus.state.attempts import SignedGroup, attempts_of_asset
from prometheus_morpheus.verbs.asking import asked
from prometheus_morpheus.verbs.did.keeping_found import keep_found
from prometheus_morpheus.verbs.did.lines import disagreement_lines
from prometheus_morpheus.verbs.did.personas import did_meant, is_did, names_of
from prometheus_morpheus.verbs.laid_out import warned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from prometheus.api import Call, OpenVault
    from prometheus_morpheus.resolving.recomputing import Checked
    from prometheus_morpheus.state.attempts import Signable


class Event(NamedTuple):
    """One operation: where it stands, what it wanted, who signed it, what became of it."""

    height: int
    transaction_id: str
    operation: Signable
    signer: str
    outcome: str
    reason: str


def run(call: Call) -> int:
    """Show what happened to a DID."""
    given = call.maybe("did")
    opened: AbstractContextManager[OpenVault | None] = nullcontext() if is_did(given) else call.open_vault()
    with opened as vault:
        did = Did.typed(given or "") if vault is None else did_meant(vault, given)
        names = {} if vault is None else names_of(vault)
        from prometheus_morpheus.resolving.asking import resolve

        with call.progress("fetching transactions") as told:
            found = asked(call, lambda nodes: resolve(nodes, did.text, call.clock, told=told))
        keep_found(call, vault, found)
    for one in found.disagreements:
        call.show(map(call.safe, disagreement_lines(one)))
    shown = found.best or found.checked[0]
    if found.best is None:
        warned(call, f"the sources contradict each other; this is what {shown.source} says")
    happened = tuple(events(shown))
    document = {
        "did": did.text,
        "source": shown.source,
        "height": shown.height,
        "agreed": found.best is not None,
        "events": [_event(one) for one in happened],
    }
    call.output.result(document, map(call.safe, _lines(happened, did, names)))
    return 0 if found.best is not None else 13


def events(found: Checked) -> Iterator[Event]:
    """Yield every operation on a DID that was tried, oldest first."""
    became = {one.txid: one for one in found.recomputed.findings}
    for item in ledger_transactions(found.collected):
        finding = became.get(item.txid)
        try:
            attempts = attempts_of_asset(item.transaction.asset)
        except InputError:
            continue
        for attempt in attempts:
            if not isinstance(attempt, SignedGroup) or finding is None:
                continue
            for signable in attempt.signables:
                if signable.did == found.collected.did:
                    yield Event(item.height, item.txid, signable, attempt.public_key, finding.outcome, finding.reason)


def _lines(happened: tuple[Event, ...], did: Did, names: Mapping[str, str]) -> Iterator[str]:
    yield f"did      {did.text}"
    if not happened:
        yield "nothing has happened to it: its default key may do everything, since ever"
        yield "`prometheus did add-key` is how a history begins"
    for one in happened:
        yield f"{one.height:>8}  {_words(one.operation, names)}: {one.outcome}"
        yield f"          by {names.get(one.signer, one.signer)}, transaction {one.transaction_id[:16]}…"
        if one.reason:
            yield f"          {one.reason}"


def _words(operation: Signable, names: Mapping[str, str]) -> str:
    key = "" if operation.auth is None else names.get(operation.auth.text, operation.auth.text)
    until = "" if operation.expires_at is None else f" until height {operation.expires_at}"
    return {
        "addKey": f"add key {key}{until}",
        "revokeKey": f"revoke key {key}",
        "addRight": f"give {operation.right} to {key}",
        "revokeRight": f"take {operation.right} from {key}",
        "tombstoneDid": "give the DID up",
    }[operation.operation]


def _event(one: Event) -> dict[str, Any]:
    return {
        "height": one.height,
        "transaction": one.transaction_id,
        "operation": one.operation.as_json(),
        "signer": one.signer,
        "outcome": one.outcome,
        "reason": one.reason,
    }
