"""What a node was sent and what it showed, in the recorded exchanges, read by the room of transactions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from prometheus_simulators.made_transactions import TESTNET

from prometheus.errors import PrometheusError
from prometheus_morpheus.transactions.serialized import parse_bytes, transaction_id, whole_bytes
from prometheus_morpheus.transactions.signing import has_valid_signature
from prometheus_morpheus.transactions.transaction import parse_answer, parse_transaction

RECORDED = sorted((Path(__file__).parents[3] / "vectors" / "hydra").glob("*.json"))

BAD_SIGNATURE = {
    "l1-err-invalid-signature",
    "l1-err-tampered-amount-keeps-id",
    "l1-err-morpheus-tampered-asset",
}
REFUSED = {
    "l1-err-zero-fee": "the fee of a transaction is at least 1",
    "l1-err-wrong-network-byte": "the transaction is for the network 90, not for 128",
    "l1-err-malformed-recipient": "Incorrect checksum",
    "l1-err-missing-nonce": "Nonce is missing",
    "l1-err-version-1": "the transaction is not of version 2",
    "l1-err-unknown-type-group": "transaction type group 9999 is none of 1 and 4242",
    "l1-err-unknown-type": "Invalid core transaction type: 99",
    "l1-err-vendorfield-too-long": "the vendor field is longer than 255 bytes",
    "l1-err-morpheus-schema-unknown-operation": "an operation attempt is registerBeforeProof or signed",
    "l1-err-morpheus-schema-no-attempts": "the asset of a Morpheus transaction has an array operationAttempts",
    "l1-err-transaction-not-object": "a transaction is a JSON object",
}


def _posted() -> list[tuple[str, Any]]:
    found = []
    for file in RECORDED:
        recording = json.loads(file.read_text("utf-8"))
        body = recording["request"].get("body")
        if isinstance(body, dict) and body.get("transactions"):
            found += [(recording["label"], one) for one in body["transactions"]]
    return found


def _shown() -> list[Any]:
    found = []
    for file in RECORDED:
        recording = json.loads(file.read_text("utf-8"))
        body = recording["response"]["body"]
        data = body.get("data") if isinstance(body, dict) else None
        entries = data if isinstance(data, list) else [data]
        found += [one for one in entries if isinstance(one, dict) and one.get("version") == 2 and "nonce" in one]
    return found


POSTED, SHOWN = _posted(), _shown()


def test_there_is_something_to_read() -> None:
    assert len(POSTED) > 90
    assert len(SHOWN) >= 10
    assert {label for label, _ in POSTED} >= REFUSED.keys() | BAD_SIGNATURE


@pytest.mark.parametrize(("label", "posted"), POSTED)
def test_what_was_posted_is_read_as_the_node_read_it(label: str, posted: Any) -> None:
    if label in REFUSED:
        with pytest.raises(PrometheusError) as refused:
            parse_transaction(posted, network=TESTNET)
        assert refused.value.what == REFUSED[label]
        return
    transaction = parse_transaction(posted, network=TESTNET)
    assert parse_bytes(whole_bytes(transaction)) == transaction
    assert has_valid_signature(transaction) == (label not in BAD_SIGNATURE)
    assert (transaction_id(transaction) == posted.get("id")) == (label not in BAD_SIGNATURE | {"l1-tx-without-id"})


@pytest.mark.parametrize("shown", SHOWN, ids=[one["id"][:12] for one in SHOWN])
def test_what_a_node_shows_has_the_id_that_it_says_and_a_valid_signature(shown: Any) -> None:
    transaction = parse_answer(shown, TESTNET)
    assert transaction_id(transaction) == shown["id"]
    assert has_valid_signature(transaction)
