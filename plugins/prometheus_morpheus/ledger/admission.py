"""What becomes of a request: each transaction is taken into the pool, refused with a reason, or too much.

Two rounds, as in Hydra: in the first each is judged by itself, in the second those left are set against the chain and
the pool one after the other, so that several of one sender in one request follow each other.

    known since the last block  ERR_DUPLICATE        waits already    ERR_DUPLICATE
    sender has too many         excess               judged           see `judging`
    in a block                  ERR_FORGED           pool is full     ERR_POOL_FULL
    nonce, balance, votes       ERR_APPLY
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_morpheus.ledger.accounts import COLD
from prometheus_morpheus.ledger.judging import Refusal, Situation, judge
from prometheus_morpheus.ledger.views import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus_morpheus.ledger.accounts import Accounts
    from prometheus_morpheus.ledger.pool import Waiting
    from prometheus_morpheus.ledger.shape import Posted
    from prometheus_morpheus.ledger.store import Store

_KNOWN = Refusal("ERR_DUPLICATE", "Already in cache.")
_FORGED = Refusal("ERR_FORGED", "Already forged.")


def admit(request: Sequence[Posted], situation: Situation, accounts: Accounts, store: Store) -> Answer:
    """Take what can be taken into the pool, and say what became of each."""
    answer = Answer([], [], [], [], {})
    fresh = [posted for posted in request if _is_fresh(posted, situation, answer)]
    judged = [waiting for posted in fresh if (waiting := _judged(posted, situation, answer)) is not None]
    for waiting in judged:
        refusal = _against(waiting, situation, accounts, store)
        if refusal is not None:
            _refuse(answer, waiting.id, refusal)
            continue
        situation.pool.add(waiting)
        answer.accept.append(waiting.id)
        answer.broadcast.append(waiting.id)
    return answer


def _is_fresh(posted: Posted, situation: Situation, answer: Answer) -> bool:
    if situation.pool.remember(posted.id):
        return True
    if posted.id not in answer.errors:
        _refuse(answer, posted.id, _KNOWN)
    return False


def _judged(posted: Posted, situation: Situation, answer: Answer) -> Waiting | None:
    if posted.id in situation.pool:
        _refuse(answer, posted.id, Refusal("ERR_DUPLICATE", f"Duplicate transaction {posted.id}"))
        return None
    sender = posted.transaction.sender if posted.transaction is not None else b""
    if len(situation.pool.line_of(sender).entries) >= situation.rules.sender_transactions:
        answer.excess.append(posted.id)
        return None
    judged = judge(posted, situation)
    if isinstance(judged, Refusal):
        _refuse(answer, posted.id, judged)
        return None
    return judged


def _against(waiting: Waiting, situation: Situation, accounts: Accounts, store: Store) -> Refusal | None:
    transaction = waiting.transaction
    if store.holds(bytes.fromhex(waiting.id)):
        return _FORGED
    if waiting.id in situation.pool:
        return Refusal("ERR_DUPLICATE", f"Duplicate transaction {waiting.id}")
    most = situation.rules.pool_transactions
    if len(situation.pool) >= most:
        return Refusal("ERR_POOL_FULL", f"Pool is full (has {most} transactions)")
    if accounts.is_cold(transaction.sender):
        return Refusal("ERR_APPLY", COLD)
    line = situation.pool.line_of(transaction.sender)
    reason = accounts.reason_against(transaction, len(line.entries), line.outlay)
    return None if reason is None else Refusal("ERR_APPLY", reason)


def _refuse(answer: Answer, txid: str, refusal: Refusal) -> None:
    answer.errors.setdefault(txid, []).append((refusal.type, refusal.message))
    if txid not in answer.invalid:
        answer.invalid.append(txid)
