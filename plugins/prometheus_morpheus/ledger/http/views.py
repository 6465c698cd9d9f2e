"""How blocks, transactions and wallets look in an answer: names, order and kinds as Hydra's interface has them.

Amounts, fees and nonces are strings of decimal digits. A time is given three times: in seconds of the network, in Unix
seconds, and for people. A block just made has 0 confirmations, a transaction in it has 1.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.ledger.chain import DevLedger
    from prometheus_morpheus.ledger.views import Block, Delegate, Placed, Wallet

Document = dict[str, "Json"]


def moment(ledger: DevLedger, epoch: int) -> Document:
    """Return a time of the network in its three forms."""
    unix = ledger.rules.epoch + epoch
    human = datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {"epoch": epoch, "unix": unix, "human": human}


def block(ledger: DevLedger, shown: Block) -> Document:
    """Return a block's header as JSON."""
    return {
        "id": shown.id,
        "version": shown.version,
        "height": shown.height,
        "previous": shown.previous,
        "forged": {
            "reward": str(shown.reward),
            "fee": str(shown.fee),
            "total": str(shown.reward + shown.fee),
            "amount": str(shown.amount),
        },
        "payload": {"hash": shown.payload_hash, "length": shown.payload_length},
        "generator": _generator(ledger, shown.generator),
        "signature": shown.signature,
        "confirmations": ledger.tip.height - shown.height,
        "transactions": shown.transaction_count,
        "timestamp": moment(ledger, shown.timestamp),
    }


def _generator(ledger: DevLedger, public_key: str) -> Document:
    forger = ledger.wallet(public_key)
    name: Document = {"username": forger.delegate.username} if forger and forger.delegate else {}
    return {**name, "address": forger.address if forger else "", "publicKey": public_key}


def transaction(ledger: DevLedger, shown: Placed) -> Document:
    """Return a transaction as JSON; one that waits in the pool has neither block nor time."""
    where = shown.block
    document: Document = {"id": shown.id}
    if where:
        document["blockId"] = where.id
    document |= {
        "version": shown.version,
        "type": shown.type,
        "typeGroup": shown.type_group,
        "amount": str(shown.amount),
        "fee": str(shown.fee),
        "sender": shown.sender,
        "senderPublicKey": shown.sender_key,
        "recipient": shown.recipient or shown.sender,
        "signature": shown.signature,
    }
    if shown.vendor_field is not None:
        document["vendorField"] = shown.vendor_field
    if shown.asset is not None:
        document["asset"] = shown.asset
    document["confirmations"] = ledger.tip.height - where.height + 1 if where else 0
    if where:
        document["timestamp"] = moment(ledger, where.timestamp)
    document["nonce"] = str(shown.nonce)
    return document


def wallet(ledger: DevLedger, shown: Wallet) -> Document:
    """Return a wallet as JSON; its public key is absent until it sent something."""
    attributes: Document = {}
    if shown.delegate:
        attributes["delegate"] = _standing(ledger, shown.delegate)
    if shown.vote:
        attributes["vote"] = shown.vote
    document: Document = {"address": shown.address}
    if shown.public_key:
        document["publicKey"] = shown.public_key
    document |= {
        "nonce": str(shown.nonce),
        "balance": str(shown.balance),
        "attributes": attributes,
        "isDelegate": shown.delegate is not None,
        "isResigned": False,
    }
    if shown.vote:
        document["vote"] = shown.vote
    if shown.delegate:
        document["username"] = shown.delegate.username
    return document


def _standing(ledger: DevLedger, delegate: Delegate) -> Document:
    return {
        "username": delegate.username,
        "voteBalance": str(delegate.votes),
        "forgedFees": str(delegate.forged_fees),
        "forgedRewards": str(delegate.forged_rewards),
        "producedBlocks": delegate.produced,
        "rank": delegate.rank,
        "round": (ledger.tip.height - 1) // ledger.rules.delegates + 1,
    }


def delegate(ledger: DevLedger, shown: Wallet) -> Document:
    """Return a delegate as JSON: name, votes, rank, blocks made and what they brought."""
    standing = cast("Delegate", shown.delegate)
    blocks: Document = {"produced": standing.produced}
    if (last := standing.last_block) is not None:
        blocks["last"] = {"id": last.id, "height": last.height, "timestamp": moment(ledger, last.timestamp)}
    return {
        "username": standing.username,
        "address": shown.address,
        "publicKey": shown.public_key,
        "votes": str(standing.votes),
        "rank": standing.rank,
        "isResigned": False,
        "blocks": blocks,
        "production": {"approval": _approval(standing.votes, ledger.supply)},
        "forged": {
            "fees": str(standing.forged_fees),
            "rewards": str(standing.forged_rewards),
            "total": str(standing.forged_fees + standing.forged_rewards),
        },
    }


def _approval(votes: int, supply: int) -> Json:
    """Return the share of all money that voted for a delegate, in percent with two decimals."""
    hundredths = votes * 10_000 // supply
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100
