"""The state of the second layer, where the recorded scenarios of the reference do not reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.second_layer import Chain, asset, key_id, operation, register, signed, txid
from prometheus_simulators.signed_world import did, public

from prometheus.errors import NotUnderstood
from prometheus.identity.did import DID_PREFIX, Did
from prometheus.identity.multicipher import KeyId
from prometheus_morpheus.state.errors import CORRUPT, StateError
from prometheus_morpheus.state.machine import MorpheusState

if TYPE_CHECKING:
    from collections.abc import Callable

ANN, BEN, CAM = "ann", "ben", "cam"


def in_hex(person: str) -> str:
    """Return a person's DID in another base than the one that is written."""
    key = KeyId.parse(key_id(person))
    return f"{DID_PREFIX}{key.suite}f{key.raw.hex()}"


def test_a_did_that_was_never_seen_has_an_implicit_document() -> None:
    document = Chain().document(ANN)
    assert document["keys"] == [
        {"index": 0, "auth": key_id(ANN), "validFromHeight": None, "validUntilHeight": None, "valid": True}
    ]
    assert document["rights"]["update"][0]["valid"]
    assert document["rights"]["impersonate"][0]["valid"]


def test_a_did_can_be_handed_over_to_a_new_key() -> None:
    chain = Chain()
    chain.do(ANN, ANN, "addKey", auth=BEN)
    chain.do(ANN, ANN, "addRight", auth=BEN, right="update")
    chain.do(BEN, ANN, "revokeKey", auth=ANN)
    assert [key["valid"] for key in chain.document(ANN)["keys"]] == [False, True]
    assert "has no right to update" in chain.refuse(ANN, ANN, "tombstoneDid")


def test_a_past_document_shows_ends_and_rights_that_came_later() -> None:
    chain = Chain()
    chain.do(ANN, ANN, "addKey", auth=BEN)
    before = chain.state.last_height
    chain.do(ANN, ANN, "addRight", auth=BEN, right="impersonate")
    chain.do(ANN, ANN, "tombstoneDid")
    past = chain.document(ANN, before)
    assert past["tombstoned"]
    assert past["keys"][1]["valid"]
    assert past["keys"][1]["validUntilHeight"] == chain.state.last_height
    assert past["rights"]["impersonate"][1] == {
        "keyLink": "#1",
        "history": [{"height": None, "valid": False}, {"height": before + 1, "valid": True}],
        "valid": False,
    }


def test_a_past_document_does_not_show_keys_that_came_later() -> None:
    chain = Chain()
    chain.do(ANN, ANN, "addKey", auth=BEN)
    assert len(chain.document(ANN, chain.state.last_height - 1)["keys"]) == 1


def test_one_bad_operation_undoes_the_changes_of_all_dids_in_its_transaction() -> None:
    chain = Chain()
    name, refused = chain.apply(
        asset(
            register("cju-with-it"),
            signed(ANN, operation(ANN, "addKey", auth=CAM)),
            signed(BEN, operation(BEN, "tombstoneDid"), operation(BEN, "addKey", auth=CAM)),
        )
    )
    assert refused == f"{public(BEN)} cannot update {did(BEN)} at height 2. The DID is tombstoned"
    assert chain.state.is_confirmed(name) is False
    assert chain.state.before_proof("cju-with-it") is None
    assert len(chain.document(ANN)["keys"]) == 1
    assert not chain.document(BEN)["tombstoned"]


def test_a_rejected_transaction_is_an_attempt_of_every_did_it_names_once() -> None:
    chain = Chain()
    group = signed(ANN, operation(ANN, "tombstoneDid"), operation(ANN, "tombstoneDid"), operation(BEN, "tombstoneDid"))
    name, _refused = chain.apply(asset(group))
    for person in (ANN, BEN):
        assert chain.state.transactions(did(person), 0, None, attempts=True) == [(name, 2)]
        assert chain.state.transactions(did(person), 0, None, attempts=False) == []


def test_a_history_is_newest_first_and_both_bounds_belong_to_it() -> None:
    chain = Chain()
    names = [chain.do(ANN, ANN, "addKey", auth=f"key {number}") for number in range(4)]
    found = chain.state.transactions(did(ANN), 4, 5, attempts=False)
    assert found == [(names[2], 5), (names[1], 4)]


def test_a_did_in_another_base_is_the_same_did() -> None:
    chain = Chain()
    _name, refused = chain.apply(asset(signed(ANN, operation(ANN, "addKey", auth=BEN))))
    assert refused is None
    assert chain.state.document(in_hex(ANN), None) == chain.document(ANN)
    assert chain.state.last_transaction(in_hex(ANN)) == chain.state.last_transaction(did(ANN))


def test_an_operation_on_a_did_in_another_base_is_signed_in_base58() -> None:
    chain = Chain()
    group = signed(ANN, operation(ANN, "addKey", auth=BEN))
    group["signables"][0]["did"] = in_hex(ANN)
    assert chain.apply(asset(group))[1] is None
    assert len(chain.document(ANN)["keys"]) == 2


def test_members_that_nobody_knows_are_not_covered_by_the_signature() -> None:
    group = signed(ANN, operation(ANN, "addKey", auth=BEN))
    group["signables"][0]["colour"] = "blue"
    assert Chain().apply(asset(group))[1] is None


def test_an_expiry_of_null_is_an_expiry_left_out() -> None:
    group = signed(ANN, operation(ANN, "addKey", auth=BEN))
    group["signables"][0]["expiresAtHeight"] = None
    assert Chain().apply(asset(group))[1] is None


@pytest.mark.parametrize("member", ["did", "lastTxId", "auth", "expiresAtHeight", "operation"])
def test_a_changed_member_breaks_the_signature(member: str) -> None:
    group = signed(ANN, operation(ANN, "addKey", auth=BEN, expiresAtHeight=7))
    other = {"did": did(BEN), "lastTxId": txid(0), "auth": key_id(CAM), "expiresAtHeight": 8, "operation": "revokeKey"}
    group["signables"][0][member] = other[member]
    assert Chain().apply(asset(group))[1] == "Invalid signature"


MALFORMED: list[Any] = [
    None,
    [],
    {},
    {"operationAttempts": None},
    {"operationAttempts": {}},
    {"operationAttempts": [None]},
    {"operationAttempts": [{}]},
    {"operationAttempts": [{"operation": 1}]},
    {"operationAttempts": [{"operation": "fly"}]},
    {"operationAttempts": [{"operation": "registerBeforeProof"}]},
    {"operationAttempts": [{"operation": "registerBeforeProof", "contentId": None}]},
    {"operationAttempts": [{"operation": "signed", "signables": {}}]},
]
BROKEN: list[dict[str, Any]] = [
    {"did": "did:web:example.com"},
    {"did": "did:morpheus:zzz"},
    {"did": None},
    {"did": DID_PREFIX + "ez" + "1" * 2000},
    {"lastTxId": 7},
    {"auth": "iez"},
    {"auth": "nonsense"},
    {"auth": None},
    {"operation": "forgetDid"},
    {"operation": "addRight"},
    {"expiresAtHeight": -1},
    {"expiresAtHeight": 2**32},
    {"expiresAtHeight": 5.0},
    {"expiresAtHeight": True},
    {"expiresAtHeight": "5"},
]


def broken(change: dict[str, Any]) -> Any:
    group = signed(ANN, operation(ANN, "addKey", auth=BEN))
    group["signables"][0].update(change)
    return asset(group)


@pytest.mark.parametrize("what", [*MALFORMED, *map(broken, BROKEN)], ids=str)
def test_a_malformed_asset_is_refused_and_leaves_no_trace(what: Any) -> None:
    chain = Chain()
    name, refused = chain.apply(what)
    assert refused
    assert chain.state.is_confirmed(name) is None
    assert chain.state.transactions(did(ANN), 0, None, attempts=True) == []
    assert not chain.state.is_corrupt


@pytest.mark.parametrize("member", ["signerPublicKey", "signature"])
@pytest.mark.parametrize("text", ["", "x", "pez", "sez", "sezzzz", "pezzzz", "se0", "sez" + "1" * 3000])
def test_a_signature_that_is_none_is_refused_and_leaves_a_trace(member: str, text: str) -> None:
    chain = Chain()
    name, refused = chain.apply(asset(signed(ANN, operation(ANN, "addKey", auth=BEN)) | {member: text}))
    assert refused
    assert chain.state.is_confirmed(name) is False
    assert chain.state.transactions(did(ANN), 0, None, attempts=True) == [(name, 2)]


def test_an_id_that_was_there_before_changes_nothing() -> None:
    chain = Chain()
    name, _refused = chain.apply(asset(register("first")))
    again = asset(register("second"), signed(ANN, operation(ANN, "tombstoneDid")))
    assert chain.state.apply(name, again) == f"Transaction {name} was already confirmed"
    assert chain.state.is_confirmed(name) is True
    assert chain.state.before_proof("second") is None
    assert chain.state.transactions(did(ANN), 0, None, attempts=True) == []


def test_a_rejected_id_that_comes_again_stays_rejected() -> None:
    chain = Chain()
    name, _refused = chain.apply(asset(signed(BEN, operation(ANN, "tombstoneDid"))))
    assert chain.state.apply(name, asset(register("second"))) == f"Transaction {name} was already confirmed"
    assert chain.state.is_confirmed(name) is False


def test_a_dry_run_says_what_would_fail_and_changes_nothing() -> None:
    chain = Chain()
    good = signed(ANN, operation(ANN, "addKey", auth=BEN))
    bad = signed(BEN, operation(ANN, "tombstoneDid"))
    answer = chain.state.dry_run([register("x"), good, bad, register("x")])
    assert answer == [
        {
            "invalidOperationAttempt": bad,
            "message": f"{public(BEN)} has no right to update {did(ANN)} at height 2",
        }
    ]
    assert chain.state.before_proof("x") is None
    assert len(chain.document(ANN)["keys"]) == 1
    assert chain.state.dry_run([register("x"), good]) == []


@pytest.mark.parametrize("attempts", [None, {}, "x", [1], [{"operation": "fly"}]])
def test_a_malformed_dry_run_is_an_error(attempts: Any) -> None:
    with pytest.raises(StateError):
        Chain().state.dry_run(attempts)


@pytest.mark.parametrize("text", ["", "did:web:x", "did:morpheus:", "did:morpheus:ez0"])
def test_what_is_no_did_has_no_document_and_no_history(text: str) -> None:
    state = Chain().state
    with pytest.raises(NotUnderstood):
        state.document(text, None)
    assert state.last_transaction(text) is None
    assert state.transactions(text, 0, None, attempts=True) == []


@pytest.mark.parametrize("height", [-1, 2**31, 2**32 + 5])
def test_what_is_no_height_is_refused_and_corrupts_nothing(height: int) -> None:
    state = Chain().state
    questions: list[Callable[[], object]] = [
        lambda: state.begin_block(height),
        lambda: state.revert_block(height),
        lambda: state.document(did(ANN), height),
        lambda: state.transactions(did(ANN), height, None, attempts=True),
        lambda: state.transactions(did(ANN), 0, height, attempts=True),
    ]
    for ask in questions:
        with pytest.raises(StateError, match=f"Blockheight cannot be negative: {height % 2**32}"):
            ask()
    assert state.last_height == 2


# --- reverting -----------------------------------------------------------------------------------------------------


def lied_about(chain: Chain) -> tuple[str, Any]:
    name, _asset = chain.applied[-1]
    return name, asset(signed(BEN, operation(BEN, "tombstoneDid")))


def under_another(chain: Chain) -> tuple[str, Any]:
    return chain.applied[0]


def unreadable(chain: Chain) -> tuple[str, Any]:
    return chain.applied[-1][0], None


def never_there(chain: Chain) -> tuple[str, Any]:
    return txid("never"), chain.applied[-1][1]


@pytest.mark.parametrize("choose", [lied_about, under_another, unreadable, never_there])
def test_a_revert_that_does_not_fit_corrupts_the_state(choose: Callable[[Chain], tuple[str, Any]]) -> None:
    chain = Chain()
    for number in range(2):
        chain.apply(asset(signed(ANN, operation(ANN, "addKey", chain.last(ANN), auth=f"key {number}"))))
    with pytest.raises(StateError, match="revert"):
        chain.state.revert(*choose(chain))
    assert chain.state.is_corrupt


def test_a_revert_at_another_height_corrupts_the_state() -> None:
    chain = Chain()
    chain.do(ANN, ANN, "addKey", auth=BEN)
    chain.state.revert_block(2)
    with pytest.raises(StateError, match="was applied at height 3, cannot be reverted at 2"):
        chain.state.revert(*chain.applied[-1])
    assert chain.state.is_corrupt


def test_a_reverted_block_above_the_newest_corrupts_the_state() -> None:
    state = Chain().state
    with pytest.raises(StateError, match=r"^The reverted height \(11\) is > last seen height \(2\)$"):
        state.revert_block(11)
    assert state.is_corrupt


def test_transactions_of_two_dids_may_be_reverted_in_either_order() -> None:
    chain = Chain()
    for person in (ANN, BEN):
        chain.apply(asset(signed(person, operation(person, "addKey", auth=CAM))))
    for name, what in chain.applied:
        chain.state.revert(name, what)
    assert chain.document(ANN) == Chain().document(ANN)
    assert chain.document(BEN) == Chain().document(BEN)


def test_a_reverted_transaction_can_be_applied_again_at_another_height() -> None:
    chain = Chain()
    chain.do(ANN, ANN, "addKey", auth=BEN)
    name, what = chain.applied[-1]
    chain.state.revert(name, what)
    chain.state.revert_block(2)
    chain.state.begin_block(5)
    assert chain.state.apply(name, what) is None
    assert chain.document(ANN)["keys"][1]["validFromHeight"] == 5
    assert chain.state.last_transaction(did(ANN)) == (name, 5)


def test_a_corrupt_state_answers_nothing_any_more() -> None:
    state = MorpheusState()
    with pytest.raises(StateError, match="cannot revert"):
        state.revert(txid(0), asset())
    calls: list[Callable[[], object]] = [
        lambda: state.last_height,
        lambda: state.begin_block(9),
        lambda: state.revert_block(0),
        lambda: state.apply(txid(1), asset()),
        lambda: state.revert(txid(0), asset()),
        lambda: state.document(did(ANN), None),
        lambda: state.last_transaction(did(ANN)),
        lambda: state.transactions(did(ANN), 0, None, attempts=True),
        lambda: state.is_confirmed(txid(0)),
        lambda: state.before_proof("x"),
    ]
    for call in calls:
        with pytest.raises(StateError, match=f"^{CORRUPT}$"):
            call()
    assert state.dry_run([]) == [{"invalidOperationAttempt": None, "message": CORRUPT}]
    assert state.is_corrupt


def test_the_default_key_is_that_of_the_did() -> None:
    assert Did.parse(did(ANN)).key_id.text == Chain().document(ANN)["keys"][0]["auth"]
