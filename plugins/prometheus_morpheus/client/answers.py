"""What nodes answer, as frozen values.

Rules:
* Money is whole flakes (1 HYD = 100,000,000), heights and nonces are integers, ids are 64 lower case hex digits.
* Each value was checked for form, range and length by `prometheus_morpheus.client.reading`; none was checked for truth.
* What an address or a wallet has never been is not an error: a wallet never seen has no money and nonce 0.

What this is not: the transactions that we make (`prometheus_morpheus.transactions`), nor anything that was verified.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, Generic, NamedTuple, TypeVar
from prometheus_morpheus.client.chain_name import chain_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus.claims.did_document import DidDocument
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.client.chain_name import ChainName


class NodeConfiguration(NamedTuple):
    """What a node says of its network: who it is, how long blocks take, what things cost, what is too much.

    ``minimum_rate`` is in flakes a byte and ``addon_bytes`` is by the node's names (``transfer``, ``vote`` …): the
    lowest fee of a transaction is (addon + half its bytes) times the rate. ``address_byte`` begins every address.
    ``milestone_height`` is where the current rules began; ``epoch`` is in seconds since 1970. ``second_block`` is the
    id of the block after the first one, empty where there is none yet or the hash of the network is known here.
    """

    nethash: str
    address_byte: int
    token: str
    core_version: str
    slip44: int
    epoch: int
    block_time: int
    milestone_height: int
    active_delegates: int
    max_block_transactions: int
    multi_payment_limit: int
    vendor_field_length: int
    has_layer_two: bool
    has_dynamic_fees: bool
    minimum_rate: int
    addon_bytes: Mapping[str, int]
    static_fees: Mapping[str, int]
    second_block: str = ""

    @property
    def chain(self) -> ChainName:
        """What names the chain, see `chain_name`."""
        return chain_name(self.nethash, self.second_block)


class Tip(NamedTuple):
    """The newest block that a node knows."""

    height: int
    block_id: str


class Block(NamedTuple):
    """A block as a node tells it; ``timestamp`` is in seconds since the epoch of the network, ``unix`` since 1970."""

    id: str
    version: int
    height: int
    previous: str
    timestamp: int
    unix: int
    transactions: int
    amount: int
    fee: int
    reward: int
    payload_hash: str
    payload_length: int
    generator: bytes
    signature: bytes
    generator_name: str = ""
    confirmations: int = 0


class Wallet(NamedTuple):
    """What a node says of an address: confirmed nonce, flakes, and the public key once it has sent something."""

    address: str
    nonce: int
    balance: int
    public_key: bytes | None = None
    username: str | None = None
    vote: str | None = None


class NodeTransaction(NamedTuple):
    """A transaction of layer 1 as a node tells it; ``block_id`` is empty and ``unix`` 0 while it waits in the pool.

    ``recipient`` is an address, empty where there is none. ``amount`` and ``fee`` are in flakes. ``asset`` keeps the
    order of members that the node sent. ``expiration`` is 0 where the node does not tell it (most do not).
    ``signature`` is empty where several keys signed for one wallet, which nothing here can judge; a wallet that
    registered a second key has a ``second_signature``.
    """

    id: str
    version: int
    type_group: int
    type: int
    nonce: int
    sender: bytes
    sender_address: str
    fee: int
    amount: int
    recipient: str
    vendor_field: str | None
    asset: Json
    signature: bytes
    block_id: str = ""
    confirmations: int = 0
    unix: int = 0
    expiration: int = 0
    second_signature: bytes = b""

    @property
    def is_forged(self) -> bool:
        """Whether the node says that it is in a block."""
        return bool(self.block_id)

    def as_json(self, address_byte: int) -> dict[str, Json]:
        """Return it in the form in which transactions are posted, for a network's address byte.

        The order is the one of the reference: version, network, typeGroup, type, asset, nonce, senderPublicKey, fee,
        amount, expiration, recipientId, vendorField, id, signature. A node answers with the sender as recipient where
        the type has none, and with the sum where each payment has its own amount; both are left out here.
        """
        is_transfer = (self.type_group, self.type) == (1, 0)
        is_multi_payment = (self.type_group, self.type) == (1, 6)
        document: dict[str, Json] = {
            "version": self.version,
            "network": address_byte,
            "typeGroup": self.type_group,
            "type": self.type,
        }
        if self.asset is not None:
            document["asset"] = self.asset
        document |= {
            "nonce": str(self.nonce),
            "senderPublicKey": self.sender.hex(),
            "fee": str(self.fee),
            "amount": "0" if is_multi_payment else str(self.amount),
        }
        if is_transfer:
            document |= {"expiration": self.expiration} if self.expiration else {}
            document["recipientId"] = self.recipient
        if self.vendor_field is not None:
            document["vendorField"] = self.vendor_field
        document |= {"id": self.id, "signature": self.signature.hex()}
        return document | ({"secondSignature": self.second_signature.hex()} if self.second_signature else {})


_Item = TypeVar("_Item")


class Page(NamedTuple, Generic[_Item]):
    """One page of a list, newest first as a rule; ``total`` is the node's own count and may be an estimate."""

    items: tuple[_Item, ...]
    page: int
    page_count: int
    total: int


class Refusal(NamedTuple):
    """Why a node refused a transaction: a type such as ``ERR_APPLY`` and the node's own words."""

    type: str
    message: str


class Posted(NamedTuple):
    """What a node did with posted transactions, by id; one that is in none of these was not spoken of.

    A refused one may have no reason. ``excess`` are those beyond what one sender may have waiting.
    """

    accepted: tuple[str, ...]
    broadcast: tuple[str, ...]
    excess: tuple[str, ...]
    refused: Mapping[str, tuple[Refusal, ...]]


class TransactionAt(NamedTuple):
    """A transaction that touched a DID, and the height of its block."""

    id: str
    height: int


class OperationAt(NamedTuple):
    """One operation on a DID, as it stands in its transaction, and whether layer 2 applied it."""

    transaction_id: str
    height: int
    operation: Mapping[str, Json]
    is_valid: bool


class DocumentAnswer(NamedTuple):
    """A DID document: taken apart, as the node sent it, and the height that it describes."""

    document: DidDocument
    raw: Mapping[str, Json]
    height: int


class BeforeProof(NamedTuple):
    """From which height on a content id is registered, by which transaction; None and None when it is not."""

    content_id: str
    height: int | None
    transaction_id: str | None
    queried_at: int
