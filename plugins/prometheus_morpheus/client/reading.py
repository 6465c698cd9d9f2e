"""Answers of layer 1 taken apart, strictly.

Rules:
* What was asked for by id, height or address has to be what came.
* Unknown members are left alone: nodes differ in what they tell besides.
* A list may not be longer than its page, nor have the same id twice.

Each function takes the whole body and raises `prometheus.errors.Malformed` or `NotUnderstood` for what does not fit.
"""

from __future__ import annotations

from prometheus.errors import Malformed, NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING
from prometheus_morpheus.client.answers import (
    Block,
    NodeTransaction,
    Page,
    Posted,
    Refusal,
    Tip,
    Wallet,
)
from prometheus_morpheus.client.fields import (
    MAX_MONEY,
    data_of,
    hexadecimal,
    identifier,
    integer,
    is_identifier,
    list_member,
    money,
    object_member,
    object_of,
    optional_text,
    short_text,
)
from prometheus_morpheus.transactions.addresses import is_address
from prometheus_morpheus.transactions.kinds import MULTI_PAYMENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.jsontext import Json

EMPTY_PAGE: Page[NodeTransaction] = Page((), 1, 1, 0)

_USERNAME_SIGNS = "!@$&_."
"""What a delegate's name may hold besides letters and digits; none of it means anything in a path."""
_MAX_ADDRESS = 40
_MAX_NAME = 64
_MAX_VENDOR_FIELD = 255
_MAX_MESSAGE = 2000
_MAX_REFUSALS = 20
_MAX_PAGE = 100
_KEY_SIZE = 33
_MAX_SIGNATURE = 72


def checked_address(text: str) -> str:
    """Return a text that may be an address, a public key or a user name, fit for a path.

    Raises:
        NotUnderstood: When it cannot be one.
    """
    if not text or len(text) > 2 * _KEY_SIZE or not text.isascii() or not text.isalnum():
        raise NotUnderstood("that is not an address of the ledger", code="ADDRESS")
    return text


def checked_wallet(text: str) -> str:
    """Return a text that may be an address, a public key or a delegate's user name, fit for a path.

    Raises:
        NotUnderstood: When it cannot be one.
    """
    if not text.strip(".") or len(text) > 2 * _KEY_SIZE or not text.isascii():
        raise NotUnderstood("no wallet is called that", code="ADDRESS")
    if not all(each.isalnum() or each in _USERNAME_SIGNS for each in text):
        raise NotUnderstood("no wallet is called that", code="ADDRESS")
    return text


def checked_id(text: str) -> str:
    """Return a text that is the id of a transaction or block, fit for a path.

    Raises:
        NotUnderstood: When it is not 64 lower case hex digits.
    """
    if not is_identifier(text):
        raise NotUnderstood("that is not the id of a transaction or a block", code="LEDGER-ID")
    return text


def tip(body: Json) -> Tip:
    """Return the newest block of ``/blockchain``."""
    block = object_member(data_of(body), "block")
    return Tip(integer(block, "height"), identifier(block, "id"))


def block_named(body: Json, height_or_id: int | str) -> Block:
    """Return the block of ``/blocks/{…}``, which has to be the one asked for."""
    found = block_of(data_of(body))
    if height_or_id not in (found.height, found.id):
        raise Malformed("another block came than the one asked for")
    return found


def block_of(data: dict[str, Json]) -> Block:
    """Return one block of a list or of an answer."""
    forged, payload = object_member(data, "forged"), object_member(data, "payload")
    generator, time = object_member(data, "generator"), object_member(data, "timestamp")
    return Block(
        id=identifier(data, "id"),
        version=integer(data, "version"),
        height=integer(data, "height"),
        previous=identifier(data, "previous"),
        timestamp=integer(time, "epoch", largest=0xFFFFFFFF),
        unix=integer(time, "unix", largest=MAX_MONEY),
        transactions=integer(data, "transactions"),
        amount=money(forged, "amount"),
        fee=money(forged, "fee"),
        reward=money(forged, "reward"),
        payload_hash=identifier(payload, "hash"),
        payload_length=integer(payload, "length"),
        generator=hexadecimal(generator, "publicKey", shortest=_KEY_SIZE, longest=_KEY_SIZE),
        signature=hexadecimal(data, "signature", shortest=1, longest=_MAX_SIGNATURE),
        generator_name=optional_text(generator, "username", _MAX_NAME) or "",
        confirmations=integer(data, "confirmations"),
    )


def unseen_wallet(address: str) -> Wallet:
    """Return the wallet of an address that the ledger has never seen."""
    return Wallet(address, 0, 0)


def wallet_of(body: Json, name: str) -> Wallet:
    """Return the wallet of ``/wallets/{…}``; asked for by address, public key or user name."""
    data = data_of(body)
    key = data.get("publicKey")
    found = Wallet(
        address=checked_address(short_text(data, "address", _MAX_ADDRESS)),
        nonce=money(data, "nonce"),
        balance=_balance(data),
        public_key=None if key is None else hexadecimal(data, "publicKey", shortest=_KEY_SIZE, longest=_KEY_SIZE),
        username=optional_text(data, "username", _MAX_NAME),
        vote=optional_text(data, "vote", 2 * _KEY_SIZE),
    )
    known = (found.address, found.username, "" if found.public_key is None else found.public_key.hex())
    if name not in known:
        raise Malformed("another wallet came than the one asked for")
    return found


def _balance(data: dict[str, Json]) -> int:
    """Return the balance; the wallet that all money came from has a negative one on some nodes: then there is none."""
    balance = data.get("balance")
    if isinstance(balance, str) and balance.startswith("-") and balance[1:].isdigit() and len(balance) < _MAX_NAME:
        return 0
    return money(data, "balance")


def transaction_named(body: Json, transaction_id: str) -> NodeTransaction:
    """Return the transaction of ``/transactions/{id}``, which has to be the one asked for."""
    found = transaction_of(data_of(body))
    if found.id != transaction_id:
        raise Malformed("another transaction came than the one asked for")
    return found


def transaction_of(data: dict[str, Json]) -> NodeTransaction:
    """Return one transaction of a list or of an answer."""
    vendor_field = optional_text(data, "vendorField", _MAX_VENDOR_FIELD)
    asset = data.get("asset")
    is_forged = data.get("blockId") is not None
    return NodeTransaction(
        id=identifier(data, "id"),
        version=integer(data, "version", largest=255),
        type_group=integer(data, "typeGroup"),
        type=integer(data, "type", largest=0xFFFF),
        nonce=money(data, "nonce") if "nonce" in data else 0,
        sender=hexadecimal(data, "senderPublicKey", shortest=_KEY_SIZE, longest=_KEY_SIZE),
        sender_address=checked_address(short_text(data, "sender", _MAX_ADDRESS)),
        fee=money(data, "fee"),
        amount=money(data, "amount"),
        recipient=_payee(optional_text(data, "recipient", _MAX_ADDRESS)),
        vendor_field=vendor_field or None,
        asset=None if asset is None else _asset(data, object_of(asset, "asset")),
        signature=b"" if data.get("signatures") else _signature(data, "signature"),
        block_id=identifier(data, "blockId") if is_forged else "",
        confirmations=integer(data, "confirmations") if "confirmations" in data else 0,
        unix=integer(object_member(data, "timestamp"), "unix", largest=MAX_MONEY) if is_forged else 0,
        expiration=integer(data, "expiration") if data.get("expiration") is not None else 0,
        second_signature=_signature(data, "signSignature") or _signature(data, "secondSignature"),
    )


def _signature(data: dict[str, Json], name: str) -> bytes:
    return b"" if data.get(name) is None else hexadecimal(data, name, shortest=1, longest=_MAX_SIGNATURE)


def _payee(address: str | None) -> str:
    """Return a recipient's address, empty where there is none: 21 bytes with their checksum, so never a name."""
    if not address:
        return ""
    if not is_address(address):
        raise Malformed("a recipient is no address")
    return address


def _asset(data: dict[str, Json], asset: dict[str, Json]) -> dict[str, Json]:
    """Return an asset whose payments go to addresses; what else is wrong with it others find."""
    is_multi_payment = (data.get("typeGroup"), data.get("type")) == (MULTI_PAYMENT.group, MULTI_PAYMENT.type)
    payments = asset.get("payments") if is_multi_payment else None
    for payment in payments if isinstance(payments, list) else ():
        address = payment.get("recipientId") if isinstance(payment, dict) else None
        if isinstance(address, str) and not is_address(address):
            raise Malformed("a recipient is no address")
    return asset


def transactions(body: Json) -> Page[NodeTransaction]:
    """Return a page of transactions, as most lists of layer 1 are."""
    answer = object_of(body, "the answer")
    meta, listed = object_member(answer, "meta"), list_member(answer, "data")
    if len(listed) > _MAX_PAGE:
        raise Malformed("a page has more entries than a page has")
    items = tuple(transaction_of(object_of(each, "a transaction")) for each in listed)
    if len({each.id for each in items}) != len(items):
        raise Malformed("a page has the same transaction twice")
    return Page(items, _page_number(meta), integer(meta, "pageCount"), integer(meta, "totalCount", largest=MAX_MONEY))


def _page_number(meta: dict[str, Json]) -> int:
    """Return the number of a page, which a node tells only inside the address of the page itself."""
    own = optional_text(meta, "self", _MAX_MESSAGE) or ""
    number = own.rpartition("page=")[2].partition("&")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 1


def posted(body: Json, sent: Sequence[str]) -> Posted:
    """Return what became of posted transactions; ids that were not posted are refused."""
    answer = object_of(body, "the answer")
    data = object_member(answer, "data")
    errors = object_member(answer, "errors") if answer.get("errors") is not None else {}
    invalid = _ids(data, "invalid", sent)
    if not set(errors) <= set(sent):
        raise Malformed("errors speaks of a transaction that was not posted")
    refused = {each: _refusals(errors.get(each)) for each in dict.fromkeys([*invalid, *errors])}
    accepted = _ids(data, "accept", sent)
    if set(accepted) & set(refused):
        raise Malformed("a transaction is both accepted and refused")
    return Posted(accepted, _ids(data, "broadcast", sent), _ids(data, "excess", sent), refused)


def _ids(data: dict[str, Json], name: str, sent: Sequence[str]) -> tuple[str, ...]:
    listed = list_member(data, name)
    known = tuple(each for each in listed if isinstance(each, str) and each in sent)
    if len(known) != len(listed):
        raise Malformed(f"{name} has what was not posted")
    return known


def _refusals(value: Json) -> tuple[Refusal, ...]:
    if value is None:
        return ()
    listed = value if isinstance(value, list) else [value]
    return tuple(_refusal(object_of(each, "an error")) for each in listed[:_MAX_REFUSALS])


def _refusal(error: dict[str, Json]) -> Refusal:
    return Refusal(short_text(error, "type", _MAX_NAME), short_text(error, "message", _MAX_MESSAGE))
