"""Where actions lie: in the plugin's part of the vault, each change in a commit of its own.

    action/<id>                      an action, see `record`
    account/<chain>/<sender>         {"settled": "7", "held": {"8": ["<id>", …]}, "shown": ["8"]}
    chain/<address byte>             {"nethash": "…"}: the name of the chain that was seen last for a network
    queue                            {"last": 12, "open": ["<id>", …]}: how many were queued, and which are not settled

Rules:

* A change is a function from what the action was to what it is; it is asked anew inside the commit, with what lies
  there then. So of two processes that change the same action each builds on what the other wrote; neither undoes it.
* A nonce is given away and the signed bytes are written in one commit, or neither is.
* A number that was signed with stays in ``held``, also when its action is forgotten, until the transaction that used it
  was shown; those that others were shown to have used are in ``shown``.
* What did not change is not written; a deeper confirmation alone is no change.
"""

from __future__ import annotations

import secrets
from base64 import b32encode
from typing import TYPE_CHECKING, Any, Final, Protocol

from prometheus.errors import Conflict, NotFound
from prometheus_morpheus.sending import again, moves
from prometheus_morpheus.sending.action import IN_A_BLOCK, POOLED, QUEUED, Action
from prometheus_morpheus.sending.nonces import Held, NextNonce, next_nonce, unshown
from prometheus_morpheus.sending.record import action_of, fields_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from prometheus.api import Clock, Store, StoreTransaction
    from prometheus_morpheus.sending.action import Signing
    from prometheus_morpheus.sending.again import Witnesses
    from prometheus_morpheus.transactions.transaction import Transaction

_ACTIONS: Final = "action/"
_ACCOUNTS: Final = "account/"
_QUEUE: Final = "queue"


class Drawer:
    """The actions of one vault."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def now(self) -> str:
        """Return the present moment as it is written."""
        return self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def read(self, action_id: str) -> Action:
        """Return an action as it lies there now."""
        fields = self._store.get(_ACTIONS + action_id)
        if fields is None:
            raise NotFound(f"there is no action {action_id}", remedy="`prometheus ledger pending` lists them")
        return action_of(fields)

    def all_actions(self) -> tuple[Action, ...]:
        """Return every action, in the order in which they were wanted."""
        actions = [action_of(fields) for _, fields in self._store.scan(_ACTIONS)]
        return tuple(sorted(actions, key=lambda action: (action.place, action.id)))

    def open_actions(self) -> tuple[Action, ...]:
        """Return every action that is not settled, in the order in which they were wanted; the others are not read."""
        found = [self._store.get(_ACTIONS + name) for name in _queue(self._store)["open"]]
        actions = [action_of(fields) for fields in found if fields is not None]
        return tuple(sorted(actions, key=lambda action: (action.place, action.id)))

    def add(self, make: Callable[[str, int], Action]) -> Action:
        """Write a new action, made from its id and its place in the queue."""
        with self._store.transaction() as commit:
            queue = _queue(commit)
            place = queue["last"] + 1
            action = make(b32encode(secrets.token_bytes(15)).decode().lower(), place)
            commit.put(_QUEUE, {"last": place, "open": [*queue["open"], action.id]})
            commit.put(_ACTIONS + action.id, fields_of(action))
            commit.audit("morpheus.queue", action=action.id)
        return action

    def change(self, action_id: str, move: Callable[[Action], Action], act: str = "") -> Action:
        """Return an action after a move, written when it changed; an act goes into the log with it."""
        before = self.read(action_id)
        if _is_same(before, after := move(before)):
            return after
        with self._store.transaction() as commit:
            before = _in(commit, action_id)
            if not _is_same(before, after := move(before)):
                commit.put(_ACTIONS + action_id, fields_of(after))
                if before.is_settled and not after.is_settled:
                    _open(commit, action_id)
                    _hold_again(commit, after)
                _note_settled(commit, after)
                if act:
                    commit.audit(act, action=action_id, transaction=after.transaction_id)
        return after

    def next_nonce(self, chain: str, sender: str, used: int, pooled: Collection[int] = ()) -> NextNonce:
        """Return the nonce that the next action of a sender would get."""
        return _next(self._store, chain, sender, used, pooled)

    def obstacle(self, action: Action, nonce: int, said: Witnesses) -> str:
        """Return why an action may not be signed with a nonce because of what it stands for; empty when it may."""
        return _obstacle(self._store, action, nonce, said)

    def sign(
        self, drafted: Action, chain: str, nonce: int, signing: Signing, *, said: Witnesses, pooled: Collection[int]
    ) -> Action | None:
        """Write the first signature of an action as it was drafted, when its nonce still is the next; else None.

        An action that somebody else signed meanwhile is returned as it is.
        """
        with self._store.transaction() as commit:
            action = _in(commit, drafted.id)
            if action.state != QUEUED:
                return action
            action = action._replace(draft=drafted.draft, wanted=drafted.wanted)
            next_ = _next(commit, chain, action.sender, said.used, pooled).nonce
            if next_ != nonce or _obstacle(commit, action, nonce, said):
                return None
            return _give(commit, action, chain, nonce, signing, at=self.now())

    def sign_with(self, action_id: str, chain: str, nonce: int, signing: Signing) -> Action:
        """Write the first signature of an action with a nonce that the person names.

        Raises:
            Conflict: When another action holds it, or it is used, or it is behind one whose fate is open.
        """
        with self._store.transaction() as commit:
            action = _in(commit, action_id)
            account = _account(commit, chain, action.sender)
            held = _held(commit, account)
            if nonce <= int(account["settled"]) or (nonce in held and (held[nonce].is_live or held[nonce].is_shown)):
                raise Conflict(f"the nonce {nonce} is taken", remedy="leave it out, or look at `ledger pending`")
            loose = [each for each, one in sorted(held.items()) if each < nonce and one.is_loose and not one.is_shown]
            if loose:
                raise Conflict(
                    f"the nonce {nonce} would pass over {loose[0]}, which was signed with and may still be used",
                    remedy=f"give it {loose[0]}, or look at `ledger pending --all`",
                )
            return _give(commit, action, chain, nonce, signing, at=self.now())

    def stands_for(self, draft: Transaction) -> tuple[str, ...]:
        """Return the ids of actions for the same payment that were signed and told as unpaid."""
        sender, names = draft.sender.hex(), list(_queue(self._store)["open"])
        for name, account in self._store.scan(_ACCOUNTS):
            if name.endswith(f"/{sender}"):
                names += [each for ids in account["held"].values() for each in ids]
        found = (self._store.get(_ACTIONS + name) for name in dict.fromkeys(names))
        return again.stands_for(draft, [action_of(fields) for fields in found if fields is not None])

    def unshown(self, chain: str, sender: str, used: int) -> dict[int, tuple[Action, ...]]:
        """Return numbers that we signed with and that are said to be used by nobody knows what, with their actions."""
        account = _account(self._store, chain, sender)
        numbers = unshown(_held(self._store, account), used)
        return {nonce: tuple(_holders(self._store, account["held"][str(nonce)])) for nonce in numbers}

    def note_shown(self, chain: str, sender: str, nonce: int) -> None:
        """Keep that the transaction that used a number was shown, and checked."""
        with self._store.transaction() as commit:
            account = _account(commit, chain, sender)
            commit.put(_account_name(chain, sender), account | {"shown": _with(account["shown"], nonce)})

    def holder_of(self, action: Action) -> str:
        """Return the id of another action that holds the same nonce now; empty when there is none."""
        account = _account(self._store, action.chain, action.sender)
        holders = _holders(self._store, account["held"].get(str(action.nonce), ()))
        return next(
            (each.id for each in holders if each.holds_nonce and not each.is_settled and each.id != action.id), ""
        )

    def last_chain(self, network: int) -> str:
        """Return the chain that was seen last for an address byte; empty when none was."""
        return str((self._store.get(f"chain/{network}") or {"nethash": ""})["nethash"])

    def remember_chain(self, network: int, nethash: str) -> None:
        """Keep which chain was seen for an address byte."""
        if self.last_chain(network) != nethash:
            with self._store.transaction() as commit:
                commit.put(f"chain/{network}", {"nethash": nethash})

    def remove(self, action_id: str) -> Action:
        """Take an action out of the vault."""
        with self._store.transaction() as commit:
            action = _in(commit, action_id)
            if action.state in IN_A_BLOCK:
                account = _account(commit, action.chain, action.sender)
                shown = account | {"shown": _with(account["shown"], action.nonce)}
                commit.put(_account_name(action.chain, action.sender), shown)
            commit.delete(_ACTIONS + action_id)
            _close(commit, action_id)
            commit.audit("morpheus.forget", action=action_id, transaction=action.transaction_id)
        return action


class _Readable(Protocol):
    def get(self, name: str) -> dict[str, Any] | None: ...


def _in(commit: StoreTransaction, action_id: str) -> Action:
    fields = commit.get(_ACTIONS + action_id)
    if fields is None:
        raise NotFound(f"there is no action {action_id}", remedy="somebody has taken it out meanwhile")
    return action_of(fields)


def _queue(store: _Readable) -> dict[str, Any]:
    return store.get(_QUEUE) or {"last": 0, "open": []}


def _open(commit: StoreTransaction, action_id: str) -> None:
    queue = _queue(commit)
    if action_id not in queue["open"]:
        commit.put(_QUEUE, queue | {"open": [*queue["open"], action_id]})


def _close(commit: StoreTransaction, action_id: str) -> None:
    queue = _queue(commit)
    commit.put(_QUEUE, queue | {"open": [each for each in queue["open"] if each != action_id]})


def _is_same(before: Action, after: Action) -> bool:
    return before._replace(confirmations=0) == after._replace(confirmations=0)


def _account_name(chain: str, sender: str) -> str:
    return f"account/{chain}/{sender}"


def _account(store: _Readable, chain: str, sender: str) -> dict[str, Any]:
    return {"settled": "0", "held": {}, "shown": []} | (store.get(_account_name(chain, sender)) or {})


def _holders(store: _Readable, ids: Iterable[str]) -> list[Action]:
    """Return the actions of ids, without those that were forgotten."""
    found = (store.get(_ACTIONS + action_id) for action_id in ids)
    return [action_of(fields) for fields in found if fields is not None]


def _held(store: _Readable, account: Mapping[str, Any]) -> dict[int, Held]:
    held: dict[int, Held] = {}
    for nonce, ids in account["held"].items():
        actions = _holders(store, ids)
        live = [each for each in actions if each.holds_nonce]
        held[int(nonce)] = Held(
            action=live[0].id if live else ids[-1],
            is_on_its_way=any(each.state in IN_A_BLOCK or each.state == POOLED for each in live),
            is_live=bool(live),
            is_loose=len(live) < len(ids),
            is_shown=nonce in account["shown"] or any(each.state in IN_A_BLOCK for each in actions),
            is_handed_out=any(each.is_handed_out for each in live),
        )
    return held


def _obstacle(store: _Readable, action: Action, nonce: int, said: Witnesses) -> str:
    # Whatever chain a node said it was: signed bytes hold for each with the same address byte.
    others = _holders(store, action.instead_of)
    reasons = (again.obstacle(action, other, nonce, said) for other in others)
    return next((reason for reason in reasons if reason), "")


def _next(store: _Readable, chain: str, sender: str, used: int, pooled: Collection[int]) -> NextNonce:
    account = _account(store, chain, sender)
    return next_nonce(used=used, settled=int(account["settled"]), held=_held(store, account), pooled=pooled)


def _give(commit: StoreTransaction, action: Action, chain: str, nonce: int, signing: Signing, *, at: str) -> Action:
    account = _account(commit, chain, action.sender)
    holders = _with(account["held"].get(str(nonce), ()), action.id)
    held = account["held"] | {str(nonce): holders}
    commit.put(_account_name(chain, action.sender), account | {"held": held})
    signed = moves.signed(action, chain, nonce, signing, at)
    commit.put(_ACTIONS + action.id, fields_of(signed))
    commit.audit("morpheus.sign", action=action.id, transaction=signing.id)
    return signed


def _note_settled(commit: StoreTransaction, action: Action) -> None:
    """Look no more at what is settled; remember which nonce lies deep in the chain, and no longer who held it.

    Who was told as unpaid is remembered: what is wanted again asks for it.
    """
    if action.is_settled:
        _close(commit, action.id)
    if not (action.is_settled and action.state in IN_A_BLOCK):
        return
    account = _account(commit, action.chain, action.sender)
    settled = max(int(account["settled"]), action.nonce)
    unpaid = {each.id for ids in account["held"].values() for each in _holders(commit, ids) if not each.holds_nonce}
    deep = {str(nonce) for nonce, one in _held(commit, account).items() if one.is_shown and (nonce <= settled)}
    held = {nonce: ids for nonce, ids in account["held"].items() if nonce not in deep or not unpaid.isdisjoint(ids)}
    kept = [nonce for nonce in _with(account["shown"], action.nonce) if nonce in held]
    changed = {"settled": str(settled), "held": held, "shown": kept}
    commit.put(_account_name(action.chain, action.sender), account | changed)


def _hold_again(commit: StoreTransaction, action: Action) -> None:
    """Hold the number of what a reorganisation took out from deep in the chain."""
    if not action.nonce:
        return
    account = _account(commit, action.chain, action.sender)
    number = str(action.nonce)
    held = account["held"] | {number: _with(account["held"].get(number, ()), action.id)}
    shown = [each for each in account["shown"] if each != number]
    commit.put(_account_name(action.chain, action.sender), account | {"held": held, "shown": shown})


def _with(names: Iterable[str], name: int | str) -> list[str]:
    return list(dict.fromkeys([*names, str(name)]))
