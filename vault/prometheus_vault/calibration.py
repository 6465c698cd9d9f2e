"""The default cost of the key derivation on this machine.

Four lanes, at least three passes, and the largest of 256, 128 or 64 MiB that fits a quarter of the memory this process
may use; passes are added until one derivation takes 400 ms. Only creation and a passphrase change calibrate; opening
always pays what the header says.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final

from prometheus_memory import holding
from prometheus_vault import kdf, limits
from prometheus_vault.kdf import KdfParameters

if TYPE_CHECKING:
    from collections.abc import Callable

_SIZES_KIB: Final = (256 * 1024, 128 * 1024, 64 * 1024)
_SECONDS_WANTED: Final = 0.4
_OWN_GROUPS: Final = "/proc/self/cgroup"
_UNIFIED_LIMIT: Final = "/sys/fs/cgroup/memory.max"
_OLD_LIMIT: Final = "/sys/fs/cgroup/memory/memory.limit_in_bytes"


def default_parameters(
    *, memory_bytes: int | None = None, monotonic: Callable[[], float] = time.monotonic
) -> KdfParameters:
    """Measure this machine and return the default cost; takes about a second.

    Args:
        memory_bytes: Memory this process may use; found out when None.
        monotonic: Seconds from some fixed moment.
    """
    parameters = least_parameters(memory_in_reach() if memory_bytes is None else memory_bytes)
    while (seconds := _seconds(parameters, monotonic)) < _SECONDS_WANTED:
        more = _more_passes(parameters, seconds)
        if more == parameters.passes:
            break
        parameters = parameters._replace(passes=more)
    return parameters


def least_parameters(memory_bytes: int) -> KdfParameters:
    """Return the least cost that this much memory gets, before any measurement."""
    memory_kib = next((size for size in _SIZES_KIB if size * 1024 <= memory_bytes // 4), _SIZES_KIB[-1])
    return KdfParameters(passes=3, memory_kib=memory_kib, lanes=4)


def memory_in_reach() -> int:
    """Return the bytes of memory of this machine, or of the control group when that is less."""
    physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min([physical, *_group_limits()])


def _seconds(parameters: KdfParameters, monotonic: Callable[[], float]) -> float:
    started = monotonic()
    kdf.argon2id(holding(b"calibration"), bytes(32), parameters)
    return monotonic() - started


def _more_passes(parameters: KdfParameters, seconds: float) -> int:
    wanted = parameters.passes + 1
    if seconds > 0:
        wanted = max(wanted, int(parameters.passes * _SECONDS_WANTED / seconds))
    most = min(limits.KDF_PASSES_AT_MOST, limits.KDF_WORK_AT_MOST // parameters.memory_kib)
    return min(wanted, most)


def _group_limits() -> list[int]:
    return [limit for path in (_own_group_limit(), _UNIFIED_LIMIT, _OLD_LIMIT) if (limit := _number_in(path))]


def _own_group_limit() -> str:
    try:
        with open(_OWN_GROUPS, encoding="ascii", errors="replace") as groups:
            lines = groups.read().splitlines()
    except OSError:
        return ""
    own = next((line[3:] for line in lines if line.startswith("0::")), "")
    return f"/sys/fs/cgroup{own}/memory.max"


def _number_in(path: str) -> int:
    try:
        with open(path, encoding="ascii") as file:
            text = file.read(32).strip()
    except (OSError, UnicodeDecodeError):
        return 0
    return int(text) if text.isdigit() else 0
