from __future__ import annotations

from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_simulators.made_transactions import signables, transactions

from prometheus.claims.jsontext import compact, parse
from prometheus.errors import NotUnderstood, PrometheusError
from prometheus_morpheus.transactions import operations
from prometheus_morpheus.transactions.posted import transaction_json
from prometheus_morpheus.transactions.serialized import bytes_to_sign, parse_bytes, transaction_id, whole_bytes
from prometheus_morpheus.transactions.signing import has_valid_signature
from prometheus_morpheus.transactions.transaction import Transaction, parse_answer, parse_transaction
from prometheus_morpheus.transactions.varint import read_varint, varint


@given(transactions())
def test_a_transaction_comes_back_from_its_json_text(made: Transaction) -> None:
    read = parse_transaction(parse(compact(transaction_json(made))))
    assert read == made
    assert list(transaction_json(read)) == list(transaction_json(made))


@given(transactions())
def test_a_transaction_comes_back_from_its_bytes_with_a_valid_signature(made: Transaction) -> None:
    read = parse_bytes(whole_bytes(made))
    assert read == made
    assert has_valid_signature(read)


@given(transactions(is_signed=False))
def test_an_unsigned_transaction_comes_back_from_its_bytes(made: Transaction) -> None:
    assert parse_bytes(bytes_to_sign(made)) == made
    assert not has_valid_signature(made)
    assert "id" not in transaction_json(made)


@given(transactions())
def test_the_id_is_the_hash_of_all_bytes(made: Transaction) -> None:
    assert transaction_id(made) == sha256(whole_bytes(made)).hexdigest() == transaction_json(made)["id"]


@given(transactions(), st.data())
def test_a_changed_byte_is_refused_or_makes_the_signature_invalid(made: Transaction, data: st.DataObject) -> None:
    whole = bytearray(whole_bytes(made))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    try:
        read = parse_bytes(bytes(whole))
    except PrometheusError:
        return
    assert read != made
    assert not has_valid_signature(read)
    assert transaction_id(read) != transaction_id(made)


@given(transactions(), st.data())
def test_bytes_cut_off_or_added_are_refused_or_no_longer_signed(made: Transaction, data: st.DataObject) -> None:
    whole = whole_bytes(made)
    other = data.draw(
        st.integers(0, len(whole) - 1).map(lambda end: whole[:end])
        | st.binary(min_size=1, max_size=80).map(lambda more: whole + more)
    )
    with suppress(PrometheusError):
        assert not has_valid_signature(parse_bytes(other))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_transaction_that_comes_back_or_refused(raw: bytes) -> None:
    for one in (raw, b"\xff\x02\x80" + raw):
        with suppress(PrometheusError):
            assert whole_bytes(parse_bytes(one)) == one


@given(transactions())
def test_what_a_node_shows_of_a_transaction_is_read_as_that_transaction(made: Transaction) -> None:
    posted = transaction_json(made)
    shown = {name: value for name, value in posted.items() if name not in ("network", "expiration", "recipientId")}
    shown |= {"recipient": made.recipient or "somebody", "sender": "somebody", "blockId": "00", "confirmations": 3}
    assert parse_answer(shown, made.network) == made._replace(expiration=0)


@given(signables)
def test_an_operation_comes_back_from_its_json_in_any_order(signable: operations.Signable) -> None:
    written = signable.as_json()
    assert operations.parse_signable(written) == signable
    assert operations.parse_signable(dict(reversed(written.items()))) == signable
    assert operations.operations_message([written]) == operations.operations_message([dict(reversed(written.items()))])


@given(st.integers(0, 2**35 - 1), st.binary(max_size=3))
def test_a_length_comes_back_with_the_place_behind_it(number: int, more: bytes) -> None:
    written = varint(number)
    assert read_varint(b"?" + written + more, 1) == (number, 1 + len(written))


@pytest.mark.parametrize("raw", [b"", b"\x80", b"\x80\x00", b"\xff\x80\x00", b"\x80" * 5 + b"\x01"])
def test_a_length_without_end_or_with_needless_bytes_is_refused(raw: bytes) -> None:
    with pytest.raises(NotUnderstood):
        read_varint(raw, 0)
