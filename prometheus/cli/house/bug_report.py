"""``bug-report``: shows what a report would contain, asks, and only then writes it.

In it: versions, terminal kind, names (never values) of the settings that are set, the redacted reports of the last
failures. Of those only lines of the exact shape that `crash_report` writes are taken, so that nothing else can be
carried along by a file of that name.
"""

from __future__ import annotations

import os
import re
import sys

from prometheus import files
from prometheus.cli import ask, settings
from prometheus.cli.crash_report import versions
from prometheus.cli.output import safe
from prometheus.errors import NoConsent
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.model.places import find_places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.cli.invocation import Invocation

_NEWEST: Final = 5
_LARGEST: Final = 65_536
_TERMINALS: Final = frozenset({"dumb", "linux", "xterm", "xterm-256color", "screen", "screen-256color", "tmux"})
_LINE: Final = (
    r"(prometheus|python|system): [\w .()+~-]{1,120}|command: [a-z -]{1,60}|command: \(none\)"
    r"|exception: [\w.<>]{1,200}( \([A-Z0-9-]{1,60}\))?|  [\w./<> -]{1,200}:\d{1,6} [\w.<>]{1,200}"
)
"""The only lines that `crash_report` writes; any other line of such a file is left out."""
_DEFAULT_NAME: Final = "prometheus-bug-report.txt"


def run(call: Invocation) -> int:
    """Show the report, ask, write it.

    Raises:
        NoConsent: When the person does not agree.
        Conflict: When the file exists.
    """
    text = report(call)
    path = call.maybe("out") or _DEFAULT_NAME
    if path == "-":
        call.output.result({"report": text}, [text.rstrip("\n")])
        return 0
    tell = call.output.note if call.flag("yes") else call.output.tell
    tell(f"This is all that would be written to {safe(path)}:\n\n{text}")
    if not ask.confirm(call, f"write it to {path}?"):
        raise NoConsent("nothing was written")
    files.write(path, text.encode(), replace=False)
    call.output.result({"written": path, "report": text}, [safe(path)])
    return 0


def report(call: Invocation) -> str:
    """Return the text of the report."""
    terminal = os.environ.get("TERM", "")
    lines = [
        *versions(),
        f"terminal: {terminal if terminal in _TERMINALS else 'another kind' if terminal else 'none'}",
        f"encoding: {sys.stdout.encoding}",
        f"settings that are set: {', '.join(_set_names(call)) or 'none'}",
    ]
    for number, failure in enumerate(_failures(), start=1):
        lines += ["", f"failure {number}:", *(f"  {line}" for line in failure.splitlines())]
    return "\n".join(lines) + "\n"


def _set_names(call: Invocation) -> Iterator[str]:
    for row in settings.SETTINGS:
        if settings.find(row.name, call.values).source in ("environment", "file"):
            yield row.name


def _failures() -> Iterator[str]:
    folder = find_places(os.environ).reports
    try:
        names = [name for name in os.listdir(folder) if name.startswith("failure-") and name.endswith(".txt")]
    except FileNotFoundError:
        return
    paths = sorted((f"{folder}/{name}" for name in names), key=os.path.getmtime, reverse=True)
    for path in paths[:_NEWEST]:
        lines = files.read_text(path, _LARGEST).splitlines()
        yield "\n".join(line for line in lines if re.fullmatch(_LINE, line))
