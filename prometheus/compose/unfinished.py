"""Vaults in the making: each under a name of its own until it is whole, and swept away when its maker died.

    .<name>.<16 hex digits>.making        locked by the maker for as long as it lives; made first, removed last
    .<name>.<16 hex digits>.unfinished    the vault file, and beside it what belongs to a vault file

A maker that was killed leaves both, and the anchor of a vault that never was. Whoever makes the next vault takes the
lock of each such pair; where that can be had, nobody is at work there and all of it goes. A file that has got its own
name already is another name of a whole vault: then only this name goes, and its anchor stays.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress

from prometheus.files import storage_error
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.model.vault_name import is_vault_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.model.places import Places

_MARK: Final = "making"
_FILE: Final = "unfinished"
_DIGITS: Final = frozenset("0123456789abcdef")


@contextmanager
def unfinished_file(places: Places, name: str) -> Iterator[str]:
    """Yield the path of a vault file to be made; at the end whatever is left of it goes, and its anchor with it.

    Give the file its own name, by a hard link, for it to stay.

    Raises:
        StorageFailed: When the folder of the vaults cannot be written.
    """
    for stem in sorted(_stems(places)):
        _sweep(places, stem)
    stem, mark = _marked(places, name)
    try:
        yield f"{places.vaults}/{stem}{_FILE}"
    finally:
        _remove_all(places, stem)
        os.close(mark)


def anchor_path(places: Places, vault_id: bytes) -> str:
    """Return the path of the file that remembers the newest state of a vault seen here."""
    return f"{places.state}/{vault_id.hex()}.anchor"


def _marked(places: Places, name: str) -> tuple[str, int]:
    while True:
        stem = f".{name}.{os.urandom(8).hex()}."
        try:
            mark = os.open(f"{places.vaults}/{stem}{_MARK}", os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise storage_error(error, "the vault could not be made") from None
        if _is_locked(mark):
            return stem, mark
        os.close(mark)  # somebody swept in the moment between


def _sweep(places: Places, stem: str) -> None:
    try:
        mark = os.open(f"{places.vaults}/{stem}{_MARK}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError:
        return
    try:
        if _is_locked(mark):
            _remove_all(places, stem)
    finally:
        os.close(mark)


def _is_locked(mark: int) -> bool:
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return os.fstat(mark).st_nlink > 0


def _remove_all(places: Places, stem: str) -> None:
    _forget_anchor(places, f"{places.vaults}/{stem}{_FILE}")
    names = [name for name in _names(places) if name.startswith(stem + _FILE)]
    for name in (*names, stem + _MARK):
        with suppress(OSError):
            os.unlink(f"{places.vaults}/{name}")


def _forget_anchor(places: Places, file: str) -> None:
    """Remove the anchor of a vault that has no other name than this."""
    from prometheus_vault import inspect
    from prometheus_vault.anchor import forget_anchor
    from prometheus_vault.errors import VaultError

    with suppress(OSError, VaultError):
        if os.stat(file).st_nlink == 1:
            forget_anchor(anchor_path(places, inspect(file).vault_id))


def _stems(places: Places) -> set[str]:
    return {stem for stem in map(_stem_of, _names(places)) if stem}


def _stem_of(name: str) -> str:
    """Return what the files of one maker have in common, or an empty text for any other file."""
    before, *rest = name.split(".", 3)
    if before or len(rest) != 3:
        return ""
    vault, digits, kind = rest
    is_ours = is_vault_name(vault) and len(digits) == 16 and _DIGITS.issuperset(digits)
    return f".{vault}.{digits}." if is_ours and kind.startswith((_MARK, _FILE)) else ""


def _names(places: Places) -> list[str]:
    try:
        return os.listdir(places.vaults)
    except OSError:
        return []
