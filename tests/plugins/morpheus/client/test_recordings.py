"""What a real node answered is read as what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.memory_node import CONFIGURATION
from prometheus_simulators.scripted_node import recording, reply

from prometheus_morpheus.client.answers import Refusal, Tip, TransactionAt
from prometheus_morpheus.client.errors import LostAnswer, RefusedRequest

if TYPE_CHECKING:
    from prometheus_simulators.asker import Asker
    from prometheus_simulators.scripted_node import ScriptedNode

DID = "did:morpheus:ezrgZ3BdwaUEjaZigFAic6Ls"
PAID = "70ab0c6e66e2f5871cddbb4c88b2cc3e0ea6322696ee22d013df7d0a89cd1cb7"
OPERATION = "86fd2053700438157bcdee472e1bae37af50118016d652c8b2c58b076cad062f"
UNKNOWN = "ab" * 32
FUNDED = "tpKmroNvdZeLdsd8LojtwUWNsacYPjLHKA"


def test_the_configuration_says_who_the_network_is_and_what_things_cost(ask: Asker) -> None:
    found = ask(lambda node: node.configuration())
    assert found._replace(addon_bytes={}, static_fees={}) == CONFIGURATION._replace(addon_bytes={}, static_fees={})
    assert found.addon_bytes["transfer"] == 100
    assert found.static_fees["delegateRegistration"] == 2_500_000_000


def test_the_tip_has_height_and_id(ask: Asker) -> None:
    assert ask(lambda node: node.tip()) == Tip(4, "028fa2a2515795c7a11ceb19883d3873131e5a5ecb3f85e57fd9f6ce3ee8f1c9")


def test_a_wallet_never_seen_has_no_money_and_nonce_zero(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.play(21)
    found = ask(lambda node: node.wallet("tfio7jWMbMQKyVFWzC2gfwJ5AASPzJsxPh"))
    assert (found.nonce, found.balance, found.public_key) == (0, 0, None)


def test_a_wallet_has_whole_flakes_and_its_key_once_it_sent_something(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.play(37)
    cold = ask(lambda node: node.wallet(FUNDED))
    assert (cold.nonce, cold.balance, cold.public_key) == (0, 10_000_000_000, None)
    scripted.serve(f"/api/wallets/{FUNDED}", recording(68)["response"]["body"])
    warm = ask(lambda node: node.wallet(FUNDED))
    assert warm.nonce == 2
    assert warm.public_key is not None
    assert len(warm.public_key) == 33


def test_a_transaction_in_the_pool_has_no_block(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.play(32)
    found = ask(lambda node: node.unconfirmed(PAID))
    assert found is not None
    assert (found.is_forged, found.nonce, found.amount, found.vendor_field) == (False, 1, 10_000_000_000, "hello")


def test_a_forged_transaction_names_its_block(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.play(36)
    found = ask(lambda node: node.transaction(PAID))
    assert found is not None
    assert found.block_id == "122ea2b7138d469fd525b77b836e7d6cda7709ded0204898fd3e83cf93f255a3"
    assert (found.unix, found.confirmations) == (1795325128, 1)


def test_a_transaction_nobody_knows_is_none_in_both_places(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.play(24, 27)
    assert ask(lambda node: node.transaction(UNKNOWN)) is None
    scripted.serve(f"/api/transactions/unconfirmed/{UNKNOWN}", step=reply(recording(27)["response"]["body"], 404))
    assert ask(lambda node: node.unconfirmed(UNKNOWN)) is None


def test_what_is_told_of_a_transaction_can_be_posted_again(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.play(71)
    found = ask(lambda node: node.transaction(OPERATION))
    assert found is not None
    posted = recording(69)["request"]["body"]["transactions"][0]
    again = found.as_json(128)
    assert again == posted
    assert list(again)[:5] == ["version", "network", "typeGroup", "type", "asset"]


def test_pages_of_a_wallet_and_of_a_block_are_read(scripted: ScriptedNode, ask: Asker) -> None:
    block = "122ea2b7138d469fd525b77b836e7d6cda7709ded0204898fd3e83cf93f255a3"
    listed = recording(38)["response"]["body"]
    scripted.serve(f"/api/wallets/{FUNDED}/transactions?page=1&limit=100", listed)
    scripted.serve(f"/api/blocks/{block}/transactions?page=1&limit=100", recording(40)["response"]["body"])
    page = ask(lambda node: node.wallet_transactions(FUNDED))
    assert [each.id for each in page.items] == [PAID]
    assert (page.page, page.page_count, page.total) == (1, 1, 1)
    assert [each.id for each in ask(lambda node: node.block_transactions(block)).items] == [PAID]


def test_a_block_that_is_not_there_is_none(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.play(13)
    assert ask(lambda node: node.block(99999999)) is None


def test_a_document_is_taken_apart_and_kept_as_it_came(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.play(72)
    found = ask(lambda node: node.did_document(DID))
    assert (found.height, len(found.document.keys), found.document.did.text) == (8, 2, DID)
    assert found.raw == recording(72)["response"]["body"]


def test_a_document_is_asked_at_a_height(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.play(64)
    assert ask(lambda node: node.did_document(DID, 1)).height == 1


def test_the_last_transaction_of_a_did_may_be_none(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.play(65)
    assert ask(lambda node: node.last_transaction_of(DID)) is None
    scripted.play(73)
    assert ask(lambda node: node.last_transaction_of(DID)) == TransactionAt(OPERATION, 8)


@pytest.mark.parametrize(("number", "attempts", "count"), [(157, False, 8), (160, True, 20)])
def test_histories_are_newest_first(
    scripted: ScriptedNode, ask: Asker, number: int, attempts: bool, count: int
) -> None:
    scripted.play(number)
    found = ask(lambda node: node.transaction_ids_of(DID, 7, 27, attempts=attempts))
    assert len(found) == count
    assert found[-1] == TransactionAt(OPERATION, 8)


@pytest.mark.parametrize(("number", "attempts"), [(162, False), (165, True)])
def test_operations_say_whether_they_were_applied(
    scripted: ScriptedNode, ask: Asker, number: int, attempts: bool
) -> None:
    scripted.play(number)
    found = ask(lambda node: node.operations(DID, attempts=attempts))
    assert all(each.operation["did"] == DID for each in found)
    assert (all(each.is_valid for each in found)) is not attempts


def test_a_before_proof_is_there_or_not(scripted: ScriptedNode, ask: Asker) -> None:
    content_id = "cjukdJ4zbNc93M7SSIyp8jj4ZZAUemoP4t1oBuom5_96pM"
    scripted.play(43)
    assert ask(lambda node: node.before_proof(content_id)).height is None
    scripted.play(55)
    found = ask(lambda node: node.before_proof(content_id))
    assert (found.height, found.queried_at) == (6, 6)


def test_a_content_id_is_free_text_and_cannot_leave_its_place_in_the_path(scripted: ScriptedNode, ask: Asker) -> None:
    hostile = "../../api/x?y#z%41"
    answer = {"contentId": hostile, "existsFromHeight": None, "txid": None, "queriedAtHeight": 6}
    scripted.serve("/morpheus/v1/before-proof/..%2F..%2Fapi%2Fx%3Fy%23z%2541/history", answer)
    assert ask(lambda node: node.before_proof(hostile)).content_id == hostile


def test_the_status_of_layer_two_is_true_false_or_not_yet(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.play(56, 61, 41)
    done = "a3e07dae220eb8cafc4bdd3ff0a158fffe0d493be0a7d194b247ca7bae98bd7e"
    rejected = "42289b9ec616a7248c03123765818e34dc483802d539dbad8c1420ecb2e814eb"
    assert ask(lambda node: node.layer_two_status(done)) is True
    assert ask(lambda node: node.layer_two_status(rejected)) is False
    assert ask(lambda node: node.layer_two_status(PAID)) is None


def test_the_dry_run_says_the_first_error_or_nothing(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.play(176)
    assert ask(lambda node: node.check([])) is None
    scripted.play(57)
    told = ask(lambda node: node.check([{"operation": "registerBeforeProof", "contentId": "x"}]))
    assert told is not None
    assert "is already registered at 6 by txn" in told


def test_a_dry_run_that_the_node_cannot_read_is_a_refused_request(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.play(179)
    with pytest.raises(RefusedRequest) as caught:
        ask(lambda node: node.check([{"operation": "fly"}]))
    assert caught.value.status == 500


POSTED = [69, 183, 184, 186, 187, 188, 190, 192, 197, 199, 201, 202, 203, 204, 205, 213, 214, 220, 228, 229, 231]


@pytest.mark.parametrize("number", POSTED)
def test_what_became_of_each_posted_transaction_is_read(scripted: ScriptedNode, ask: Asker, number: int) -> None:
    found = recording(number)
    answer = found["response"]["body"]
    scripted.serve("/api/transactions", answer)
    posted = ask(lambda node: node.post(found["request"]["body"]["transactions"]))
    assert posted.accepted == tuple(answer["data"]["accept"])
    assert set(posted.refused) == set(answer["data"]["invalid"])
    for name, errors in answer.get("errors", {}).items():
        assert posted.refused[name] == tuple(Refusal(each["type"], each["message"]) for each in errors)


@pytest.mark.parametrize("number", [185, 189, 193, 194, 195, 196, 198, 200, 206, 209, 210, 211])
def test_a_request_that_does_not_fit_the_schema_is_refused_as_a_whole(
    scripted: ScriptedNode, ask: Asker, number: int
) -> None:
    answer = recording(number)["response"]
    scripted.serve("/api/transactions", step=reply(answer["body"], answer["status"]))
    with pytest.raises(RefusedRequest) as caught:
        ask(lambda node: node.post([{"id": UNKNOWN}]))
    assert caught.value.status == 422
    assert len(caught.value.message) <= 301


def test_what_is_posted_keeps_its_order_of_members(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.serve("/api/transactions", {"data": {"accept": [], "broadcast": [], "excess": [], "invalid": []}})
    ask(lambda node: node.post([{"version": 2, "asset": {"z": 1, "a": "é"}, "id": UNKNOWN}]))
    body = f'{{"transactions":[{{"version":2,"asset":{{"z":1,"a":"é"}},"id":"{UNKNOWN}"}}]}}'
    assert scripted.requests[-1].body == body.encode()


def test_a_failing_server_may_have_taken_what_was_posted(scripted: ScriptedNode, ask: Asker) -> None:
    answer = recording(212)["response"]
    assert answer["status"] >= 400
    scripted.serve("/api/transactions", step=reply({"statusCode": 500, "error": "x", "message": "x"}, 500))
    with pytest.raises(LostAnswer):
        ask(lambda node: node.post([{"id": UNKNOWN}]))
