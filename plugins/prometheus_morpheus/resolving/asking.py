"""Ask every node for a DID at once, work each answer out again, and compare what they amount to.

Rules:
* Heights differ between nodes, so what is compared is what each knew at the lowest of their heights.
* Where all agree, the one that has come farthest answers: what it knows beyond the others follows from signatures too.
  One that claims to be far ahead of the others does not: how far it has come is the one thing that nothing proves.
* Where two differ, or one contradicts its own transactions, nobody answers: `Resolved.best` is None, and both sides'
  evidence is in `disagreements`. The person decides, never the order of endpoints.
* Where what changed the DID cannot be read at one node, another one that shows it answers, if both say the same; else
  nobody does: `doubts` says why, and nobody is said to lie.
* A node that cannot be asked, gives more than can be taken, or is slow as a whole, is `silent` and said so: none keeps
  the others from answering. Where all are silent the first reason is raised.
* Nodes of different chains are not compared at all, and what is said of one chain is kept with its name.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prometheus.errors import NotFound, PrometheusError
from prometheus_morpheus.client.hosts import count_sources
from prometheus_morpheus.resolving.at_height import differences, known_at
from prometheus_morpheus.resolving.disagreements import Disagreement, Side
from prometheus_morpheus.resolving.each_node import Patience, ask_each, common_chain
from prometheus_morpheus.resolving.recomputing import check, left_out
from prometheus_morpheus.state.recomputed import NO_EVIDENCE, Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prometheus.api import Clock
    from prometheus_morpheus.client.chain_name import ChainName
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.resolving.each_node import Silent
    from prometheus_morpheus.resolving.recomputing import Checked

FAR_AHEAD: Final = 50
"""Blocks by which nodes of one network may differ before it is told."""
OLD_BLOCKS: Final = 50
"""A newest block older than so many block times is said to be old."""


class Resolved(NamedTuple):
    """What all nodes together say of a DID, all of them being of the one `chain`.

    `height` is the one that all were compared at, `age_s` the age in seconds of the newest block of `best`.
    """

    chain: ChainName
    did: str
    height: int
    checked: tuple[Checked, ...]
    best: Checked | None
    age_s: int
    disagreements: tuple[Disagreement, ...]
    silent: tuple[Silent, ...]
    notes: tuple[str, ...]
    doubts: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The endpoints that answered."""
        return tuple(one.source for one in self.checked)


async def resolve(  # noqa: PLR0917 - whom, what, by which clock, when; the last two are rarely given
    nodes: Sequence[LedgerNode],
    did: str,
    clock: Clock,
    height: int | None = None,
    told: Callable[[int, int], None] = lambda _done, _all: None,
    patience: Patience | None = None,
) -> Resolved:
    """Return what the nodes say of a DID.

    Args:
        nodes: Whom to ask.
        did: In its one spelling.
        clock: Gives the age.
        height: Of the document; as far as each has come when None.
        told: Is told how many transactions have been fetched, and of how many.
        patience: What is left of it, where more is asked than this.

    Raises:
        NetworkError: When no node could be asked.
        TooLarge: When all gave more than can be taken.
        Conflict: When the nodes belong to different chains.
        NotFound: When no node has come as far as the height.
    """
    patience = patience or Patience()
    answers, silent = await ask_each(nodes, lambda node: check(node, did, height, told), patience)
    asked = [node for node in nodes if node.endpoint.base_url in answers]
    chain = await common_chain(asked)
    checked = tuple(answers[node.endpoint.base_url] for node in asked)
    if height is not None:
        checked = tuple(one for one in checked if one.height == height)
    if not checked:
        raise NotFound(f"the ledger has not come to height {height} yet", code="LEDGER-BEHIND")
    said = _judged(checked, chain)
    asked_best = next(node for node in asked if node.endpoint.base_url == said.best.source)
    age, old = await _age_told(asked_best, said.best.height, clock, patience) if height is None else (0, ())
    notes = (*said.notes, *old, *(_said(one) for one in silent))
    answer = None if said.disagreements or said.doubts else said.best
    return Resolved(chain, did, said.height, said.checked, answer, age, said.disagreements, silent, notes, said.doubts)


class _Judged(NamedTuple):
    """What several answers amount to; `best` is who would answer where nothing speaks against it."""

    height: int
    checked: tuple[Checked, ...]
    best: Checked
    disagreements: tuple[Disagreement, ...]
    notes: tuple[str, ...]
    doubts: tuple[str, ...]


def _judged(checked: tuple[Checked, ...], chain: ChainName) -> _Judged:
    """Compare answers at the lowest of their heights; doubts about one are notes where another one is sound."""
    common = min(one.height for one in checked)
    checked = _weighed_in_vain(checked)
    disagreements = (
        *(found for one in checked for found in one.disagreements),
        *(found for one, other in combinations(checked, 2) for found in compared(one, other, common)),
    )
    doubts = tuple(doubt for one in checked for doubt in one.doubts)
    sound = tuple(one for one in checked if not one.doubts)
    best, ahead = _farthest(sound or checked, min(one.height for one in sound or checked))
    notes = (*(note for one in checked for note in one.notes), *ahead)
    if sound:
        notes, doubts = (*notes, *doubts), ()
    of_chain = tuple(one._replace(chain=chain) for one in disagreements)
    return _Judged(common, checked, best, of_chain, notes, doubts)


def _weighed_in_vain(checked: tuple[Checked, ...]) -> tuple[Checked, ...]:
    """Return what was checked, with what owners named in vain as a note or as a contradiction.

    Where several sources lack the same, the owner made it up: it is a note. Where one alone is asked, or only some lack
    it, it may be left out, and then what hangs on it was told to be without effect: that is a contradiction.
    """
    are_several = count_sources(one.source for one in checked) > 1
    shared = set.intersection(*(set(one.in_vain) for one in checked)) if are_several else set[Missing]()
    weighed = []
    for one in checked:
        alone = [each for each in one.in_vain if each not in shared]
        notes = (*one.notes, *(_made_up(each) for each in one.in_vain if each in shared))
        found = (left_out(one, alone),) if alone else ()
        weighed.append(one._replace(notes=notes, disagreements=(*one.disagreements, *found)))
    return tuple(weighed)


def _made_up(gap: Missing) -> str:
    return f"transaction {gap.named_by} is without effect and names {gap.txid}, which no source has"


def _farthest(checked: Sequence[Checked], common: int) -> tuple[Checked, tuple[str, ...]]:
    """Return who answers: the farthest of those that are not far ahead, and what to say of the others."""
    near = [one for one in checked if one.height - common <= FAR_AHEAD]
    far = [one for one in checked if one.height - common > FAR_AHEAD]
    notes = [f"{one.source} says that it is {one.height - common} blocks ahead; judged by the others" for one in far]
    return max(near, key=lambda one: one.height), tuple(notes)


def compared(one: Checked, other: Checked, height: int) -> tuple[Disagreement, ...]:
    """Return where two nodes differ about a height that both have come to."""
    what = differences(known_at(one.stated, height), known_at(other.stated, height))
    if not what:
        return ()
    sides = (Side(one.source, _evidence(one, other, height)), Side(other.source, _evidence(other, one, height)))
    return (Disagreement(one.collected.did, height, "; ".join(what), sides),)


def _evidence(mine: Checked, theirs: Checked, height: int) -> dict[str, Any]:
    """Return a node's document with the signed transactions that the other did not give."""
    sound = {one.txid: one.height for one in mine.recomputed.findings if one.outcome != NO_EVIDENCE}
    given = {one.txid for one in theirs.recomputed.findings if one.outcome != NO_EVIDENCE}
    collected = mine.collected
    only = [name for name, at in sound.items() if at <= height and name not in given]
    return {
        "document": dict(collected.document.raw),
        "height": collected.height,
        "only_here": [
            {"height": sound[name], "transaction": collected.transactions[name].as_json(collected.address_byte)}
            for name in only
        ],
    }


async def _age_told(node: LedgerNode, height: int, clock: Clock, patience: Patience) -> tuple[int, tuple[str, ...]]:
    """Return what `_age` does, and a note where the node does not let it be found out."""
    try:
        return await patience.within(node, lambda each: _age(each, height, clock))
    except PrometheusError as error:
        return 0, (f"{node.endpoint.base_url} does not show its newest block: {error.what}",)


async def _age(node: LedgerNode, height: int, clock: Clock) -> tuple[int, tuple[str, ...]]:
    """Return the age of a node's newest block, and a note where it is old.

    A node on this machine makes blocks when there is something to put in, so the age of its block says nothing.
    """
    if node.endpoint.is_loopback:
        return 0, ()
    block = await node.block(height)
    if block is None:
        return 0, (f"{node.endpoint.base_url} does not show its newest block",)
    age = max(0, int(clock.now().timestamp()) - block.unix)
    block_time = (await node.configuration()).block_time
    if age <= OLD_BLOCKS * block_time:
        return age, ()
    return age, (f"the newest block of {node.endpoint.base_url} is {age} seconds old: it may not see what came later",)


def _said(one: Silent) -> str:
    return f"{one.source} could not be asked: {one.error.what}"
