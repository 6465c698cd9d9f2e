"""What tells a new ledger from every other: its second block.

Rules:
* The first block is the same everywhere, and a block holds its time in whole slots: two ledgers begun within one slot
  would share the second block too, and whoever asks them would take one for the other. So it is signed with fresh
  random data, which its id depends on.
* The signature is ordinary ECDSA: the nonce is that of RFC 6979 with additional data (section 3.6).
* All other blocks are signed deterministically; what stands before them differs already.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from coincurve import PrivateKey

SECOND: Final = 2
_RANDOM_BYTES: Final = 32


def fresh_signer(forger: PrivateKey) -> Callable[[bytes], bytes]:
    """Return what makes another forging signature each time: DER over SHA-256 of what it is given."""
    return partial(_freshly_signed, forger)


def _freshly_signed(forger: PrivateKey, message: bytes) -> bytes:
    from coincurve._libsecp256k1 import ffi

    return forger.sign(message, custom_nonce=(ffi.NULL, ffi.new("unsigned char[]", os.urandom(_RANDOM_BYTES))))
