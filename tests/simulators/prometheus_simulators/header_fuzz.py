"""Fuzz of the header: whatever it holds, an error of the cellar's tree, or the one header that the key holder made.

    python -m prometheus_simulators.header_fuzz SEED FIRST LAST STEP [HOLE]

The real path is played: parse, then unlock by passphrase (with a derivation that costs nothing and checks that only
bounded costs reach it) and by recovery secret. What is accepted is compared with an independent parser, the stranger's.
HOLE names a check of the product that is switched off, to show that the fuzz would see it missing.
"""

from __future__ import annotations

import os
import runpy
import sys
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from prometheus_memory import LockedBytes, holding
from prometheus_simulators.fuzz_worker import PromiseBroken, main
from prometheus_simulators.header_mutations import mutated
from prometheus_simulators.quick_kdf import quick_argon2id
from prometheus_simulators.vault_lab import PASSPHRASE, ROOT, SECRET
from prometheus_vault import blake2, kdf, slot_parameters, slots, unlocking
from prometheus_vault import header as headers
from prometheus_vault.errors import Damaged, KdfTooWeak, Tampered, WrongPassphrase
from prometheus_vault.kdf import LIGHT, KdfParameters
from prometheus_vault.keys import derive_subkeys

if TYPE_CHECKING:
    from prometheus_vault.header import Header

VAULT_ID = bytes(range(16))
MASTER = bytes(range(100, 132))
STRANGER: dict[str, Any] = runpy.run_path(str(ROOT / "tests" / "vault" / "stranger" / "read_vault.py"))


def checked_argon2id(passphrase: LockedBytes, salt: bytes, parameters: KdfParameters) -> LockedBytes:
    """Stand in for Argon2id, and refuse costs that should never have come so far."""
    passes, memory, lanes = parameters
    bounded = 1 <= passes <= 64 and 1 <= lanes <= 16 and 65536 <= memory <= 2097152
    if not bounded or not 196608 <= passes * memory <= 16777216 or len(salt) != 32:
        raise PromiseBroken(f"the derivation was reached with {parameters}")
    return quick_argon2id(passphrase, salt, parameters)


def originals() -> list[bytes]:
    """Return headers that the key holder made, with one slot, two, and as many as there may be; always the same."""
    kdf.argon2id = checked_argon2id
    os.urandom = Random(1).randbytes  # of this child process alone
    with holding(MASTER) as master:
        key = derive_subkeys(master, VAULT_ID).header
        typed = unlocking.new_passphrase_slot(PASSPHRASE, LIGHT, vault_id=VAULT_ID, master_key=master)
        words = unlocking.new_recovery_slot(SECRET, vault_id=VAULT_ID, master_key=master)
        more = [
            unlocking.new_passphrase_slot(b"another", LIGHT, vault_id=VAULT_ID, master_key=master) for _ in range(3)
        ]
        opaque = [slots.parse_slot(bytes([5, 0, 100, 0]) + bytes([number]) * 220, 0) for number in range(11)]
        sets = [[typed], [typed, words], [typed, words, *more], [*opaque, words, typed, *more]]
        return [headers.build_header(VAULT_ID, len(found), found, key).raw for found in sets]


ORIGINALS = originals()


def case(chance: Random) -> str:
    """Play one mutated header; return the outcome."""
    data = mutated(chance, chance.choice(ORIGINALS))
    try:
        header = headers.parse_header(data)
    except (Damaged, KdfTooWeak) as error:
        return type(error).__name__
    _check_accepted(header, data)
    outcomes = {_unlock(header, data, by_passphrase=by_passphrase) for by_passphrase in (True, False)}
    return "opened" if "opened" in outcomes else max(outcomes)


def _check_accepted(header: Header, data: bytes) -> None:
    if header.raw != data or b"".join(slot.raw for slot in header.slots) != data[32:-48]:
        raise PromiseBroken("bytes of the header went unread")
    if any(slot.passphrase for slot in header.slots) != any(slot.kind == 1 for slot in header.slots):
        raise PromiseBroken("a slot lost its cost")
    try:
        STRANGER["parse_slots"](data)
    except SystemExit as refusal:
        raise PromiseBroken(f"the stranger's reader is stricter ({refusal})") from None


def _unlock(header: Header, data: bytes, *, by_passphrase: bool) -> str:
    try:
        if by_passphrase:
            unlocked = unlocking.with_passphrase(header, PASSPHRASE)
        else:
            unlocked = unlocking.with_recovery(header, SECRET)
    except (WrongPassphrase, Tampered) as error:
        return type(error).__name__
    if data not in ORIGINALS or bytes(unlocked.master_key.view) != MASTER:
        raise PromiseBroken("a changed header opened")
    unlocked.wipe()
    return "opened"


def _same_but_checks(left: bytes, right: bytes) -> bool:
    return len(left) == 16 or blake2.same(left, right)


HOLES: dict[str, tuple[object, str, object]] = {
    "cost": (slot_parameters, "kdf", SimpleNamespace(check=lambda _: None)),
    "check": (headers, "blake2", SimpleNamespace(digest=blake2.digest, same=_same_but_checks)),
    "mac": (headers, "authenticate", lambda *_: None),
    "length": (slots, "SLOT_PARAMETERS_AT_MOST", 1 << 16),
}
"""Checks that can be switched off: where they are reached, and what stands there then."""


if __name__ == "__main__":
    for hole in sys.argv[5:]:
        setattr(*HOLES[hole])
    main(case)
