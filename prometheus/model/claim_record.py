"""A claim as the vault keeps it: the issued bytes, verbatim, and an index that can be made again from them.

`raw` is what the authority issued and is never written anew. Every other member that speaks about the statement is an
index; `persona`, `added`, `source`, `uses` and `deleted_at` are the holder's own notes about it. A claim with
`deleted_at` rests in the trash.
"""

from __future__ import annotations

import binascii

from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_STANDARD: Final = b"+/"
_URL_SAFE: Final = b"-_"
_TO_URL: Final = bytes.maketrans(_STANDARD, _URL_SAFE)
_FROM_URL: Final = bytes.maketrans(_URL_SAFE, _STANDARD)


class ClaimRecord(NamedTuple):
    """One witness statement that the user holds."""

    id: str
    """Content id of the signed object, signature and content without the unsigned outer nonce."""
    persona: str
    """DID of the user's persona that the claim is about, or empty when it is about somebody else."""
    process_id: str
    subject: str
    authority: str
    witness: str
    """Key link of the clerk that signed."""
    after: str
    """The time from which it may be used, as the authority wrote it, or empty."""
    before: str
    """The time from which it may not be used any more, as the authority wrote it, or empty."""
    fields: tuple[str, ...]
    """Paths relative to the claim's content, such as ``.address.city``."""
    added: str
    source: str
    """How it came here, such as ``accept`` or ``import``."""
    raw: bytes
    """The signed statement as it was issued, UTF-8 JSON text."""
    deleted_at: str = ""
    """When it was put into the trash, or empty."""
    uses: int = 0
    """How often it was presented."""

    @property
    def record_name(self) -> str:
        """The name of its record in the vault."""
        return self.id

    @property
    def is_deleted(self) -> bool:
        """Whether it rests in the trash."""
        return bool(self.deleted_at)

    def as_fields(self) -> dict[str, Any]:
        """Return the members of its record, the issued bytes as unpadded base64url text."""
        raw = binascii.b2a_base64(self.raw, newline=False).rstrip(b"=").translate(_TO_URL).decode()
        return {**self._asdict(), "fields": list(self.fields), "raw": raw}

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> ClaimRecord:
        """Read what `as_fields` wrote."""
        members = {name: fields[name] for name in cls._fields}
        return cls(**{**members, "fields": tuple(members["fields"]), "raw": issued_bytes(members["raw"])})


def issued_bytes(text: str) -> bytes:
    """Return the bytes of a statement that a record keeps as unpadded base64url text."""
    standard = text.encode().translate(_FROM_URL)
    return binascii.a2b_base64(standard + b"=" * (-len(standard) % 4))
