"""From texts to checked values: the one place where what was typed meets what the table allows.

Both parsers only split the command line into texts by parameter; everything that can be refused about a text is refused
here, so that they cannot differ. Out comes a value for every parameter and every global option.
"""

from __future__ import annotations

from prometheus.cli.tables.options import GLOBAL_OPTIONS
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus.cli.command import Command, Param
    from prometheus.cli.invocation import Value

Raw = str | bool | tuple[str, ...] | None
"""What a parser hands over: a text, whether a flag was given, all texts of a repeatable parameter, or nothing."""

_MOST_DIGITS: Final = 18


def checked(command: Command, raw: Mapping[str, Raw]) -> dict[str, Value]:
    """Return the values of every parameter.

    Raises:
        NotUnderstood: When one is missing, no number, or none of its choices.
    """
    return {parameter.name: _value(command, parameter, raw.get(parameter.name)) for parameter in parameters(command)}


def parameters(command: Command) -> tuple[Param, ...]:
    """Return the parameters of a command and the global options that it does not take itself."""
    own = {parameter.name for parameter in command.params}
    return command.params + tuple(option for option in GLOBAL_OPTIONS if option.name not in own)


def usage_error(command: Command | None, what: str, *, remedy: str = "") -> NotUnderstood:
    """Return the error for a command line that cannot be understood."""
    words = f"{' '.join(command.words)} " if command else ""
    return NotUnderstood(what, code="USAGE", remedy=remedy or f"see `prometheus {words}--help`")


def _value(command: Command, parameter: Param, given: Raw) -> Value:
    if parameter.kind == "flag":
        return bool(given)
    if isinstance(given, tuple):
        if parameter.required and not given:
            raise _missing(command, parameter)
        for text in given:
            _text_or_number(command, parameter, text)
        return given
    if isinstance(given, str):
        return _text_or_number(command, parameter, given)
    if parameter.required:
        raise _missing(command, parameter)
    return () if parameter.many else parameter.default


def _text_or_number(command: Command, parameter: Param, text: str) -> str | int:
    if parameter.kind == "number":
        if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
            raise usage_error(command, f"{_name(parameter)} has to be a whole number, 0 or more")
        return int(text)
    if parameter.kind == "choice" and text not in parameter.choices:
        raise usage_error(command, f"{_name(parameter)} has to be one of {', '.join(parameter.choices)}")
    return text


def _missing(command: Command, parameter: Param) -> NotUnderstood:
    return usage_error(command, f"{_name(parameter)} is missing")


def _name(parameter: Param) -> str:
    return parameter.shown if parameter.is_positional else parameter.flags[0]
