"""Answers that are made to fill the memory: long ones about one transaction, and short texts of very many values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.scripted_node import reply

from prometheus_morpheus.client.errors import Garbage
from prometheus_morpheus.client.http import MAX_ANSWER

if TYPE_CHECKING:
    from prometheus_simulators.asker import Asker
    from prometheus_simulators.scripted_node import ScriptedNode

NAME = "ab" * 32
WHERE = f"/api/transactions/{NAME}"
MEMBERS = {
    "id": NAME,
    "blockId": "cd" * 32,
    "version": 2,
    "typeGroup": 4242,
    "type": 1,
    "nonce": "1",
    "senderPublicKey": "02" * 33,
    "sender": "tYkupfpnXHR9xtvWowscsWhyxvJLafb8ik",
    "fee": "1",
    "amount": "0",
    "confirmations": 1,
    "timestamp": {"unix": 1},
    "signature": "00",
}


def answer(extra: str) -> bytes:
    return json.dumps({"data": {**MEMBERS, "asset": {"x": 0}}}).replace('"x": 0', f'"x": {extra}').encode()


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        ('"' + "y" * (2 * 1024 * 1024) + '"', "longer than"),
        ("[" + "[]," * 100_000 + "[]]", "more than"),
        ("[" + "0," * 200_000 + "0]", "more than"),
        ("[" + '{"a":{}},' * 100_000 + "0]", "more than"),
    ],
)
def test_an_answer_about_one_transaction_that_fills_the_memory_is_refused(
    scripted: ScriptedNode, ask: Asker, extra: str, why: str
) -> None:
    scripted.serve(WHERE, step=reply(raw=answer(extra)))
    with pytest.raises(Garbage) as caught:
        ask(lambda node: node.transaction(NAME))
    assert why in caught.value.meaning


def test_a_large_transaction_of_a_real_size_is_read(scripted: ScriptedNode, ask: Asker) -> None:
    attempt = '{"operation":"registerBeforeProof","contentId":"' + "c" * 45 + '"}'
    scripted.serve(WHERE, step=reply(raw=answer("[" + ",".join([attempt] * 10_000) + "]")))
    found = ask(lambda node: node.transaction(NAME))
    assert found is not None
    assert found.id == NAME


def test_any_answer_of_too_many_values_is_refused(scripted: ScriptedNode, ask: Asker) -> None:
    body = b'{"data":[' + b"0," * (MAX_ANSWER // 4) + b"0]}"
    scripted.serve("/api/blockchain", step=reply(raw=body))
    with pytest.raises(Garbage) as caught:
        ask(lambda node: node.tip())
    assert "more than" in caught.value.meaning
