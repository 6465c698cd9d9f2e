"""The body of a key record: binary, so that a secret can be used where it lies and never becomes text.

    u8 kind | u8 n | secret[n] | JSON of public facts

A vault has one seed, kept under the name `SEED`; every key of its personas derives from it.
"""

from __future__ import annotations

import json

from prometheus.errors import Damaged
from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple
from prometheus.model.secret import Secret
from prometheus_memory import joined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus_memory import LockedBytes

SEED: Final = "seed"
"""Name of the record that holds the seed of the vault."""
KIND_SEED: Final = 1
KINDS: Final = {KIND_SEED: "BIP39 seed", 2: "Ed25519", 3: "secp256k1", 4: "P-256", 5: "BLS", 6: "other"}
SEED_SIZE: Final = 64
_HEAD: Final = 2


class KeyRecord(NamedTuple):
    """A secret with what may be said about it."""

    kind: int
    secret: Secret
    facts: Mapping[str, Any]


def encode(record: KeyRecord) -> LockedBytes:
    """Return the body of a key record, in locked memory."""
    import rfc8785

    head = bytes((record.kind, len(record.secret)))
    return joined(head, record.secret.locked, rfc8785.dumps({"v": 1, **record.facts}))


def decode(locked: LockedBytes) -> KeyRecord:
    """Read the body of a key record; the secret is a copy in locked memory.

    Raises:
        Damaged: When it does not have the form; the seal held, so a program wrote it wrongly.
    """
    body = locked.view
    if len(body) < _HEAD or body[0] not in KINDS or len(body) < _HEAD + body[1]:
        raise _unreadable()
    end = _HEAD + body[1]
    try:
        facts = json.loads(str(body[end:], "utf-8"))
    except ValueError:
        facts = None
    if not isinstance(facts, dict):
        raise _unreadable()
    return KeyRecord(body[0], Secret(locked.copy(_HEAD, end)), facts)


def _unreadable() -> Damaged:
    return Damaged("a key record of the vault has a body that this version cannot read", code="RECORD-BODY")
