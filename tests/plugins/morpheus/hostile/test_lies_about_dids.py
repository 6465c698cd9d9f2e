"""Endpoints lie about a DID over real sockets: each lie is told from the truth, and is believed once its check is off.

Every lie stands in `LIES` by name: who is asked in which order, what is asked of the document that comes out, what is
true, what is seen of the lie, and what would be believed without the check that is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from prometheus_simulators import bad_endpoint_lies as lies
from prometheus_simulators.bad_endpoint_people import (
    ANA,
    BOB,
    LEASE,
    People,
    believed_signer,
    may_sign,
    never_revoked,
    with_key,
)
from prometheus_simulators.bad_endpoint_wallet import asking
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.second_layer import operation, signed

from prometheus.claims.did_document import parse_did_document
from prometheus.errors import NetworkError
from prometheus_morpheus.client import reading_layer_two
from prometheus_morpheus.client.answers import DocumentAnswer
from prometheus_morpheus.resolving import asking as resolving
from prometheus_morpheus.resolving import recomputing
from prometheus_morpheus.resolving.recomputing import Checked
from prometheus_morpheus.state import attempts, recomputed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prometheus.claims.did_document import DidDocument

DOUBT = "sources contradict each other"
ALONE = ("liar",)
FIRST = ("liar", "honest")


class Lie(NamedTuple):
    """One lie; ``off`` switches the check off that stands against it."""

    name: str
    asked: tuple[str, ...]
    tell: Callable[[People, pytest.MonkeyPatch], None]
    question: Callable[[DidDocument], object]
    truth: object
    seen: object
    believed: object
    off: Callable[[pytest.MonkeyPatch], None]


def keys_that_sign(document: DidDocument) -> str:
    return " ".join(name for name in ("ana", "phone", "camera", "tablet", "thief") if may_sign(document, name))


def count_of_keys(document: DidDocument) -> int:
    return len(document.keys)


def given_up(document: DidDocument) -> bool:
    return document.tombstoned_at is not None


def since_when(document: DidDocument) -> int:
    return (document.keys[1].valid_from or 0) - 5


# --- switching checks off ------------------------------------------------------------------------------------------


def documents_are_not_worked_out(patch: pytest.MonkeyPatch) -> None:
    def as_told(collected: Any, found: Any, notes: Any = ()) -> Checked:
        return Checked(collected, found, collected.document.document, (), tuple(notes))

    patch.setattr(recomputing, "judged", as_told)


def endpoints_are_not_compared(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(resolving, "compared", lambda *_: ())


def gaps_are_not_looked_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(recomputed._Recomputation, "_look_for_gap", lambda *_: None)


def ids_are_not_computed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(recomputed, "_fault", lambda *_: "")


def signatures_of_operations_are_not_checked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(attempts.SignedGroup, "signer", believed_signer)


def boasting_is_believed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(resolving, "FAR_AHEAD", 10**9)


def the_first_endpoint_counts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(resolving, "_farthest", lambda checked, common: (checked[0], ()))


def documents_of_others_are_taken(patch: pytest.MonkeyPatch) -> None:
    def document_of(body: Any, did: str, height: int | None) -> DocumentAnswer:
        document = parse_did_document(body)
        return DocumentAnswer(document, body, document.queried_at)

    patch.setattr(reading_layer_two, "document_of", document_of)
    documents_are_not_worked_out(patch)


# --- lies ----------------------------------------------------------------------------------------------------------


def bobs_instead(crowd: People, *, renamed: bool) -> None:
    """Tell Bob's document and history when asked for Ana's."""

    def answers(path: str) -> Any:
        return asking([crowd.honest], lambda nodes: nodes[0]._caller.ask(path))

    raw = answers(f"/morpheus/v1/did/{BOB}/document/{crowd.height()}")
    crowd.liar.lie(
        lies.document(ANA, lambda _truth: {**raw, "did": ANA} if renamed else raw),
        lies.inventing(
            f"/morpheus/v1/did/{ANA}/transaction(-attempt)?s/.*", answers(f"/morpheus/v1/did/{BOB}/transactions/0")
        ),
    )


def boast(crowd: People, _patch: pytest.MonkeyPatch) -> None:
    crowd.liar.lie(lies.layer_two_height(crowd.height() + LEASE), lies.height(crowd.height() + LEASE))


def backdate(crowd: People, _patch: pytest.MonkeyPatch) -> None:
    crowd.retold(lambda events: [event._replace(height=event.height - (event.height == 5)) for event in events])


def empty_half(crowd: People, _patch: pytest.MonkeyPatch) -> None:
    crowd.altered("keys", {"operationAttempts": [signed("ana", operation("ana", "addKey", auth="phone"))]})


def hide_from_layer_one(crowd: People, _patch: pytest.MonkeyPatch) -> None:
    crowd.liar.lie(
        lies.denying(f"/api/transactions/{crowd.ids['revocation']}", "Transaction not found"),
        lies.document(ANA, never_revoked),
    )


def tombstone(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {**raw, "tombstoned": True, "tombstonedAtHeight": 9}


def stale(crowd: People) -> None:
    crowd.liar.behind = crowd.before_revocation


TRUTH = "phone camera"
LIES = (
    Lie(
        "a key is invented",
        ALONE,
        lambda crowd, _: crowd.liar.lie(lies.document(ANA, with_key("thief"))),
        keys_that_sign,
        TRUTH,
        DOUBT,
        "phone camera thief",
        documents_are_not_worked_out,
    ),
    Lie(
        "a revoked key is told to be good",
        ALONE,
        lambda crowd, _: crowd.liar.lie(lies.document(ANA, never_revoked)),
        keys_that_sign,
        TRUTH,
        DOUBT,
        "ana phone camera",
        documents_are_not_worked_out,
    ),
    Lie(
        "a refused change is told as done",
        ALONE,
        lambda crowd, _: crowd.liar.lie(
            lies.document(ANA, with_key("thief")), lies.status(crowd.ids["thief"], said=True)
        ),
        keys_that_sign,
        TRUTH,
        DOUBT,
        "phone camera thief",
        documents_are_not_worked_out,
    ),
    Lie(
        "a tombstone is invented",
        ALONE,
        lambda crowd, _: crowd.liar.lie(lies.document(ANA, tombstone)),
        given_up,
        False,
        DOUBT,
        True,
        documents_are_not_worked_out,
    ),
    Lie(
        "layer 1 hides what layer 2 names",
        ALONE,
        hide_from_layer_one,
        keys_that_sign,
        TRUTH,
        DOUBT,
        "ana phone camera",
        documents_are_not_worked_out,
    ),
    Lie(
        "another DID's history under this one's name",
        ALONE,
        lambda crowd, _: bobs_instead(crowd, renamed=True),
        keys_that_sign,
        TRUTH,
        DOUBT,
        "tablet",
        documents_are_not_worked_out,
    ),
    Lie(
        "another DID's document",
        ALONE,
        lambda crowd, _: bobs_instead(crowd, renamed=False),
        keys_that_sign,
        TRUTH,
        "LEDGER-GARBAGE",
        "tablet",
        documents_of_others_are_taken,
    ),
    Lie(
        "an operation in the middle is left out",
        ALONE,
        lambda crowd, _: crowd.without("may update"),
        keys_that_sign,
        TRUTH,
        DOUBT,
        "ana",
        gaps_are_not_looked_for,
    ),
    Lie(
        "the newest operation is left out",
        FIRST,
        lambda crowd, _: crowd.without("revocation"),
        keys_that_sign,
        TRUTH,
        DOUBT,
        "ana phone camera",
        endpoints_are_not_compared,
    ),
    Lie(
        "the whole history is left out",
        FIRST,
        lambda crowd, _: crowd.without(
            "keys", "may update", "may sign", "thief", "camera", "camera signs", "revocation"
        ),
        keys_that_sign,
        TRUTH,
        DOUBT,
        "ana",
        endpoints_are_not_compared,
    ),
    Lie(
        "the bytes of a transaction are altered",
        ALONE,
        empty_half,
        count_of_keys,
        4,
        DOUBT,
        3,
        ids_are_not_computed,
    ),
    Lie(
        "an operation is signed by somebody else",
        ALONE,
        lambda crowd, patch: crowd.forged_operation(patch),
        keys_that_sign,
        TRUTH,
        DOUBT,
        "phone camera thief",
        signatures_of_operations_are_not_checked,
    ),
    Lie(
        "a change is told to be older than it is",
        FIRST,
        backdate,
        since_when,
        0,
        DOUBT,
        -1,
        endpoints_are_not_compared,
    ),
    Lie(
        "a height that nobody else has reached",
        FIRST,
        boast,
        keys_that_sign,
        TRUTH,
        TRUTH,
        "phone",
        boasting_is_believed,
    ),
    Lie(
        "yesterday's state is told as today's",
        FIRST,
        lambda crowd, _: stale(crowd),
        keys_that_sign,
        TRUTH,
        TRUTH,
        "ana phone camera",
        the_first_endpoint_counts,
    ),
)
NAMED = pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.name)


def outcome(crowd: People, lie: Lie) -> object:
    """Return the answer to the question, or how it was refused."""
    endpoints = [getattr(crowd, name) for name in lie.asked]
    try:
        found = asking(endpoints, lambda nodes: resolving.resolve(nodes, ANA, FakeClock()))
    except NetworkError as error:
        return error.code
    assert (found.best is None) == bool(found.disagreements)
    return DOUBT if found.best is None else lie.question(found.best.document)


@NAMED
def test_the_truth_is_believed(crowd: People, lie: Lie) -> None:
    assert outcome(crowd, lie) == lie.truth


@NAMED
def test_the_lie_is_not_believed(crowd: People, lie: Lie, monkeypatch: pytest.MonkeyPatch) -> None:
    lie.tell(crowd, monkeypatch)
    assert outcome(crowd, lie) == lie.seen


@NAMED
def test_the_lie_is_believed_without_its_check(crowd: People, lie: Lie, monkeypatch: pytest.MonkeyPatch) -> None:
    lie.tell(crowd, monkeypatch)
    lie.off(monkeypatch)
    assert outcome(crowd, lie) == lie.believed


def test_what_one_endpoint_alone_hides_cannot_be_seen_and_is_said(crowd: People) -> None:
    crowd.without("revocation")
    found = asking([crowd.liar], lambda nodes: resolving.resolve(nodes, ANA, FakeClock()))
    assert found.best is not None
    assert may_sign(found.best.document, "ana")
    assert "leave out the newest" in recomputed.OMISSION
