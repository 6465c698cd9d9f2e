"""Reads the body of a request by its declared type, the way Hydra's server does.

Rules:
* No declared type counts as JSON. JSON that does not parse is refused with status 422, not 400.
* Any other text arrives as one string, which no answer wants; what is no text is refused with status 415.
* Of members with the same name the last one counts, as in JavaScript.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.claims.jsontext import parse
from prometheus.errors import NotUnderstood, TooLarge
from prometheus_morpheus.ledger.http.asked import Refused

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

LARGEST = 16 * 1024 * 1024
"""Bytes of a body that are read at most."""


def read_body(declared_type: str, raw: bytes) -> Json:
    """Return the value of a body; None where it is empty.

    Raises:
        Refused: 413, 415 or 422.
    """
    kind = declared_type.partition(";")[0].strip().lower() or "application/json"
    if len(raw) > LARGEST:
        raise Refused(413, f"Payload content length greater than maximum allowed: {LARGEST}")
    if kind == "application/json" or kind.endswith("+json"):
        return _json(raw) if raw else None
    if kind.startswith("text/"):
        return raw.decode("utf-8", "replace")
    raise Refused(415, "Unsupported Media Type")


def _json(raw: bytes) -> Json:
    try:
        return parse(raw, unique_keys=False)
    except (NotUnderstood, TooLarge):
        raise Refused(422, "Invalid request payload JSON format") from None
