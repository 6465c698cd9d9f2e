"""From what was typed to what goes into the key derivation, all of it in locked memory.

NFC, UTF-8, 1..1024 bytes. ASCII is used as it is. What is not ASCII becomes ordinary text for a moment, because Unicode
composition knows no other way; this is the one place where a passphrase leaves locked memory. Control characters are
refused when a passphrase is set, because no person can type them again; an existing one is never refused for them.
Reading the terminal or a file is not done here; `without_line_end` says what a reader of a file may drop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_memory import LockedBytes, holding
from prometheus_vault.errors import BadPassphrase
from prometheus_vault.limits import PASSPHRASE_BYTES_AT_MOST

if TYPE_CHECKING:
    from prometheus_memory import SecretBytes

_RAW_AT_MOST = 4 * PASSPHRASE_BYTES_AT_MOST
_CONTROLS = frozenset(range(0x20)) | frozenset(range(0x7F, 0xA0))


def prepare(passphrase: SecretBytes, *, is_new: bool) -> LockedBytes:
    """Return the bytes that the key derivation takes.

    Args:
        passphrase: UTF-8 as read.
        is_new: True when it is being set; control characters are then refused.

    Raises:
        BadPassphrase: When it is empty, too long, not UTF-8, or new and with control characters.
    """
    if len(passphrase) > _RAW_AT_MOST:
        raise BadPassphrase(f"the passphrase is longer than {PASSPHRASE_BYTES_AT_MOST} bytes")
    prepared = holding(passphrase)
    if is_new:
        _refuse_controls(prepared.view)
    if not _is_ascii(prepared.view):
        prepared = _composed(prepared)
    if not len(prepared):
        raise BadPassphrase("the passphrase is empty")
    if len(prepared) > PASSPHRASE_BYTES_AT_MOST:
        raise BadPassphrase(f"the passphrase is longer than {PASSPHRASE_BYTES_AT_MOST} bytes")
    return prepared


def without_line_end(data: bytes) -> bytes:
    """Drop one final LF or CRLF, and nothing else."""
    if data.endswith(b"\r\n"):
        return data[:-2]
    return data.removesuffix(b"\n")


def _is_ascii(view: memoryview) -> bool:
    return all(byte < 0x80 for byte in view)


def _refuse_controls(view: memoryview) -> None:
    letters = view if _is_ascii(view) else map(ord, _decoded(view))
    if any(letter in _CONTROLS for letter in letters):
        raise BadPassphrase(
            "the passphrase contains a control character",
            meaning="such a character cannot be typed reliably again",
            remedy="check the file or the pasted text for a stray tab or line end",
        )


def _composed(passphrase: LockedBytes) -> LockedBytes:
    from unicodedata import normalize

    return holding(normalize("NFC", _decoded(passphrase.view)).encode())


def _decoded(view: memoryview) -> str:
    try:
        return str(view, "utf-8")
    except UnicodeDecodeError:
        # The original error carries the bytes; it must not travel along.
        raise BadPassphrase("the passphrase is not valid UTF-8") from None
