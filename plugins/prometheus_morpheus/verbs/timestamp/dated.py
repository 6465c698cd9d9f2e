"""What a person wants dated: a file, or a content id that was typed.

A signed document is named by content and signature together, without an outer nonce: that id is the same however much
of the document is hidden, and it shows that the signature existed. Any other JSON object or list is named by its
content, everything else by its bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus import files
from prometheus.claims.digest import content_id, content_id_of_bytes, is_content_id
from prometheus.claims.jsontext import MAX_BYTES, parse
from prometheus.errors import InputError, ProofError

if TYPE_CHECKING:
    from prometheus.api import Call
    from prometheus.claims.jsontext import Json


_GUESSABLE: Final = 64
"""Bytes below which content is more likely a name, a number or a short sentence than not; a nonce alone has 45."""


class Dated(NamedTuple):
    """A content id with what it names, in words; `words_id` is that of the words alone where the whole is signed."""

    content_id: str
    kind: str
    words_id: str | None = None
    document: Json = None
    is_short: bool = False
    """Whether all content that short, and no signature in it, could be tried one by one."""


def dated(call: Call) -> Dated:
    """Return what a call wants dated.

    Raises:
        InputError: When there is no such file, or it is too large.
    """
    what = call.text("what")
    if is_content_id(what):
        return Dated(what, "a content id")
    content = files.read(what, MAX_BYTES)
    document = None if call.flag("bytes") else _json(content)
    if isinstance(document, dict) and "content" in document and "signature" in document:
        signed = {name: document[name] for name in ("signature", "content")}
        inner = document["content"]
        words = content_id(inner) if isinstance(inner, (dict, list, str)) else None
        return Dated(content_id(signed), "a signed document", words, document)
    if isinstance(document, (dict, list)):
        return Dated(content_id(document), "a JSON document", None, document, is_short=len(content) < _GUESSABLE)
    return Dated(content_id_of_bytes(content), "the bytes of a file", is_short=len(content) < _GUESSABLE)


def _json(content: bytes) -> Json:
    try:
        return parse(content)
    except (InputError, ProofError):
        return None
