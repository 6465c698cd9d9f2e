"""The few calls of the C library that Python has no words for, behind plain functions.

`lock` keeps a range in memory, `wipe` overwrites one so that no optimiser removes it: libsodium's, which PyNaCl's
compiled module offers. `NATIVE` is None where that private module has moved or lacks them; the C library then locks and
Python overwrites, and the cryptography of the house goes through public functions that copy keys.
`hide_process` makes this process one that others of the same user may not read or trace (Linux).
"""

from __future__ import annotations

import sys
from typing import Any, Final, NamedTuple

_SET_DUMPABLE: Final = 4


class Native(NamedTuple):
    """PyNaCl's compiled module: what makes pointers, and the functions that take them."""

    ffi: Any
    lib: Any


def _native() -> Native | None:
    try:
        from nacl._sodium import ffi, lib
    except ImportError:
        return None
    needed = ("sodium_init", "sodium_memzero", "sodium_mlock")
    if not all(hasattr(lib, name) for name in needed) or lib.sodium_init() < 0:
        return None
    return Native(ffi, lib)


NATIVE: Final = _native()


def lock(buffer: Any) -> bool:
    """Keep a writable buffer out of the swap; return whether the system agreed."""
    if NATIVE is not None:
        return bool(NATIVE.lib.sodium_mlock(NATIVE.ffi.from_buffer(buffer), len(buffer)) == 0)
    import ctypes

    first = ctypes.c_char.from_buffer(buffer)
    return bool(_c_library().mlock(ctypes.c_void_p(ctypes.addressof(first)), ctypes.c_size_t(len(buffer))) == 0)


def wipe(view: memoryview) -> None:
    """Overwrite a writable buffer with zeros."""
    if NATIVE is None:
        view[:] = bytes(len(view))
    else:
        NATIVE.lib.sodium_memzero(NATIVE.ffi.from_buffer(view), len(view))


def overwrite(data: bytes) -> None:
    """Fill a ``bytes`` object with zeros where it lies: one that a library just made and that nobody else holds.

    One of a single byte stays: Python has each of the 256 once, and everybody holds it.
    """
    if NATIVE is not None and len(data) > 1:
        NATIVE.lib.sodium_memzero(NATIVE.ffi.from_buffer(data), len(data))


def address_of(buffer: Any) -> int:
    """Return where a writable buffer lies."""
    if NATIVE is not None:
        return int(NATIVE.ffi.cast("uintptr_t", NATIVE.ffi.from_buffer(buffer)))
    import ctypes

    return ctypes.addressof(ctypes.c_char.from_buffer(buffer))


def hide_process() -> bool:
    """Forbid memory images and tracing by others of this user; return whether the system knows that."""
    if not sys.platform.startswith("linux"):
        return False
    return bool(_c_library().prctl(_SET_DUMPABLE, 0, 0, 0, 0) == 0)


def _c_library() -> Any:
    import ctypes

    return ctypes.CDLL(None, use_errno=True)
