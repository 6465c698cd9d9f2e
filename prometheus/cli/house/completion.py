"""``completion SHELL``: the rendered script, or one made on the spot where plugins of strangers brought verbs."""

from __future__ import annotations

from prometheus.cli import plugin_commands
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation


def run(call: Invocation) -> int:
    """Write the completion script of a shell to standard output."""
    shell = call.text("shell")
    script = _made(shell) if plugin_commands.of_strangers() else _rendered(shell)
    call.output.result({"shell": shell, "script": script}, [script.rstrip("\n")])
    return 0


def _rendered(shell: str) -> str:
    folder = __file__.rpartition("/house/")[0]
    with open(f"{folder}/rendered/completion/{shell}", encoding="utf-8") as file:
        return file.read()


def _made(shell: str) -> str:
    from prometheus.cli import commands
    from prometheus.cli.rendering import completion

    return completion.script(shell, commands.all_commands() + plugin_commands.all_commands())
