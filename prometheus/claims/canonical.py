"""Canonical JSON: the text that ledger operations and shown masks are made of.

Rules: members sorted by key at every level, no white space, keys in Unicode NFKD already, and the text of each key and
scalar NFKD-normalised after it was escaped. That last step can turn a full-width quotation mark into a plain one, so a
canonical text need not be readable JSON; the reference does the same, and it is this text that is hashed and signed.

What this is not: the form whose hash is a content id (`prometheus.claims.digest`), nor a form to store or to send.
"""

from __future__ import annotations

from prometheus.claims.jsontext import text_form
from prometheus.claims.normal_form import is_nfkd, nfkd
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json


def canonical(value: Json) -> str:
    """Return the canonical text of any JSON value.

    Raises:
        NotUnderstood: When a key, at any depth, is not in NFKD.
    """
    text = text_form(value)
    if text.isascii():
        return text
    _check_keys(value)
    # Nothing combines with a quotation mark, so what is between two of them is normalised on its own; most is ASCII.
    return '"'.join([piece if piece.isascii() else nfkd(piece) for piece in text.split('"')])


def _check_keys(value: Json) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if not is_nfkd(key):
                raise NotUnderstood(
                    "Data for canonical JSON serialization must contain field names normalized with Unicode NFKD",
                    code="CANONICAL",
                )
            _check_keys(item)
    elif isinstance(value, list):
        for item in value:
            _check_keys(item)
