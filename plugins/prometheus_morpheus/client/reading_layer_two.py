"""Answers of layer 2 taken apart, strictly.

Rules: a document has to be of the DID and the height that were asked for, heights have to lie in the range asked for
and never rise from one entry to the next (newest first), and a content id comes back as it was sent.
"""

from __future__ import annotations

from prometheus.claims.did_document import parse_did_document
from prometheus.errors import Malformed, NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING
from prometheus_morpheus.client.answers import BeforeProof, DocumentAnswer, OperationAt, TransactionAt
from prometheus_morpheus.client.fields import (
    MAX_HEIGHT,
    boolean,
    identifier,
    integer,
    list_member,
    member,
    object_of,
    short_text,
)

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

_MAX_ENTRIES = 100_000
_MAX_CONTENT_ID = 1000
_MAX_MESSAGE = 2000
_MAX_KEYS = 10_000


def in_a_path(content_id: str) -> str:
    """Return a content id, which is free text on the ledger, fit for a path.

    Raises:
        NotUnderstood: When it is empty or longer than 1000 characters.
    """
    from urllib.parse import quote

    if not content_id or len(content_id) > _MAX_CONTENT_ID:
        raise NotUnderstood("that is not a content id", code="CONTENT-ID")
    if content_id in (".", ".."):
        raise NotUnderstood("that content id cannot be asked for", code="CONTENT-ID")
    return quote(content_id, safe="")


def document_of(body: Json, did: str, height: int | None) -> DocumentAnswer:
    """Return the document of a DID as it was asked for."""
    raw = object_of(body, "the DID document")
    if len(list_member(raw, "keys")) > _MAX_KEYS:
        raise Malformed("the DID document has more keys than anyone has")
    document = parse_did_document(raw)
    if document.did.text != did:
        raise Malformed("the document of another DID came")
    if height is not None and document.queried_at != height:
        raise Malformed("the document of another height came")
    return DocumentAnswer(document, raw, document.queried_at)


def transaction_at(body: Json) -> TransactionAt:
    """Return a transaction's id and height."""
    found = object_of(body, "the answer")
    return TransactionAt(identifier(found, "transactionId"), integer(found, "height"))


def transactions_at(body: Json, start: int, until: int | None) -> tuple[TransactionAt, ...]:
    """Return ids and heights, newest first, inside a range that includes both ends."""
    found = tuple(transaction_at(each) for each in _listed(body))
    if len(set(found)) != len(found):
        raise Malformed("a history has the same transaction twice")
    _check_order([each.height for each in found], start, until)
    return found


def operations_on(body: Json, did: str, start: int, until: int | None) -> tuple[OperationAt, ...]:
    """Return operations on a DID, newest first, inside a range that includes both ends."""
    found = tuple(_operation(each, did) for each in _listed(body))
    _check_order([each.height for each in found], start, until)
    return found


def before_proof_of(body: Json, content_id: str) -> BeforeProof:
    """Return since when a content id is registered; height and transaction are both there or both not."""
    found = object_of(body, "the answer")
    if short_text(found, "contentId", _MAX_CONTENT_ID) != content_id:
        raise Malformed("the history of another content id came")
    queried_at = integer(found, "queriedAtHeight")
    if member(found, "existsFromHeight") is None and member(found, "txid") is None:
        return BeforeProof(content_id, None, None, queried_at)
    height = integer(found, "existsFromHeight")
    if height > queried_at:
        raise Malformed("the content id is registered in the future")
    return BeforeProof(content_id, height, identifier(found, "txid"), queried_at)


def status(body: Json) -> bool:
    """Return the bare true or false of ``/txn-status/{id}``."""
    if not isinstance(body, bool):
        raise Malformed("the status of a transaction is not true or false")
    return body


def objection(body: Json) -> str | None:
    """Return the first error of ``/check-transaction-validity``, or None where there is none."""
    if not isinstance(body, list):
        raise Malformed("the answer is not a list")
    if not body:
        return None
    return short_text(object_of(body[0], "an error"), "message", _MAX_MESSAGE) or "no reason given"


def _listed(body: Json) -> list[Json]:
    if not isinstance(body, list) or len(body) > _MAX_ENTRIES:
        raise Malformed("the answer is not a list of a readable length")
    return body


def _operation(value: Json, did: str) -> OperationAt:
    found = object_of(value, "an operation")
    operation = object_of(member(found, "data"), "data")
    if operation.get("did") != did:
        raise Malformed("an operation on another DID came")
    return OperationAt(
        identifier(found, "transactionId"), integer(found, "blockHeight"), operation, boolean(found, "valid")
    )


def _check_order(heights: list[int], start: int, until: int | None) -> None:
    if heights != sorted(heights, reverse=True):
        raise Malformed("a history is not in its order")
    if any(not start <= height <= (MAX_HEIGHT if until is None else until) for height in heights):
        raise Malformed("a history goes beyond the heights asked for")
