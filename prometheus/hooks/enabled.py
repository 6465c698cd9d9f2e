"""The record of plugins that the user enabled: name, origin, version, hash of the code, and the verbs it brought.

Start-up reads this file, and only for words that are not ours, so it imports neither entry points nor plugins. The
hash is compared before a plugin is imported: one that changed counts as off until the user enables it again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from prometheus.model.command import Command, Param

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FILE_VERSION = 1
OWN_DISTRIBUTION = "prometheus-agent"
"""Name of the distribution that this file belongs to; its plugins come and go with the program."""


class EnabledPlugin(NamedTuple):
    """A plugin that the user let in, as it was at that moment."""

    name: str
    module: str
    distribution: str
    version: str
    digest: str
    """SHA-256 over the names and bytes of its source files, hexadecimal."""
    title: str
    capabilities: tuple[str, ...]
    enabled_at: str
    commands: tuple[Command, ...]


def dump(plugins: Iterable[EnabledPlugin]) -> bytes:
    """Return the file of enabled plugins."""
    document = {"v": FILE_VERSION, "plugins": [plugin._asdict() for plugin in plugins]}
    return (json.dumps(document, indent=1) + "\n").encode()


def parse(text: str) -> tuple[EnabledPlugin, ...]:
    """Read what `dump` wrote; anything else enables nothing."""
    try:
        document = json.loads(text)
        if document["v"] != FILE_VERSION:
            return ()
        return tuple(_plugin(members) for members in document["plugins"])
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return ()


def _plugin(members: Mapping[str, Any]) -> EnabledPlugin:
    values = {name: members[name] for name in EnabledPlugin._fields}
    values["capabilities"] = tuple(members["capabilities"])
    values["commands"] = tuple(map(_command, members["commands"]))
    return EnabledPlugin(**values)


def _command(row: list[Any]) -> Command:
    words, about, target, params, *rest = row
    examples = tuple((said, line) for said, line in rest[1])
    return Command(tuple(words), about, target, tuple(map(_param, params)), rest[0], examples, hot=False)


def _param(row: list[Any]) -> Param:
    values = dict(zip(Param._fields, row, strict=True))
    for several in ("flags", "choices", "offers"):
        values[several] = tuple(values[several])
    return Param(**values)
