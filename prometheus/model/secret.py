"""A secret that does not print itself, in memory that is never swapped and is overwritten afterwards.

`Secret` travels between the terminal, the vault and the signer. It has no text form, cannot be pickled, copied or
formatted, and compares in constant time. `view` lends the memory to code that reads buffers; `expose` makes an ordinary
copy for libraries that want one, and is the one place to look for when reading where secrets go.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, Final, NoReturn, Self
from prometheus_memory import LockedBytes, holding

if TYPE_CHECKING:
    from prometheus_memory import SecretBytes

REDACTED: Final = "Secret(…)"


class Secret:
    """Bytes that must not reach a screen, a log or a traceback; a `LockedBytes` is taken over, all else copied."""

    __slots__ = ("locked",)

    locked: LockedBytes
    """The memory itself, for the vault."""

    def __init__(self, value: SecretBytes) -> None:
        self.locked = value if isinstance(value, LockedBytes) else holding(value)

    @property
    def view(self) -> memoryview:
        """The bytes where they lie; valid until `wipe`."""
        return self.locked.view

    def expose(self) -> bytes:
        """Return an ordinary copy of the bytes, which nobody overwrites; the caller answers for where it goes."""
        return bytes(self.locked.view)

    def wipe(self) -> None:
        """Overwrite the bytes held here; copies that were exposed stay with whoever took them."""
        self.locked.wipe()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wipe()

    def __len__(self) -> int:
        return len(self.locked)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.locked == other.locked

    __hash__ = None  # type: ignore[assignment]  # a hash would be a stable trace of the secret

    def __repr__(self) -> str:
        return REDACTED

    def __format__(self, spec: str) -> str:
        return REDACTED

    def __str__(self) -> NoReturn:
        refusal = "a secret has no text form"
        raise TypeError(refusal)

    def __reduce__(self) -> NoReturn:
        refusal = "a secret cannot be pickled or copied"
        raise TypeError(refusal)
