"""``did verify``: the document worked out from signed transactions, for every endpoint, and compared."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prometheus.identity.did import Did
from prometheus_morpheus.client.hosts import count_sources
from prometheus_morpheus.state.recomputed import CONFIRMED, OMISSION, REJECTED
from prometheus_morpheus.verbs.asking import asked
from prometheus_morpheus.verbs.did.keeping_found import keep_found
from prometheus_morpheus.verbs.did.lines import disagreement_lines, document_lines, wrapped
from prometheus_morpheus.verbs.did.personas import did_meant, is_did, names_of
from prometheus_morpheus.verbs.laid_out import noted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from prometheus.api import Call, OpenVault
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.resolving.asking import Resolved
    from prometheus_morpheus.resolving.in_blocks import BlocksChecked
    from prometheus_morpheus.resolving.recomputing import Checked

AGREED: Final = 0
CONTRADICTS_ITSELF: Final = 1
UNKNOWN: Final = 13
ALONE: Final = "one source was asked: nobody is there to contradict it; name another with --ledger"


class Verified(NamedTuple):
    """What was worked out, and what the blocks show where they were asked for."""

    found: Resolved
    blocks: tuple[BlocksChecked, ...]

    @property
    def exit_code(self) -> int:
        """0 where all agree, 1 where a node contradicts its own transactions or blocks, 13 where it cannot be told."""
        if any(one.disagreements for one in self.found.checked) or any(one.faults for one in self.blocks):
            return CONTRADICTS_ITSELF
        is_certain = all(one.recomputed.is_certain for one in self.found.checked)
        return AGREED if self.found.best is not None and is_certain else UNKNOWN


def run(call: Call) -> int:
    """Verify a DID and show what was checked, and what cannot be."""
    given = call.maybe("did")
    opened: AbstractContextManager[OpenVault | None] = nullcontext() if is_did(given) else call.open_vault()
    with opened as vault:
        did = Did.typed(given or "") if vault is None else did_meant(vault, given)
        names = {} if vault is None else names_of(vault)
        with call.progress("fetching transactions") as told:
            verified = asked(call, lambda nodes: _verified(call, nodes, did.text, told))
        keep_found(call, vault, verified.found)
    for note in verified.found.notes:
        noted(call, note)
    call.output.result(_document(verified), map(call.safe, _lines(verified, names)))
    return verified.exit_code


async def _verified(call: Call, nodes: tuple[LedgerNode, ...], did: str, told: Callable[[int, int], None]) -> Verified:
    from prometheus_morpheus.resolving.asking import resolve
    from prometheus_morpheus.resolving.in_blocks import check_blocks

    found = await resolve(nodes, did, call.clock, told=told)
    if not call.flag("blocks"):
        return Verified(found, ())
    by_url = {node.endpoint.base_url: node for node in nodes}
    checked = [await check_blocks(by_url[one.source], one.collected, told) for one in found.checked]
    return Verified(found, tuple(checked))


def _lines(verified: Verified, names: Mapping[str, str]) -> Iterator[str]:
    found = verified.found
    yield f"did      {found.did}"
    for one in found.checked:
        yield from _source_lines(one)
    for blocks in verified.blocks:
        yield f"blocks   of {blocks.source}: {blocks.sound} sound, {len(blocks.faults)} not"
        yield from (f"         {fault}" for fault in blocks.faults)
        yield from (f"         not checked: {left}" for left in blocks.open)
    for disagreement in found.disagreements:
        yield from disagreement_lines(disagreement)
    for doubt in found.doubts:
        yield from wrapped("DOUBT    ", doubt)
    if count_sources(found.sources) == 1:
        yield from wrapped("alone    ", ALONE)
    if found.best is None:
        yield "nothing is taken for true: ask another endpoint, or run a node of your own"
    else:
        yield f"document at height {found.best.height}"
        yield from document_lines(found.best.document, names)
    yield from wrapped("not seen ", OMISSION)


def _source_lines(one: Checked) -> Iterator[str]:
    worked_out = one.recomputed
    counts = {state: sum(found.outcome == state for found in worked_out.findings) for state in (CONFIRMED, REJECTED)}
    yield f"source   {one.source}, height {one.height}"
    yield (
        f"checked  {counts[CONFIRMED]} transactions with effect, {counts[REJECTED]} without, "
        f"{worked_out.signatures_checked} signatures of keys over {worked_out.operations_checked} operations"
    )
    for doubt in worked_out.doubts:
        yield f"doubt    transaction {doubt.txid} hangs on what was not given"
    for gap in worked_out.missing:
        yield f"missing  transaction {gap.txid}, which {gap.named_by} names"
    follows = "cannot be worked out" if one.doubts else "follows from its transactions"
    says = "does not follow from its transactions" if one.disagreements else follows
    yield f"result   what it says {says}"


def _document(verified: Verified) -> dict[str, Any]:
    found = verified.found
    return {
        "did": found.did,
        "height": found.height,
        "agreed": found.best is not None,
        "document": None if found.best is None else found.best.recomputed.document,
        "sources": [_source(one) for one in found.checked],
        "silent": [{"source": one.source, "error": one.error.what} for one in found.silent],
        "blocks": [one._asdict() for one in verified.blocks],
        "disagreements": [
            {**one._asdict(), "id": one.id, "sides": [side._asdict() for side in one.sides]}
            for one in found.disagreements
        ],
        "unreadable": list(found.doubts),
        "cannot_be_seen": OMISSION,
    }


def _source(one: Checked) -> dict[str, Any]:
    return {
        "source": one.source,
        "height": one.height,
        "certain": one.recomputed.is_certain,
        "consistent": not one.disagreements and not one.doubts,
        "operations_checked": one.recomputed.operations_checked,
        "signatures_checked": one.recomputed.signatures_checked,
        "transactions": [finding._asdict() for finding in one.recomputed.findings],
        "doubts": [doubt._asdict() for doubt in one.recomputed.doubts],
        "missing": [gap._asdict() for gap in one.recomputed.missing],
    }
