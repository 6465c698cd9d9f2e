"""What a verb receives: its values, typed on demand, with the two streams it may write to."""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus.cli.command import Command
    from prometheus.cli.output import Output

Value = str | int | bool | tuple[str, ...] | None


class Invocation(NamedTuple):
    """One call of one command.

    `values` has a member for every parameter of the command and for every global option, already checked against
    the table: texts as str, numbers as int, flags as bool, repeated ones as tuples, absent ones as None.
    """

    command: Command
    values: Mapping[str, Value]
    output: Output

    def text(self, name: str) -> str:
        """Return a text that the table marks as required or gives a default."""
        value = self.values[name]
        assert isinstance(value, str), name  # noqa: S101  # the table is ours: a mismatch is a bug
        return value

    def maybe(self, name: str) -> str | None:
        """Return a text, or None where it was not given."""
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    def flag(self, name: str) -> bool:
        """Return whether a flag was given."""
        return bool(self.values.get(name))

    def number(self, name: str) -> int | None:
        """Return a whole number, or None where it was not given."""
        value = self.values.get(name)
        return value if isinstance(value, int) else None

    def many(self, name: str) -> tuple[str, ...]:
        """Return every value of a repeatable parameter."""
        value = self.values.get(name)
        return value if isinstance(value, tuple) else ()
