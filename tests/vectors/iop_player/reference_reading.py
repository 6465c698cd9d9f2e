"""Reads typed documents the way the reference does before it signs them, and then strictly.

The reference drops members that it does not know, drops a nonce that is null, and writes the times of constraints as
null where they are missing. Our own reading refuses all that. So this takes away what the reference would not see, and
hands the rest to our strict reading; what that refuses is refused.
"""

from __future__ import annotations

from typing import Any

from prometheus.claims.presentation import parse_presentation
from prometheus.claims.request import parse_request
from prometheus.claims.statement import parse_statement
from prometheus.errors import Malformed

_CLAIM = {"subject": None, "content": None}
_CONSTRAINTS = {"after": None, "before": None, "witness": None, "authority": None, "content": None}
_SIGNED = {"signature": {"publicKey": None, "bytes": None}, "content": None, "nonce": None}
_LICENCE = {"issuedTo": None, "purpose": None, "validFrom": None, "validUntil": None}
_PROVEN = {"claim": None, "statements": [_SIGNED]}

_SHAPES: dict[str, Any] = {
    "request": {"processId": None, "claimant": None, "claim": _CLAIM, "evidence": None, "nonce": None},
    "statement": {"processId": None, "claim": _CLAIM, "constraints": _CONSTRAINTS, "nonce": None},
    "presentation": {"provenClaims": [_PROVEN], "licenses": [_LICENCE], "nonce": None},
}
_READERS: dict[str, Any] = {
    "request": parse_request,
    "statement": parse_statement,
    "presentation": parse_presentation,
}


def as_reference_reads(kind: str, document: Any) -> Any:
    """Return the document that the reference would sign.

    Raises:
        Malformed: When a member is missing or of the wrong kind.
    """
    known = _known_part(document, _SHAPES[kind])
    if kind == "statement" and isinstance(known.get("claim"), str):
        raise Malformed("a claim is signed in the open, not as a content id")
    return _READERS[kind](known).to_json()


def _known_part(value: Any, shape: Any) -> Any:
    if isinstance(shape, list) and isinstance(value, list):
        return [_known_part(item, shape[0]) for item in value]
    if not (isinstance(shape, dict) and isinstance(value, dict)):
        return value
    known = {name: _known_part(value[name], inner) for name, inner in shape.items() if name in value}
    if known.get("nonce", "") is None:
        del known["nonce"]
    if shape is _CONSTRAINTS:
        known = {"after": None, "before": None} | known
    return known
