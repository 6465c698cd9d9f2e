"""Without arguments at a terminal: the installed front end, found by its entry point, else the help.

The command line never imports a front end by name. One that cannot be loaded is no reason to say nothing.
"""

from __future__ import annotations

import sys

from prometheus.cli.stub import help_text
from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

GROUP: Final = "prometheus.frontend"


def start() -> int:
    """Run the front end and return its exit code; show the help where none is installed."""
    front_end = _installed()
    if front_end is not None:
        return front_end()
    sys.stdout.write(help_text([]) or "")
    return 0


def _installed() -> Callable[[], int] | None:
    from importlib.metadata import entry_points

    for door in entry_points(group=GROUP):
        try:
            found: Callable[[], int] = door.load()
        except Exception as error:  # noqa: BLE001  # it is somebody's code, and help is better than a traceback
            sys.stderr.write(f"warning: the front end {door.name} cannot be loaded ({type(error).__name__})\n")
            continue
        return found
    return None
