"""``man [WORD...]``: a page of the manual, by the system's `man` where it is, else the help text."""

from __future__ import annotations

import os

from prometheus.cli import words
from prometheus.cli.stub import help_text
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.cli.invocation import Invocation


def run(call: Invocation) -> int:
    """Show the page for the words, and for none that of the program.

    Raises:
        NotUnderstood: When no command has these words.
    """
    named = [part for word in call.many("page") for part in word.split(".")]
    path = page_path(named)
    if path is None:
        raise words.unknown(named)
    if call.output.is_json:
        call.output.result({"page": path}, ())
        return 0
    return _by_man(path) if _has_man() else _as_help(call, named)


def page_path(named: Sequence[str]) -> str | None:
    """Return the file of a page, or None where there is none."""
    name = "-".join(("prometheus", *named))
    if not name.replace("-", "").isalnum():
        return None
    folder = __file__.rpartition("/house/")[0]
    path = f"{folder}/rendered/man/{name}.1"
    return path if os.path.isfile(path) else None


def _has_man() -> bool:
    import shutil

    return shutil.which("man") is not None


def _by_man(path: str) -> int:
    """A path with a slash is a page of its own to every `man`."""
    import subprocess

    return 0 if subprocess.run(["man", path], check=False).returncode == 0 else 16


def _as_help(call: Invocation, named: Sequence[str]) -> int:
    text = help_text(list(named)) or ""
    call.output.line(text.rstrip("\n"))
    return 0
