"""``timestamp check``: since when something is registered, and whether the after proofs in it are true.

One endpoint alone can make all of it up, so what one alone says is shown and is not proven: the exit code is 13.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prometheus.claims.after_proof import after_proofs_in
from prometheus.claims.moments import write_moment
from prometheus.model.written_time import local
from prometheus_morpheus.resolving.proofs import block_at, registered
from prometheus_morpheus.verbs.asking import asked
from prometheus_morpheus.verbs.did.lines import disagreement_lines, wrapped
from prometheus_morpheus.verbs.timestamp.dated import dated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.api import Call
    from prometheus.claims.after_proof import AfterProof
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.resolving.disagreements import Disagreement
    from prometheus_morpheus.resolving.proofs import BlockId, Times
    from prometheus_morpheus.verbs.timestamp.dated import Dated

PROVEN: Final = 0
CONTRADICTED: Final = 1
UNKNOWN: Final = 13
ONE_SOURCE: Final = "one endpoint alone says so and can make it up: name a second one that somebody else runs"


class Found(NamedTuple):
    """What the ledger says: of the whole, of the words alone, and of each after proof in it."""

    what: Dated
    whole: Times
    words: Times | None
    after: tuple[tuple[AfterProof, BlockId], ...]

    @property
    def disagreements(self) -> tuple[Disagreement, ...]:
        """Every contradiction among the sources."""
        of_words = () if self.words is None else self.words.disagreements
        return (*self.whole.disagreements, *of_words, *(one for _, block in self.after for one in block.disagreements))

    @property
    def exit_code(self) -> int:
        """0 where two sources show it, 1 where the ledger contradicts an after proof, 13 where it is not known."""
        if any(block.block_id is not None and block.block_id != proof.block_id for proof, block in self.after):
            return CONTRADICTED
        return PROVEN if self.is_proven else UNKNOWN

    @property
    def is_proven(self) -> bool:
        """Whether at least two sources tell the same about all that is told."""
        told = [block.is_agreed for proof, block in self.after if block.block_id == proof.block_id]
        is_after = bool(told) and len(told) == len(self.after)
        told += [self.whole.is_agreed] if self.whole.height is not None else []
        return not self.disagreements and (self.whole.height is not None or is_after) and all(told)

    @property
    def is_told_by_one(self) -> bool:
        """Whether something is told, by no more than one source."""
        told = [block.is_agreed for proof, block in self.after if block.block_id == proof.block_id]
        told += [self.whole.is_agreed] if self.whole.height is not None else []
        return not self.disagreements and not all(told)


def run(call: Call) -> int:
    """Show what the ledger says about times."""
    what = dated(call)
    found = asked(call, lambda nodes: look(nodes, what))
    call.output.result(_document(found), map(call.safe, _lines(found)))
    return found.exit_code


async def look(nodes: tuple[LedgerNode, ...], what: Dated) -> Found:
    """Return what the nodes say about something."""
    whole = await registered(nodes, what.content_id)
    words = await registered(nodes, what.words_id) if what.words_id is not None and whole.height is None else None
    proofs = after_proofs_in(what.document)
    return Found(what, whole, words, tuple([(proof, await block_at(nodes, proof.height)) for proof in proofs]))


def _lines(found: Found) -> Iterator[str]:
    yield f"id       {found.what.content_id}, of {found.what.kind}"
    whole = found.whole
    if whole.height is not None:
        yield f"existed  at height {whole.height}, {_local(whole.unix)}"
        yield from wrapped("shown by ", f"transaction {whole.transaction_id}")
    elif not whole.disagreements:
        yield "existed  not registered"
    if found.words is not None and found.words.height is not None:
        words = f"its words alone are, at height {found.words.height}: that says nothing about the signature"
        yield from wrapped("         ", words)
    for proof, block in found.after:
        yield from wrapped("after    ", _after(proof, block))
        if block.held:
            yield from wrapped("checked  ", f"of block {proof.height}: {', '.join(block.held)}")
    for one in found.disagreements:
        yield from disagreement_lines(one)
    if found.is_told_by_one:
        yield from wrapped("UNKNOWN  ", ONE_SOURCE)
    for note in (*whole.notes, *whole.doubts):
        yield from wrapped("note     ", note)
    yield from wrapped("source   ", ", ".join(one.source for one in whole.registrations))
    for silent in whole.silent:
        yield from wrapped("         ", f"{silent.source} could not be asked: {silent.error.what}")


def _after(proof: AfterProof, block: BlockId) -> str:
    if block.block_id is None:
        return f"block {proof.height}: the ledger does not show it"
    if block.block_id == proof.block_id:
        return f"block {proof.height}, {_local(block.unix)}: whoever signs this proof signs later"
    return f"block {proof.height} is another one than the proof names: FALSE"


def _local(unix: int) -> str:
    """Return a time as a person reads it, in their own zone, which is named."""
    return local(datetime.fromtimestamp(unix, UTC))


def _time(unix: int) -> str:
    return write_moment(datetime.fromtimestamp(unix, UTC))


def _document(found: Found) -> dict[str, Any]:
    whole = found.whole
    return {
        "id": found.what.content_id,
        "kind": found.what.kind,
        "proven": found.is_proven,
        "existed_at": whole.height,
        "time": None if whole.height is None else _time(whole.unix),
        "transaction": whole.transaction_id,
        "words_existed_at": None if found.words is None else found.words.height,
        "after": [
            {
                **proof.to_json(),
                "ledger": block.block_id,
                "true": block.block_id == proof.block_id,
                "checked": list(block.held),
            }
            for proof, block in found.after
        ],
        "sources": [one.source for one in whole.registrations],
        "agreeing": list(whole.agreeing),
        "notes": [*whole.notes, *whole.doubts],
        "disagreements": [{"id": one.id, "about": one.about, "what": one.what} for one in found.disagreements],
    }
