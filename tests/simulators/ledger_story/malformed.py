"""Attempts that are no good by their form: some a node does not take, the others are in a block and have no effect.

Played last, as what is wrong here has no place in anybody's history. The node's own check comes first, then a
transaction that our client posts; an outcome has both.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from prometheus_simulators.made_transactions import Persona, public_key

from ledger_story.outcomes import ACCEPTED, REFUSED_REQUEST, REJECTED, Outcome, Step, refused, rejected
from ledger_story.stage import HYD, NETWORK
from prometheus_morpheus.client.errors import RefusedRequest
from prometheus_morpheus.transactions import making
from prometheus_morpheus.transactions.operations import operations_message

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger_story.stage import Stage

NO_TRACE = "no trace"
"""Layer 2 never says anything of such a transaction."""
GONE: Any = ...
"""Stands for a member that is left out."""


def _signable(**changes: Any) -> Callable[[Stage], list[Any]]:
    """Return a well signed group in which a new DID adds a key, with members of the operation changed."""
    return lambda stage: [_attempt(stage, changes)]


def _group(**changes: Any) -> Callable[[Stage], list[Any]]:
    """Return such a group, with members of its own changed."""
    return lambda stage: [_without_gone(_attempt(stage, {}) | changes)]


def _attempt(stage: Stage, changes: dict[str, Any]) -> dict[str, Any]:
    persona = Persona(hashlib.sha256(f"malformed {stage.number()}".encode()).digest())
    stage.names |= {persona.did: "<DID>", persona.public_key: "<its key>"}
    members = {"did": persona.did, "lastTxId": None, "operation": "addKey", "auth": stage.auth("stranger")}
    signables: list[Any] = [_without_gone(members | changes)]
    return {
        "operation": "signed",
        "signables": signables,
        "signerPublicKey": persona.public_key,
        "signature": persona.sign("", operations_message(signables)),
    }


def _without_gone(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not GONE}


def _step(name: str, attempts: Callable[[Stage], list[Any]], expected: Outcome) -> Step:
    return Step(name, expected, attempts)


_OPERATION = "Operation on <DID> at height H was attempted after txn nothex, but it never changed yet"
_FIVE_HUNDRED = "the check answers 500"
_UNFIT = Outcome(REFUSED_REQUEST, "422", _FIVE_HUNDRED)
_SILENT = Outcome(REJECTED, NO_TRACE, _FIVE_HUNDRED)
_NOT_VERIFIED = refused("ERR_BAD_DATA", f"Transaction didn't pass the verification process.; {_FIVE_HUNDRED}")


STEPS = (
    _step("a DID that is none in an operation", _signable(did="did:morpheus:zzz"), _SILENT),
    _step("a DID of another method in an operation", _signable(did="did:web:example.com"), _SILENT),
    _step("a key that is none", _signable(auth="nope"), _SILENT),
    _step("an operation without its key", _signable(auth=GONE), _UNFIT),
    _step(
        "an operation without its last transaction",
        _signable(lastTxId=GONE),
        Outcome(REFUSED_REQUEST, "422", "Invalid signature"),
    ),
    _step("a last transaction that is no id", _signable(lastTxId="nothex"), rejected(_OPERATION)),
    _step("an operation that nobody knows", _signable(operation="fly"), _UNFIT),
    _step("an end below zero", _signable(expiresAtHeight=-1), _SILENT),
    _step("an end that is a text", _signable(expiresAtHeight="10"), _UNFIT),
    _step("an end between two blocks", _signable(expiresAtHeight=10.5), _NOT_VERIFIED),
    _step("a member that nobody knows", _signable(colour="red"), rejected("Invalid signature")),
    _step("a signer that is no key", _group(signerPublicKey="nope"), rejected("Public keys must start with 'p'")),
    _step("a signature that is none", _group(signature="nope"), rejected("Signatures must start with 's'")),
    _step("a group without a signature", _group(signature=GONE), _UNFIT),
    _step("a group of nothing", _group(signables=[]), rejected("Invalid signature")),
    _step("content that is a number", lambda _: [{"operation": "registerBeforeProof", "contentId": 5}], _UNFIT),
    _step("an end beyond 32 bits", _signable(expiresAtHeight=2**32), _SILENT),
)


async def play(stage: Stage) -> dict[str, Outcome]:
    """Have each checked and posted."""
    return {step.name: await _play(stage, step.act(stage)) for step in STEPS}


async def _play(stage: Stage, attempts: list[Any]) -> Outcome:
    said = await _checked(stage, attempts)
    nonce = await stage.quiet("dave")
    draft = making.morpheus(NETWORK, public_key("dave"), nonce + 1, [], fee=HYD)._replace(
        asset={"operationAttempts": attempts}
    )
    posted = stage.posted("dave", draft)
    try:
        answer = await stage.node.post([posted])
    except RefusedRequest as error:
        return Outcome(REFUSED_REQUEST, str(error.status), said)
    if answer.refused:
        [[reason]] = answer.refused.values()
        return refused(reason.type, f"{stage.masked(reason.message)}; {said}")
    await stage.quiet("dave")
    await stage.reach(await stage.height())
    status = await stage.node.layer_two_status(posted["id"])
    return Outcome(ACCEPTED if status else REJECTED, NO_TRACE if status is None else str(status).lower(), said)


async def _checked(stage: Stage, attempts: list[Any]) -> str:
    try:
        return stage.masked(await stage.node.check(attempts) or "nothing is wrong")
    except RefusedRequest as error:
        return f"the check answers {error.status}"
