"""List, enable and disable plugins.

Enabling asks the plugin who it is, refuses verbs that belong to somebody else, and records its code's fingerprint.
"""

from __future__ import annotations

from prometheus.errors import PluginError, PluginIncompatible, PluginOff
from prometheus.hooks import enabled, finding, loading
from prometheus.hooks.from_source import only_from_source
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus.hooks.enabled import EnabledPlugin
    from prometheus.hooks.finding import FoundPlugin
    from prometheus.hooks.loading import LoadedPlugin
    from prometheus.model.command import Command
    from prometheus.ports import Clock, TextFile

BUILT_IN = ("didkey", "morpheus")
"""Plugins that a new vault comes with; the user may disable them."""


class PluginState(NamedTuple):
    """One row of `plugin list`."""

    name: str
    title: str
    distribution: str
    version: str
    state: str
    """One of off, on, changed, broken, missing."""
    detail: str


def enabled_plugins(file: TextFile) -> tuple[EnabledPlugin, ...]:
    """Return what the user enabled."""
    return enabled.parse(file.read())


def list_plugins(file: TextFile) -> list[PluginState]:
    """Return every plugin that is installed or enabled, with its state."""
    installed = {plugin.name: plugin for plugin in finding.found_plugins()}
    let_in = {plugin.name: plugin for plugin in enabled_plugins(file)}
    return [_state(name, installed.get(name), let_in.get(name)) for name in sorted(installed.keys() | let_in.keys())]


def look_at(name: str) -> tuple[FoundPlugin, LoadedPlugin]:
    """Import a plugin that the user is about to enable and return what it says about itself.

    Raises:
        PluginError: When it is missing, broken or for another version.
    """
    found = finding.find_plugin(name)
    if found.distribution != enabled.OWN_DISTRIBUTION:
        only_from_source(found.module)
    return found, loading.load(name, found.module)


def enable(
    file: TextFile, clock: Clock, found: FoundPlugin, loaded: LoadedPlugin, ours: Iterable[Command]
) -> EnabledPlugin:
    """Record that the user lets a plugin in.

    Raises:
        PluginIncompatible: When one of its verbs has an owner already, or leads to code that is not the plugin's.
    """
    for command in loading.strays(found.module, loaded.commands):
        verb = " ".join(command.words)
        raise PluginIncompatible(f"the verb `{verb}` of the plugin {found.name} leads to code outside its package")
    others = tuple(plugin for plugin in enabled_plugins(file) if plugin.name != found.name)
    taken = {command.words: "prometheus" for command in ours}
    taken.update({command.words: plugin.name for plugin in others for command in plugin.commands})
    for command in loaded.commands:
        if command.words in taken:
            verb, owner = " ".join(command.words), taken[command.words]
            raise PluginIncompatible(f"the verb `{verb}` of the plugin {found.name} belongs to {owner} already")
    at = clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    record = enabled.EnabledPlugin(*found, loaded.info.title, loaded.info.capabilities, at, loaded.commands)
    file.write(enabled.dump((*others, record)))
    return record


def disable(file: TextFile, name: str) -> bool:
    """Take a plugin off the list; return whether it was on it."""
    before = enabled_plugins(file)
    after = tuple(plugin for plugin in before if plugin.name != name)
    if len(after) == len(before):
        return False
    file.write(enabled.dump(after))
    return True


def _state(name: str, found: FoundPlugin | None, record: EnabledPlugin | None) -> PluginState:
    if record is None:
        assert found is not None  # noqa: S101  # the name came from one of the two
        return PluginState(name, "", found.distribution, found.version, "off", "")
    known = (name, record.title, record.distribution, record.version)
    if found is None:
        return PluginState(*known, "missing", "it is not installed any more")
    try:
        loading.load_enabled(record)
    except PluginOff as error:
        return PluginState(*known, "changed", error.what)
    except PluginError as error:
        return PluginState(*known, "broken", error.what)
    return PluginState(*known, "on", "")
