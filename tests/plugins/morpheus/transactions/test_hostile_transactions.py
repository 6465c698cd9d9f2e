from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_simulators.made_transactions import TESTNET, address, public_key, signed_by

from prometheus.claims.jsontext import compact, parse
from prometheus.errors import InputError, NotUnderstood, PrometheusError, TooLarge, UnsupportedFormat
from prometheus.identity.base58check import encode_checked
from prometheus_morpheus.transactions import making, operations
from prometheus_morpheus.transactions.kinds import COEUS, MORPHEUS
from prometheus_morpheus.transactions.layout import HEAD
from prometheus_morpheus.transactions.posted import transaction_json
from prometheus_morpheus.transactions.serialized import bytes_to_sign, parse_bytes, whole_bytes
from prometheus_morpheus.transactions.transaction import Transaction, parse_transaction
from prometheus_morpheus.transactions.varint import varint

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

ALICE = public_key("alice")
TRANSFER = signed_by("alice", making.transfer(TESTNET, ALICE, 1, address("bob"), 5, vendor_field="hello"))
BEFORE_PROOF = signed_by("alice", making.morpheus(TESTNET, ALICE, 1, [operations.before_proof("cju1")]))
VOTE = signed_by("alice", making.vote(TESTNET, ALICE, 1, ALICE))
PAYMENTS = signed_by("alice", making.multi_transfer(TESTNET, ALICE, 1, [(address("bob"), 1), (address("carol"), 2)]))
KEY_HEX = ALICE.hex()


def test_the_control_transactions_are_read() -> None:
    for made in (TRANSFER, BEFORE_PROOF, VOTE, PAYMENTS):
        assert parse_transaction(transaction_json(made)) == made


NOT_DECIMAL: list[Any] = [
    None, 5, 1.0, True, [], {}, "", " 1", "1 ", "+1", "-1", "1.0", "1e3", "0x1", "01", "00", "\u0661", "1\n", "1_0",
]  # fmt: skip
TOO_MUCH = [str(2**63), str(2**64), "9" * 19, "1" * 20, "1" * 5000]


@pytest.mark.parametrize("name", ["nonce", "fee", "amount"])
@pytest.mark.parametrize("value", [*NOT_DECIMAL, *TOO_MUCH])
def test_a_number_that_is_no_plain_decimal_text_in_range_is_refused(name: str, value: Json) -> None:
    with pytest.raises(NotUnderstood):
        parse_transaction(transaction_json(TRANSFER) | {name: value})


@pytest.mark.parametrize("name", ["nonce", "fee", "amount"])
def test_the_largest_number_is_taken(name: str) -> None:
    written = transaction_json(TRANSFER) | {name: str(2**63 - 1)}
    assert transaction_json(parse_transaction(written))[name] == str(2**63 - 1)


SHORT, LONG = (encode_checked(bytes([TESTNET]) + bytes(size)) for size in (19, 21))
BAD_VALUES: dict[str, list[Any]] = {
    "version": [0, 1, 3, 2.0, "2", True, None],
    "network": [-1, 256, 1.0, "128", True, None, 90, 100, 0],
    "typeGroup": [-1, 2**32, 1.0, "1", True, None, 0, 2, 3],
    "type": [-1, 2**16, 0.0, "0", False, None, 1, 4, 5, 99],
    "senderPublicKey": [None, "", 7, KEY_HEX[:-2], KEY_HEX + "00", "zz" * 33, KEY_HEX[:-1] + " "],
    "expiration": [-1, 2**32, 1.5, "7", True, None],
    "signature": ["", "0", "303", "zz", 5, [], "00" * 73, "\u0661\u0661"],
    "recipientId": [None, 7, "", "t", "tBogus", "x" * 5000, address("bob", 90), "é" * 20, SHORT, LONG],
    "vendorField": [7, [], "x" * 256, "é" * 128, "\ud800"],
}
BAD_MEMBERS = [(name, value) for name, values in BAD_VALUES.items() for value in values]


@pytest.mark.parametrize(("name", "value"), BAD_MEMBERS)
def test_a_member_of_another_type_length_or_range_is_refused(name: str, value: Json) -> None:
    with pytest.raises((InputError, UnsupportedFormat)) as refused:
        parse_transaction(transaction_json(TRANSFER) | {name: value})
    assert refused.value.exit_code == 2
    assert refused.value.code != "INPUT"


@pytest.mark.parametrize("name", ["network", "type", "nonce", "senderPublicKey", "fee", "amount", "recipientId"])
def test_a_member_that_is_missing_is_refused(name: str) -> None:
    written = transaction_json(TRANSFER)
    del written[name]
    with pytest.raises(NotUnderstood):
        parse_transaction(written)


@pytest.mark.parametrize("value", [None, True, 0, 1.5, "x", [], [{}], {}])
def test_what_is_no_transaction_at_all_is_refused(value: Json) -> None:
    with pytest.raises(NotUnderstood):
        parse_transaction(value)


def test_no_fee_and_no_amount_are_refused_where_nodes_refuse_them() -> None:
    for name, value in (("fee", "0"), ("amount", "0")):
        with pytest.raises(NotUnderstood, match="at least 1"):
            parse_transaction(transaction_json(TRANSFER) | {name: value})
    with pytest.raises(NotUnderstood, match="is 0"):
        parse_transaction(transaction_json(VOTE) | {"amount": "1"})
    assert parse_transaction(transaction_json(BEFORE_PROOF) | {"fee": "0"}).fee == 0


def test_a_transaction_of_another_network_than_the_node_is_refused_and_none_means_the_node() -> None:
    written = transaction_json(TRANSFER)
    assert parse_transaction(written, network=TESTNET) == TRANSFER
    with pytest.raises(NotUnderstood, match="for the network 128, not for 100"):
        parse_transaction(written, network=100)
    del written["network"]
    assert parse_transaction(written, network=TESTNET) == TRANSFER
    with pytest.raises(NotUnderstood, match="Network is missing"):
        parse_transaction(written)
    with pytest.raises(NotUnderstood, match="Invalid network prefix found: 80"):
        parse_transaction(written, network=100)


def test_members_that_do_not_belong_to_the_kind_are_dropped() -> None:
    more: dict[str, Json] = {"vendorField": "x", "recipientId": address("bob"), "expiration": 7, "id": "?", "extra": []}
    assert parse_transaction(transaction_json(VOTE) | more) == VOTE


# --- assets --------------------------------------------------------------------------------------------------------

BAD_VOTES: list[Any] = [
    None, [], {}, {"votes": None}, {"votes": []}, {"votes": "+" + KEY_HEX}, {"votes": [KEY_HEX]}, {"votes": [7]},
    {"votes": ["+" + KEY_HEX, "-" + KEY_HEX]}, {"votes": ["*" + KEY_HEX]}, {"votes": ["+" + KEY_HEX + "0"]},
    {"votes": ["+" + "z" * 66]},
]  # fmt: skip
PAYMENT: dict[str, Json] = {"amount": "1", "recipientId": address("bob")}
BAD_PAYMENTS: list[Any] = [
    None, {}, {"payments": {}}, {"payments": []}, {"payments": [PAYMENT]}, {"payments": [PAYMENT] * 257},
    {"payments": [PAYMENT, PAYMENT | {"amount": "0"}]}, {"payments": [PAYMENT, PAYMENT | {"amount": 1}]},
    {"payments": [PAYMENT, PAYMENT | {"amount": str(2**63)}]}, {"payments": [PAYMENT, {"amount": "1"}]},
    {"payments": [PAYMENT, PAYMENT | {"recipientId": address("bob", 90)}]}, {"payments": [PAYMENT, 7]},
]  # fmt: skip
SIGNABLE: dict[str, Json] = {"did": "d", "lastTxId": None, "operation": "addKey", "auth": "a"}
GROUP: dict[str, Json] = {"operation": "signed", "signables": [SIGNABLE], "signerPublicKey": "p", "signature": "s"}
BAD_ATTEMPTS: list[Any] = [
    7, None, {}, {"operation": "fly"}, {"operation": "registerBeforeProof"}, {"operation": ["signed"]},
    {"operation": "registerBeforeProof", "contentId": 7}, GROUP | {"signables": {}}, GROUP | {"signature": None},
    GROUP | {"signerPublicKey": 7}, GROUP | {"signables": [7]}, GROUP | {"signables": [SIGNABLE | {"auth": 7}]},
    GROUP | {"signables": [SIGNABLE | {"operation": "fly"}]}, GROUP | {"signables": [SIGNABLE | {"lastTxId": 7}]},
    GROUP | {"signables": [SIGNABLE | {"operation": "addRight"}]}, GROUP | {"signables": [SIGNABLE | {"did": None}]},
    GROUP | {"signables": [SIGNABLE | {"expiresAtHeight": "7"}]},
    GROUP | {"signables": [SIGNABLE | {"expiresAtHeight": True}]},
    GROUP | {"signables": [{name: value for name, value in SIGNABLE.items() if name != "lastTxId"}]},
]  # fmt: skip


@pytest.mark.parametrize("asset", BAD_VOTES)
def test_a_vote_of_another_form_is_refused(asset: Json) -> None:
    with pytest.raises(NotUnderstood):
        parse_transaction(transaction_json(VOTE) | {"asset": asset})


@pytest.mark.parametrize("asset", BAD_PAYMENTS)
def test_payments_of_another_form_are_refused(asset: Json) -> None:
    with pytest.raises(NotUnderstood):
        parse_transaction(transaction_json(PAYMENTS) | {"asset": asset})


@pytest.mark.parametrize("attempt", BAD_ATTEMPTS)
def test_an_operation_attempt_of_another_form_is_refused(attempt: Json) -> None:
    asset: Json = {"operationAttempts": [operations.before_proof("x"), attempt]}
    with pytest.raises(NotUnderstood) as refused:
        parse_transaction(transaction_json(BEFORE_PROOF) | {"asset": asset})
    assert refused.value.code == "DID-OPERATION"


def test_the_control_group_of_operations_is_read() -> None:
    asset: Json = {"operationAttempts": [GROUP | {"signables": [SIGNABLE | {"expiresAtHeight": 7, "more": 1}]}]}
    assert parse_transaction(transaction_json(BEFORE_PROOF) | {"asset": asset}).asset == asset


@pytest.mark.parametrize("name", ["", "UPPER", "a-b", "a b", "x" * 21, "é", "a\n"])
def test_a_delegate_name_that_nodes_refuse_is_refused(name: str) -> None:
    with pytest.raises(NotUnderstood):
        making.register_delegate(TESTNET, ALICE, 1, name)


@pytest.mark.parametrize("content_id", ["some free text á", "\u20ac", "\U0001f600", "\x80"])
def test_an_asset_beyond_ascii_is_refused(content_id: str) -> None:
    with pytest.raises(NotUnderstood, match="beyond ASCII"):
        making.morpheus(TESTNET, ALICE, 1, [operations.before_proof(content_id)])


@pytest.mark.parametrize(
    "more",
    [
        1.0, 0.5, 1e21, float("inf"), 2**53, -(2**53), [{"a": 1.5}], {"b": 1, "1": 2}, {"2": 1, "1": 2},
        {"10": 1, "9": 2},
    ],
)  # fmt: skip
def test_an_asset_that_nodes_would_write_otherwise_is_refused(more: Json) -> None:
    attempt = operations.before_proof("x") | {"more": more}
    with pytest.raises(NotUnderstood):
        making.morpheus(TESTNET, ALICE, 1, [attempt])


@pytest.mark.parametrize(
    "more",
    [0, -1, 2**53 - 1, True, None, {"1": 1, "9": 1, "10": 1, "b": 1, "a": 1, "01": 1, "-1": 1}, {"4294967295": 1}],
)
def test_an_asset_that_nodes_write_the_same_is_taken_with_members_that_nobody_knows(more: Json) -> None:
    attempt = operations.before_proof("x") | {"more": more}
    made = making.morpheus(TESTNET, ALICE, 1, [attempt])
    assert parse_bytes(bytes_to_sign(made)).asset == {"operationAttempts": [attempt]}


def test_an_asset_of_more_than_a_mebibyte_is_refused_and_one_below_is_taken() -> None:
    with pytest.raises(TooLarge):
        making.morpheus(TESTNET, ALICE, 1, [operations.before_proof("x" * 2**20)])
    made = making.morpheus(TESTNET, ALICE, 1, [operations.before_proof("x" * (2**20 - 100))])
    assert parse_bytes(bytes_to_sign(made)) == made


def test_a_key_that_stands_twice_in_a_posted_text_is_refused() -> None:
    text = compact(transaction_json(TRANSFER))
    assert parse_transaction(parse(text)) == TRANSFER
    with pytest.raises(NotUnderstood, match="same key twice"):
        parse(text.replace('"fee":', '"fee":"1","fee":'))


# --- bytes ---------------------------------------------------------------------------------------------------------


def _second_layer_bytes(text: bytes, kind: tuple[int, int] = (MORPHEUS.group, MORPHEUS.type)) -> bytes:
    return HEAD.pack(0xFF, 2, TESTNET, *kind, 1, ALICE, 3, 0) + varint(len(text)) + text


@pytest.mark.parametrize(
    "text",
    [
        b'{"operationAttempts": []}',
        b'{"operationAttempts":[],"operationAttempts":[]}',
        b'{"operationAttempts":[{"operation":"registerBeforeProof","contentId":"\xc3\xa1"}]}',
        b'{"operationAttempts":[{"operation":"registerBeforeProof","contentId":"\\u0041"}]}',
        b'{"operationAttempts":[{"operation":"registerBeforeProof","contentId":"\xff"}]}',
        b'{"operationAttempts":[]}x',
        b"[]",
        b"",
    ],
)
def test_an_asset_whose_text_would_not_be_written_again_the_same_is_refused(text: bytes) -> None:
    with pytest.raises(NotUnderstood):
        parse_bytes(_second_layer_bytes(text))


def test_the_control_asset_is_read_from_its_text() -> None:
    assert parse_bytes(_second_layer_bytes(b'{"operationAttempts":[]}')).asset == {"operationAttempts": []}
    opaque = parse_bytes(_second_layer_bytes(b'{"bundles":[1,{"a":null}]}', (COEUS.group, COEUS.type)))
    assert opaque.asset == {"bundles": [1, {"a": None}]}


def test_an_announced_length_beyond_the_bytes_is_refused_before_anything_is_cut() -> None:
    head = HEAD.pack(0xFF, 2, TESTNET, MORPHEUS.group, MORPHEUS.type, 1, ALICE, 3, 0)
    for size in (25, 2**20, 2**20 + 1, 2**35 - 1):
        with pytest.raises(InputError):
            parse_bytes(head + varint(size) + b'{"operationAttempts":[]}')


def test_more_bytes_than_any_transaction_has_are_refused() -> None:
    with pytest.raises(TooLarge):
        parse_bytes(bytes(2 * 2**20))


@pytest.mark.parametrize(("place", "byte"), [(0, 0xFE), (1, 1), (1, 3), (2, 100), (3, 2), (7, 99), (16, 0xFF)])
def test_a_head_of_another_mark_version_network_kind_or_range_is_refused(place: int, byte: int) -> None:
    whole = bytearray(whole_bytes(TRANSFER))
    whole[place] = byte
    with pytest.raises((InputError, UnsupportedFormat)):
        parse_bytes(bytes(whole))


@pytest.mark.parametrize("behind", [b"0", b"\x30\x44", b"\x00" * 63])
def test_what_is_too_short_for_a_signature_is_refused(behind: bytes) -> None:
    with pytest.raises(InputError):
        parse_bytes(bytes_to_sign(TRANSFER) + behind)


def test_half_a_character_in_an_asset_is_refused_and_not_a_mistake_of_ours() -> None:
    half = BEFORE_PROOF._replace(asset={"operationAttempts": [operations.before_proof("\ud800")]})
    with pytest.raises(InputError):
        whole_bytes(half)


def test_a_vendor_field_on_a_vote_is_refused_in_bytes() -> None:
    with pytest.raises(NotUnderstood, match="no vendor field"):
        parse_bytes(whole_bytes(VOTE._replace(vendor_field="memo")))


def test_a_vote_that_is_neither_for_nor_against_is_refused_in_bytes() -> None:
    whole = bytearray(whole_bytes(VOTE))
    assert whole[HEAD.size : HEAD.size + 2] == b"\x01\x01"
    whole[HEAD.size + 1] = 2
    with pytest.raises(NotUnderstood, match="for or against"):
        parse_bytes(bytes(whole))


def test_der_of_another_length_than_it_says_is_refused_in_bytes() -> None:
    signature = TRANSFER.signature
    for other in (signature[:-1], signature + b"\x00", signature[:1] + bytes([signature[1] - 1]) + signature[2:]):
        with pytest.raises(NotUnderstood, match="not one signature"):
            parse_bytes(whole_bytes(TRANSFER._replace(signature=other)))


def test_a_second_signature_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="not one signature"):
        parse_bytes(whole_bytes(TRANSFER) + TRANSFER.signature)


@pytest.mark.parametrize(
    "broken",
    [
        TRANSFER._replace(sender=ALICE[:-1]),
        TRANSFER._replace(amount=2**64),
        TRANSFER._replace(fee=-1),
        TRANSFER._replace(network=256),
        TRANSFER._replace(nonce=2**64),
        TRANSFER._replace(expiration=2**32),
        TRANSFER._replace(recipient="tBogus"),
        TRANSFER._replace(recipient=address("bob", 90)),
        TRANSFER._replace(vendor_field="x" * 256),
        TRANSFER._replace(type=99),
        VOTE._replace(asset=None),
        PAYMENTS._replace(asset={"payments": 7}),
    ],
)
def test_a_value_that_cannot_be_written_is_refused_with_an_error_of_ours(broken: Transaction) -> None:
    with pytest.raises((InputError, UnsupportedFormat)):
        bytes_to_sign(broken)


_json: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from((TRANSFER, BEFORE_PROOF, VOTE, PAYMENTS)), st.data())
def test_whatever_stands_in_a_member_is_read_or_refused_with_an_error_of_ours(
    made: Transaction, data: st.DataObject
) -> None:
    written = transaction_json(made)
    name = data.draw(st.sampled_from((*written, "asset", "expiration", "vendorField")))
    with suppress(PrometheusError):
        read = parse_transaction(written | {name: data.draw(_json)})
        assert parse_transaction(transaction_json(read)) == read
