"""What the numbers of a benchmark depend on - machine, system, versions, load - and where they are kept.

Beside the benchmarks, and none itself: `./check --long` does not run what begins with an underscore.
"""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RESULTS = Path(__file__).resolve().parent / "results"


def conditions(benchmark: str, before: tuple[float, float, float], packages: Sequence[str] = ()) -> dict[str, Any]:
    """Return the beginning of a result.

    Args:
        benchmark: Its name.
        before: `os.getloadavg` when it began.
        packages: Distributions whose versions matter to it.
    """
    return {
        "v": 1,
        "benchmark": benchmark,
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "system": platform.platform(),
        "cpu": processor(),
        "cpus": os.cpu_count(),
        "load_before": [round(load, 2) for load in before],
        "load_after": [round(load, 2) for load in os.getloadavg()],
        "versions": {name: version(name) for name in packages},
    }


def processor() -> str:
    """Return what the processor calls itself, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def keep(document: Mapping[str, Any]) -> Path:
    """Write a result that begins with `conditions`; return where."""
    path = RESULTS / f"{document['date']}-{document['benchmark']}.json"
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return path
