"""The last chapter: what happened is read back at every height from the first block to the newest, and recomputed.

The story's own chronicle says what must hold; `prometheus_morpheus.state` fed with the ledger's blocks is compared with
both. Nothing is sent here.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from prometheus_simulators.ledger_http import Request

from ledger_story.outcomes import TOLD, Outcome, Step
from prometheus_morpheus.client.blocks import check_block
from prometheus_morpheus.resolving.recomputing import check
from prometheus_morpheus.state.machine import MorpheusState
from prometheus_morpheus.transactions.kinds import MORPHEUS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator

    from ledger_story.chronicle import Event
    from ledger_story.stage import Stage
    from prometheus_morpheus.client.answers import Block, NodeTransaction

DIDS = ("ana", "ben", "stranger", "laptop")
CONTENT = ("a-letter", "a-photo", "an-empty-page", "a-receipt", "a-new-letter", "twins", "beside", "never")
_AT_ONCE = 16
_WELL = Outcome(TOLD)


async def _documents(stage: Stage) -> Iterable[str]:
    top = stage.kept["top"]
    wanted = [(name, height) for name in DIDS for height in range(1, top + 1)]
    answers = await _several(stage, [f"did/{stage.did(name)}/document/{height}" for name, height in wanted])
    return [
        f"{name} at {height}: {answer}"
        for (name, height), answer in zip(wanted, answers, strict=True)
        if _ordered(answer) != _ordered(stage.chronicle.life(stage.did(name)).document(height))
    ]


async def _typed_documents(stage: Stage) -> Iterable[str]:
    """The same as our client reads them: is each key in force, each right granted, by heights alone?"""
    faults = []
    did, top = stage.did("ana"), stage.kept["top"]
    now = (await stage.node.did_document(did)).document
    life = stage.chronicle.life(did)
    for height in range(1, top + 1):
        then = life.document(height)["keys"]
        found = [key.is_valid_at(height) for key in now.keys][: len(then)]
        faults += [f"{height}: {found}"] if found != [key["valid"] for key in then] else []
    return faults


async def _other_heights(stage: Stage) -> Iterable[str]:
    life, top = stage.chronicle.life(stage.did("ana")), stage.kept["top"]
    path = f"did/{life.did}/document"
    ways = {"": top, "/0": top, "/abc": top, f"/{top + 1000}": top + 1000}
    answers = await _several(stage, [path + way for way in ways])
    return [
        f"{way}: {answer}"
        for (way, height), answer in zip(ways.items(), answers, strict=True)
        if _ordered(answer) != _ordered(life.document(max(height, answer["queriedAtHeight"])))
        or not height <= answer["queriedAtHeight"] <= height + 30
    ]


async def _transactions(stage: Stage) -> Iterable[str]:
    top = stage.kept["top"]
    faults = []
    for name in DIDS:
        life = stage.chronicle.life(stage.did(name))
        for start, until in [(0, None), (1, top), *((height, height) for height in _heights(life.events))]:
            for attempts in (False, True):
                told = await stage.node.transaction_ids_of(life.did, start, until, attempts=attempts)
                due = [(event.txid, event.height) for event in _events(life.events, start, until, attempts=attempts)]
                faults += [f"{name} {start}-{until}: {told}"] if [tuple(each) for each in told] != due else []
        last = await stage.node.last_transaction_of(life.did)
        newest = next(_events(life.events, 0, None, attempts=False), None)
        if (last and last.id) != (newest and newest.txid):
            faults.append(f"{name} last: {last}")
    return faults


async def _operations(stage: Stage) -> Iterable[str]:
    faults = []
    for name in DIDS:
        life = stage.chronicle.life(stage.did(name))
        for attempts in (False, True):
            told = await stage.node.operations(life.did, attempts=attempts)
            found = [(each.transaction_id, each.height, dict(each.operation), each.is_valid) for each in told]
            due = [
                (event.txid, event.height, operation, event.is_applied)
                for event in _events(life.events, 0, None, attempts=attempts)
                for operation in reversed(event.operations)
            ]
            faults += [f"{name}: {found} instead of {due}"] if found != due else []
    return faults


async def _times(stage: Stage) -> Iterable[str]:
    top = stage.kept["top"]
    faults = []
    for content in CONTENT:
        due = stage.chronicle.proofs.get(content)
        told = await stage.node.before_proof(content)
        faults += [f"{content}: {told}"] if (told.height, told.transaction_id) != (due or (None, None)) else []
        paths = [f"before-proof/{content}/exists/{height}" for height in range(1, top + 1)]
        since = due[0] if due else top + 1
        exists = await _several(stage, [*paths, f"before-proof/{content}/exists"])
        right = [height >= since for height in range(1, top + 1)] + [due is not None]
        faults += [f"{content} existed: {exists}"] if exists != right else []
    return faults


async def _statuses(stage: Stage) -> Iterable[str]:
    applied = {event.txid: event.is_applied for life in stage.chronicle.lives.values() for event in life.events}
    applied |= dict.fromkeys(stage.chronicle.reasons, False)
    applied |= {txid: True for _height, txid in stage.chronicle.proofs.values()}
    answers = [await stage.node.layer_two_status(txid) for txid in applied]
    seen = [await stage.node.transaction(txid) for txid in applied]
    return [
        *(f"{txid}: {told}" for (txid, due), told in zip(applied.items(), answers, strict=True) if told is not due),
        *(
            f"{txid} is in no block"
            for txid, found in zip(applied, seen, strict=True)
            if not (found and found.is_forged)
        ),
    ]


async def _own_rules(stage: Stage) -> Iterable[str]:
    """Feed the ledger's blocks to our own state machine: the same reasons, the same documents."""
    state, top = MorpheusState(), stage.kept["top"]
    reasons: dict[str, str] = {}
    faults = []
    lives = {name: stage.chronicle.life(stage.did(name)) for name in DIDS}
    for block, contents in stage.kept["blocks"]:
        state.begin_block(block.height)
        for each in contents:
            if (each.type_group, each.type) == (MORPHEUS.group, MORPHEUS.type):
                reason = state.apply(each.id, each.asset)
                reasons |= {each.id: stage.masked(reason)} if reason else {}
    for name, life in lives.items():
        faults += [
            f"{name} at {height}"
            for height in range(1, top + 1)
            if _ordered(state.document(life.did, height)) != _ordered(life.document(height))
        ]
    if reasons != stage.chronicle.reasons:
        faults += [f"{txid}: {why}" for txid, why in reasons.items() if stage.chronicle.reasons.get(txid) != why]
        faults += [f"{txid} was rejected" for txid in stage.chronicle.reasons if txid not in reasons]
    return faults


async def _worked_out(stage: Stage) -> Iterable[str]:
    """Fetch what touched each DID and compute its document: all agrees, but where an owner named a made-up transaction.

    Whether such a one was made up or is kept back, nobody can tell who has only what one source gives.
    """
    faults = []
    for name in DIDS:
        life = stage.chronicle.life(stage.did(name))
        found = await check(stage.node, life.did)
        due = _ordered(life.document(found.collected.height))
        told = [stage.masked(each.what) for each in found.disagreements]
        if told or bool(found.in_vain) != (name == "laptop") or _ordered(found.recomputed.document) != due:
            faults.append(f"{name}: {told} {found.in_vain} {found.notes}")
    return faults


async def _blocks(stage: Stage) -> Iterable[str]:
    faults, previous = [], None
    for block, contents in stage.kept["blocks"]:
        found = check_block(block, transaction_ids=[each.id for each in contents], previous=previous)
        if block.height > 1 and not found.is_sound:
            faults.append(f"block {block.height}: {found.failed}")
        previous = block
    return faults


async def _fetch_blocks(stage: Stage, top: int) -> list[tuple[Block, tuple[NodeTransaction, ...]]]:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def fetch(height: int) -> tuple[Block, tuple[NodeTransaction, ...]]:
        async with turns:
            block = await stage.node.block(height)
            assert block, height
            return block, (await stage.node.block_transactions(height)).items if block.transactions else ()

    return await asyncio.gather(*(fetch(height) for height in range(1, top + 1)))


_READINGS: dict[str, Callable[[Stage], Awaitable[Iterable[str]]]] = {
    "documents at every height": _documents,
    "documents at every height as our client reads them": _typed_documents,
    "documents at other heights": _other_heights,
    "transactions and attempts": _transactions,
    "operations and attempts": _operations,
    "before proofs at every height": _times,
    "what became of each transaction": _statuses,
    "our own rules over the same blocks": _own_rules,
    "documents worked out from signatures": _worked_out,
    "the blocks' own signatures": _blocks,
}

STEPS = tuple(Step(name, _WELL, act) for name, act in _READINGS.items())


async def play(stage: Stage) -> dict[str, Outcome]:
    """Read everything; an outcome's text is the first fault, or nothing."""
    await stage.next_block()
    top = stage.kept["top"] = await stage.node.layer_two_height()
    stage.kept["blocks"] = await _fetch_blocks(stage, top)
    return {step.name: Outcome(TOLD, "", "; ".join([*(await step.act(stage))][:1])) for step in STEPS}


async def _several(stage: Stage, paths: list[str]) -> list[Any]:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def ask(path: str) -> Any:
        async with turns:
            return (await stage.ask(Request("GET", f"/morpheus/v1/{path}"))).body

    return await asyncio.gather(*map(ask, paths))


def _events(events: list[Event], start: int, until: int | None, *, attempts: bool) -> Iterator[Event]:
    """Yield events newest first; both heights inclusive."""
    return (
        event
        for event in reversed(events)
        if (attempts or event.is_applied) and start <= event.height and (until is None or event.height <= until)
    )


def _heights(events: list[Event]) -> list[int]:
    return sorted({event.height for event in events})


def _ordered(document: Any) -> Any:
    """Return a document as a value in which the order of rights does not count."""
    rights = {name: document["rights"][name] for name in sorted(document["rights"])}
    return document | {"rights": rights}
