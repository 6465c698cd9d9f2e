"""A piece of locked memory that holds one secret.

    with allocate(32) as key:
        os.readv(descriptor, [key.view])     # the secret goes straight from the kernel into the page
        lib.some_function(key.pointer, 32)   # and on to C by its address
    # here it is zeros again

It prints nothing of itself, compares in constant time and cannot be pickled. It is overwritten by `wipe`, at the end of
a `with` block and when Python lets go of it; using it afterwards is an error, never a read of zeros. So a piece is
given a name before its `view` is used: a view does not keep it alive.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NoReturn, Self

from prometheus_memory import pages, system_calls

if TYPE_CHECKING:
    from typing import TypeAlias

    SecretBytes: TypeAlias = "LockedBytes | bytes | bytearray | memoryview"


class LockedBytes:
    """A secret of fixed length; made by `allocate` and `holding`.

    `view` is the writable memory, `pointer` its address for PyNaCl's compiled module (None where that is missing).
    """

    __slots__ = ("_region", "_size", "_start", "pointer", "view")

    view: memoryview
    pointer: Any

    def __init__(self, size: int) -> None:
        self._size = size
        self._region, self._start = pages.take(size)
        self.view = memoryview(self._region.pages)[self._start : self._start + size]
        self.pointer = None if self._region.address is None else self._region.address + self._start

    def wipe(self) -> None:
        """Overwrite the secret and give the memory back; harmless twice."""
        if self._start < 0:
            return
        system_calls.wipe(self.view)
        self.pointer = None
        start, self._start = self._start, -1
        try:
            self.view.release()
        except BufferError:
            return  # somebody holds it still and may write: this piece is never used again
        pages.give_back(self._region, start, self._size)

    @property
    def address(self) -> int:
        """Where it lies, for other doors to C."""
        if self._start < 0:
            raise ValueError("the secret was wiped")
        return self._region.base + self._start

    def copy(self, start: int = 0, end: int | None = None) -> LockedBytes:
        """Return another piece that holds the same bytes, or a part of them."""
        return holding(self.view[start:end])

    def __len__(self) -> int:
        return self._size

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wipe()

    def __del__(self) -> None:
        try:
            self.wipe()
        except (AttributeError, TypeError):
            return  # never made whole, or the interpreter is going away, and its pages with it

    def __eq__(self, other: object) -> bool:
        from hmac import compare_digest

        return isinstance(other, LockedBytes) and compare_digest(self.view, other.view)

    __hash__ = None  # type: ignore[assignment]  # a hash would be a stable trace of the secret

    def __repr__(self) -> str:
        return f"LockedBytes({self._size} hidden)"

    def __reduce__(self) -> NoReturn:
        refusal = "a secret cannot be pickled or copied"
        raise TypeError(refusal)


def allocate(size: int) -> LockedBytes:
    """Return a piece of so many zeros."""
    return LockedBytes(size)


def holding(data: SecretBytes) -> LockedBytes:
    """Return a piece that holds a copy of these bytes; wiping the original is the caller's."""
    source = data.view if isinstance(data, LockedBytes) else memoryview(data).cast("B")
    piece = LockedBytes(len(source))
    piece.view[:] = source
    return piece


def taking(data: bytes) -> LockedBytes:
    """Return a piece that holds what a library just returned, and fill the original with zeros where it lies.

    Only for an object that nobody else holds: Python shares what it calls immutable.
    """
    piece = holding(data)
    system_calls.overwrite(data)
    return piece


def joined(*parts: SecretBytes) -> LockedBytes:
    """Return a piece that holds these bytes one after the other."""
    piece = LockedBytes(sum(len(part) for part in parts))
    at = 0
    for part in parts:
        piece.view[at : at + len(part)] = part.view if isinstance(part, LockedBytes) else part
        at += len(part)
    return piece


def fresh(size: int) -> LockedBytes:
    """Return a piece of random bytes, which go from the system straight into it."""
    piece = LockedBytes(size)
    source = os.open("/dev/urandom", os.O_RDONLY | os.O_CLOEXEC)
    try:
        filled = 0
        while filled < size:
            filled += os.readv(source, [piece.view[filled:]])
    finally:
        os.close(source)
    return piece
