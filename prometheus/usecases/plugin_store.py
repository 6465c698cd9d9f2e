"""A plugin's own records in the vault: one collection for all plugins, each under its own name.

    vault record   <plugin>/<name the plugin gave>        {"value": {…}}

Records whose names begin alike up to a slash are a family, which is found without reading the others.

Rules: a plugin names its records without its own name in front, so it cannot name another's. Its fields lie under one
member, so that it cannot write the envelope of the record. What it adds to the log is one of its own acts and says
which plugin it was, so that no plugin can write what looks like an act of the house.
"""

from __future__ import annotations

from contextlib import contextmanager

from prometheus.errors import PluginFailed
from prometheus.model import collection
from prometheus.model.frozen import TYPE_CHECKING, Any, Final
from prometheus.usecases import audit
from prometheus.usecases.indexing import family

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prometheus.usecases.session import Commit, Session

LONGEST_NAME: Final = 512
"""Bytes of a name that a plugin gives, in UTF-8."""
_VALUE: Final = "value"
_SLASHES_OF_A_FAMILY: Final = 2


class PluginStore:
    """The `Store` of one plugin."""

    __slots__ = ("_is_open", "_may_log", "_plugin", "_session")

    def __init__(self, session: Session, plugin: str, may_log: Callable[[str], bool]) -> None:
        self._session = session
        self._plugin = plugin
        self._may_log = may_log
        self._is_open = False

    def get(self, name: str) -> dict[str, Any] | None:
        """Return a record, or None."""
        return _value(self._session.get(collection.PLUGIN, _record_name(self._plugin, name)))

    def scan(self, prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield name and record of each whose name begins so, sorted by name."""
        start = f"{self._plugin}/"
        for full, fields in self._records(start + prefix):
            value = _value(fields)
            if full.startswith(start + prefix) and value is not None:
                yield full.removeprefix(start), value

    def _records(self, beginning: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the records that may begin so: those of one family where the beginning names it, else all."""
        if beginning.count("/") < _SLASHES_OF_A_FAMILY:
            yield from self._session.scan(collection.PLUGIN)
            return
        for full in self._session.find(collection.PLUGIN, tags=(family(beginning),), newest_first=False):
            fields = self._session.get(collection.PLUGIN, full)
            if fields is not None:
                yield full, fields

    @contextmanager
    def transaction(self) -> Iterator[PluginTransaction]:
        """Take the writer lock, yield a transaction and commit it; an exception inside undoes it all.

        Raises:
            PluginFailed: When one is open already.
        """
        if self._is_open:
            raise PluginFailed(f"the plugin {self._plugin} opened a transaction within another")
        self._is_open = True
        try:
            with self._session.commit() as commit:
                yield PluginTransaction(commit, self._plugin, self._may_log)
        finally:
            self._is_open = False


class PluginTransaction:
    """The `StoreTransaction` of one plugin."""

    __slots__ = ("_commit", "_may_log", "_plugin")

    def __init__(self, commit: Commit, plugin: str, may_log: Callable[[str], bool]) -> None:
        self._commit = commit
        self._plugin = plugin
        self._may_log = may_log

    def get(self, name: str) -> dict[str, Any] | None:
        """Return a record as this transaction sees it, or None."""
        return _value(self._commit.get(collection.PLUGIN, _record_name(self._plugin, name)))

    def put(self, name: str, fields: Mapping[str, Any]) -> None:
        """Write a record, replacing the one of that name."""
        self._commit.put(collection.PLUGIN, _record_name(self._plugin, name), {_VALUE: dict(fields)})

    def delete(self, name: str) -> bool:
        """Remove a record; return whether it was there."""
        return self._commit.delete(collection.PLUGIN, _record_name(self._plugin, name))

    def audit(self, act: str, *, persona: str = "", **facts: Any) -> None:
        """Add an entry to the log; PluginFailed where the act is none of the plugin's own."""
        if not self._may_log(act):
            raise PluginFailed(f"the plugin {self._plugin} tried to log {act}, which is none of its acts")
        audit.append(self._commit, act, persona=persona, facts={**facts, "plugin": self._plugin})


def _record_name(plugin: str, name: str) -> str:
    if not name or len(name.encode("utf-8", "surrogatepass")) > LONGEST_NAME:
        raise PluginFailed(f"the plugin {plugin} gave a record no name, or too long a one")
    return f"{plugin}/{name}"


def _value(fields: Mapping[str, Any] | None) -> dict[str, Any] | None:
    value = None if fields is None else fields.get(_VALUE)
    return value if isinstance(value, dict) else None
