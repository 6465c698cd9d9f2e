"""The key of a service: 32 random bytes as one line of base64url, in a file that only its owner may read.

    u<43 characters>

It is handed over by file or by an open descriptor, never as an argument or in the environment.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from prometheus import files
from prometheus.errors import InputError, NotUnderstood, PolicyForbids
from prometheus.identity.multibase import b64u_decode, b64u_encode
from prometheus_morpheus.services.sealing import KEY_LENGTH, Seal

if TYPE_CHECKING:
    from collections.abc import Callable

_PREFIX = "u"
_LONGEST = 256
_OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_key_file(path: str) -> None:
    """Write a new key into a new file.

    Raises:
        Conflict: When the file exists: the key in it may be needed.
        StorageFailed: When it cannot be written.
    """
    files.write(path, f"{_PREFIX}{b64u_encode(os.urandom(KEY_LENGTH))}\n".encode(), mode=0o600, replace=False)


def seal_from_file(path: str) -> Seal:
    """Return the seal of the key in a file.

    Raises:
        NotFound: When there is no such file.
        PolicyForbids: When others may read it.
        NotUnderstood: When it holds no key.
    """
    content = files.read(path, _LONGEST)
    if path != files.STANDARD_STREAM and stat.S_IMODE(os.stat(path).st_mode) & _OPEN_TO_OTHERS:
        raise PolicyForbids(
            f"others on this machine may read {path}",
            code="SERVICE-KEY-OPEN",
            meaning="the key in it opens everything that people sent",
            remedy=f"chmod 600 {path}; if somebody may have read it, make a new key and a new folder",
        )
    return _seal(content)


def seal_from_descriptor(number: int) -> Seal:
    """Return the seal of the key that an open descriptor gives until its end; errors as `seal_from_file`."""
    try:
        return _seal(_read_all(lambda: os.read(number, _LONGEST)))
    except OSError as error:
        raise NotUnderstood(
            f"descriptor {number} cannot be read", code="SERVICE-KEY", meaning=os.strerror(error.errno or 0)
        ) from None


def _read_all(read: Callable[[], bytes]) -> bytes:
    content = b""
    while len(content) <= _LONGEST and (piece := read()):
        content += piece
    return content


def _seal(content: bytes) -> Seal:
    try:
        text = content.decode("ascii").strip()
        key = b64u_decode(text.removeprefix(_PREFIX)) if text.startswith(_PREFIX) else b""
    except (UnicodeDecodeError, InputError):
        key = b""
    if len(key) != KEY_LENGTH:
        raise NotUnderstood(
            "what was given as key is no key of a service",
            code="SERVICE-KEY",
            meaning="it is one line: u and 43 characters of base64url",
            remedy="make one with prometheus serve key --out FILE",
        )
    return Seal(key)
