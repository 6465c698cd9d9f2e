"""The rows of the plugin's verbs: data only, one file for each noun or family, joined here.

What lives here: what verbs are called, take and say of themselves. What may come in: nothing. What may go out: rows, to
`plugin.py` alone. What never happens here: work, or the import of a verb. Start with any of the files: each has one
tuple `COMMANDS`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus.api import Command

FILES = ("did", "timestamp", "wallet", "ledger", "ledger_accept", "ledger_dev", "serve")
"""In the order of the help."""


def all_rows() -> tuple[Command, ...]:
    """Return the rows of every file that is there."""
    return tuple(row for name in FILES for row in _rows(name))


def _rows(name: str) -> tuple[Command, ...]:
    module = f"{__name__}.{name}"
    try:
        found: tuple[Command, ...] = import_module(module).COMMANDS
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return ()
    return found
