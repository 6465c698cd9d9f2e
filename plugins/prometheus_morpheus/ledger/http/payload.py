"""Reads the body of a request by its declared type, the way Hydra's server does.

Rules:
* No declared type counts as JSON. JSON that does not parse is refused with status 422, not 400; so is a member named
  ``__proto__``, which would change what JavaScript reads.
* Any other text, and bytes, arrive as one string, which no answer wants; a form arrives as its fields.
* A type that nobody knows is refused with status 422.
* Of members with the same name the last one counts, as in JavaScript.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from prometheus.claims.jsontext import parse
from prometheus.errors import NotUnderstood, TooLarge
from prometheus_morpheus.ledger.http.asked import Refused

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

LARGEST = 16 * 1024 * 1024
"""Bytes of a body that are read at most."""

_PROTOTYPE = re.compile(rb'"__proto__"\s*:')


def read_body(declared_type: str, raw: bytes) -> Json:
    """Return the value of a body; None where it is empty.

    Raises:
        Refused: 413 or 422.
    """
    kind = declared_type.partition(";")[0].strip().lower() or "application/json"
    if len(raw) > LARGEST:
        raise Refused(413, f"Payload content length greater than maximum allowed: {LARGEST}")
    if kind == "application/json" or kind.endswith("+json"):
        return _json(raw) if raw else None
    text = raw.decode("utf-8", "replace")
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl(text, keep_blank_values=True))
    if kind == "application/octet-stream" or kind.startswith("text/"):
        return text
    raise Refused(422, "Unsupported Media Type")


def _json(raw: bytes) -> Json:
    if _PROTOTYPE.search(raw):
        raise Refused(422, "Invalid request payload JSON format")
    try:
        return parse(raw, unique_keys=False)
    except (NotUnderstood, TooLarge):
        raise Refused(422, "Invalid request payload JSON format") from None
