from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_simulators.made_transactions import TESTNET, Persona, address, public_key, signables, signed_by

from prometheus.errors import InputError, NotUnderstood
from prometheus_morpheus.transactions import making, operations
from prometheus_morpheus.transactions.addresses import address_payload, address_text, sender_address
from prometheus_morpheus.transactions.networks import NETWORKS, network_keyed, network_of
from prometheus_morpheus.transactions.posted import transaction_json

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

ALICE = public_key("alice")
BOB = address("bob")
OWNER = Persona(b"\x07" * 32)


def test_a_signed_transfer_is_written_in_the_order_of_the_reference() -> None:
    made = making.transfer(TESTNET, ALICE, 7, BOB, 5, vendor_field="hi", expiration=9)
    written = transaction_json(signed_by("alice", made))
    assert list(written) == [
        "version", "network", "typeGroup", "type", "nonce", "senderPublicKey", "fee", "amount", "expiration",
        "recipientId", "vendorField", "id", "signature",
    ]  # fmt: skip
    assert list(transaction_json(making.vote(TESTNET, ALICE, 1, ALICE)))[3:6] == ["type", "asset", "nonce"]


@pytest.mark.parametrize("amount", [0, -1, 2**63, 2**64])
def test_an_amount_out_of_range_is_not_made(amount: int) -> None:
    with pytest.raises(NotUnderstood):
        making.transfer(TESTNET, ALICE, 1, BOB, amount)
    with pytest.raises(NotUnderstood):
        making.multi_transfer(TESTNET, ALICE, 1, [(BOB, 1), (BOB, amount)])


def test_an_amount_that_is_no_integer_is_not_made() -> None:
    amounts: list[Any] = [1.0, True, "1e3"]
    for amount in amounts:
        with pytest.raises(NotUnderstood):
            making.transfer(TESTNET, ALICE, 1, BOB, amount)


@pytest.mark.parametrize("fee", [0, -1, 2**63])
def test_a_fee_out_of_range_is_not_made(fee: int) -> None:
    with pytest.raises(NotUnderstood):
        making.transfer(TESTNET, ALICE, 1, BOB, 5, fee=fee)


@pytest.mark.parametrize("nonce", [-1, 2**63])
def test_a_nonce_out_of_range_is_not_made(nonce: int) -> None:
    with pytest.raises(NotUnderstood):
        making.vote(TESTNET, ALICE, nonce, ALICE)


def test_a_sender_or_delegate_of_another_length_is_not_made() -> None:
    for key in (b"", ALICE[:-1], ALICE + b"\x00"):
        with pytest.raises(NotUnderstood):
            making.vote(TESTNET, key, 1, ALICE)
        with pytest.raises(NotUnderstood):
            making.unvote(TESTNET, ALICE, 1, key)


@pytest.mark.parametrize("count", [0, 1, 257])
def test_too_few_or_too_many_payments_are_not_made(count: int) -> None:
    with pytest.raises(NotUnderstood, match="2 to 256"):
        making.multi_transfer(TESTNET, ALICE, 1, [(BOB, 1)] * count)


def test_the_largest_multi_payment_is_made() -> None:
    made = making.multi_transfer(TESTNET, ALICE, 1, [(BOB, 2**63 - 1)] * 256, vendor_field="x" * 255)
    assert signed_by("alice", made).signature


def test_a_recipient_of_another_network_is_not_paid() -> None:
    with pytest.raises(NotUnderstood, match="Invalid network prefix found: 5a"):
        making.transfer(TESTNET, ALICE, 1, address("bob", 90), 5)
    with pytest.raises(NotUnderstood, match="Invalid network prefix found: 64"):
        making.multi_transfer(TESTNET, ALICE, 1, [(BOB, 1), (address("bob", 100), 1)])


# --- operations ----------------------------------------------------------------------------------------------------


@given(st.lists(signables, min_size=1, max_size=4))
def test_a_signed_group_bears_its_signature_until_something_changes(members: list[operations.Signable]) -> None:
    group = operations.signed_operations(members, OWNER.public_key, OWNER)
    assert list(group) == ["operation", "signables", "signerPublicKey", "signature"]
    assert operations.attempt_is_signed(group)
    written = group["signables"]
    assert isinstance(written, list)
    others: list[dict[str, Json]] = [
        {"signables": [*written, *written]},
        {"signables": written[:-1]},
        {"signables": [*written[:-1], members[-1]._replace(did="did:morpheus:ez1").as_json()]},
        {"signerPublicKey": Persona(b"\x08" * 32).public_key},
        {"signature": Persona(b"\x08" * 32).sign("", operations.operations_message(written))},
        {"operation": "registerBeforeProof", "contentId": "x"},
    ]
    assert not any(operations.attempt_is_signed(group | other) for other in others)


@pytest.mark.parametrize(
    "attempt",
    [None, 7, [], {}, {"operation": "signed"}, operations.before_proof("x")],
)
def test_what_is_no_signed_group_bears_no_signature(attempt: Json) -> None:
    assert not operations.attempt_is_signed(attempt)


@pytest.mark.parametrize("text", ["", "p", "pez", "iez!", "x" * 5000, "\x00", "sez6", OWNER.did])
def test_texts_that_are_no_key_or_signature_are_an_invalid_signature(text: str) -> None:
    group = operations.signed_operations([operations.TombstoneDid(OWNER.did, None)], OWNER.public_key, OWNER)
    assert not operations.attempt_is_signed(group | {"signature": text})
    assert not operations.attempt_is_signed(group | {"signerPublicKey": text})


@pytest.mark.parametrize(
    "change",
    [
        {"did": "did:morpheus:bogus"}, {"did": 7}, {"did": None}, {"auth": "nonsense"}, {"auth": OWNER.did},
        {"auth": 7}, {"lastTxId": 42}, {"operation": "fly"}, {"operation": None}, {"expiresAtHeight": -1},
        {"expiresAtHeight": 2**32}, {"expiresAtHeight": 1.0}, {"expiresAtHeight": "1"}, {"expiresAtHeight": True},
        {"operation": "addRight"}, {"auth": "x" * 5000},
    ],
)  # fmt: skip
def test_an_operation_with_a_misprint_is_refused(change: dict[str, Json]) -> None:
    written = operations.AddKey(OWNER.did, None, OWNER.public_key, 7).as_json()
    assert operations.parse_signable(written) == operations.AddKey(OWNER.did, None, OWNER.public_key, 7)
    with pytest.raises(InputError):
        operations.parse_signable(written | change)


# --- networks ------------------------------------------------------------------------------------------------------


def test_networks_are_found_by_name_and_address_byte() -> None:
    assert [network.key for network in NETWORKS] == ["mainnet", "devnet", "testnet", "local"]
    assert [network_of(byte).key for byte in (100, 90, 128)] == ["mainnet", "devnet", "testnet"]
    assert network_keyed("local").address_byte == TESTNET
    assert network_keyed("mainnet").keys.slip44 == 4741444


def test_a_network_that_is_none_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="Invalid network prefix found: 17"):
        network_of(23)
    with pytest.raises(NotUnderstood, match="no Hydra network"):
        network_keyed("HYD mainnet")


@given(st.binary(min_size=20, max_size=20), st.integers(0, 255))
def test_an_address_comes_back_and_belongs_to_one_network(key_hash: bytes, network: int) -> None:
    payload = bytes([network]) + key_hash
    assert address_payload(address_text(payload, network), network) == payload
    with pytest.raises(NotUnderstood):
        address_text(payload, network ^ 1)


def test_the_address_of_a_sender_is_the_one_that_nodes_show() -> None:
    key = bytes.fromhex("03d4bda72219264ff106e21044b047b6c6b2c0dde8f49b42c848e086b97920adbf")
    assert sender_address(key, TESTNET) == "tYkupfpnXHR9xtvWowscsWhyxvJLafb8ik"
