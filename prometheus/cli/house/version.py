"""``version``: what runs on what."""

from __future__ import annotations

from prometheus.cli.crash_report import versions
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation


def run(call: Invocation) -> int:
    """Show the versions of prometheus, Python and the system."""
    lines = versions()
    call.output.result(dict(line.split(": ", 1) for line in lines), lines)
    return 0
