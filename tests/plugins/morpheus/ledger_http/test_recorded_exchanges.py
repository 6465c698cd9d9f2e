"""The development ledger answers as a Hydra node did, 233 times in a row."""

from __future__ import annotations

import asyncio
from functools import cache

import pytest
from hydra_replay.comparison import differing, refusal_types
from hydra_replay.differences import DIFFERENCES, MOST
from hydra_replay.playing import Played, play
from hydra_replay.recordings import Exchange, read_all

EXCHANGES = read_all()


@cache
def played() -> dict[int, Played]:
    return {each.exchange.number: each for each in asyncio.run(play(EXCHANGES))}


def test_all_recordings_are_there() -> None:
    assert [exchange.number for exchange in EXCHANGES] == list(range(1, 234))


@pytest.mark.parametrize("exchange", EXCHANGES, ids=[exchange.name for exchange in EXCHANGES])
def test_exchange_is_answered_as_recorded(exchange: Exchange) -> None:
    found = played()[exchange.number]
    allowed = DIFFERENCES[exchange.number].paths if exchange.number in DIFFERENCES else frozenset()
    assert found.reply.status == exchange.status
    assert found.has_same_refusals
    assert found.reply.content_type == "application/json; charset=utf-8"
    assert found.differences == allowed


def test_few_answers_differ_and_each_has_a_reason() -> None:
    assert {number for number, each in played().items() if each.differences} == DIFFERENCES.keys()
    assert len(DIFFERENCES) <= MOST
    assert all(each.reason and each.paths for each in DIFFERENCES.values())


def test_an_altered_recording_is_found() -> None:
    exchange = next(each for each in EXCHANGES if each.name == "233-wallet-nonce-while-tx-in-pool")
    altered = {"data": exchange.body["data"] | {"nonce": "13"}}
    assert differing(altered, played()[233].reply.body) == {"data.nonce"}


def test_another_type_of_refusal_is_found() -> None:
    refused = {"errors": {"ab": [{"type": "ERR_APPLY", "message": "x"}]}}
    assert refusal_types(refused) == [("ab", "ERR_APPLY")]
    assert refusal_types(refused) != refusal_types({"errors": {"ab": [{"type": "ERR_FORGED", "message": "x"}]}})


def test_ids_and_signatures_of_blocks_are_compared_too() -> None:
    recorded = next(each for each in EXCHANGES if each.name == "039-block-of-tx").body
    assert played()[39].reply.body == recorded
    assert differing(recorded, {"data": recorded["data"] | {"signature": "30"}}) == {"data.signature"}
