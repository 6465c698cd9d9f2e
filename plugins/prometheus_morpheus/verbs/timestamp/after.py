"""``timestamp after``: make an after proof, alone or around a JSON document that is to be signed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from prometheus import files
from prometheus.claims.after_proof import AfterProof, envelope
from prometheus.claims.jsontext import compact, parse
from prometheus.errors import NotTrusted, NotUnderstood
from prometheus_morpheus.resolving.each_node import ask_each
from prometheus_morpheus.resolving.proofs import block_at
from prometheus_morpheus.verbs.asking import asked
from prometheus_morpheus.verbs.replacing import agree_to_replace

if TYPE_CHECKING:
    from prometheus.api import Call
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.resolving.proofs import BlockId


def run(call: Call) -> int:
    """Write the proof, or the document with the proof around it.

    Raises:
        NotTrusted: When the nodes name different blocks.
    """
    depth = call.number("depth")
    if depth is None or depth < 0:
        raise NotUnderstood("a depth is a number of blocks, from 0", code="USAGE")
    path = call.maybe("file")
    agree_to_replace(call, call.text("out"), read=path)
    content: Json = None if path is None else parse(files.read(path))
    block = asked(call, lambda nodes: _block(nodes, depth))
    if block.block_id is None:
        raise NotTrusted(
            "the nodes name no one block",
            code="LEDGER-FORK",
            meaning="; ".join(one.what for one in block.disagreements) or f"none shows block {block.height}",
            remedy="go deeper with --depth, or ask another endpoint",
        )
    proof = AfterProof(block.height, block.block_id)
    made: Json = proof.to_json() if path is None else envelope(content, proof)
    _write(call, made)
    return 0


async def _block(nodes: tuple[LedgerNode, ...], depth: int) -> BlockId:
    """Return the block so many below the lowest of the nodes' newest ones."""
    tips, _ = await ask_each(nodes, lambda node: node.tip())
    lowest = min(tip.height for tip in tips.values())
    if depth >= lowest:
        raise NotUnderstood(
            f"there is no block {depth} below the newest one",
            code="USAGE",
            meaning=f"the newest is block {lowest}",
            remedy=f"a depth is at most {lowest - 1} now",
        )
    return await block_at(nodes, lowest - depth)


def _write(call: Call, made: Json) -> None:
    text = compact(made)
    out = call.text("out")
    document: dict[str, Any] = json.loads(text)
    if out == files.STANDARD_STREAM:
        call.output.result(document, [call.safe(text)])
        return
    files.write(out, f"{text}\n".encode())
    call.output.result({"file": out}, [f"written to {call.safe(out)}"])
