"""How an action moves on: each function takes what it was and what happened, and returns what it is now.

Pure, and total over states: what cannot happen raises `Misplaced`, which is a mistake of this program, never of a node.
Times are RFC 3339 texts in UTC. A lost race is no mistake: whoever writes reads the action anew and asks these again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prometheus.model.written_time import moment
from prometheus_morpheus.sending import again, refusals
from prometheus_morpheus.sending.action import (
    APPLIED,
    CONFIRMED,
    EXPIRED,
    FORGED,
    IN_A_BLOCK,
    NOT_PAID,
    POOLED,
    QUEUED,
    REFUSED,
    REJECTED,
    REPLACED,
    SENT,
    SIGNED,
    Action,
    Signing,
)

if TYPE_CHECKING:
    from datetime import datetime

    from prometheus_morpheus.sending.action import State
    from prometheus_morpheus.sending.refusals import Reply
    from prometheus_morpheus.sending.sightings import Sighting

SETTLED_DEPTH: Final = 53
"""A round of all delegates: what lies so deep is not looked at again."""
EXPIRY_MARGIN: Final = 3
"""Blocks past its expiration before a transaction counts as expired."""


class Misplaced(Exception):
    """A move that the state does not allow."""


def signed(action: Action, chain: str, nonce: int, signing: Signing, at: str) -> Action:
    """Return a queued action with its nonce and first signature, or a signed one with another for the same nonce."""
    if action.state in IN_A_BLOCK or action.state == REPLACED:
        raise Misplaced(f"an action that is {action.state} is not signed")
    if action.nonce and (action.nonce, action.chain) != (nonce, chain):
        raise Misplaced("an action keeps its nonce and its chain")
    if any(each.id == signing.id for each in action.signings):
        return action
    state: State = SIGNED if action.state in {QUEUED, SIGNED} else SENT
    reason = "in the vault, not sent" if state == SIGNED else f"signed again with the same nonce {nonce}"
    signings = (*action.signings, signing)
    return action.into(state, reason, at, chain=chain, nonce=nonce, signings=signings, known_at=0)


def leaving(action: Action, at: str, reason: str = "on its way to a node") -> Action:
    """Return an action whose bytes may leave from now on."""
    if action.state == QUEUED:
        raise Misplaced("what is not signed cannot leave")
    return action.into(SENT, reason, at, said_by="") if action.state == SIGNED else action


def answered(action: Action, reply: Reply, tip: int, at: str) -> Action:
    """Return an action after nodes were handed its bytes; what was seen in a block meanwhile stands."""
    if action.state in {QUEUED, SIGNED}:
        raise Misplaced("nobody can answer what has not left")
    if action.state in IN_A_BLOCK or action.state in NOT_PAID:
        return action
    if reply.meaning == refusals.ACCEPTED:
        return action.into(POOLED, "", at, known_at=0, said_by=reply.said_by)
    if reply.meaning in {refusals.CHEAP, refusals.FINAL}:
        return action.into(REFUSED, reply.reason, at, said_by=reply.said_by)
    if reply.meaning == refusals.EXPIRED:
        return action.into(EXPIRED, reply.reason, at, said_by=reply.said_by)
    known_at = tip if reply.meaning == refusals.KNOWN else action.known_at
    state: State = POOLED if action.state == POOLED else SENT
    return action.into(state, reply.reason, at, known_at=known_at, said_by=reply.said_by)


def seen(action: Action, sighting: Sighting, at: str) -> Action:
    """Return an action after nodes were asked for its transactions."""
    if not action.may_have_left or not sighting.answers:
        return action
    after = _seen(action, sighting, at)
    return after if after == action else after._replace(said_by=sighting.said_by)


def _seen(action: Action, sighting: Sighting, at: str) -> Action:
    if sighting.forged_id:
        return _settled(_in_a_block(action, sighting, at), sighting.confirmations)
    if sighting.pooled_id:
        return _out_of_block(action, POOLED, _gone(action, ""), at)
    if sighting.rival:
        return _settled(_replaced(action, sighting, at), sighting.rival_depth)
    return _nowhere(action, sighting.tip, at)


def taken_up(action: Action, at: str, fee: int = 0) -> Action:
    """Return an action that the person wants once more: refused or expired, with its nonce; or one that never left.

    One that waited for a word because of what it stands for has it now, and stands for itself.

    Args:
        action: Which.
        at: Now; its time begins anew.
        fee: What the person agrees to pay now, in flakes; 0 leaves it as it was.
    """
    if action.state not in {QUEUED, SIGNED, REFUSED, EXPIRED}:
        raise Misplaced(f"an action that is {action.state} is not taken up again")
    state: State = SENT if action.may_have_left else SIGNED if action.signings else QUEUED
    agreed: dict[str, Any] = {"fee_wanted": fee, "fee_limit": fee} if fee else {}
    if again.is_asked(action):
        agreed["instead_of"] = ()
    return action.into(state, "taken up again", at, known_at=0, is_settled=False, wanted_at=at, said_by="", **agreed)


def forbidden(action: Action, wanted: str, reason: str, at: str) -> Action:
    """Return an unsigned action that can never be, unless something else was agreed to than what was refused."""
    if action.state != QUEUED or action.wanted != wanted:
        return action
    return action.into(REFUSED, reason, at, is_settled=True)


def is_too_old(action: Action, now: datetime) -> bool:
    """Whether too much time has passed since it was wanted to let it go for the first time without asking again."""
    wanted = moment(action.wanted_at)
    return bool(action.lifetime) and (wanted is None or (now - wanted).total_seconds() > action.lifetime)


def has_expired(action: Action, tip: int) -> bool:
    """Whether none of its transactions can be forged after a tip."""
    ends = [each.expiration for each in action.signings]
    return bool(ends) and all(ends) and tip >= max(ends) + EXPIRY_MARGIN


def _nowhere(action: Action, tip: int, at: str) -> Action:
    if has_expired(action, tip):
        return _expired(action, tip, at)
    if action.state in IN_A_BLOCK or action.state == POOLED:
        return _out_of_block(action, SENT, _gone(action, "no pool has it any more; it is sent again"), at)
    return action


def _in_a_block(action: Action, sighting: Sighting, at: str) -> Action:
    state, reason = _standing(action, sighting)
    return action.into(
        state,
        reason,
        at,
        forged_id=sighting.forged_id,
        block=sighting.block,
        height=sighting.height,
        confirmations=sighting.confirmations,
        layer_two=sighting.layer_two,
    )


def _standing(action: Action, sighting: Sighting) -> tuple[State, str]:
    if sighting.quarrel or not sighting.is_agreed or not sighting.confirmations:
        return FORGED, sighting.quarrel or "in a block that is not yet followed"
    if not action.needs_layer_two:
        return CONFIRMED, ""
    if sighting.layer_two is None:
        return CONFIRMED, "layer 2 has not spoken yet"
    return (APPLIED, "") if sighting.layer_two else (REJECTED, "layer 2 refused it; the fee is spent")


def _gone(action: Action, otherwise: str) -> str:
    if action.state not in IN_A_BLOCK:
        return otherwise
    gone = f"a reorganisation took it out of block {action.height}"
    return f"{gone}; {otherwise}" if otherwise else gone


def _out_of_block(action: Action, state: State, reason: str, at: str) -> Action:
    changes = {"forged_id": "", "block": "", "height": 0, "confirmations": 0, "layer_two": None}
    return action.into(state, reason, at, is_settled=False, **changes)


def _replaced(action: Action, sighting: Sighting, at: str) -> Action:
    if action.state in {REFUSED, EXPIRED}:
        return action
    reason = f"another transaction of this wallet has its nonce {action.nonce}: {sighting.rival}"
    return _out_of_block(action, REPLACED, reason, at)


def _expired(action: Action, tip: int, at: str) -> Action:
    if action.state in {REFUSED, REPLACED}:
        return action
    last = max(each.expiration for each in action.signings)
    ended = _out_of_block(action, EXPIRED, f"no block up to {last} took it; nothing was paid", at)
    return ended._replace(is_settled=tip >= last + SETTLED_DEPTH)


def _settled(action: Action, depth: int) -> Action:
    is_final = action.is_done or action.is_failed
    return action._replace(is_settled=is_final and depth >= SETTLED_DEPTH)
