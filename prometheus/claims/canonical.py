"""Canonical JSON: the text that ledger operations and shown masks are made of.

Rules: members sorted by key at every level, no white space, keys in Unicode NFKD already, and the text of each key and
scalar NFKD-normalised after it was escaped. That last step can turn a full-width quotation mark into a plain one, so a
canonical text need not be readable JSON; the reference does the same, and it is this text that is hashed and signed.

What this is not: the form whose hash is a content id (`prometheus.claims.digest`), nor a form to store or to send.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.claims.jsontext import scalar_text
from prometheus.claims.normal_form import is_nfkd, nfkd
from prometheus.errors import NotUnderstood

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json


def canonical(value: Json) -> str:
    """Return the canonical text of any JSON value.

    Raises:
        NotUnderstood: When a key, at any depth, is not in NFKD.
    """
    if isinstance(value, dict):
        return "{" + ",".join([f"{_key_text(key)}:{canonical(value[key])}" for key in sorted(value)]) + "}"
    if isinstance(value, list):
        return "[" + ",".join([canonical(item) for item in value]) + "]"
    return nfkd(scalar_text(value))


def _key_text(key: str) -> str:
    if not is_nfkd(key):
        raise NotUnderstood(
            "Data for canonical JSON serialization must contain field names normalized with Unicode NFKD",
            code="CANONICAL",
        )
    return nfkd(scalar_text(key))
