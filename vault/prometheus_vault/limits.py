"""The numbers of the file format; every integer in the file is little-endian, every u64 below 2^63.

Nothing here is tunable: a change of any of these is a new format version.
"""

from __future__ import annotations

from typing import Final

APPLICATION_ID: Final = 0x50524F4D
"""'PROM' in the application id field of the SQLite header."""
USER_VERSION: Final = 1
PAGE_SIZE: Final = 4096
BLOB_LIMIT: Final = 32 * 1024 * 1024
"""SQLITE_LIMIT_LENGTH: no single value is longer."""

HEADER_MAGIC: Final = b"PROMVLT1"
HEADER_VERSION: Final = 1
AEAD_XCHACHA20_POLY1305: Final = 1
HASH_BLAKE2B: Final = 1
HEADER_SHORTEST: Final = 204
HEADER_LONGEST: Final = 18448
SLOTS_AT_MOST: Final = 16
PASSPHRASE_SLOTS_AT_MOST: Final = 4
SLOT_FIXED_LENGTH: Final = 124
SLOT_PARAMETERS_AT_MOST: Final = 1024

ARGON2_VERSION: Final = 0x13
KDF_PASSES_AT_MOST: Final = 64
KDF_LANES_AT_MOST: Final = 16
KDF_MEMORY_KIB_AT_MOST: Final = 2097152
KDF_WORK_AT_MOST: Final = 16777216
"""Largest product of memory in KiB and passes."""
KDF_MEMORY_KIB_FLOOR: Final = 65536
KDF_WORK_FLOOR: Final = 196608
"""The second recommended choice of RFC 9106: 64 MiB and three passes."""

PASSPHRASE_BYTES_AT_MOST: Final = 1024
NAME_BYTES_AT_MOST: Final = 1024
BODY_BYTES_AT_MOST: Final = 16 * 1024 * 1024
OPERATIONS_AT_MOST: Final = 1_000_000
U64_LIMIT: Final = 1 << 63

JOURNAL_KEPT: Final = 1000
"""Entries that stay when the journal is trimmed."""
JOURNAL_AT_MOST: Final = 10_000
"""Entries that stay when an index on the disk is so far behind."""

KEY_COLLECTION: Final = 1
"""Secret keys; sealed under a subkey of their own."""
GRANT_COLLECTION: Final = 9
