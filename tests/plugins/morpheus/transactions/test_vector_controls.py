"""Controls for `iop_player.ledger_ops`: the vectors of the ledger fail where an answer is not the known one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from iop_player.ledger_ops import OPS
from iop_player.player import Vector, WrongAnswer, load_category, play

FOLDER = Path(__file__).parents[3] / "vectors" / "iop"
BY_NAME = {one.name: one for name in ("hydra_tx", "morpheus_tx") for one in load_category(FOLDER, name)}


def _changed(name: str, path: tuple[str, ...], value: Any) -> Vector:
    def replaced(node: Any, rest: tuple[str, ...]) -> Any:
        return {**node, rest[0]: replaced(node[rest[0]], rest[1:])} if rest else value

    return BY_NAME[name]._replace(output=replaced(BY_NAME[name].output, path))


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("hydra_tx-001", ("ark",), {"rejected": "x"}),
        ("hydra_tx-001", ("ark", "verified"), False),
        ("hydra_tx-001", ("ark", "serialized_hex"), ""),
        ("hydra_tx-001", ("signed", "id"), "00" * 32),
        ("hydra_tx-017", ("ark",), {"verified": True}),
        ("hydra_tx-017", ("signed", "signature"), "30"),
        ("hydra_tx-020", ("ark", "verified"), True),
        ("hydra_tx-020", ("unsigned", "vendorField"), "other"),
        ("hydra_tx-087", ("verified",), False),
        ("morpheus_tx-001", ("signable_bytes_hex",), "795b"),
        ("morpheus_tx-001", ("ts_minimum_fee",), "1041001"),
        ("morpheus_tx-038", ("unsigned", "fee"), "3408001"),
    ],
)
def test_another_known_answer_makes_a_vector_fail(name: str, path: tuple[str, ...], value: Any) -> None:
    play(BY_NAME[name], OPS)
    with pytest.raises(WrongAnswer):
        play(_changed(name, path, value), OPS)


def test_a_refusal_that_is_not_given_makes_a_vector_fail() -> None:
    with pytest.raises(WrongAnswer):
        play(BY_NAME["hydra_tx-001"]._replace(output=None, error="Nonce is missing"), OPS)
    with pytest.raises(WrongAnswer):
        play(BY_NAME["hydra_tx-072"]._replace(error="Network is missing"), OPS)
