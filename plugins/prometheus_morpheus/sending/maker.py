"""Make an action's signed transaction: its nonce, a fee that nodes take and the person agreed to, its end.

The signature is checked before anything is kept: what the signer returned is either the transaction that was shown, by
the wallet that was shown, or an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from prometheus.claims.jsontext import compact, parse
from prometheus.errors import Conflict
from prometheus_morpheus.sending.action import Signing
from prometheus_morpheus.sending.costs import lowest_fee
from prometheus_morpheus.sending.slots import block_seconds
from prometheus_morpheus.transactions.kinds import TRANSFER
from prometheus_morpheus.transactions.posted import transaction_json
from prometheus_morpheus.transactions.serialized import transaction_id
from prometheus_morpheus.transactions.signing import has_valid_signature, with_signature
from prometheus_morpheus.transactions.transaction import parse_transaction

if TYPE_CHECKING:
    from prometheus_morpheus.client.answers import NodeConfiguration
    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.transactions.transaction import Transaction


class WalletSigner(Protocol):
    """Signs with the keys of wallets, which never leave it; the open vault of a plugin's verb is one."""

    def wallet_public_key(self, network: str, account: int, index: int) -> bytes:
        """Return a public key of 33 bytes; the network by its full name, such as ``HYD testnet``."""
        ...

    def wallet_sign(self, network: str, account: int, index: int, message: bytes) -> bytes:
        """Return the DER ECDSA signature over the SHA-256 of a message."""
        ...


class TooDear(Conflict):
    """Nodes want a higher fee than the person agreed to."""

    code = "LEDGER-FEE"


def draft_text(draft: Transaction) -> str:
    """Return a draft as it is kept."""
    return compact(transaction_json(draft))


def draft_of(action: Action) -> Transaction:
    """Return the unsigned transaction of an action."""
    return parse_transaction(parse(action.draft))


def fee_of(action: Action, configuration: NodeConfiguration) -> int:
    """Return the fee to sign with.

    Raises:
        TooDear: When nodes want more than was agreed to.
    """
    least = lowest_fee(draft_of(action), configuration)
    if least > action.fee_limit:
        raise TooDear(
            f"nodes want a fee of {least} flakes, and you agreed to {action.fee_limit}",
            remedy="forget it and want it anew with a higher fee",
        )
    return max(least, action.fee_wanted)


def expiration_of(action: Action, configuration: NodeConfiguration, tip: int) -> int:
    """Return the height at which it is too late; 0 where the kind has none, or none is wanted."""
    if not action.lifetime or (action.type_group, action.type) != (TRANSFER.group, TRANSFER.type):
        return 0
    return tip + max(2, action.lifetime // block_seconds(configuration))


def sign(signer: WalletSigner, action: Action, *, nonce: int, fee: int, expiration: int) -> Signing:
    """Return the signed transaction of an action.

    Raises:
        Conflict: When the signer is not the wallet that pays, or the draft only stands in for what is wanted.
        VaultError: When it cannot sign.
    """
    if action.wanted:
        raise Conflict("a draft that stands in for something else is not signed", code="LEDGER-STAND-IN")
    payer = action.payer
    transaction = draft_of(action)._replace(nonce=nonce, fee=fee, expiration=expiration)
    signed = with_signature(transaction, lambda message: signer.wallet_sign(*payer, message))
    if not has_valid_signature(signed):
        raise Conflict("the wallet's key did not sign this transaction", code="LEDGER-SIGNATURE")
    return Signing(transaction_id(signed), fee, expiration, compact(transaction_json(signed)))
