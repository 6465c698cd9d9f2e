"""What a node shows of transactions that others sent: any numbers, second signatures, and still the right id."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_simulators.made_transactions import TESTNET, address, public_key, signed_by, signer

from prometheus.claims.jsontext import parse
from prometheus.errors import NotUnderstood
from prometheus_morpheus.client.reading import transaction_of
from prometheus_morpheus.transactions import making
from prometheus_morpheus.transactions.node_json import javascript_number, javascript_text
from prometheus_morpheus.transactions.posted import transaction_json
from prometheus_morpheus.transactions.serialized import transaction_id, whole_bytes
from prometheus_morpheus.transactions.signing import has_valid_signature
from prometheus_morpheus.transactions.transaction import parse_transaction

NUMBERS = (
    (0, "0"),
    (-0.0, "0"),
    (1.0, "1"),
    (-1.5, "-1.5"),
    (2**53 - 1, "9007199254740991"),
    (2**53 + 2, "9007199254740994"),
    (2**53 + 1, "9007199254740992"),
    (0.1 + 0.2, "0.30000000000000004"),
    (1e-6, "0.000001"),
    (1e-7, "1e-7"),
    (1.25e-7, "1.25e-7"),
    (1e20, "100000000000000000000"),
    (123456789012345680000.0, "123456789012345680000"),
    (1e21, "1e+21"),
    (1.7976931348623157e308, "1.7976931348623157e+308"),
    (5e-324, "5e-324"),
    (123456.789, "123456.789"),
)


@pytest.mark.parametrize(("number", "text"), NUMBERS, ids=[text for _, text in NUMBERS])
def test_numbers_are_written_as_javascript_writes_them(number: float, text: str) -> None:
    assert javascript_number(number) == text
    assert javascript_text({"a": [number]}) == f'{{"a":[{text}]}}'


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53))
def test_what_a_node_wrote_is_written_again_the_same(number: float) -> None:
    text = javascript_text({"n": [number, "1.5", ",12345678901234567"]})
    assert javascript_text(parse(text, nearest=True)) == text
    assert float(json.loads(text)["n"][0]) == number


def test_the_nearest_double_is_read_where_the_reference_reads_another() -> None:
    text = next(t for t in (f"0.{n}" for n in range(10**16, 10**16 + 999)) if parse(t) != float(t))
    assert parse(text, nearest=True) == float(text)
    assert parse(str(2**64 - 1), nearest=True) == 2**64 - 1
    with pytest.raises(NotUnderstood):
        parse("1e999", nearest=True)


EXTRA = ("1.5", "9007199254740994", "1e+21", "1e-7", "123456789012345680000", "0.30000000000000004")


@pytest.mark.parametrize("extra", EXTRA)
def test_the_id_of_a_transaction_with_any_number_is_computed(extra: str) -> None:
    text = f'{{"operationAttempts":[{{"operation":"registerBeforeProof","contentId":"cju-a","extra":{extra}}}]}}'
    made = making.morpheus(TESTNET, public_key("alice"), 1, [])._replace(asset=parse(text, nearest=True))
    made = signed_by("alice", made)
    assert text.encode() in whole_bytes(made)
    shown = parse_transaction(transaction_json(made), is_shown=True)
    assert (transaction_id(shown), has_valid_signature(shown)) == (transaction_json(made)["id"], True)
    with pytest.raises(NotUnderstood, match="not whole or above"):
        parse_transaction(transaction_json(made))


@pytest.mark.parametrize("name", ["signSignature", "secondSignature"])
def test_a_second_signature_counts_for_the_id_and_is_never_posted(name: str) -> None:
    made = signed_by(
        "alice",
        making.morpheus(TESTNET, public_key("alice"), 1, [{"operation": "registerBeforeProof", "contentId": "a"}]),
    )
    second = signer("bob")(whole_bytes(made))
    told = transaction_json(made) | {
        name: second.hex(),
        "id": sha256(whole_bytes(made) + second).hexdigest(),
        "sender": "tXfZ",
        "recipient": address("alice"),
    }
    found = transaction_of(told)
    shown = parse_transaction(found.as_json(TESTNET), is_shown=True)
    assert (transaction_id(shown), has_valid_signature(shown)) == (found.id, True)
    assert parse_transaction(found.as_json(TESTNET)).second_signature == b""


def test_what_several_keys_signed_for_one_wallet_has_no_signature_here() -> None:
    made = signed_by("alice", making.morpheus(TESTNET, public_key("alice"), 1, []))
    told = transaction_json(made) | {"signatures": ["00" + "ab" * 64], "sender": "tXfZ"}
    assert transaction_of(told).signature == b""
