"""What every fuzz worker is: a child process with bounded memory that plays numbered cases and reports outcomes.

Each case has a random source of its own, made from seed and number, so that one case can be played again alone. A case
that takes too long ends the worker with a trace; a case that breaks a promise ends it with seed, number and what is
needed to repeat it.
"""

from __future__ import annotations

import faulthandler
import json
import resource
import subprocess
import sys
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from prometheus_simulators.vault_lab import child_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MEMORY = 8 << 30
"""Address space of a worker, so that a number in a file that becomes an allocation does no harm here."""
MEMORY_EXPECTED = 1 << 20
"""KiB of address space that a worker may have had at its peak, a multiple of what it needs."""
SECONDS = 20
"""Longest time for one case; the slowest honest one takes milliseconds."""


class PromiseBroken(AssertionError):
    """A case that the product should have refused, or refused in another way."""


def play(seed: int, numbers: Iterable[int], case: Callable[[Random], str]) -> Counter[str]:
    """Play numbered cases, each within its time, and count their outcomes."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    outcomes: Counter[str] = Counter()
    chance = Random()
    for number in numbers:
        faulthandler.dump_traceback_later(SECONDS, exit=True)
        chance.seed((seed << 32) | number)
        try:
            outcomes[case(chance)] += 1
        except BaseException as error:
            sys.stderr.write(f"seed {seed}, case {number}: {error!r}\n")
            raise
    faulthandler.cancel_dump_traceback_later()
    if (peak := memory_at_peak()) > MEMORY_EXPECTED:
        raise PromiseBroken(f"seed {seed}, case of {numbers}: {peak} KiB of address space were taken")
    return outcomes


def memory_at_peak() -> int:
    """Return the most address space that this process ever had, in KiB; 0 where the system does not say."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next((int(line.split()[1]) for line in status if line.startswith("VmPeak:")), 0)
    except OSError:
        return 0


def main(case: Callable[[Random], str]) -> None:
    """Play the cases that the arguments name (seed, first, last, step) and print the outcomes as JSON."""
    seed, first, last, step = map(int, sys.argv[1:5])
    sys.stdout.write(json.dumps(play(seed, range(first, last, step), case)))


def run_workers(module: str, seed: int, count: int, *extra: str, workers: int = 2) -> Counter[str]:
    """Play so many cases of a module in child processes and return the outcomes; raise when one of them failed."""
    children = [
        subprocess.Popen(
            [sys.executable, "-m", module, str(seed), str(first), str(count), str(workers), *extra],
            env=child_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for first in range(workers)
    ]  # fmt: skip
    outcomes: Counter[str] = Counter()
    failures = []
    for child in children:
        out, err = child.communicate()
        if child.returncode:
            failures.append(err[-4000:])
        else:
            outcomes.update(json.loads(out))
    if failures:
        raise PromiseBroken("\n".join(failures))
    return outcomes
