"""Bodies of requests and statements that were signed here (collection 8).

Version 1 was written in two shapes. The first knew only requests:

    id, persona, process_id, claim_id, created, raw, statement (id of the claim that answers it, or empty)

The second, for requests and statements alike, is all that version 2 has:

    id, kind, persona, process_id, subject, claim_id, created, raw, partner, before, deleted_at
"""

from __future__ import annotations

import json

from prometheus.model.frozen import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXTS: Final = ("id", "persona", "process_id", "claim_id", "created", "raw")


def to_2(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Give a request of the first shape the members of the second; its JSON text stays verbatim."""
    if "kind" in fields or "statement" not in fields:
        return dict(fields)
    kept = {name: value for name, value in fields.items() if name != "statement"}
    return {
        **dict.fromkeys(_TEXTS, ""),
        **kept,
        "kind": "request",
        "subject": _subject(fields.get("raw")),
        "partner": fields["statement"],
        "before": "",
        "deleted_at": "",
    }


def _subject(raw: object) -> str:
    """Return the DID that the claim in a signed request is about, or an empty text where none can be read."""
    try:
        subject = json.loads(raw)["content"]["claim"]["subject"] if isinstance(raw, str) else ""
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return subject if isinstance(subject, str) else ""
