"""Balances, nonces, votes and delegates: what the blocks so far made of every address.

Rules:
* An account appears when it is paid or pays; its key is known from its first own transaction on.
* Whether a transaction may be applied is asked with what the sender has waiting in the pool: its nonce follows those,
  and their outlay is spent already. Texts are Hydra's.
* Reverting undoes exactly what applying did, in reverse order. The wallet that gave out all money at first is below
  zero for ever; all others never are.

What this is not: signatures, fees (see `judging`), the order of transactions (see `pool`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_morpheus.transactions.addresses import sender_address
from prometheus_morpheus.transactions.assets import payments_of, username_of, votes_of
from prometheus_morpheus.transactions.kinds import CORE_GROUP, DELEGATE, MULTI_PAYMENT, TRANSFER, VOTE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_morpheus.ledger.genesis import FirstTransaction
    from prometheus_morpheus.ledger.views import Block
    from prometheus_morpheus.transactions.transaction import Transaction

COLD = "Insufficient balance in database wallet. Wallet is not allowed to spend before funding is confirmed."
_HEX = frozenset("0123456789abcdefABCDEF")
_KEY_DIGITS = 66
_POOR = "Insufficient balance in the wallet."
_FAILED = "Failed to apply transaction, because "


class Account:
    """One address; `vote` is the public key in hex of the delegate voted for, `username` that of a delegate itself."""

    __slots__ = (
        "address",
        "balance",
        "forged_fees",
        "forged_rewards",
        "last_height",
        "nonce",
        "produced",
        "public_key",
        "username",
        "vote",
    )

    def __init__(self, address: str) -> None:
        self.address = address
        self.public_key = b""
        self.nonce = 0
        self.balance = 0
        self.vote = ""
        self.username = ""
        self.forged_fees = 0
        self.forged_rewards = 0
        self.produced = 0
        self.last_height = 0

    @property
    def was_seen(self) -> bool:
        """Whether the chain holds anything of this address."""
        return bool(self.public_key or self.balance or self.nonce)


class Accounts:
    """All accounts, by address, key and delegate's name."""

    def __init__(self, address_byte: int) -> None:
        self._address_byte = address_byte
        self._by_address: dict[str, Account] = {}
        self._by_key: dict[bytes, Account] = {}
        self._by_username: dict[str, Account] = {}

    def at(self, address: str) -> Account:
        """Return the account of an address, an empty one where there was none."""
        account = self._by_address.get(address)
        if account is None:
            account = self._by_address[address] = Account(address)
        return account

    def of_key(self, public_key: bytes) -> Account:
        """Return the account of a public key; that the chain knows the key is not implied."""
        account = self._by_key.get(public_key)
        if account is None:
            account = self._by_key[public_key] = self.at(sender_address(public_key, self._address_byte))
        return account

    def find(self, text: str) -> Account | None:
        """Return the account of an address, public key in hex or delegate's name that the chain saw, or None."""
        account = self._by_address.get(text) or self._by_username.get(text) or self._of_hex(text)
        return account if account is not None and account.was_seen else None

    def delegates(self) -> list[Account]:
        """Return all delegates, those with most votes first, then by public key."""
        votes = self.votes()
        return sorted(self._by_username.values(), key=lambda one: (-votes.get(one.public_key.hex(), 0), one.public_key))

    def votes(self) -> dict[str, int]:
        """Return for each delegate's key in hex the balances of all who vote for it."""
        counted: dict[str, int] = {}
        for account in self._by_address.values():
            if account.vote:
                counted[account.vote] = counted.get(account.vote, 0) + account.balance
        return counted

    def is_cold(self, public_key: bytes) -> bool:
        """Return whether a sender was never paid and never sent."""
        account = self.of_key(public_key)
        return not account.public_key and not account.balance

    def reason_against(self, transaction: Transaction, waiting: int, waiting_outlay: int) -> str | None:
        """Return why a transaction cannot be applied after those its sender has waiting, or None."""
        account = self.of_key(transaction.sender)
        left = account.balance - waiting_outlay - outlay_of(transaction)
        kind = transaction.kind
        if kind is MULTI_PAYMENT and left < 0:
            return _POOR
        special = self._special_reason(account, transaction)
        if special is not None:
            return special
        nonce = account.nonce + waiting
        if transaction.nonce != nonce + 1:
            sender = transaction.sender.hex()
            return f"Cannot apply a transaction with nonce {transaction.nonce}: the sender {sender} has nonce {nonce}."
        return _POOR if left < 0 else None

    def _special_reason(self, account: Account, transaction: Transaction) -> str | None:
        kind = transaction.kind
        if kind is VOTE:
            return self._vote_reason(account, vote_of(transaction))
        if kind is not DELEGATE:
            return None
        if account.username:
            return f"{_FAILED}the wallet already has a registered username."
        username = username_of(transaction.asset)
        if username in self._by_username:
            return f"{_FAILED}the username '{username}' is already registered."
        return None

    def _vote_reason(self, account: Account, vote: str) -> str | None:
        if vote[0] == "+" and account.vote:
            return f"{_FAILED}the sender wallet has already voted."
        if vote[0] == "-" and not account.vote:
            return f"{_FAILED}the wallet has not voted."
        if vote[0] == "-" and account.vote != vote[1:]:
            return f"{_FAILED}the wallet vote does not match."
        delegate = self._by_key.get(bytes.fromhex(vote[1:]))
        if delegate is None or not delegate.username:
            return f"{_FAILED}only delegates can be voted."
        return None

    def apply(self, transaction: Transaction) -> None:
        """Let a transaction that nothing is against have its effect."""
        account = self.of_key(transaction.sender)
        account.public_key = transaction.sender
        account.nonce += 1
        account.balance -= outlay_of(transaction)
        for address, amount in paid_by(transaction):
            self.at(address).balance += amount
        kind = transaction.kind
        if kind is VOTE:
            vote = vote_of(transaction)
            account.vote = vote[1:] if vote[0] == "+" else ""
        elif kind is DELEGATE:
            self._register(account, username_of(transaction.asset))

    def revert(self, transaction: Transaction) -> None:
        """Undo the newest transaction."""
        account = self.of_key(transaction.sender)
        kind = transaction.kind
        if kind is VOTE:
            vote = vote_of(transaction)
            account.vote = "" if vote[0] == "+" else vote[1:]
        elif kind is DELEGATE:
            del self._by_username[account.username]
            account.username = ""
        for address, amount in paid_by(transaction):
            self.at(address).balance -= amount
        account.balance += outlay_of(transaction)
        account.nonce -= 1
        if not account.nonce:
            account.public_key = b""

    def apply_first(self, transactions: Iterable[FirstTransaction]) -> None:
        """Let the transactions of the first block have their effect."""
        for transaction in transactions:
            account = self.of_key(transaction.sender)
            account.public_key = transaction.sender
            account.nonce += 1
            account.balance -= transaction.amount
            if transaction.recipient:
                self.at(transaction.recipient).balance += transaction.amount
            else:
                self._register(account, transaction.username)

    def reward(self, block: Block) -> None:
        """Give the fees and the reward of a block to its delegate."""
        account = self.of_key(bytes.fromhex(block.generator))
        account.balance += block.fee + block.reward
        account.forged_fees += block.fee
        account.forged_rewards += block.reward
        account.produced += 1
        account.last_height = block.height

    def take_reward_back(self, block: Block, last_height: int) -> None:
        """Undo `reward`; `last_height` is that of the delegate's block before, 0 where there is none."""
        account = self.of_key(bytes.fromhex(block.generator))
        account.balance -= block.fee + block.reward
        account.forged_fees -= block.fee
        account.forged_rewards -= block.reward
        account.produced -= 1
        account.last_height = last_height

    def _of_hex(self, text: str) -> Account | None:
        if len(text) != _KEY_DIGITS or not _HEX.issuperset(text):
            return None
        account = self._by_key.get(bytes.fromhex(text))
        return account if account is not None and account.public_key else None

    def _register(self, account: Account, username: str) -> None:
        account.username = username
        self._by_username[username] = account


def outlay_of(transaction: Transaction) -> int:
    """Return what a transaction costs its sender, fee included, in flakes."""
    cost = transaction.amount + transaction.fee
    if transaction.type == MULTI_PAYMENT.type and transaction.type_group == CORE_GROUP:
        cost += sum(amount for _, amount in payments_of(transaction.asset))
    return cost


def paid_by(transaction: Transaction) -> list[tuple[str, int]]:
    """Return whom a transaction pays how much."""
    if transaction.type_group != CORE_GROUP:
        return []
    if transaction.type == TRANSFER.type:
        return [(transaction.recipient, transaction.amount)]
    return payments_of(transaction.asset) if transaction.type == MULTI_PAYMENT.type else []


def vote_of(transaction: Transaction) -> str:
    """Return the vote of a checked transaction: + or - and the delegate's key in hex."""
    [(is_for, delegate)] = votes_of(transaction.asset)
    return ("+" if is_for else "-") + delegate.hex()
