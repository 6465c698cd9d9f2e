"""A small parser for the hot verbs, driven by the table; it splits exactly as the Typer one does.

Options and positional arguments may be mixed; ``--name value`` and ``--name=value`` are the same; short flags may be
joined; ``--`` ends the options; of an option given twice the last counts, unless it is repeatable. A lone ``-`` is a
positional argument. The next word after an option that takes a value is that value, whatever it looks like.
"""

from __future__ import annotations

from prometheus.cli.values import checked, parameters, usage_error
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.cli.command import Command, Param
    from prometheus.cli.invocation import Value
    from prometheus.cli.values import Raw


def parse(command: Command, arguments: Sequence[str]) -> dict[str, Value]:
    """Return the checked values for the arguments after the words of a command.

    Raises:
        NotUnderstood: With the code USAGE.
    """
    return checked(command, _Split(command).over(arguments))


class _Split:
    """One walk over the arguments."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.raw: dict[str, Raw] = {}
        self.by_flag = {flag: parameter for parameter in parameters(command) for flag in parameter.flags}
        self.positional: list[str] = []

    def over(self, arguments: Sequence[str]) -> dict[str, Raw]:
        rest = list(reversed(arguments))
        while rest:
            word = rest.pop()
            if word == "--":
                self.positional += reversed(rest)
                break
            if word.startswith("--"):
                self._long(word, rest)
            elif word.startswith("-") and word != "-":
                self._short(word, rest)
            else:
                self.positional.append(word)
        self._place()
        return self.raw

    def _long(self, word: str, rest: list[str]) -> None:
        name, equals, text = word.partition("=")
        parameter = self._named(name)
        if parameter.kind == "flag":
            if equals:
                raise usage_error(self.command, f"{name} takes no value")
            self.raw[parameter.name] = True
            return
        self._keep(parameter, text if equals else self._next(name, rest))

    def _short(self, word: str, rest: list[str]) -> None:
        for position, letter in enumerate(word[1:], start=2):
            parameter = self._named(f"-{letter}")
            if parameter.kind != "flag":
                self._keep(parameter, word[position:] or self._next(f"-{letter}", rest))
                return
            self.raw[parameter.name] = True

    def _named(self, flag: str) -> Param:
        parameter = self.by_flag.get(flag)
        if parameter is None:
            from prometheus.cli.suggestion import did_you_mean

            remedy = did_you_mean(flag, self.by_flag)
            raise usage_error(self.command, f"there is no option {flag}", remedy=remedy)
        return parameter

    def _next(self, flag: str, rest: list[str]) -> str:
        if not rest:
            raise usage_error(self.command, f"{flag} needs a value")
        return rest.pop()

    def _keep(self, parameter: Param, text: str) -> None:
        before = self.raw.get(parameter.name)
        if not parameter.many:
            self.raw[parameter.name] = text
        else:
            self.raw[parameter.name] = (*before, text) if isinstance(before, tuple) else (text,)

    def _place(self) -> None:
        """Give the positional texts to the parameters in their order; a repeatable one takes what others leave."""
        places = [parameter for parameter in self.command.params if parameter.is_positional]
        texts = self.positional
        for index, parameter in enumerate(places):
            if parameter.many:
                after = len(places) - index - 1
                taken = texts[: max(0, len(texts) - after)]
                self.raw[parameter.name] = tuple(taken)
                texts = texts[len(taken) :]
            elif texts:
                self.raw[parameter.name], *texts = texts
        if texts:
            raise usage_error(self.command, "there are more arguments than it takes")
