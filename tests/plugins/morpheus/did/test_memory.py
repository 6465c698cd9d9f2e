"""What was learnt of a DID is remembered by height; contradictions are kept until they are forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.memory_node import implicit_document
from prometheus_simulators.sending_world import MemoryStore
from prometheus_simulators.signed_world import did

from prometheus.errors import Ambiguous, NotFound, NotTrusted
from prometheus_morpheus.client.chain_name import chain_name
from prometheus_morpheus.client.endpoint import parse_endpoint
from prometheus_morpheus.client.identity_pin import NewPins, pin_name
from prometheus_morpheus.pins import FilePins
from prometheus_morpheus.resolving.cache import MOST, meant_chain, recall, remember
from prometheus_morpheus.resolving.disagreements import Disagreement, Side, find, keep, kept, settle

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus_morpheus.client.chain_name import ChainName

ANA = did("ana")
NETHASH = "ab" * 32
CHAIN, OTHER_CHAIN = chain_name(NETHASH, "cd" * 32), chain_name(NETHASH, "ef" * 32)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def learn(store: MemoryStore, height: int, clock: FakeClock | None = None, chain: ChainName = CHAIN) -> None:
    now = (clock or FakeClock()).now()
    with store.transaction() as transaction:
        remember(transaction, chain, implicit_document(ANA, height), sources=("a", "b"), now=now, is_recomputed=True)


class TestCache:
    def test_nothing_is_known_before_it_was_learnt(self, store: MemoryStore) -> None:
        assert recall(store, CHAIN, ANA) is None

    def test_the_newest_answers_with_its_age_and_sources(self, store: MemoryStore) -> None:
        clock = FakeClock()
        for height in (30, 10, 20):
            learn(store, height, clock)
        clock.advance(90)
        found = recall(store, CHAIN, ANA)
        assert found is not None
        assert (found.height, found.sources, found.is_recomputed) == (30, ("a", "b"), True)
        assert found.age_s(clock.now()) == 90
        assert found.age_s(clock.now() - timedelta(days=1)) == 0

    @pytest.mark.parametrize(("asked", "answer"), [(5, 10), (10, 10), (11, 20), (30, 30), (31, None)])
    def test_a_height_is_answered_by_the_next_one_known(
        self, store: MemoryStore, asked: int, answer: int | None
    ) -> None:
        for height in (10, 20, 30):
            learn(store, height)
        found = recall(store, CHAIN, ANA, asked)
        assert (None if found is None else found.height) == answer

    def test_only_so_many_heights_are_kept_and_the_newest_of_one_height(self, store: MemoryStore) -> None:
        for height in (*range(1, MOST + 5), MOST + 4):
            learn(store, height)
        fields = store.get(f"did/{ANA}/{CHAIN}")
        assert fields is not None
        assert [entry["height"] for entry in fields["documents"]] == list(range(5, MOST + 5))

    def test_what_is_broken_in_the_store_is_no_knowledge(self, store: MemoryStore) -> None:
        learn(store, 10)
        fields: Any = store.get(f"did/{ANA}/{CHAIN}")
        fields["documents"][0]["document"]["keys"] = "none"
        with store.transaction() as transaction:
            transaction.put(f"did/{ANA}/{CHAIN}", fields)
        assert recall(store, CHAIN, ANA) is None

    def test_chains_that_share_a_hash_share_no_memory(self, store: MemoryStore) -> None:
        learn(store, 10)
        assert recall(store, OTHER_CHAIN, ANA) is None
        for height in range(11, 11 + MOST):
            learn(store, height, chain=OTHER_CHAIN)
        kept = recall(store, CHAIN, ANA)
        assert kept is not None
        assert kept.height == 10

    def test_offline_the_pin_of_an_endpoint_says_which_chain_is_meant(self, store: MemoryStore) -> None:
        one, other, new = map(parse_endpoint, ("http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3"))
        pins = NewPins()
        pins.put(pin_name(one), {"nethash": NETHASH, "second_block": "cd" * 32})
        pins.put(pin_name(other), {"nethash": NETHASH, "second_block": "ef" * 32})
        learn(store, 10)
        assert [meant_chain(store, ANA, (each,), pins) for each in (one, other, new)] == [CHAIN, None, None]
        assert meant_chain(store, ANA, (), pins) == CHAIN
        learn(store, 10, chain=OTHER_CHAIN)
        assert [meant_chain(store, ANA, (each,), pins) for each in (one, other)] == [CHAIN, OTHER_CHAIN]
        for endpoints in ((), (one, other)):
            with pytest.raises(Ambiguous, match="several chains"):
                meant_chain(store, ANA, endpoints, pins)


def fork(answer: object = 1, about: str = ANA) -> Disagreement:
    return Disagreement(about, 9, "they differ", (Side("one", {"said": answer}), Side("other", {"said": 2})))


class TestDisagreements:
    def test_both_sides_are_kept_as_they_came(self, store: MemoryStore) -> None:
        clock = FakeClock()
        with store.transaction() as transaction:
            assert keep(transaction, fork(), clock.now())
        [one] = kept(store)
        assert (one.disagreement, one.id) == (fork(), fork().id)
        assert one.first_seen == one.last_seen == "2026-11-22T18:00:00Z"

    def test_the_same_is_kept_once_with_its_first_evidence_and_its_last_time(self, store: MemoryStore) -> None:
        clock = FakeClock()
        for _ in range(2):
            with store.transaction() as transaction:
                keep(transaction, fork(), clock.now())
            clock.advance(60)
        [one] = kept(store)
        assert (one.first_seen, one.last_seen) == ("2026-11-22T18:00:00Z", "2026-11-22T18:01:00Z")
        assert fork().id == fork(answer=3).id != fork(about=did("bob")).id
        assert len({each.id for each in (fork(), *(fork()._replace(chain=name) for name in (CHAIN, OTHER_CHAIN)))}) == 3
        assert one.disagreement == fork()

    def test_one_is_found_by_the_beginning_of_its_name(self, store: MemoryStore) -> None:
        with store.transaction() as transaction:
            keep(transaction, fork(), FakeClock().now())
        assert find(store, fork().id[:6].upper()).id == fork().id
        for text in (fork().id[:5], "zzzzzz"):
            with pytest.raises(NotFound):
                find(store, text)
        with store.transaction() as transaction:
            fields = transaction.get(f"fork/{fork().id}")
            assert fields is not None
            transaction.put(f"fork/{fork().id[:6]}0000000000", fields)
        with pytest.raises(Ambiguous):
            find(store, fork().id[:6])

    def test_it_goes_when_it_is_settled(self, store: MemoryStore) -> None:
        with store.transaction() as transaction:
            keep(transaction, fork(), FakeClock().now())
            assert settle(transaction, fork().id)
        assert list(kept(store)) == []

    def test_an_answer_beyond_measure_is_named_by_its_digest(self, store: MemoryStore) -> None:
        with store.transaction() as transaction:
            keep(transaction, fork(answer="x" * 300_000), FakeClock().now())
        [one] = kept(store)
        assert set(one.disagreement.sides[0].answer) == {"length", "sha256"}


class TestPins:
    def test_they_are_there_the_next_time(self, tmp_path: Path) -> None:
        path = str(tmp_path / "state/pins.json")
        assert FilePins(path).get("pin/one") is None
        FilePins(path).put("pin/one", {"nethash": "ab"})
        FilePins(path).put("pin/two", {"nethash": "cd"})
        again = FilePins(path)
        assert (again.get("pin/one"), again.get("pin/two")) == ({"nethash": "ab"}, {"nethash": "cd"})

    @pytest.mark.parametrize("text", ["{", "[]", '{"pin/one": 1}', "null"])
    def test_a_broken_file_does_not_make_every_network_new(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "pins.json").write_text(text)
        with pytest.raises(NotTrusted, match="broken"):
            FilePins(str(tmp_path / "pins.json")).get("pin/one")
