"""What each kind of transaction carries in its asset, checked before anything is made of it.

    delegate registration  {"delegate": {"username": "…"}}                      a-z 0-9 ! @ $ & _ . up to 20 characters
    vote                   {"votes": ["+<public key in hex>"]}                  or "-…", exactly one
    multi-payment          {"payments": [{"amount": "…", "recipientId": "…"}]}  2 to 256
    Morpheus               {"operationAttempts": […]}                           see `operations`
    Coeus                  any JSON object

Rules:
* A transfer has none; one that is given is dropped, as nodes do.
* The asset of the second layer is its JSON text, at most 1 MiB of ASCII, and such that nodes write it the same: see
  `node_json`. In what a node shows any number may stand, for it was sent by somebody else.
* Members that are not named are dropped from the first three, which are written as bytes of their own, and kept in the
  other two, whose text is what was signed.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood, TooLarge
from prometheus.model.frozen import TYPE_CHECKING
from prometheus_morpheus.transactions.addresses import address_payload
from prometheus_morpheus.transactions.kinds import COEUS, DELEGATE, MORPHEUS, MULTI_PAYMENT, TRANSFER, VOTE
from prometheus_morpheus.transactions.members import decimal
from prometheus_morpheus.transactions.node_json import javascript_text, node_text, shown_text
from prometheus_morpheus.transactions.operations import attempts_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.transactions.kinds import Kind

MAX_ASSET = 1024 * 1024
MAX_PAYMENTS = 256
MAX_USERNAME = 20
_USERNAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789!@$&_.")
_HEX = frozenset("0123456789abcdefABCDEF")


def checked_asset(kind: Kind, asset: Json, network: int, *, is_shown: bool = False) -> Json:
    """Return the asset of a kind of transaction, reduced to what counts; None for a transfer.

    Args:
        kind: Of the transaction.
        asset: As it was given.
        network: The address byte.
        is_shown: Whether a node shows it, so that its numbers are as JavaScript wrote them.

    Raises:
        NotUnderstood: When it does not have the form of its kind.
        TooLarge: When its text is longer than 1 MiB.
    """
    if kind is TRANSFER:
        return None
    if not isinstance(asset, dict):
        raise refusal(f"the asset of a transaction of the kind {kind.name} is a JSON object")
    if kind in (MORPHEUS, COEUS):
        return _second_layer(kind, asset, shown_text(asset) if is_shown else node_text(asset))
    return _CHECKS[kind](asset, network)


def asset_text(asset: Json) -> str:
    """Return the text of a second layer asset: compact JSON, members in their own order, numbers as nodes write."""
    return javascript_text(asset)


def payments_of(asset: Json) -> list[tuple[str, int]]:
    """Return recipients and amounts of a checked multi-payment."""
    payments = _list(_object(asset, "asset"), "payments")
    return [_payment(payment) for payment in payments]


def votes_of(asset: Json) -> list[tuple[bool, bytes]]:
    """Return for each vote of a checked asset whether it is for (True) or against, and the delegate's key."""
    return [_vote(vote) for vote in _list(_object(asset, "asset"), "votes")]


def username_of(asset: Json) -> str:
    """Return the name of a checked delegate registration."""
    name = _object(_object(asset, "asset").get("delegate"), "delegate").get("username")
    if not isinstance(name, str):
        raise refusal("a delegate has a username")
    return name


def refusal(what: str, meaning: str = "") -> NotUnderstood:
    """Return the error for an asset that does not have the form of its kind."""
    return NotUnderstood(what, code="TRANSACTION-ASSET", meaning=meaning)


def _delegate(asset: dict[str, Json], _network: int) -> Json:
    name = username_of(asset)
    if not 1 <= len(name) <= MAX_USERNAME or not _USERNAME.issuperset(name):
        raise refusal(
            f"a delegate's name is 1 to {MAX_USERNAME} of a-z 0-9 ! @ $ & _ .", "nodes refuse any other character"
        )
    return {"delegate": {"username": name}}


def _votes(asset: dict[str, Json], _network: int) -> Json:
    votes = votes_of(asset)
    if len(votes) != 1:
        raise refusal("one transaction carries exactly one vote")
    return {"votes": [("+" if is_for else "-") + delegate.hex() for is_for, delegate in votes]}


def _vote(vote: Json) -> tuple[bool, bytes]:
    if not isinstance(vote, str) or len(vote) != 67 or vote[0] not in "+-" or not _HEX.issuperset(vote[1:]):
        raise refusal("a vote is + or - and a public key of 66 hex digits")
    return vote[0] == "+", bytes.fromhex(vote[1:])


def _payments(asset: dict[str, Json], network: int) -> Json:
    if not 2 <= len(_list(asset, "payments")) <= MAX_PAYMENTS:
        raise refusal(f"a multi-payment has 2 to {MAX_PAYMENTS} payments")
    payments = payments_of(asset)
    for address, amount in payments:
        address_payload(address, network)
        if not amount:
            raise refusal("each payment is of at least 1")
    return {"payments": [{"amount": str(amount), "recipientId": address} for address, amount in payments]}


def _payment(payment: Json) -> tuple[str, int]:
    members = _object(payment, "payment")
    address = members.get("recipientId")
    if not isinstance(address, str):
        raise refusal("each payment has a recipientId")
    return address, decimal(members, "amount")


def _second_layer(kind: Kind, asset: dict[str, Json], text: str) -> Json:
    if kind is MORPHEUS:
        attempts_of(asset)
    if len(text) > MAX_ASSET:
        raise TooLarge("the asset is longer than 1 MiB", code="TRANSACTION-ASSET")
    return asset


def _object(value: Json, name: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise refusal(f"the {name} of a transaction is a JSON object")
    return value


def _list(value: dict[str, Json], name: str) -> list[Json]:
    entries = value.get(name)
    if not isinstance(entries, list):
        raise refusal(f"the {name} of a transaction are a JSON array")
    return entries


_CHECKS: dict[Kind, Callable[[dict[str, Json], int], Json]] = {
    DELEGATE: _delegate,
    VOTE: _votes,
    MULTI_PAYMENT: _payments,
}
