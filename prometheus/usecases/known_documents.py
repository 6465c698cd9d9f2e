"""Know that a key was used because a document says so: a backup folder as the memory of a restored vault.

Any text that names a public key, its key id or its DID is a sign of use: an exported persona, a claim, a licence, a
vault file of another wallet. A document that names no key proves nothing, so the answer is never no.
"""

from __future__ import annotations

from prometheus.identity.multicipher import PublicKey
from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_ALPHABET: Final = frozenset("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
_MARKS: Final = ("pez", "psz", "iez", "isz", "did:morpheus:")
_LONGEST: Final = 64


class KnownDocuments:
    """Every key, key id and DID that some texts name."""

    __slots__ = ("_named",)

    def __init__(self, texts: Iterable[str]) -> None:
        self._named: set[str] = set()
        for text in texts:
            self._named.update(_names_in(text))

    def __len__(self) -> int:
        return len(self._named)

    def is_used(self, public_key: str) -> bool | None:
        """Return True when a document names the key, its id or its DID; None otherwise."""
        key_id = PublicKey.parse(public_key).key_id().text
        names = {public_key, key_id, f"did:morpheus:{key_id[1:]}"}
        return True if self._named & names else None


def _names_in(text: str) -> set[str]:
    found: set[str] = set()
    for mark in _MARKS:
        start = text.find(mark)
        while start >= 0:
            end = start + len(mark)
            while end < len(text) and end - start < _LONGEST and text[end] in _ALPHABET:
                end += 1
            found.add(text[start:end])
            start = text.find(mark, start + 1)
    return found
