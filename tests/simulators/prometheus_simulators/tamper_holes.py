"""Checks of the cellar that a test can switch off, to see which rows of the tamper matrix fall without them."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

from prometheus_vault import anchor, blake2, header, kdf, record_set, root, slots, sqlite_file

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from prometheus_memory import LockedBytes


class AnyNumber(int):
    """A number that differs from none."""

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = int.__hash__


class Trusted(bytes):
    """Bytes that are believed whatever they are compared with."""

    __slots__ = ()


class Unordered(bytes):
    """An id that comes after every other."""

    __slots__ = ()

    def __le__(self, other: bytes) -> bool:
        return False


def _believing(left: bytes, right: bytes) -> bool:
    return isinstance(left, Trusted) or isinstance(right, Trusted) or blake2.same(left, right)


def _roots_with(change: Callable[[root.Root], dict[str, Any]]) -> dict[str, Any]:
    """Replace what the comparisons of `record_set.verify` see of a root."""
    opened = root.open_root

    def open_root(*arguments: Any) -> root.Root:
        found = opened(*arguments)
        return found._replace(**change(found))

    names = SimpleNamespace(**{**vars(root), "open_root": open_root})
    return {"record_set.root": names, "record_set.blake2": SimpleNamespace(same=_believing)}


def _any_sum(found: root.Root) -> dict[str, Any]:
    return {"total": Trusted(found.total)}


def _any_set(found: root.Root) -> dict[str, Any]:
    return {"total": Trusted(found.total), "records": AnyNumber(found.records)}


def _any_header(found: root.Root) -> dict[str, Any]:
    return {"header_mac": Trusted(found.header_mac)}


def _leaf_of_tag(set_key: LockedBytes, row_id: bytes, version: int, sealed: bytes) -> bytes:
    return blake2.digest(set_key, b"prom-leaf-v1", row_id + version.to_bytes(8, "little") + sealed[-16:])


def _leaf_maker_of_tags(set_key: LockedBytes) -> Callable[[bytes, int, bytes], bytes]:
    return lambda row_id, version, sealed: _leaf_of_tag(set_key, row_id, version, sealed)


def _leaf_of_id(set_key: LockedBytes, row_id: bytes, version: int, sealed: bytes) -> bytes:
    return blake2.digest(set_key, b"prom-leaf-v1", row_id + sealed)


def _leaf_maker_of_ids(set_key: LockedBytes) -> Callable[[bytes, int, bytes], bytes]:
    return lambda row_id, version, sealed: _leaf_of_id(set_key, row_id, version, sealed)


def _unordered_row(row: tuple[Any, Any, Any]) -> tuple[bytes, int, bytes]:
    row_id, version, sealed = _CHECKED_ROW(row)
    return Unordered(row_id), version, sealed


def _lenient_meta(connection: sqlite3.Connection) -> tuple[bytes, bytes]:
    found = {bytes(key): bytes(value) for key, value in connection.execute("SELECT k, v FROM meta")}
    return found[b"hdr"], found.get(b"root", b"")


def _same_but_checks(left: bytes, right: bytes) -> bool:
    return len(left) == 16 or blake2.same(left, right)


_CHECKED_ROW: Final = record_set.checked_row
MODULES: Final = {
    "anchor": anchor, "header": header, "kdf": kdf, "record_set": record_set, "root": root, "slots": slots,
    "sqlite_file": sqlite_file,
}  # fmt: skip
HOLES: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "the sum over all leaves": lambda: _roots_with(_any_sum),
    "sum and number of records": lambda: _roots_with(_any_set),
    "the header named by the root": lambda: _roots_with(_any_header),
    "leaves over whole ciphertexts": lambda: {"root.leaf": _leaf_of_tag, "root.leaf_maker": _leaf_maker_of_tags},
    "leaves over versions": lambda: {"root.leaf": _leaf_of_id, "root.leaf_maker": _leaf_maker_of_ids},
    "the order of rows": lambda: {"record_set.checked_row": _unordered_row},
    "the whole set": lambda: {**_roots_with(_any_set), "record_set.checked_row": _unordered_row},
    "the keys of meta": lambda: {"sqlite_file.read_meta": _lenient_meta},
    "the types of rows": lambda: {"record_set.checked_row": lambda row: row},
    "the unkeyed check": lambda: {"header.blake2": SimpleNamespace(digest=blake2.digest, same=_same_but_checks)},
    "the MAC of the header": lambda: {"header.authenticate": lambda *_: None},
    "commitments": lambda: {"slots.fits": lambda *_: True},
    "limits of the derivation": lambda: {"kdf.check": lambda _: None},
    "the shape of the database": lambda: {"sqlite_file._check_shape": lambda _: None},
    "the anchor": lambda: {"anchor.judge": lambda *_: None},
    "the MAC of the anchor": lambda: {"anchor.blake2": SimpleNamespace(digest=blake2.digest, same=lambda *_: True)},
}


@contextmanager
def open_hole(name: str) -> Iterator[None]:
    """Switch one check off inside the block."""
    with ExitStack() as stack:
        for place, stand_in in HOLES[name]().items():
            module, _, attribute = place.partition(".")
            stack.enter_context(patch.object(MODULES[module], attribute, stand_in))
        yield
