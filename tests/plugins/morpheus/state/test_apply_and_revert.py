"""Whatever is applied and reverted in turn, the state is what it was before; a machine with a hole is found out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from prometheus_simulators.second_layer import asset, operation, register, signed, txid, view
from prometheus_simulators.signed_world import did

from prometheus_morpheus.state import rules
from prometheus_morpheus.state.did_state import DidState
from prometheus_morpheus.state.machine import MorpheusState

if TYPE_CHECKING:
    from collections.abc import Callable

PEOPLE = ("ann", "ben", "cam")
CONTENTS = ("one", "two", "three")
ENOUGH = settings(max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])

UNTIL_FOUND = settings(ENOUGH, max_examples=400, database=None, phases=[Phase.generate])

person = st.sampled_from(PEOPLE)
KINDS = ["addKey", "addKey", "addRight", "addRight", "revokeRight", "revokeKey", "revokeKey", "tombstoneDid"]
RIGHTS = ["update", "impersonate"]
change = st.tuples(
    st.sampled_from(KINDS),
    st.sampled_from([*PEOPLE, "dan", "eve", "fay"]),
    st.integers(0, 2),
    st.sampled_from(RIGHTS),
    st.none() | st.integers(1, 30),
)
signer = st.sampled_from([None, None, None, None, *PEOPLE])
"""Nobody stands for the one whose DID is changed."""
group = st.tuples(signer, person, st.lists(change, min_size=1, max_size=2))
attempts = st.lists(group | group | st.sampled_from(CONTENTS), min_size=1, max_size=2)
is_stale = st.sampled_from([False] * 9 + [True])


class Applied(NamedTuple):
    """A transaction, its height, what everything looked like before it, and what became of it."""

    txid: str
    asset: Any
    height: int
    before: Any
    refused: str | None


class Change(NamedTuple):
    """An operation that somebody thinks of; what its kind has no use for is left out."""

    kind: str
    other: str
    number: int
    right: str
    expiry: int | None

    def as_operation(self, of: str, before: str | None, keys: list[str]) -> dict[str, Any]:
        """Return the operation on a person's DID; `keys` are those that it has, and one of them is meant."""
        if self.kind == "tombstoneDid":
            return operation(of, self.kind, before)
        if self.kind == "addKey":
            expiry = {} if self.expiry is None else {"expiresAtHeight": self.expiry}
            return operation(of, self.kind, before, auth=self.other, **expiry)
        auth = keys[self.number % len(keys)]
        right = {"right": self.right} if self.kind.endswith("Right") else {}
        return operation(of, self.kind, before, auth=auth, **right)


class ApplyAndRevert(RuleBasedStateMachine):
    """A ledger that goes on and back, and remembers what everything looked like before each transaction."""

    def __init__(self) -> None:
        super().__init__()
        self.state = MorpheusState()
        self.state.begin_block(2)
        for name in PEOPLE:
            others = [operation(name, "addKey", auth=other) for other in PEOPLE if other != name]
            assert self.state.apply(txid(f"first of {name}"), asset(signed(name, *others))) is None
        self.applied: list[Applied] = []
        self.count = 0

    @rule(step=st.integers(1, 2))
    def go_on(self, step: int) -> None:
        self.state.begin_block(self.state.last_height + step)

    @rule(wanted=attempts, is_stale=is_stale)
    def apply(self, wanted: list[Any], is_stale: bool) -> None:
        what = asset(*[self.attempt(item, is_stale=is_stale) for item in wanted])
        name, before = txid(self.count), self.look()
        self.count += 1
        refused = self.state.apply(name, what)
        self.applied.append(Applied(name, what, self.state.last_height, before, refused))
        assert self.state.is_confirmed(name) is (refused is None)
        if refused is not None:
            self.assert_only_attempts_differ(before)

    @rule(wanted=attempts)
    def dry_run(self, wanted: list[Any]) -> None:
        before = self.look()
        tried = [self.attempt(item, is_stale=False) for item in wanted]
        found = self.state.dry_run(tried)
        assert self.look() == before
        assert self.state.dry_run(tried) == found

    @precondition(lambda self: self.applied)
    @rule()
    def revert(self) -> None:
        last = self.applied.pop()
        self.state.revert_block(last.height)
        after = self.look()
        self.take_back(last)
        assert self.state.apply(last.txid, last.asset) == last.refused
        assert self.look() == after
        self.take_back(last)

    @invariant()
    def is_sound(self) -> None:
        assert not self.state.is_corrupt

    def take_back(self, last: Applied) -> None:
        self.state.revert(last.txid, last.asset)
        now = self.look()
        assert now == {**last.before, "height": now["height"]}
        assert self.state.is_confirmed(last.txid) is None

    def attempt(self, wanted: Any, *, is_stale: bool) -> Any:
        if isinstance(wanted, str):
            return register(wanted)
        by, of, changes = wanted
        last = self.state.last_transaction(did(of))
        before = txid("stale") if is_stale else last and last[0]
        keys = [key["auth"] for key in view(self.state, [of], [], [])["documents"][0]["keys"]]
        added = keys[1:] or keys
        return signed(by or of, *[Change(*given).as_operation(of, before, added) for given in changes])

    def look(self) -> Any:
        # A transaction that was taken back leaves nothing, so those that came later must not be asked for.
        return view(self.state, PEOPLE, [last.txid for last in self.applied], CONTENTS)

    def assert_only_attempts_differ(self, before: Any) -> None:
        now = view(self.state, PEOPLE, before["status"], CONTENTS)
        del now["attempts"]
        assert now == {key: value for key, value in before.items() if key != "attempts"}


ApplyAndRevert.TestCase.settings = ENOUGH
TestApplyAndRevert = ApplyAndRevert.TestCase


def without(name: str) -> Callable[[Any], Callable[..., None]]:
    """Return a maker of a rule that forgets to write into the journal what it did last."""

    def forgetful(original: Any) -> Callable[..., None]:
        def changed(*given: Any) -> None:
            original(*given)
            given[-1].pop()

        changed.__name__ = name
        return changed

    return forgetful


@pytest.mark.parametrize("name", ["_add_key", "_revoke_key", "_set_right"])
def test_a_change_that_is_not_undone_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, name, without(name)(getattr(rules, name)))
    with pytest.raises(AssertionError):
        run_state_machine_as_test(ApplyAndRevert, settings=UNTIL_FOUND)


def test_an_index_of_keys_that_is_not_undone_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def take_back(self: DidState) -> None:
        self.keys.pop()

    monkeypatch.setattr(DidState, "take_back", take_back)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(ApplyAndRevert, settings=UNTIL_FOUND)
