"""A second copy of the anchor, kept apart from the first by the caller, such as in the keyring of a desktop.

    epoch and link of the newest state seen, authenticated: the bytes of an anchor file, one to three entries of 72

Whoever takes the vault file and the anchor file back together is seen by it: it is read and judged with the anchor
file, before anything is written. A copy that this vault's keys did not write is a rollback, as the anchor file would
be. It is written when the vault is closed, and whenever a file with other keys takes the vault's place; a copy that is
behind is no rollback.

A place that does not answer keeps no vault shut: it gives nothing, and says in `trouble` why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from prometheus_vault import anchor

if TYPE_CHECKING:
    from prometheus_memory import LockedBytes
    from prometheus_vault.anchor import Anchor


class AnchorMirror(Protocol):
    """A place apart from the anchor files, that keeps a few bytes for each vault and raises nothing of its own."""

    @property
    def trouble(self) -> str:
        """Why it does not answer, as a sentence for a person; empty while it does."""
        ...

    def read(self, vault_id: bytes) -> bytes | None:
        """Return what is kept for a vault, or None."""
        ...

    def write(self, vault_id: bytes, entries: bytes) -> None:
        """Keep this for a vault, in place of what was there."""
        ...


class MirroredAnchor:
    """What such a place keeps of one vault; nothing where there is no such place."""

    def __init__(self, mirror: AnchorMirror | None, vault_id: bytes) -> None:
        self._mirror = mirror
        self._vault_id = vault_id

    @property
    def trouble(self) -> str:
        """Why the place does not answer; empty while it does."""
        return self._mirror.trouble if self._mirror is not None else ""

    def entries(self) -> list[bytes] | None:
        """Return the entries, none where it has another form, or None where nothing is kept."""
        kept = self._mirror.read(self._vault_id) if self._mirror is not None else None
        return None if kept is None else anchor.split(kept)

    def replace(self, entries: list[bytes]) -> None:
        """Keep these entries alone."""
        if self._mirror is not None:
            self._mirror.write(self._vault_id, b"".join(entries))

    def is_behind(self, anchor_key: LockedBytes, newest: Anchor) -> bool:
        """Say whether it should be written: nothing is kept, an older state, or more than an entry for it.

        What names a later state, or does not fit, was left by somebody who had the vault meanwhile, and stays.
        """
        if self._mirror is None or self._mirror.trouble:
            return False
        entries = self.entries()
        if entries is None:
            return not self.trouble
        seen = anchor.fitting(entries, anchor_key, self._vault_id)
        if seen is None or seen.epoch > newest.epoch:
            return False
        return seen.epoch < newest.epoch or len(entries) != 1
