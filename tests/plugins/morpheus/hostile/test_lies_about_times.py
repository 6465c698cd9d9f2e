"""Endpoints lie about registrations and blocks over real sockets; without its check each lie is believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from prometheus_simulators import bad_endpoint_lies as lies
from prometheus_simulators.bad_endpoint_people import ANA, LETTER, OTHER_LETTER, People
from prometheus_simulators.bad_endpoint_wallet import asking
from prometheus_simulators.clock import FakeClock

from prometheus.errors import NetworkError
from prometheus_morpheus.client import reading_layer_two
from prometheus_morpheus.client.answers import BeforeProof
from prometheus_morpheus.client.blocks import check_block
from prometheus_morpheus.resolving import asking as resolving
from prometheus_morpheus.resolving import in_blocks, proofs
from prometheus_morpheus.resolving.recomputing import check

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_morpheus.client.blocks import CheckedBlock

DOUBT = "sources contradict each other"
ALONE = ("liar",)
FIRST = ("liar", "honest")


class Lie(NamedTuple):
    """One lie about a letter; `believed` is what comes of it without its check, which `off` switches off.

    `truth` names the transaction that really registers it, empty for none; `believed` may name one too.
    """

    name: str
    asked: tuple[str, ...]
    letter: str
    tell: Callable[[People], None]
    truth: str
    seen: str
    believed: str | int | None
    off: Callable[[pytest.MonkeyPatch], None]


def transactions_are_not_read(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(proofs, "_not_registering", lambda *_: "")


def evidence_is_not_asked_for(patch: pytest.MonkeyPatch) -> None:
    async def no_fault(*_: Any) -> tuple[str, int]:
        return "", 0

    patch.setattr(proofs, "_fault", no_fault)


def endpoints_are_not_compared(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(proofs, "_differ", lambda *_: False)


def the_first_word_counts(patch: pytest.MonkeyPatch) -> None:
    async def first(nodes: Any, question: Any, _patience: Any) -> Any:
        return {nodes[0].endpoint.base_url: await question(nodes[0])}, ()

    patch.setattr(proofs, "ask_each", first)


def histories_of_others_are_taken(patch: pytest.MonkeyPatch) -> None:
    def before_proof_of(body: Any, content_id: str) -> BeforeProof:
        return BeforeProof(content_id, body["existsFromHeight"], body["txid"], body["queriedAtHeight"])

    patch.setattr(reading_layer_two, "before_proof_of", before_proof_of)
    transactions_are_not_read(patch)


def never_was(crowd: People) -> None:
    """Say that a letter that nobody registered is registered, by the transaction of another."""
    crowd.liar.lie(lies.registered("cju-never", crowd.heights["letter"], crowd.ids["letter"]))


def altered(crowd: People) -> None:
    """Show the transaction of another letter as if it registered this one."""
    never_was(crowd)
    asset = {"operationAttempts": [{"operation": "registerBeforeProof", "contentId": "cju-never"}]}
    crowd.liar.lie(lies.transaction(crowd.ids["letter"], asset=asset))


def others_answer(crowd: People) -> None:
    raw = asking([crowd.honest], lambda nodes: nodes[0]._caller.ask(f"/morpheus/v1/before-proof/{LETTER}/history"))
    crowd.liar.lie(lies.inventing("/morpheus/v1/before-proof/cju-never/history", raw))


LIES = (
    Lie("what was never registered is", ALONE, "cju-never", never_was, "", DOUBT, "letter", transactions_are_not_read),
    Lie(
        "the bytes of the transaction are altered",
        ALONE,
        "cju-never",
        altered,
        "",
        DOUBT,
        "letter",
        transactions_are_not_read,
    ),
    Lie(
        "it is told to be earlier",
        ALONE,
        LETTER,
        lambda crowd: crowd.liar.lie(lies.registered(LETTER, 3, crowd.ids["letter"])),
        "letter",
        DOUBT,
        3,
        evidence_is_not_asked_for,
    ),
    Lie(
        "a second registration that was refused is told as the first",
        ALONE,
        LETTER,
        lambda crowd: crowd.liar.lie(lies.registered(LETTER, crowd.heights["letter again"], crowd.ids["letter again"])),
        "letter",
        DOUBT,
        "letter again",
        evidence_is_not_asked_for,
    ),
    Lie(
        "a transaction is named that is not there",
        ALONE,
        LETTER,
        lambda crowd: crowd.liar.lie(lies.registered(LETTER, 3, "ab" * 32)),
        "letter",
        DOUBT,
        3,
        evidence_is_not_asked_for,
    ),
    Lie(
        "another letter's history",
        ALONE,
        "cju-never",
        others_answer,
        "",
        "LEDGER-GARBAGE",
        "letter",
        histories_of_others_are_taken,
    ),
    Lie(
        "a registration is hidden",
        FIRST,
        OTHER_LETTER,
        lambda crowd: crowd.liar.lie(lies.unregistered(OTHER_LETTER)),
        "other letter",
        DOUBT,
        None,
        the_first_word_counts,
    ),
    Lie(
        "the first of two is hidden",
        FIRST,
        LETTER,
        lambda crowd: crowd.without("letter"),
        "letter",
        DOUBT,
        "letter again",
        endpoints_are_not_compared,
    ),
)
NAMED = pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.name)


def outcome(crowd: People, lie: Lie) -> object:
    endpoints = [getattr(crowd, name) for name in lie.asked]
    try:
        found = asking(endpoints, lambda nodes: proofs.registered(nodes, lie.letter))
    except NetworkError as error:
        return error.code
    assert not (found.disagreements and found.height is not None)
    return DOUBT if found.disagreements else found.height


@NAMED
def test_the_truth_is_believed(crowd: People, lie: Lie) -> None:
    assert outcome(crowd, lie) == (crowd.heights[lie.truth] if lie.truth else None)


@NAMED
def test_the_lie_is_not_believed(crowd: People, lie: Lie) -> None:
    lie.tell(crowd)
    assert outcome(crowd, lie) == lie.seen


@NAMED
def test_the_lie_is_believed_without_its_check(crowd: People, lie: Lie, monkeypatch: pytest.MonkeyPatch) -> None:
    lie.tell(crowd)
    lie.off(monkeypatch)
    assert outcome(crowd, lie) == (crowd.heights[lie.believed] if isinstance(lie.believed, str) else lie.believed)


class TestBlockOfAnAfterProof:
    """One endpoint says that another block stands at a height."""

    def block(self, crowd: People, *names: str) -> object:
        found = asking([getattr(crowd, name) for name in names], lambda nodes: proofs.block_at(nodes, 9))
        return DOUBT if found.disagreements else found.block_id

    def test_the_truth_is_believed(self, crowd: People) -> None:
        [truth] = {self.block(crowd, "honest"), self.block(crowd, *FIRST)}
        assert truth == crowd.world.run(lambda ledger: getattr(ledger.block("9"), "id", None))

    def test_another_block_is_a_contradiction(self, crowd: People) -> None:
        crowd.liar.lie(lies.block(9, lambda block: {**block, "id": "ab" * 32}))
        assert self.block(crowd, *FIRST) == DOUBT

    def test_it_is_believed_where_only_the_first_is_asked(self, crowd: People, monkeypatch: pytest.MonkeyPatch) -> None:
        crowd.liar.lie(lies.block(9, lambda block: {**block, "id": "ab" * 32}))
        the_first_word_counts(monkeypatch)
        assert self.block(crowd, *FIRST) == DOUBT
        monkeypatch.setattr(proofs, "_unsound", lambda *_: ())
        assert self.block(crowd, *FIRST) == "ab" * 32

    def test_a_block_whose_id_is_not_its_own_is_not_believed_of_one_alone(self, crowd: People) -> None:
        crowd.liar.lie(lies.block(9, lambda block: {**block, "id": "ab" * 32}))
        assert self.block(crowd, *ALONE) == DOUBT

    def test_a_block_of_another_height_is_no_answer(self, crowd: People) -> None:
        crowd.liar.lie(lies.block(9, lambda block: {**block, "height": 8}))
        with pytest.raises(NetworkError, match="no Hydra node"):
            self.block(crowd, *ALONE)


FORGERIES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("its signature", {"signature": "3006020101020101"}),
    ("its payload", {"payload": {"hash": "ab" * 32, "length": 32}}),
    ("its time", {"timestamp": {"epoch": 5, "unix": 1, "human": ""}}),
    (
        "its generator",
        {"generator": {"publicKey": "02" + "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"}},
    ),
    ("what it pays", {"forged": {"reward": "0", "fee": "7", "total": "7", "amount": "7"}}),
)


class TestForgedBlocks:
    """`did verify --blocks` looks whether the blocks of a DID's transactions are what they claim."""

    def faults(self, crowd: People) -> int:
        async def ask(nodes: Any) -> int:
            collected = (await check(nodes[0], ANA)).collected
            return len((await in_blocks.check_blocks(nodes[0], collected)).faults)

        return asking([crowd.liar], ask)

    def forge(self, crowd: People, changes: dict[str, Any]) -> None:
        block = crowd.world.run(lambda ledger: ledger.block(str(crowd.heights["revocation"])))
        assert block is not None
        crowd.liar.lie(lies.block(block.id, lambda told: {**told, **changes}))

    def test_sound_blocks_have_no_faults(self, crowd: People) -> None:
        assert self.faults(crowd) == 0

    @pytest.mark.parametrize("changes", [changes for _, changes in FORGERIES], ids=[name for name, _ in FORGERIES])
    def test_a_forged_block_is_seen(self, crowd: People, changes: dict[str, Any]) -> None:
        self.forge(crowd, changes)
        assert self.faults(crowd) == 1

    @pytest.mark.parametrize("changes", [changes for _, changes in FORGERIES], ids=[name for name, _ in FORGERIES])
    def test_it_is_not_seen_without_the_check(
        self, crowd: People, changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.forge(crowd, changes)

        def lenient(block: Any, **options: Any) -> CheckedBlock:
            found = check_block(block, **options)
            return found._replace(held=(*found.held, *found.failed), failed=())

        monkeypatch.setattr(in_blocks, "check_block", lenient)
        assert self.faults(crowd) == 0

    def test_a_block_that_does_not_hold_the_transaction_is_seen(self, crowd: People) -> None:
        other = crowd.world.run(lambda ledger: ledger.block(str(crowd.heights["camera"])))
        assert other is not None
        crowd.liar.lie(lies.transaction(crowd.ids["revocation"], blockId=other.id))
        assert self.faults(crowd) == 1


def test_the_newest_block_of_a_fork_is_not_what_all_agree_on(crowd: People) -> None:
    crowd.liar.behind = crowd.world.frozen(
        lambda ledger: (ledger.revert_to(8, keep=False), [ledger.forge() for _ in range(20)])
    )
    found = asking([crowd.honest, crowd.liar], lambda nodes: resolving.resolve(nodes, ANA, FakeClock()))
    assert (found.best, bool(found.disagreements)) == (None, True)
