"""Write the rendered texts, or with ``--check`` say which are stale: ``python -m prometheus.cli.rendering``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

import prometheus
from prometheus.cli.rendering import completion, error_codes, help_text, man, reference, shipped, tutorial
from prometheus.cli.tables.house import SHELLS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus.cli.command import Command

_PACKAGE: Final = os.path.dirname(os.path.abspath(prometheus.__file__))
_CHECKOUT: Final = os.path.dirname(_PACKAGE)
_RENDERED: Final = "prometheus/cli/rendered"
_REFERENCE: Final = "docs/reference"
_OWNED: Final = (f"{_RENDERED}/help", f"{_RENDERED}/man", f"{_RENDERED}/completion")
"""Folders in which everything is ours: a file that is not rendered any more goes."""


def main(arguments: Sequence[str]) -> int:
    """Write the files and return 0; with ``--check`` write nothing and return 1 when any is stale."""
    wanted = dict(files(shipped.every_command()))
    stale = [name for name, text in wanted.items() if _content(name) != text]
    left_over = [name for name in _existing() if name not in wanted]
    if "--check" in arguments:
        sys.stdout.writelines(f"stale: {name}\n" for name in (*stale, *left_over))
        return 1 if stale or left_over else 0
    for name in stale:
        _write(name, wanted[name])
    for name in left_over:
        os.unlink(f"{_CHECKOUT}/{name}")
    sys.stdout.write(f"{len(wanted)} texts, {len(stale)} written, {len(left_over)} removed\n")
    return 0


def files(commands: Sequence[Command]) -> Iterator[tuple[str, str]]:
    """Yield name below the checkout and text of every rendered file."""
    yield f"{_RENDERED}/help/prometheus.txt", help_text.of_program(commands)
    yield f"{_RENDERED}/plugin-verbs.txt", shipped.list_of_verbs()
    yield f"{_RENDERED}/man/prometheus.1", man.of_program(commands, prometheus.__version__)
    for row in commands:
        further = [other for other in commands if other.words[: len(row.words)] == row.words and other != row]
        yield f"{_RENDERED}/help/{row.id}.txt", help_text.of_command(row, further)
        yield f"{_RENDERED}/man/{man.page_name(row.words)}.1", man.of_command(row, prometheus.__version__)
    alone = {row.words[0] for row in commands if len(row.words) == 1}
    for noun in dict.fromkeys(row.words[0] for row in commands if row.words[0] not in alone):
        verbs = [row for row in commands if row.words[0] == noun]
        yield f"{_RENDERED}/help/{noun}.txt", help_text.of_noun(noun, verbs)
    for shell in SHELLS:
        yield f"{_RENDERED}/completion/{shell}", completion.script(shell, commands)
    yield "docs/tutorial/first-claim.md", tutorial.page()
    yield f"{_REFERENCE}/cli.md", reference.of_commands(commands)
    yield f"{_REFERENCE}/exit-codes.md", reference.of_exit_codes()
    codes = error_codes.found_in((_PACKAGE, f"{_CHECKOUT}/plugins"))
    yield f"{_REFERENCE}/errors.md", reference.of_errors(codes)


def _existing() -> Iterator[str]:
    for folder in _OWNED:
        if os.path.isdir(f"{_CHECKOUT}/{folder}"):
            yield from (f"{folder}/{name}" for name in sorted(os.listdir(f"{_CHECKOUT}/{folder}")))


def _content(name: str) -> str | None:
    try:
        with open(f"{_CHECKOUT}/{name}", encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _write(name: str, text: str) -> None:
    path = f"{_CHECKOUT}/{name}"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
