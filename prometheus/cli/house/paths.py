"""``paths``: every folder that is used, whether it exists, and how to remove every trace."""

from __future__ import annotations

import os
import shlex
from textwrap import wrap

from prometheus.cli.output import safe
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.model.places import find_places

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation

_WHAT: Final = {
    "config": "settings and keys of the screen",
    "data": "vaults and schemas: what only you have",
    "state": "anchors, sealed indexes, notes of backups, reports of failures; what services received and decided, and "
    "a development ledger, unless another folder was named",
    "cache": "what can be made again",
    "runtime": "sockets, while something runs",
}

_WIDTH: Final = 80
_INDENT: Final = " " * 9


def run(call: Invocation) -> int:
    """Show the folders."""
    places = find_places(os.environ)._asdict()
    document = {
        "places": {name: {"path": path, "exists": os.path.isdir(path)} for name, path in places.items()},
        "remove": _removal(list(places.values())),
    }
    call.output.result(document, _lines(places))
    return 0


def _lines(places: dict[str, str]) -> list[str]:
    lines = []
    for name, path in places.items():
        state = "exists" if os.path.isdir(path) else "not there"
        lines += [
            f"{name:<8} {safe(path)}",
            *wrap(f"{_WHAT[name]}; {state}", _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT),
        ]
    lines += ["", "To remove every trace, your vaults included (no way back without the 24 words):"]
    return [*lines, f"  {safe(_removal(list(places.values())))}"]


def _removal(paths: list[str]) -> str:
    """Return the shell command that removes all of it; a folder inside another goes with it."""
    outer = [path for path in paths if not any(path.startswith(f"{other}/") for other in paths)]
    return "rm -rf -- " + " ".join(shlex.quote(path) for path in outer)
