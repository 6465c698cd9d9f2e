"""From a command line to an exit code, for everything that the stub does not answer itself.

The words decide the command; a hot verb is parsed by the small parser, any other by Typer; then it goes through the one
door, `run`. ``--help`` anywhere before ``--`` shows the pre-rendered text.
"""

from __future__ import annotations

from prometheus.cli import run, words
from prometheus.cli.command import Command
from prometheus.cli.invocation import Invocation
from prometheus.errors import NotUnderstood, PluginOff, PrometheusError
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.cli.invocation import Value
    from prometheus.cli.output import Output
    from prometheus.cli.words import Chosen

_NOTHING = Command((), "", "")


def main(arguments: Sequence[str]) -> int:
    """Run the command that the arguments name and return the exit code."""
    try:
        chosen = _chosen(arguments)
        values = _parse(chosen)
    except (NotUnderstood, PluginOff) as error:
        return _refused(error, arguments)
    if chosen.is_ours:
        return run.run(chosen.command, values)
    from prometheus.cli import plugin_commands

    return run.run(chosen.command, values, plugin_commands.target_of)


def _parse(chosen: Chosen) -> dict[str, Value]:
    if chosen.command.hot:
        from prometheus.cli import arguments

        return arguments.parse(chosen.command, chosen.arguments)
    import gc

    from prometheus.cli import typer_app

    gc.enable()
    return typer_app.parse(chosen.command, chosen.arguments)


def _asks_for_help(arguments: Sequence[str]) -> bool:
    before = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--help" in before or "-h" in before


def _chosen(arguments: Sequence[str]) -> Chosen:
    """Return the command; the one that shows help where help is asked for, also for a noun without a verb."""
    if not _asks_for_help(arguments):
        return words.choose(arguments)
    named = words.leading(arguments) or list(words.choose(arguments).command.words)
    return words.choose(["help", *named])


def _refused(error: PrometheusError, arguments: Sequence[str]) -> int:
    """Show an error of the command line itself; the options that say how to speak count even then."""
    values: dict[str, Value] = {"json": "--json" in arguments, "no_color": "--no-color" in arguments}
    call = Invocation(_NOTHING, values, _output_for(values))

    def refuse() -> int:
        raise error

    return run.guarded(refuse, call)


def _output_for(values: dict[str, Value]) -> Output:
    try:
        return run.output_for(values)
    except PrometheusError:
        return run.plain_output(values)
