"""Find which keys of a seed were used before, by a gap limit.

Keys are looked at in order until so many in a row show no sign of use; everything up to the last one that does is
restored, with the gaps, because other wallets keep their keys without gaps too. "No sign" is not "never used": what is
asked here may not know. A source that can only know yes says so by never answering no.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

GAP: Final = 20


class KnownUse(Protocol):
    """Something that may know whether a key was used."""

    def is_used(self, public_key: str) -> bool | None:
        """Return True or False where it is known, None where it is not."""
        ...


class UsedKeys(NamedTuple):
    """What a scan found."""

    used: tuple[int, ...]
    """Key indices with a sign of use."""
    looked_at: int
    is_certain: bool
    """Whether every key without a sign is known to be unused."""

    @property
    def to_restore(self) -> int:
        """How many keys to restore, from index 0 on without gaps."""
        return self.used[-1] + 1 if self.used else 0


def find_used(
    public_key_at: Callable[[int], str],
    known: KnownUse,
    *,
    gap: int = GAP,
    progress: Callable[[int, int], None] = lambda _looked_at, _found: None,
) -> UsedKeys:
    """Look at keys in order until `gap` in a row show no sign of use.

    Args:
        public_key_at: Returns the public key of a key index.
        known: What is asked about each key.
        gap: How many keys without a sign end the scan; at least one.
        progress: Told after each key how many were looked at and how many show use.
    """
    used: list[int] = []
    index, quiet, is_certain = 0, 0, True
    while quiet < max(1, gap):
        answer = known.is_used(public_key_at(index))
        is_certain = is_certain and answer is not None
        if answer:
            used.append(index)
        quiet = 0 if answer else quiet + 1
        index += 1
        progress(index, len(used))
    return UsedKeys(tuple(used), index, is_certain)
