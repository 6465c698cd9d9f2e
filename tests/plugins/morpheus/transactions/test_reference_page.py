"""The page about transactions: its examples are real, and its tables are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

from prometheus_simulators.made_transactions import public_key

from prometheus.claims.jsontext import compact, parse
from prometheus_morpheus.transactions import operations, signables
from prometheus_morpheus.transactions.kinds import KINDS
from prometheus_morpheus.transactions.networks import NETWORKS
from prometheus_morpheus.transactions.posted import transaction_json
from prometheus_morpheus.transactions.serialized import bytes_to_sign
from prometheus_morpheus.transactions.signing import has_valid_signature
from prometheus_morpheus.transactions.transaction import parse_transaction

PAGE = (Path(__file__).parents[4] / "docs" / "reference" / "ledger-transactions.md").read_text("utf-8")
BLOCKS = ["".join(block.split("\n")) for block in re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]


def test_the_example_is_a_signed_transaction_of_the_key_that_is_named() -> None:
    transaction = parse_transaction(parse(BLOCKS[0]))
    assert compact(transaction_json(transaction)) == BLOCKS[0]
    assert transaction.sender == public_key("alice")
    assert has_valid_signature(transaction)
    assert BLOCKS[2] == bytes_to_sign(transaction).hex()


def test_the_example_of_an_operation_bears_its_signature() -> None:
    group = parse(BLOCKS[4])
    assert compact(group) == BLOCKS[4]
    assert operations.attempt_is_signed(group)


def test_the_table_of_kinds_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| (\d+) \| (\d+) \| ([\w -]+) \|.*\| ([\d,]+|by its length) \|$", PAGE, re.MULTILINE)
    found = {(int(group), int(number)): (name.lower(), fee.replace(",", "")) for group, number, name, fee in rows}
    assert found == {place: (kind.name, str(kind.fee or "by its length")) for place, kind in KINDS.items()}


def test_the_table_of_operations_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| `did`, `lastTxId`, `operation`(.*) \|$", PAGE, re.MULTILINE)
    found = {name: rest for names, rest in rows for name in re.findall(r"\w+", names)}
    assert found.keys() == signables.MEMBERS.keys()
    for name, members in signables.MEMBERS.items():
        assert all(f"`{member}`" in found[name] for member in members)


def test_the_address_bytes_are_those_of_the_code() -> None:
    assert all(f"{network.address_byte} {network.key}" in PAGE for network in NETWORKS[:3])
