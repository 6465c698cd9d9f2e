"""Checking that blocks are what they claim, as far as what a node gives allows.

Checked, where it can be had: that the id is the one of header and signature, that the generator's key signed it, that
the transactions given are those of the payload hash, that one block follows the other.

What cannot be checked from a node's answers is said with every result: whether it was that delegate's turn (this needs
every vote since the first block), and whether a longer chain exists that the node does not show. So a block that passes
was made by whoever holds that key, and by nobody else; it need not be the ledger's. The first block of a network hashes
its transactions in another way and is known by its id alone.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus_morpheus.client.block_bytes import computed_id, payload_hash_of, signed_bytes

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from prometheus_morpheus.client.answers import Block

ID = "the id belongs to the header"
SIGNATURE = "the generator's key signed the header"
PAYLOAD = "the transactions are those of the payload hash"
PREVIOUS = "it follows the block before"
GENERATOR = "the generator is one of the delegates given"
TURN = "whether it was this delegate's turn"
CANONICAL = "whether the ledger has a longer chain without this block"

_ALWAYS_OPEN = (TURN, CANONICAL)


class CheckedBlock(NamedTuple):
    """A block with what was checked: what held, what failed, and what stays open, each in words."""

    block: Block
    held: tuple[str, ...]
    failed: tuple[str, ...]
    open: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing that was checked failed, and id and signature were among it."""
        return not self.failed and ID in self.held and SIGNATURE in self.held


def check_block(
    block: Block,
    *,
    transaction_ids: Sequence[str] | None = None,
    previous: Block | None = None,
    delegates: Collection[bytes] | None = None,
) -> CheckedBlock:
    """Check one block.

    Args:
        block: As a node told it.
        transaction_ids: Of all its transactions, in their order; None when they were not asked for.
        previous: The block before it, if it is at hand.
        delegates: Public keys that may forge, if they are known from somewhere else.
    """
    if block.height == 1:
        return CheckedBlock(block, (), (), (ID, SIGNATURE, PAYLOAD, CANONICAL))
    results = {
        ID: computed_id(block) == block.id,
        SIGNATURE: _is_signed(block),
        PAYLOAD: None if transaction_ids is None else _has_payload(block, transaction_ids),
        PREVIOUS: None if previous is None else follows(block, previous),
        GENERATOR: None if delegates is None else block.generator in delegates,
    }
    return CheckedBlock(
        block,
        tuple(name for name, result in results.items() if result is True),
        tuple(name for name, result in results.items() if result is False),
        (*(name for name, result in results.items() if result is None), *_ALWAYS_OPEN),
    )


def follows(block: Block, previous: Block) -> bool:
    """Return whether a block stands right after another: by id, by height, and not before it in time."""
    return (
        block.previous == previous.id and block.height == previous.height + 1 and block.timestamp >= previous.timestamp
    )


def _has_payload(block: Block, transaction_ids: Sequence[str]) -> bool:
    """Return whether ids are those of a payload; nodes list a block's transactions in its order or against it."""
    return len(transaction_ids) == block.transactions and block.payload_hash in (
        payload_hash_of(transaction_ids),
        payload_hash_of(reversed(transaction_ids)),
    )


def _is_signed(block: Block) -> bool:
    from prometheus_morpheus.transactions.signing import signature_fits

    return signature_fits(block.generator, signed_bytes(block), block.signature)
