"""What the verb of a plugin receives: an invocation behind a narrow front, and doors that open where it was let in.

Nothing of the house goes out by it: values, two streams, a clock, folders, settings, and `OpenVault` in the place of a
session.
"""

from __future__ import annotations

from contextlib import contextmanager

from prometheus.cli import ask, settings
from prometheus.cli.output import safe
from prometheus.cli.progress import progress_told
from prometheus.model import capability
from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

    from prometheus.cli.invocation import Invocation
    from prometheus.cli.output import Output
    from prometheus.compose.clock import SystemClock
    from prometheus.model.places import Places
    from prometheus.usecases.plugin_vault import Guest, PluginVault

_OF_THE_VAULT: Final = (
    capability.KEEPS_RECORDS,
    capability.SEES_PERSONAS,
    capability.SIGNS,
    capability.SPENDS,
)


class PluginCall:
    """The `Call` of one verb of a plugin."""

    __slots__ = ("_call", "_guest", "output")

    def __init__(self, call: Invocation, guest: Guest) -> None:
        self._call = call
        self._guest = guest
        self.output: Output = call.output

    @property
    def clock(self) -> SystemClock:
        """The clock of this machine."""
        from prometheus.compose.clock import SystemClock

        return SystemClock()

    @property
    def places(self) -> Places:
        """The folders of this machine."""
        import os

        from prometheus.model.places import find_places

        return find_places(os.environ)

    @property
    def may_ask(self) -> bool:
        """Whether a person can be asked."""
        return self.output.may_ask

    @property
    def is_json(self) -> bool:
        """Whether the result is written as one JSON object."""
        return self.output.is_json

    def text(self, name: str) -> str:
        """Return a text that was required or has a default."""
        return self._call.text(name)

    def maybe(self, name: str) -> str | None:
        """Return a text, or None where it was not given."""
        return self._call.maybe(name)

    def flag(self, name: str) -> bool:
        """Return whether a flag was given."""
        return self._call.flag(name)

    def number(self, name: str) -> int | None:
        """Return a whole number, or None where it was not given."""
        return self._call.number(name)

    def many(self, name: str) -> tuple[str, ...]:
        """Return every value of a repeatable parameter."""
        return self._call.many(name)

    def setting(self, name: str) -> str | None:
        """Return a setting as text: several values of a flag separated by a space, ``on`` for a switch."""
        given = self._call.many(name)
        if given:
            return " ".join(given)
        value = settings.find(name, self._call.values).value
        if isinstance(value, bool):
            return "on" if value else None
        return None if value is None else str(value)

    def safe(self, text: str) -> str:
        """Return a foreign text in which nothing steers a terminal or hides."""
        return safe(text)

    def note(self, text: str) -> None:
        """Tell the person something on standard error, unless ``--quiet``."""
        self.output.note(text)

    def warn(self, text: str) -> None:
        """Tell the person something that they must not miss."""
        self.output.warn(text)

    def show(self, lines: Iterable[str]) -> None:
        """Show what belongs to a question that follows."""
        for line in lines:
            self.output.tell(line)

    def confirm(self, question: str, *, default: bool = False, beyond_yes: bool = False) -> bool:
        """Return whether the person agrees; errors as `ask.confirm`."""
        asked = self._call._replace(values={**self._call.values, "yes": False}) if beyond_yes else self._call
        return ask.confirm(asked, question, default=default)

    def progress(self, doing: str) -> AbstractContextManager[Callable[[int, int], None]]:
        """Yield what is to be called with how much is done and how much there is."""
        return progress_told(self._call, doing)

    @contextmanager
    def open_vault(self) -> Iterator[PluginVault]:
        """Open the vault that the call means and yield what this plugin may see of it."""
        from prometheus.cli.unlocking import open_session
        from prometheus.usecases.plugin_vault import PluginVault

        self._guest.require(*_OF_THE_VAULT)
        with open_session(self._call) as session:
            yield PluginVault(session, self._guest)
