"""Where our services answer otherwise than the recorded ones, and why: three differences, each right where that is not.

`PRIVATE_BLOB`: the reference hands out signed requests, evidence included, to anybody who knows or guesses an id. Ours
asks for a clerk's token; with one, the answer is the recorded one, which is played too.
`ANOTHER_BODY`: the reference does not look at the content id in a token. Ours compares it with the body, so whoever saw
a token does nothing else with it; with a token for that body, the answer is the recorded one, which is played too.
`SEVERITY`: the reference compares severities in the wrong letter case and tells every issue as a warning. Ours tells an
error as an error; what is said, and its order, is the same.

Nothing else may differ, but for what JavaScript says in its own words: of a text that does not parse the page is
compared, not the parser's sentence. Where the recording cut a page with ``…``, what stands before and after counts.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import Any, Final

from prometheus.claims.digest import content_id

PRIVATE_BLOB: Final = "a private blob needs a clerk's token"
ANOTHER_BODY: Final = "a token is for one body"
SEVERITY: Final = "an error is told as an error"

DIFFERENCES: Final = {
    "http_authority-012": ANOTHER_BODY,
    "http_authority-023": PRIVATE_BLOB,
    "http_authority-024": PRIVATE_BLOB,
    "http_inspector-014": SEVERITY,
    "http_inspector-015": SEVERITY,
    "http_inspector-022": SEVERITY,
}
"""Every vector of the shipped files that we answer otherwise."""

ERRORS: Final = frozenset(
    f"{reason} (0)"
    for reason in (
        "DID was tombstoned before given period",
        "Right was never granted to given authentication",
        "No matching authentication found in DID",
        "Key was enabled only after given period",
        "Key expired before given period",
        "Required right was never granted for key",
        "Signature is invalid",
        "Key links for remote DIDs are not supported yet",
        "invalid digit found in string",
    )
)
"""The issues that are errors by the reference's own library, which its service tells as warnings."""

_CUT = "…"
_PARSER = "SyntaxError: "


def difference(asked: dict[str, Any], recorded: dict[str, Any]) -> str | None:
    """Return which difference a recorded answer calls for; None where ours has to be the same."""
    path = asked["url"]
    if (
        asked["method"] == "GET"
        and path.startswith("/private-blob/")
        and "authorization" not in asked.get("headers", {})
    ):
        return PRIVATE_BLOB
    if _is_for_another_body(asked) and recorded["status"] < 400:
        return ANOTHER_BODY
    if path == "/validate" and any(_is_error(text) for text in recorded["body"]["warnings"]):
        return SEVERITY
    return None


def expected(asked: dict[str, Any], recorded: dict[str, Any]) -> dict[str, Any]:
    """Return the answer that ours has to be."""
    which = difference(asked, recorded)
    if which == PRIVATE_BLOB:
        return forbidden("Error: No authorization header found")
    if which == ANOTHER_BODY:
        return forbidden("Error: Token is for another body")
    if which == SEVERITY:
        told = recorded["body"]
        errors = [*told["errors"], *(text for text in told["warnings"] if _is_error(text))]
        warnings = [text for text in told["warnings"] if not _is_error(text)]
        return {**recorded, "body": {"errors": errors, "warnings": warnings}}
    return recorded


def forbidden(text: str) -> dict[str, Any]:
    """Return the answer to a token that is missing or wrong."""
    return {"status": 403, "content_type": "text/html; charset=utf-8", "text": text}


def is_same_text(ours: str, recorded: str) -> bool:
    """Return whether two pages are the same, as far as the recording goes."""
    if _PARSER in recorded:
        return ours.partition(_PARSER)[0] == recorded.partition(_PARSER)[0] and _PARSER in ours
    before, cut, after = recorded.partition(_CUT)
    return ours == recorded if not cut else ours.startswith(before) and ours.endswith(after)


def claims_of(headers: dict[str, str]) -> dict[str, Any]:
    """Return what a recorded token says; nothing where there is none that can be read."""
    parts = headers.get("authorization", "").removeprefix("Bearer ").split(".")
    if len(parts) != 3:
        return {}
    found: dict[str, Any] = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    return found


def _is_for_another_body(asked: dict[str, Any]) -> bool:
    claims, body = claims_of(asked.get("headers", {})), asked.get("body")
    return bool(claims) and claims.get("jti") != (content_id(body) if isinstance(body, dict) else None)


def _is_error(text: str) -> bool:
    return text in ERRORS or text.startswith("No key found for link ")
