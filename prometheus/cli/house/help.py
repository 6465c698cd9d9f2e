"""``help [WORD...]``: the rendered text; made on the spot for the verbs of plugins."""

from __future__ import annotations

from prometheus.cli import commands, plugin_commands, words
from prometheus.cli.stub import help_text
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.cli.invocation import Invocation


def run(call: Invocation) -> int:
    """Show the help for the words, and for none that of the program.

    Raises:
        NotUnderstood: When no command has these words.
    """
    named = list(call.many("words"))
    text = help_text(named) or _made(named)
    if not named:
        text += _guests()
    call.output.result({"words": named, "help": text}, [text.rstrip("\n")])
    return 0


def _made(named: Sequence[str]) -> str:
    from prometheus.cli.rendering import help_text as rendering

    rows = commands.beginning_with(named) or plugin_commands.beginning_with(named)
    if not named:
        return rendering.of_program(commands.all_commands())
    if not rows:
        raise words.unknown(named)
    exact = [row for row in rows if list(row.words) == list(named)]
    return rendering.of_command(exact[0]) if exact else rendering.of_noun(" ".join(named), rows)


def _guests() -> str:
    """Return the verbs that enabled plugins of strangers brought, as a part of the help."""
    rows = plugin_commands.of_strangers()
    if not rows:
        return ""
    listed = "\n".join(f"  {' '.join(row.words):<24}  {row.help}" for row in rows)
    return f"\nFrom plugins:\n{listed}\n"
