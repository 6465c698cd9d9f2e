"""A transaction as JSON, as it is posted to a node: the other way of `transaction.parse_transaction`.

What this is not: bytes (`serialized`), of which its id is made.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING
from prometheus_morpheus.transactions.serialized import transaction_id
from prometheus_morpheus.transactions.transaction import SECOND_SIGNATURE

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.transactions.transaction import Transaction


def transaction_json(transaction: Transaction) -> dict[str, Json]:
    """Return a transaction as JSON, members in the order of the reference, with its id when it is signed."""
    written: dict[str, Json] = {
        "version": transaction.version,
        "network": transaction.network,
        "typeGroup": transaction.type_group,
        "type": transaction.type,
        "asset": transaction.asset,
        "nonce": str(transaction.nonce),
        "senderPublicKey": transaction.sender.hex(),
        "fee": str(transaction.fee),
        "amount": str(transaction.amount),
        "expiration": transaction.expiration or None,
        "recipientId": transaction.recipient or None,
        "vendorField": transaction.vendor_field,
    }
    if transaction.signature:
        written |= {"id": transaction_id(transaction), "signature": transaction.signature.hex()}
    if transaction.second_signature:
        written[SECOND_SIGNATURE] = transaction.second_signature.hex()
    return {name: member for name, member in written.items() if member is not None}
