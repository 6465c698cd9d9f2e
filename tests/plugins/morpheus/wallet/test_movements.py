"""What a transaction means for an address: every direction, in whole flakes."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.memory_node import address_of

from prometheus_morpheus.client.answers import NodeTransaction
from prometheus_morpheus.wallet.exported import COLUMNS, as_csv, as_document, as_json, moment
from prometheus_morpheus.wallet.movements import Movement, movement

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

MINE = bytes.fromhex("035569c50c9d862be6d4e07d182cb68967b1e7a9478aac2bcc50859ebc94310c5b")
THEIRS = bytes.fromhex("02372da9316f02d68e7875dd2f78b371241e89fbc4b3be5b12ec0739e47cd2609a")
ME, THEM, THIRD = address_of(MINE), address_of(THEIRS), "tXrrT9nVCyAwbKZiDKxnPnq2eSaiDHVKFP"
PAYMENTS: Json = {"payments": [{"amount": "7", "recipientId": THEM}, {"amount": "5", "recipientId": ME}]}


def told(sender: bytes, kind: tuple[int, int] = (1, 0), **changes: Any) -> NodeTransaction:
    found = NodeTransaction(
        id="ab" * 32,
        version=2,
        type_group=kind[0],
        type=kind[1],
        nonce=3,
        sender=sender,
        sender_address=THIRD,
        fee=100,
        amount=0,
        recipient="",
        vendor_field=None,
        asset=None,
        signature=b"",
        block_id="cd" * 32,
        unix=1_795_355_279,
    )
    return found._replace(**changes)


def felt(found: NodeTransaction) -> Movement:
    return movement(found, ME, 128, 42)


def test_what_comes_is_positive_and_costs_nothing() -> None:
    each = felt(told(THEIRS, amount=50, recipient=ME, vendor_field="rent"))
    assert (each.direction, each.amount, each.fee, each.change) == ("in", 50, 0, 50)
    assert (each.others, each.note, each.kind, each.height) == ((THEM,), "rent", "transfer", 42)


def test_what_goes_is_negative_and_the_fee_apart() -> None:
    each = felt(told(MINE, amount=50, recipient=THEM))
    assert (each.direction, each.amount, each.fee, each.change) == ("out", -50, 100, -150)
    assert each.others == (THEM,)


def test_who_pays_oneself_pays_the_fee_alone() -> None:
    each = felt(told(MINE, amount=50, recipient=ME))
    assert (each.direction, each.amount, each.change, each.others) == ("self", 0, -100, ())


def test_of_several_payments_only_those_to_the_address_come_in() -> None:
    came = felt(told(THEIRS, (1, 6), asset=PAYMENTS, amount=12))
    assert (came.direction, came.amount, came.fee, came.others) == ("in", 5, 0, (THEM,))
    went = felt(told(MINE, (1, 6), asset=PAYMENTS, amount=12))
    assert (went.direction, went.amount, went.change, went.others) == ("out", -7, -107, (THEM,))


@pytest.mark.parametrize(
    ("kind", "asset", "name"),
    [
        ((1, 3), {"votes": ["+" + THEIRS.hex()]}, "vote"),
        ((1, 3), {"votes": ["-" + THEIRS.hex()]}, "unvote"),
        ((1, 3), {"votes": 7}, "vote"),
        ((4242, 1), {"operationAttempts": []}, "morpheus"),
        ((1, 9), {"htlc": 1}, "of an unknown kind"),
        ((1, 6), {"payments": "none"}, "multi-payment"),
    ],
)
def test_what_moves_no_coins_costs_its_fee(kind: tuple[int, int], asset: Json, name: str) -> None:
    each = felt(told(MINE, kind, asset=asset, amount=999))
    assert (each.kind, each.amount, each.change) == (name, 0, -100)


def test_the_sender_is_told_by_the_key_and_not_by_what_the_node_says_of_it() -> None:
    assert felt(told(THEIRS, amount=1, recipient=ME, sender_address=ME)).direction == "in"


def test_a_file_for_spreadsheets_has_exact_amounts_and_no_formula() -> None:
    each = felt(told(THEIRS, amount=150_000_001, recipient=ME, vendor_field='=HYPERLINK("http://evil";"x")'))
    rows = list(csv.reader(io.StringIO(as_csv([each], {THEM: "@ana, the first"}).decode())))
    assert tuple(rows[0]) == COLUMNS
    row = dict(zip(COLUMNS, rows[1], strict=True))
    assert (row["amount"], row["fee"], row["change"]) == ("1.50000001", "0", "1.50000001")
    assert row["note"].startswith("'=")
    assert row["names"].startswith("'@")
    assert row["time"] == "2026-11-22T13:47:59Z"


@pytest.mark.parametrize("note", ["=1", " =1", "\t=1", "\r\n=1", "+1", "-1", "@a"])
def test_no_text_of_a_stranger_begins_a_formula(note: str) -> None:
    sheet = as_csv([felt(told(THEIRS, amount=1, recipient=ME, vendor_field=note))], {}).decode()
    assert next(csv.DictReader(io.StringIO(sheet, newline="")))["note"] == f"'{note}"


def test_the_same_history_as_json() -> None:
    each = felt(told(MINE, amount=9007199254740993, recipient=THEM))
    document = json.loads(as_json([each], {THEM: "ana"}, address=ME))
    assert document["address"] == ME
    assert document["movements"] == [as_document(each, {THEM: "ana"})]
    assert document["movements"][0]["amount_flakes"] == "-9007199254740993"
    assert document["movements"][0]["names"] == ["ana"]


@pytest.mark.parametrize(("unix", "text"), [(-5, "1970-01-01T00:00:00Z"), (10**30, "9999-12-31T23:59:59Z")])
def test_a_moment_that_no_calendar_has_is_written_as_the_nearest(unix: int, text: str) -> None:
    assert moment(unix) == text


def test_what_was_for_a_did_or_a_time_says_so() -> None:
    key: Json = {"did": "did:morpheus:ezBob", "lastTxId": None, "operation": "tombstoneDid"}
    change: Json = {"operation": "signed", "signables": [key, key], "signerPublicKey": "p", "signature": "s"}
    attempts: Json = [change, {"operation": "registerBeforeProof", "contentId": "cju1"}]
    each = felt(told(MINE, (4242, 1), asset={"operationAttempts": attempts}))
    assert (each.dids, each.content_ids) == (("did:morpheus:ezBob",), ("cju1",))
    row = as_document(each, {})
    assert (row["dids"], row["content_ids"], row["nonce"]) == (["did:morpheus:ezBob"], ["cju1"], "3")
    assert felt(told(MINE, (4242, 1), asset={"operationAttempts": [{"operation": "signed"}]})).dids == ()
