"""``did disagreements``: where sources contradicted each other, with what every side said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from prometheus.errors import Cancelled, NotUnderstood
from prometheus_morpheus.resolving.disagreements import find, kept, settle
from prometheus_morpheus.verbs.did.lines import disagreement_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.api import Call
    from prometheus_morpheus.resolving.disagreements import Kept


def run(call: Call) -> int:
    """List all, show one, or forget one."""
    name = call.maybe("id")
    if name is None and call.flag("forget"):
        raise NotUnderstood("which one is to be forgotten was not said", code="USAGE", remedy="give its name")
    with call.open_vault() as vault:
        if name is None:
            found = tuple(kept(vault.store))
            call.output.result({"disagreements": [_document(one) for one in found]}, map(call.safe, _list(found)))
            return 0
        one = find(vault.store, name)
        if call.flag("forget"):
            if not call.confirm(f"forget {one.id}, with what every side said?"):
                raise Cancelled("nothing was forgotten")
            with vault.store.transaction() as transaction:
                settle(transaction, one.id)
                transaction.audit("did.disagreements", forgotten=one.id)
            call.output.result({"forgotten": one.id}, [f"forgotten: {one.id}"])
            return 0
        call.output.result(_document(one), map(call.safe, _lines(one)))
    return 0


def _list(found: tuple[Kept, ...]) -> Iterator[str]:
    if not found:
        yield "no source has contradicted another so far"
        yield "`prometheus did verify` compares those that you name with --ledger"
    for one in found:
        yield f"{one.id}  {one.last_seen}  {one.disagreement.about}"
        yield f"  {one.disagreement.what}"


def _lines(one: Kept) -> Iterator[str]:
    yield from disagreement_lines(one.disagreement)
    yield f"  first met {one.first_seen}, last {one.last_seen}"
    for side in one.disagreement.sides:
        yield f"what {side.source} says:"
        yield from json.dumps(side.answer, indent=2).splitlines()


def _document(one: Kept) -> dict[str, Any]:
    found = one.disagreement
    return {
        "id": one.id,
        "about": found.about,
        "height": found.height,
        "what": found.what,
        "sides": [side._asdict() for side in found.sides],
        "first_seen": one.first_seen,
        "last_seen": one.last_seen,
    }
