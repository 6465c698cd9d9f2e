"""The shell of signed JSON: who signed, the signature, and the content that it covers.

    {"signature": {"publicKey": "pez…", "bytes": "sez…"}, "content": …, "nonce": "u…" (optional)}

Rules: exactly these members. The signature covers the content id of `content`, so hiding parts of it leaves the
signature good. The outer `nonce` is covered by nothing: it is reported and never believed; documents made here have
none. Not here: checking the signature (`prometheus.claims.signed`).
"""

from __future__ import annotations

from prometheus.claims.members import members, optional_text, text
from prometheus.model.frozen import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus.claims.jsontext import Json

Content = TypeVar("Content")


class Signed(NamedTuple, Generic[Content]):
    """A signed document: texts of key and signature, and the typed content or the content id that stands for it."""

    public_key: str
    signature: str
    content: Content
    outer_nonce: str | None = None

    def shell(self, content: Json) -> dict[str, Json]:
        """Return the JSON form around the JSON form of the content."""
        value: dict[str, Json] = {
            "signature": {"publicKey": self.public_key, "bytes": self.signature},
            "content": content,
        }
        if self.outer_nonce is not None:
            value["nonce"] = self.outer_nonce
        return value


def parse_signed(value: Json, read: Callable[[Json, str], Content], at: str = "") -> Signed[Content]:
    """Return a signed document whose content is read by a function that takes the content and its place.

    Raises:
        Malformed: When a member is missing, unknown or of the wrong kind.
    """
    shell = members(value, at, ("signature", "content"), ("nonce",))
    signature = members(shell["signature"], f"{at}/signature", ("publicKey", "bytes"))
    return Signed(
        text(signature["publicKey"], f"{at}/signature/publicKey"),
        text(signature["bytes"], f"{at}/signature/bytes"),
        read(shell["content"], f"{at}/content"),
        optional_text(shell, "nonce", at),
    )
