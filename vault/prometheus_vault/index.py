"""What a caller says of a record, so that `Vault.find` and `Vault.count` can answer without opening every record.

Rules: the cellar does not know what bodies mean; a function of the caller tells it, record by record. The answers live
in memory (`index_tables`) and, sealed, in a file beside the anchor (`index_snapshot`); both can always be made again.
Keys are never shown to that function: they are found by name alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class Said(Protocol):
        """Anything with the members of `Indexed`."""

        @property
        def text(self) -> str:
            """What its words are searched in."""
            ...

        @property
        def order(self) -> str:
            """What it is sorted by."""
            ...

        @property
        def tags(self) -> tuple[str, ...]:
            """What it can be chosen by, as a whole."""
            ...

    Describe = Callable[[int, str, bytes], Said | None]
    """Collection, name and body to what is known of it; None leaves the record out of `find` and `count`.

    It must not raise: a body that it does not understand is one that it says nothing of.
    """


class Indexed(NamedTuple):
    """What can be asked of one record."""

    text: str = ""
    """What its words are searched in."""
    order: str = ""
    """What it is sorted by before its name, for example a moment; compared by code points."""
    tags: tuple[str, ...] = ()
    """What it can be chosen by, as a whole."""


class Description(NamedTuple):
    """The caller's function and its version; a change of the version makes every index anew."""

    describe: Describe | None
    version: int

    def of(self, collection: int, name: str, body: bytes) -> Said | None:
        """Return what is known of a record that is no key."""
        return BY_NAME_ALONE if self.describe is None else self.describe(collection, name, body)


BY_NAME_ALONE: Final = Indexed()
"""What is known of every record where nobody describes them, and of every key."""
NOTHING_DESCRIBED: Final = Description(None, 0)
