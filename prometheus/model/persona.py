"""A persona as the vault keeps it: a derived public key with a face.

The key itself is never here: kind and key index say where it comes from in the seed, and the public key names it.
"""

from __future__ import annotations

from prometheus.model.frozen import Any, Final, NamedTuple

KINDS: Final = ("persona", "device", "group", "resource")


class Persona(NamedTuple):
    """One identifier of the user, of any of the four kinds."""

    kind: str
    key_index: int
    public_key: str
    did: str
    name: str
    label: str
    glyph: str
    colour: str
    notes: str
    avatar: str
    hidden: bool
    created: str

    @property
    def shown_name(self) -> str:
        """The label that the user gave, else the two words that belong to the key."""
        return self.label or self.name

    @property
    def record_name(self) -> str:
        """The name of its record in the vault."""
        return f"{self.kind}/{self.key_index:010d}"

    @property
    def key_link(self) -> str:
        """The key link of its default key."""
        return f"{self.did}#0"

    def as_fields(self) -> dict[str, Any]:
        """Return the members of its record."""
        return self._asdict()

    @classmethod
    def from_fields(cls, fields: dict[str, Any]) -> Persona:
        """Read what `as_fields` wrote."""
        return cls(**{name: fields[name] for name in cls._fields})
