"""The verb ``did resolve``, and what ``did show`` shows where more is wanted than the DID says by itself.

With a DID and a ledger no vault is needed. One is opened for the active persona or a persona's name, for ``--offline``,
which answers from what the vault remembers, and for ``--keep``, which makes it remember.
"""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prometheus.claims.did_document import implicit_document
from prometheus.errors import NotFound
from prometheus.identity.did import Did
from prometheus_morpheus.resolving.at_height import known_at
from prometheus_morpheus.resolving.recomputing import signers
from prometheus_morpheus.verbs.asking import asked_at, endpoints_of
from prometheus_morpheus.verbs.did.keeping_found import keep_found
from prometheus_morpheus.verbs.did.lines import age, disagreement_lines, document_lines, wrapped
from prometheus_morpheus.verbs.did.personas import did_meant, is_did, names_of
from prometheus_morpheus.verbs.laid_out import noted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from prometheus.api import Call, OpenVault
    from prometheus.claims.did_document import DidDocument
    from prometheus.identity.multicipher import PublicKey
    from prometheus_morpheus.client.endpoint import Endpoint
    from prometheus_morpheus.resolving.asking import Resolved

UNKNOWN: Final = 13
_NOBODY_ASKED: Final = "no ledger was asked: keys added or revoked later are not known here"


class Answer(NamedTuple):
    """A document with where it is from: `source` is ``ledger``, ``memory`` or ``implicit``.

    `raw` is the ledger's form of it, empty where nothing was kept for that height.
    """

    document: DidDocument
    raw: Mapping[str, Any]
    source: str
    endpoints: tuple[str, ...]
    age_s: int | None
    version_id: str = ""
    transactions: int = 0
    is_recomputed: bool = False
    known_keys: tuple[PublicKey, ...] = ()


def run(call: Call) -> int:
    """Resolve a DID in the form asked for; exit code 13 where sources contradict each other."""
    given, height = call.maybe("did"), call.number("at")
    needs_vault = not is_did(given) or call.flag("offline") or call.flag("keep")
    opened: AbstractContextManager[OpenVault | None] = call.open_vault() if needs_vault else nullcontext()
    with opened as vault:
        did = Did.typed(given or "") if vault is None else did_meant(vault, given)
        names = {} if vault is None else names_of(vault)
        if vault is not None and call.flag("offline"):
            return _show(call, _from_memory(call, vault, did, height), names)
        endpoints = endpoints_of(call)
        if not endpoints:
            return _show(call, _implied(did, height), names)
        found = _from_ledger(call, endpoints, did, height)
        for note in found.notes:
            noted(call, note)
        if call.flag("keep") or found.disagreements:
            keep_found(call, vault, found)
    if found.best is None:
        return _contradicted(call, found)
    return _show(call, _answer(found), names)


def _from_memory(call: Call, vault: OpenVault, did: Did, height: int | None) -> Answer:
    """Return what the vault remembers; the endpoints that are named say of which chain, and are not asked.

    Raises:
        Ambiguous: When it is remembered on several chains, and no endpoint says which is meant.
        NotFound: When it remembers nothing of the DID.
    """
    from prometheus_morpheus.verbs.did.recalling import recalled

    found = recalled(call, vault, did.text, height)
    if found is None:
        raise NotFound(
            "nothing is remembered of this DID",
            code="DID-NOT-REMEMBERED",
            meaning="nobody was asked",
            remedy="`prometheus did show DID --keep` asks a ledger and remembers the answer",
        )
    document = found.document if height in {None, found.height} else known_at(found.document, height or 0)
    return Answer(
        document,
        found.raw if document is found.document else {},
        "memory",
        found.sources,
        found.age_s(call.clock.now()),
        is_recomputed=found.is_recomputed,
    )


def _implied(did: Did, height: int | None) -> Answer:
    document = implicit_document(did) if height is None else implicit_document(did, height)
    return Answer(document, {}, "implicit", (), None)


def _from_ledger(call: Call, endpoints: tuple[Endpoint, ...], did: Did, height: int | None) -> Resolved:
    from prometheus_morpheus.resolving.asking import resolve

    with call.progress("fetching transactions") as told:
        return asked_at(endpoints, call, lambda nodes: resolve(nodes, did.text, call.clock, height, told))


def _answer(found: Resolved) -> Answer:
    best = found.best
    assert best is not None  # noqa: S101  # the caller has looked
    last = best.recomputed.last_transaction
    return Answer(
        best.document,
        best.recomputed.document,
        "ledger",
        found.sources,
        found.age_s,
        "" if last is None else last[0],
        len(best.recomputed.findings),
        best.recomputed.is_certain,
        tuple(signers(best.collected)),
    )


def _show(call: Call, answer: Answer, names: Mapping[str, str]) -> int:
    from prometheus_morpheus.state.w3c import resolution_result

    is_looked_up = answer.source != "implicit"
    result = resolution_result(
        answer.document, version_id=answer.version_id, known_keys=answer.known_keys, is_looked_up=is_looked_up
    )
    if not is_looked_up and call.text("form") != "lines":
        noted(call, f"not looked up: {_NOBODY_ASKED}")
    if call.text("form") == "w3c":
        call.output.result({"resolution": result}, json.dumps(result, indent=2).splitlines())
        return 0
    document = {
        "did": answer.document.did.text,
        "source": answer.source,
        "ledger_asked": answer.source == "ledger",
        "endpoints": list(answer.endpoints),
        "height": answer.document.queried_at if answer.source != "implicit" else None,
        "age_s": answer.age_s,
        "recomputed": answer.is_recomputed,
        "document": dict(answer.raw) if answer.raw else None,
        "resolution": result,
    }
    if call.text("form") == "ledger":
        call.output.result(document, map(call.safe, json.dumps(document["document"], indent=2).splitlines()))
        return 0
    call.output.result(document, map(call.safe, _lines(answer, names)))
    return 0


def _lines(answer: Answer, names: Mapping[str, str]) -> Iterator[str]:
    yield f"did          {answer.document.did.text}"
    if answer.source == "implicit":
        yield from wrapped("source       ", f"the DID itself; {_NOBODY_ASKED}")
    else:
        kept = "" if answer.source == "ledger" else "; from memory"
        yield f"height       {answer.document.queried_at}, asked {age(answer.age_s or 0)}{kept}"
        yield from wrapped("source       ", ", ".join(answer.endpoints))
        yield from wrapped("checked      ", _checked(answer))
    yield "keys"
    yield from document_lines(answer.document, names)


def _checked(answer: Answer) -> str:
    if not answer.is_recomputed:
        return "not wholly: it hangs on what was not given; see `prometheus did verify`"
    if answer.source == "memory":
        return "worked out from signed transactions when it was asked"
    count = answer.transactions
    plural = "" if count == 1 else "s"
    return f"worked out from {count} signed transaction{plural}; what all sources leave out cannot be seen"


def _contradicted(call: Call, found: Resolved) -> int:
    """Show both sides of every contradiction, and what cannot be read; nothing is the answer."""
    document = {
        "did": found.did,
        "source": "contradictory" if found.disagreements else "doubtful",
        "endpoints": list(found.sources),
        "disagreements": [
            {**one._asdict(), "id": one.id, "sides": [side._asdict() for side in one.sides]}
            for one in found.disagreements
        ],
        "doubts": list(found.doubts),
    }
    lines = [line for one in found.disagreements for line in disagreement_lines(one)]
    lines += [line for doubt in found.doubts for line in wrapped("DOUBT  ", doubt)]
    lines.append("nothing is taken for true: ask another endpoint, or run a node of your own")
    call.output.result(document, map(call.safe, lines))
    return UNKNOWN
