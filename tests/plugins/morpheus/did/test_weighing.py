"""What a node gives for one DID has a sum: beyond it transactions count as unreadable, those without effect first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from prometheus_simulators.memory_node import FakeNode
from prometheus_simulators.signed_world import did

from prometheus_morpheus.client.answers import NodeTransaction, TransactionAt
from prometheus_morpheus.resolving import collecting
from prometheus_morpheus.resolving.weighing import weight

if TYPE_CHECKING:
    import pytest

DID = did("ana")
NAMES = [f"{number:064x}" for number in range(40)]


class Heavy(FakeNode):
    """Names forty transactions of which the even ones had an effect, each of a thousand empty lists."""

    async def transaction_ids_of(
        self, did: str, start: int = 0, until: int | None = None, *, attempts: bool = False
    ) -> tuple[TransactionAt, ...]:
        return tuple(TransactionAt(name, 2) for name in (NAMES if attempts else NAMES[::2]))

    async def transaction(self, transaction_id: str) -> NodeTransaction:
        asset: Any = {"x": [[] for _ in range(1000)]}
        return NodeTransaction(
            transaction_id, 2, 4242, 1, 1, b"\x02" * 33, "t", 1, 0, "", None, asset, b"\x30", block_id="ab" * 32
        )


def test_what_is_beyond_the_sum_is_not_kept_and_what_had_an_effect_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(collecting, "LARGEST_SUM", 30 * 1000 * 70)
    found = asyncio.run(collecting.collect(Heavy(), DID))
    assert set(NAMES[::2]) <= set(found.transactions)
    assert 0 < len(found.unreadable) < 20
    assert len(found.transactions) + len(found.unreadable) == len(NAMES)


def test_a_weight_counts_values_names_and_texts() -> None:
    assert weight([[]] * 1000) > 64 * 1000
    assert weight({"a" * 500: "b" * 700}) > 1200
    assert weight(1) < 100
