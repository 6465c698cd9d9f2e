"""``key verify``: whether a signature over the bytes of a file was made by a key; needs no vault.

It speaks about a key, not about a person: whose key it is, and whether it was still in force, is another question.
"""

from __future__ import annotations

from prometheus import files
from prometheus.errors import NotFound
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.sign_content import CONTENT_LIMIT, is_signed

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation

_VALID, _INVALID = 0, 1
_TEXT_LIMIT = 1024


def run(call: Invocation) -> int:
    """Check a signature: 0 when it is right, 1 when it is not."""
    signature = _text_or_file(call.text("signature"), "s")
    public_key = _text_or_file(call.text("public_key"), "p")
    content = files.read(call.text("file"), CONTENT_LIMIT)
    is_right = is_signed(content, signature, public_key)
    document = {"verdict": "valid" if is_right else "invalid", "public_key": public_key, "size": len(content)}
    said = f"valid: {public_key} signed these {len(content)} bytes"
    refused = f"invalid: {public_key} did not sign these {len(content)} bytes"
    call.output.result(document, [said if is_right else refused])
    return _VALID if is_right else _INVALID


def _text_or_file(given: str, kind: str) -> str:
    if given.startswith((f"{kind}e", f"{kind}s")):
        try:
            return files.read_text(given, _TEXT_LIMIT).strip()
        except NotFound:
            return given
    return files.read_text(given, _TEXT_LIMIT).strip()
