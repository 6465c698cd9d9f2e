"""Argon2id (RFC 9106): from a passphrase to 32 bytes.

`KdfParameters` are checked before anything runs: limits protect this machine from a hostile header, the floor protects
the user from a downgraded one. Too little memory is its own error, never a wrong passphrase and never a lower cost.
`lanes` decides the result; the number of threads does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_memory import allocate
from prometheus_vault import limits
from prometheus_vault.errors import Damaged, KdfTooWeak, NotEnoughMemory, StorageError

if TYPE_CHECKING:
    from prometheus_memory import LockedBytes

_OK: Final = 0
_MEMORY_ALLOCATION_ERROR: Final = -22
_THREAD_FAIL: Final = -33


class KdfParameters(NamedTuple):
    """The cost of one derivation: passes over the memory, memory in KiB, lanes."""

    passes: int
    memory_kib: int
    lanes: int


LIGHT: Final = KdfParameters(passes=3, memory_kib=65536, lanes=4)
"""The floor: RFC 9106's second choice; about a fifth of the default's time, and weaker."""


def check(parameters: KdfParameters) -> None:
    """Refuse costs outside the limits, then below the floor.

    Raises:
        Damaged: When a number lies outside what the format allows.
        KdfTooWeak: When the cost lies below 64 MiB and three passes.
    """
    passes, memory_kib, lanes = parameters
    within = (
        1 <= passes <= limits.KDF_PASSES_AT_MOST
        and 1 <= lanes <= limits.KDF_LANES_AT_MOST
        and 8 * lanes <= memory_kib <= limits.KDF_MEMORY_KIB_AT_MOST
        and memory_kib * passes <= limits.KDF_WORK_AT_MOST
    )
    if not within:
        raise Damaged(f"the key derivation asks for {memory_kib} KiB, {passes} passes and {lanes} lanes")
    if memory_kib < limits.KDF_MEMORY_KIB_FLOOR or memory_kib * passes < limits.KDF_WORK_FLOOR:
        raise KdfTooWeak(
            f"the key derivation costs only {memory_kib} KiB and {passes} passes",
            meaning="someone may have lowered it to make guessing cheap; it was not run",
        )


def argon2id(passphrase: LockedBytes, salt: bytes, parameters: KdfParameters) -> LockedBytes:
    """Return 32 bytes for a prepared passphrase and a salt of 32 bytes; neither leaves locked memory.

    Raises:
        NotEnoughMemory: When the memory asked for cannot be had.
    """
    outcome, derived = _run(passphrase, salt, parameters, threads=_threads(parameters.lanes))
    if outcome == _THREAD_FAIL:
        derived.wipe()
        outcome, derived = _run(passphrase, salt, parameters, threads=1)
    if outcome == _OK:
        return derived
    derived.wipe()
    if outcome == _MEMORY_ALLOCATION_ERROR:
        raise NotEnoughMemory(
            "the passphrase could not be turned into a key",
            reason=f"{parameters.memory_kib // 1024} MiB of memory could not be had",
            remedy="close other programs, or raise the memory limit of this one",
        )
    raise StorageError("the passphrase could not be turned into a key", reason=f"argon2 error {outcome}")


def _run(passphrase: LockedBytes, salt: bytes, parameters: KdfParameters, *, threads: int) -> tuple[int, LockedBytes]:
    from argon2.low_level import Type, core, ffi

    out = allocate(32)
    context = ffi.new(
        "argon2_context *",
        {
            "out": ffi.from_buffer("uint8_t[]", out.view),
            "outlen": len(out),
            "pwd": ffi.from_buffer("uint8_t[]", passphrase.view),
            "pwdlen": len(passphrase),
            "salt": (salt_buffer := ffi.new("uint8_t[]", salt)),
            "saltlen": len(salt),
            "t_cost": parameters.passes,
            "m_cost": parameters.memory_kib,
            "lanes": parameters.lanes,
            "threads": threads,
            "version": limits.ARGON2_VERSION,
        },
    )
    outcome = core(context, Type.ID.value)
    del salt_buffer  # it had to outlive the call
    return outcome, out


def _threads(lanes: int) -> int:
    import os

    return max(1, min(lanes, 4, os.cpu_count() or 1))
