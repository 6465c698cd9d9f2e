"""After proofs: what names a block of the ledger was made after that block.

    {"blockHeight": height, "blockHash": "<id of the block at that height>"}

Rules: it may stand anywhere in what is signed; the convention for a whole document is an envelope,
``{"content": …, "afterProof": {…}}``. Nobody can know the id of a block before it is made, so whoever signed it signed
later. It is worth nothing until somebody compares the id with the ledger's.
Not here: asking the ledger.
"""

from __future__ import annotations

from prometheus.errors import Malformed
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.claims.jsontext import Json

MAX_HEIGHT = 0x7FFFFFFF
_LONGEST_ID = 64
_HEXADECIMAL = frozenset("0123456789abcdef")
_MEMBERS = {"blockHeight", "blockHash"}
_DEEPEST = 32


class AfterProof(NamedTuple):
    """A block that was there already: its height and its id."""

    height: int
    block_id: str

    def to_json(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {"blockHeight": self.height, "blockHash": self.block_id}


def parse_after_proof(value: Json) -> AfterProof:
    """Return the after proof in a JSON value.

    Raises:
        Malformed: When it does not have exactly its two members, a height from 1 and the id of a block.
    """
    if not isinstance(value, dict) or value.keys() != _MEMBERS:
        raise Malformed("this is no after proof", meaning="it has exactly the members blockHeight and blockHash")
    height, block_id = value["blockHeight"], value["blockHash"]
    if type(height) is not int or not 1 <= height <= MAX_HEIGHT:
        raise Malformed("the height of the after proof is not one of a ledger")
    if not isinstance(block_id, str) or not 1 <= len(block_id) <= _LONGEST_ID or not _HEXADECIMAL.issuperset(block_id):
        raise Malformed("the block of the after proof is not named by an id")
    return AfterProof(height, block_id)


def envelope(content: Json, proof: AfterProof) -> dict[str, Json]:
    """Return a content that travels with an after proof, ready to be signed as one."""
    return {"content": content, "afterProof": proof.to_json()}


def after_proofs_in(value: Json) -> tuple[AfterProof, ...]:
    """Return every after proof that stands in the open in a JSON value, each once; what is malformed is none."""
    return tuple(dict.fromkeys(_found(value, 0)))


def _found(value: Json, depth: int) -> Iterator[AfterProof]:
    if depth > _DEEPEST or not isinstance(value, (dict, list)):
        return
    if isinstance(value, dict) and value.keys() == _MEMBERS:
        try:
            yield parse_after_proof(value)
        except Malformed:
            return
    for item in value.values() if isinstance(value, dict) else value:
        yield from _found(item, depth + 1)
