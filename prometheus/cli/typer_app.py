"""The Typer application of one command, built from its row, for every verb that is not hot.

Typer splits the arguments; `values` checks them, as for the hot verbs. Rich markup, pretty exceptions and Typer's own
completion are off, and its usage errors come out as errors of ours.
"""

from __future__ import annotations

from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any

import typer
from typer.main import get_command

from prometheus.cli.suggestion import did_you_mean
from prometheus.cli.values import checked, parameters, usage_error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prometheus.cli.command import Command, Param
    from prometheus.cli.invocation import Value

_UsageError: Any = typer.BadParameter.__base__
"""The common ancestor of Typer's usage errors; where it lives depends on Typer's version."""


def parse(command: Command, arguments: Sequence[str]) -> dict[str, Value]:
    """Return the checked values for the arguments after the words of a command.

    Raises:
        NotUnderstood: With the code USAGE.
    """
    parser = get_command(application(command))
    try:
        context = parser.make_context("prometheus", list(arguments))
    except _UsageError as error:
        raise _explained(command, error) from None
    raw = {name: tuple(value) if isinstance(value, list) else value for name, value in context.params.items()}
    return checked(command, raw)


def application(command: Command) -> typer.Typer:
    """Return the application whose one command is this row."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(" ".join(command.words), help=command.help, add_help_option=False)(_callback(command))
    return app


def _callback(command: Command) -> Callable[..., None]:
    """Return a function whose signature declares the parameters; Typer reads it, nobody calls it."""

    def declared(**_values: object) -> None:
        """Do nothing: the door of every verb is `run`."""

    rows = [_declared(parameter) for parameter in parameters(command)]
    declared.__signature__ = Signature(rows)  # type: ignore[attr-defined]  # the documented way to state one
    declared.__annotations__ = {row.name: row.annotation for row in rows}
    return declared


def _declared(parameter: Param) -> Parameter:
    return Parameter(parameter.name, Parameter.KEYWORD_ONLY, default=_default(parameter), annotation=_type(parameter))


def _default(parameter: Param) -> Any:
    if parameter.is_positional:
        return typer.Argument(None, metavar=parameter.shown, help=parameter.help)
    empty = False if parameter.kind == "flag" else None
    return typer.Option(empty, *parameter.flags, help=parameter.help, show_default=False)


def _type(parameter: Param) -> Any:
    if parameter.kind == "flag":
        return bool
    return list[str] | None if parameter.many else str | None


def _explained(command: Command, error: Any) -> Exception:
    """Return Typer's usage error in our words; those that are exact stay, lower case and without full stop."""
    option = getattr(error, "option_name", None)
    close = getattr(error, "possibilities", None)
    remedy = f"did you mean {' or '.join(sorted(close))}?" if close else ""
    if type(error).__name__ == "NoSuchOption":
        return usage_error(command, f"there is no option {option}", remedy=remedy or did_you_mean(str(option), ()))
    if "extra argument" in str(error.format_message()):
        return usage_error(command, "there are more arguments than it takes")
    said = str(error.format_message()).splitlines()[0].rstrip(".")
    return usage_error(command, said[:1].lower() + said[1:], remedy=remedy)
