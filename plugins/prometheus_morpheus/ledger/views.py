"""What the ledger shows of itself: blocks, transactions, wallets and answers, as frozen values.

Rules: amounts are integers in flakes, heights count from 1, times are seconds since the epoch of the network (add
`Rules.epoch` for Unix time), ids, keys and signatures are lower case hex. How they look in an answer over HTTP is not
decided here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

Row = TypeVar("Row")


class Block(NamedTuple):
    """The header of a block, with its id and the forging signature."""

    id: str
    height: int
    version: int
    timestamp: int
    previous: str
    transaction_count: int
    amount: int
    fee: int
    reward: int
    payload_length: int
    payload_hash: str
    generator: str
    signature: str


class Placed(NamedTuple):
    """A transaction and where it stands: `block` is None while it waits in the pool.

    `recipient` is empty where the type has none. `asset` keeps the key order of the sender.
    """

    id: str
    version: int
    network: int
    type_group: int
    type: int
    nonce: int
    sender_key: str
    sender: str
    fee: int
    amount: int
    recipient: str
    vendor_field: str | None
    asset: Json
    expiration: int
    signature: str
    block: Block | None


class Delegate(NamedTuple):
    """What a wallet that registered as delegate has besides; amounts in flakes."""

    username: str
    votes: int
    forged_fees: int
    forged_rewards: int
    produced: int
    rank: int
    last_block: Block | None


class Wallet(NamedTuple):
    """An address with what is confirmed of it; `public_key` is empty until it sent something, `vote` until it voted."""

    address: str
    public_key: str
    nonce: int
    balance: int
    vote: str
    delegate: Delegate | None


class Answer(NamedTuple):
    """What became of each transaction of a request, by id; `errors` has (type, message) of those in `invalid`."""

    accept: list[str]
    broadcast: list[str]
    excess: list[str]
    invalid: list[str]
    errors: dict[str, list[tuple[str, str]]]


class Rows(NamedTuple, Generic[Row]):
    """Some rows of a list, and how many the whole list has."""

    rows: list[Row]
    total: int


class FeeStatistics(NamedTuple):
    """Fees paid for one type of transaction in a span of time, in flakes."""

    type_group: int
    type: int
    average: int
    largest: int
    smallest: int
    total: int
