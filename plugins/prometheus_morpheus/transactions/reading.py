"""Reading a transaction from its bytes; the form is described in `serialized`.

Rules:
* Read strictly: whatever is read is written back to the very same bytes, or refused. An asset's text that is not the
  shortest one, a length written in more bytes than needed, a signature with something behind it: refused.
* Where exactly 64 bytes are left, they are a signature of Schnorr's kind; else they are DER to the last byte.
* Second signatures and multisignatures are not read.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_morpheus.transactions.transaction import Transaction

MAX_BYTES = 2 * 1024 * 1024


def parse_bytes(raw: bytes) -> Transaction:
    """Return the transaction that these bytes are, signed or not.

    Raises:
        NotUnderstood: When the bytes are not exactly one transaction.
        UnsupportedFormat: When it is of a kind that is not read here.
        TooLarge: When there are more than 2 MiB.
    """
    raise NotImplementedError
