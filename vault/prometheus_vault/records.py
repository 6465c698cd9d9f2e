"""Records: what a row of `rec` holds, sealed and padded.

    id = BLAKE2b(SK("id"), "", u8 collection || name, 16 bytes)
    pt = u8 1 | u8 collection | u16 len(name) | u32 len(body) | name | body | zeros up to a Padmé length
    ad = "prom-rec-v1" || vault id || id || u64 version
    ct = nonce || AEAD(SK("keys") for collection 1, else SK("data"), pt, ad)

The version is 1 for a new row and grows by one per rewrite. Names are 1..1024 bytes of UTF-8, not normalised; bodies
up to 16 MiB, opaque. On reading, every field, the padded size and the zeros must hold, else `Tampered`.
What is sealed under SK("keys") is read and written in locked memory alone, and its body stays there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_memory import LockedBytes, allocate, holding
from prometheus_vault import aead, blake2, padme
from prometheus_vault.errors import Tampered, TooLarge
from prometheus_vault.limits import BODY_BYTES_AT_MOST, KEY_COLLECTION, NAME_BYTES_AT_MOST

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_memory import SecretBytes
    from prometheus_vault.keys import SubKeys

_FRONT: Final = 8
_FORM: Final = 1


class Record(NamedTuple):
    """A record in the clear; printed without its name and body. The body of a key lies in locked memory."""

    collection: int
    name: str
    body: bytes | LockedBytes

    def __repr__(self) -> str:
        return f"Record(collection={self.collection}, ...)"


def bytes_of(record: Record) -> bytes:
    """Return the body of a record that is no key."""
    if isinstance(record.body, LockedBytes):
        raise TypeError("a key is read into locked memory")
    return record.body


def locked_bytes_of(record: Record) -> LockedBytes:
    """Return the body of a key."""
    return record.body if isinstance(record.body, LockedBytes) else holding(record.body)


def record_id(id_key: LockedBytes, collection: int, name: str) -> bytes:
    """Return the 16 bytes under which a record lies in the file.

    Raises:
        TooLarge: When the name is empty, longer than 1024 bytes or no UTF-8 text, or the collection no u8.
    """
    return blake2.digest(id_key, b"", _collection_byte(collection) + _name_bytes(name), 16)


def id_maker(id_key: LockedBytes) -> Callable[[int, str], bytes]:
    """Return `record_id` for one key: for many in a row, not in two threads at once."""
    digest = blake2.digester(id_key, b"", 16)
    return lambda collection, name: digest(_collection_byte(collection) + _name_bytes(name))


def seal_record(keys: SubKeys, vault_id: bytes, record: Record, row_id: bytes, version: int) -> bytes:
    """Return the ciphertext of a row.

    Raises:
        TooLarge: When the name or the body is outside its limits.
    """
    name = _name_bytes(record.name)
    if len(record.body) > BODY_BYTES_AT_MOST:
        raise TooLarge(f"a record of {len(record.body)} bytes is longer than {BODY_BYTES_AT_MOST}")
    lengths = len(name).to_bytes(2, "little") + len(record.body).to_bytes(4, "little")
    front = bytes([_FORM]) + _collection_byte(record.collection) + lengths + name
    associated = _associated(vault_id, row_id, version)
    if record.collection == KEY_COLLECTION:
        with _locked_plaintext(front, record.body) as plaintext:
            return aead.seal(keys.keys, plaintext, associated)
    if isinstance(record.body, LockedBytes):
        raise TypeError("a body in locked memory belongs into the collection of keys")
    return aead.seal(keys.data, padme.pad(front + record.body), associated)


def open_record(keys: SubKeys, vault_id: bytes, row_id: bytes, version: int, sealed: bytes) -> Record:
    """Return the record of a row, whatever its collection.

    Raises:
        Tampered: When the row is not authentic or not of the form above.
    """
    record = _opened(keys, vault_id, row_id, version, sealed)
    if record_id(keys.id, record.collection, record.name) != row_id:
        raise Tampered("a record lies under an id that is not its own")
    return record


def open_named(
    keys: SubKeys, vault_id: bytes, row: tuple[bytes, int, bytes], collection: int, name: str
) -> bytes | LockedBytes:
    """Return the body of the record whose row id was made of this collection and name.

    Raises:
        Tampered: When the row is not authentic or not of the form above.
    """
    record = _opened(keys, vault_id, *row)
    if record.name != name or record.collection != collection:
        raise Tampered("a record lies under an id that is not its own")
    return record.body


def _opened(keys: SubKeys, vault_id: bytes, row_id: bytes, version: int, sealed: bytes) -> Record:
    associated = _associated(vault_id, row_id, version)
    plaintext = aead.unseal(keys.data, sealed, associated)
    return _open_key(keys, sealed, associated) if plaintext is None else _parse(plaintext)


def _open_key(keys: SubKeys, sealed: bytes, associated: bytes) -> Record:
    plaintext = aead.unseal_locked(keys.keys, sealed, associated)
    if plaintext is None:
        raise Tampered("a record is not authentic")
    with plaintext:
        name, start, end = _measured(plaintext.view)
        if plaintext.view[1] != KEY_COLLECTION:
            raise Tampered("a record is sealed under the key of another collection")
        return Record(KEY_COLLECTION, name, plaintext.copy(start, end))


def _parse(plaintext: bytes) -> Record:
    name, start, end = _measured(plaintext)
    if plaintext[1] == KEY_COLLECTION:
        raise Tampered("a record is sealed under the key of another collection")
    return Record(plaintext[1], name, plaintext[start:end])


def _measured(plaintext: bytes | memoryview) -> tuple[str, int, int]:
    """Check the form; return the name, and where the body starts and ends."""
    if len(plaintext) < padme.SHORTEST or plaintext[0] != _FORM:
        raise Tampered("a record is not of the form known here")
    name_end = _FRONT + int.from_bytes(plaintext[2:4], "little")
    end = name_end + int.from_bytes(plaintext[4:_FRONT], "little")
    padding = len(plaintext) - end
    if padding < 0 or padme.padded_length(end) != len(plaintext) or plaintext[end:] != bytes(padding):
        raise Tampered("a record has the wrong length or padding")
    try:
        name = str(plaintext[_FRONT:name_end], "utf-8")
    except UnicodeDecodeError:
        raise Tampered("the name of a record is not valid UTF-8") from None
    if not 1 <= name_end - _FRONT <= NAME_BYTES_AT_MOST or end - name_end > BODY_BYTES_AT_MOST:
        raise Tampered("a record is outside the limits of the format")
    return name, name_end, end


def _locked_plaintext(front: bytes, body: SecretBytes) -> LockedBytes:
    plaintext = allocate(padme.padded_length(len(front) + len(body)))
    start, end = len(front), len(front) + len(body)
    plaintext.view[:start] = front
    plaintext.view[start:end] = body.view if isinstance(body, LockedBytes) else body
    return plaintext


def _associated(vault_id: bytes, row_id: bytes, version: int) -> bytes:
    return b"prom-rec-v1" + vault_id + row_id + version.to_bytes(8, "little")


def _collection_byte(collection: int) -> bytes:
    if not 0 <= collection <= 255:
        raise TooLarge(f"there is no collection {collection}")
    return bytes([collection])


def _name_bytes(name: str) -> bytes:
    try:
        encoded = name.encode()
    except UnicodeEncodeError:
        raise TooLarge("the name of a record is not text that UTF-8 can hold") from None
    if not 1 <= len(encoded) <= NAME_BYTES_AT_MOST:
        raise TooLarge(f"the name of a record has {len(encoded)} bytes, not 1 to {NAME_BYTES_AT_MOST}")
    return encoded
