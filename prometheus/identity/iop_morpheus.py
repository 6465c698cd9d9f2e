"""The Morpheus part of an IOP vault: the public keys made so far, by kind, and the way to make more.

Rules:
* Ed25519 has no public derivation. Without the unlock password only keys that were made before can be read.
* With it, asking for key n of a kind makes every missing key up to n and keeps its public half in the vault.
"""

from __future__ import annotations

from prometheus.errors import NotFound, NotUnderstood, TooLarge
from prometheus.identity.morpheus_keys import KINDS, derive_secret, kind_named
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus.identity.multicipher import KeyId, PublicKey, SecretKey
    from prometheus_memory import SecretBytes

MOST_KEYS = 100_000
"""Keys of one kind that a vault file may have; far above any use, and low enough to walk through."""


class MorpheusKeys:
    """The public side: what a locked vault knows of its DIDs."""

    __slots__ = ("_keys", "changed")

    _keys: dict[str, list[PublicKey]]
    changed: bool

    def __init__(self, keys: dict[str, list[PublicKey]] | None = None) -> None:
        self._keys = {kind.name: list((keys or {}).get(kind.name, ())) for kind in KINDS}
        self.changed = False

    def count(self, kind: str) -> int:
        """Return how many keys of a kind were made."""
        return len(self._keys[kind_named(kind).name])

    def all(self, kind: str) -> tuple[PublicKey, ...]:
        """Return the keys of a kind in their order."""
        return tuple(self._keys[kind_named(kind).name])

    def key(self, kind: str, index: int) -> PublicKey:
        """Return a key that was made before.

        Raises:
            NotUnderstood: ``Key index cannot be negative``.
            NotFound: ``Only existing keys can be queried via Morpheus Public``.
        """
        keys = self.all(kind)
        if checked_key_index(index) >= len(keys):
            raise NotFound(
                "Only existing keys can be queried via Morpheus Public",
                code="KEY-NOT-FOUND",
                remedy="unlock the vault to make new keys",
            )
        return keys[index]

    def key_by_id(self, kind: str, key_id: KeyId) -> PublicKey:
        """Return the key of a kind with that id; NotFound ``Could not find <id> among Persona keys``."""
        for key in self.all(kind):
            if key.matches(key_id):
                return key
        raise not_among(key_id.text, kind_named(kind).name.capitalize())

    def place_of(self, key: PublicKey) -> tuple[str, int]:
        """Return kind and index of a key; NotFound ``Could not find <key> among Morpheus keys``."""
        for kind, keys in self._keys.items():
            if key in keys:
                return kind, keys.index(key)
        raise not_among(key.text, "Morpheus")

    def append(self, kind: str, key: PublicKey) -> None:
        """Keep the next public key of a kind."""
        self._keys[kind].append(key)
        self.changed = True


class MorpheusSecrets:
    """The private side: makes and finds keys that sign. It holds the seed, so let go of it soon."""

    __slots__ = ("_seed", "public")

    public: MorpheusKeys

    def __init__(self, seed: SecretBytes, public: MorpheusKeys) -> None:
        self._seed = seed
        self.public = public

    def key(self, kind: str, index: int) -> SecretKey:
        """Return a key, making all missing ones before it; NotUnderstood ``Key index cannot be negative``."""
        name = kind_named(kind).name
        checked_key_index(index)
        for missing in range(self.public.count(name), index + 1):
            self.public.append(name, derive_secret(self._seed, name, missing).public_key())
        return derive_secret(self._seed, name, index)

    def key_by_public_key(self, key: PublicKey) -> SecretKey:
        """Return the secret of a key that was made before; NotFound ``Could not find <key> among Morpheus keys``."""
        kind, index = self.public.place_of(key)
        return derive_secret(self._seed, kind, index)

    def __repr__(self) -> str:
        return "MorpheusSecrets(hidden)"


def checked_key_index(index: int) -> int:
    """Return an index in range; NotUnderstood ``Key index cannot be negative``, TooLarge beyond all use."""
    if index < 0:
        raise NotUnderstood("Key index cannot be negative", code="KEY-INDEX")
    if index >= MOST_KEYS:
        raise TooLarge(f"a vault has at most {MOST_KEYS} keys of a kind", code="KEY-INDEX")
    return index


def not_among(name: str, owner: str) -> NotFound:
    """Return the error for a key or address that was not made in this vault."""
    return NotFound(f"Could not find {name} among {owner} keys", code="KEY-NOT-FOUND")
