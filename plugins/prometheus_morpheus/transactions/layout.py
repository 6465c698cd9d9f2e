"""The parts of a transaction's bytes that have a fixed size, little endian; described in `serialized`."""

from __future__ import annotations

import struct

MARK = 0xFF
HEAD = struct.Struct("<BBBIHQ33sQB")
TRANSFER_PAYLOAD = struct.Struct("<QI21s")
PAYMENT = struct.Struct("<Q21s")
VOTE_PAYLOAD = struct.Struct("<B33s")
SMALL_COUNT = struct.Struct("<B")
COUNT = struct.Struct("<H")
