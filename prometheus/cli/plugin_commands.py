"""The verbs of enabled plugins, for words that are not ours.

Their rows were copied into the record of enabled plugins when the person enabled them, so that nothing of a stranger is
imported to find one; the rows of plugins that ship with the program are asked of them, since they change with it.
Before a verb runs, its code must still be what the person agreed to, and it receives a narrow `Call`. Whatever it
raises that is no error of ours is the plugin's failure, not a mistake of this program. ``PROMETHEUS_NO_PLUGINS``
switches all of it off.
"""

from __future__ import annotations

import os
from functools import cache

from prometheus.cli import commands, settings
from prometheus.errors import PluginError, PluginFailed, PluginOff, PrometheusError
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.model.places import find_places

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prometheus.cli.command import Command
    from prometheus.cli.invocation import Invocation
    from prometheus.hooks.enabled import EnabledPlugin
    from prometheus.hooks.loading import LoadedPlugin
    from prometheus.ports import Call

_SHIPPED: Final = f"{__file__.rpartition('/')[0]}/rendered/plugin-verbs.txt"


def record_path() -> str:
    """Return the path of the record of enabled plugins."""
    return f"{find_places(os.environ).data}/plugins.json"


def enabled_plugins() -> tuple[EnabledPlugin, ...]:
    """Return the plugins that the person enabled; none in the safe mode."""
    if settings.is_on("no_plugins", {}):
        return ()
    from prometheus.files import LocalFile
    from prometheus.hooks import enabled

    found = enabled.parse(LocalFile(record_path()).read())
    return tuple(map(_of_today, found))


def all_commands() -> tuple[Command, ...]:
    """Return the rows of every enabled plugin."""
    return tuple(row for plugin in enabled_plugins() for row in plugin.commands)


def of_strangers() -> tuple[Command, ...]:
    """Return the rows of enabled plugins that do not ship with the program."""
    shipped = set(_shipped_verbs().values())
    return tuple(row for plugin in enabled_plugins() if plugin.name not in shipped for row in plugin.commands)


def beginning_with(words: Sequence[str]) -> tuple[Command, ...]:
    """Return the rows of enabled plugins that begin with these words."""
    return tuple(row for row in all_commands() if row.words[: len(words)] == tuple(words))


def known_words() -> list[tuple[str, ...]]:
    """Return the words of every verb that enabled plugins and those that ship with the program have."""
    return [*(row.words for row in all_commands()), *_shipped_verbs()]


def refuse_off(words: Sequence[str]) -> None:
    """Say which plugin has a verb that ships with the program, where that plugin is off.

    Raises:
        PluginOff: With the way to enable it.
    """
    verbs = _shipped_verbs()
    named = next((verb for verb in verbs if verb == tuple(words[: len(verb)])), None)
    if named is None:
        return
    owner, safe_mode = verbs[named], settings.is_on("no_plugins", {})
    raise PluginOff(
        f"`{' '.join(named)}` is a verb of the plugin {owner}, which is off",
        meaning="PROMETHEUS_NO_PLUGINS is set" if safe_mode else "",
        remedy="unset PROMETHEUS_NO_PLUGINS" if safe_mode else f"`prometheus plugin enable {owner}` lets it in",
    )


def target_of(command: Command) -> Callable[[Invocation], int]:
    """Return the function of a plugin's verb, once its code is known to be unchanged.

    Raises:
        PluginOff: When the code changed since the person enabled it.
    """
    owner = next(plugin for plugin in enabled_plugins() if command in plugin.commands)
    from prometheus.hooks.loading import refuse_changed

    refuse_changed(owner)

    def run(call: Invocation) -> int:
        from prometheus.cli.plugin_call import PluginCall
        from prometheus.usecases.plugin_vault import Guest

        nouns = {row.words[0] for row in owner.commands} - set(commands.TABLES)
        guest = Guest(owner.name, owner.capabilities, (row.id for row in owner.commands), nouns)
        try:
            return _function_of(command)(PluginCall(call, guest))
        except (PrometheusError, OSError):
            raise
        except Exception as error:
            raise PluginFailed(
                f"the plugin {owner.name} failed with {type(error).__name__}",
                remedy=f"`prometheus plugin disable {owner.name}` takes it off",
            ) from error

    return run


def _function_of(command: Command) -> Callable[[Call], int]:
    module, _, function = command.target.partition(":")
    found: Callable[[Call], int] = getattr(__import__(module, fromlist=(function,)), function)
    return found


def _of_today(plugin: EnabledPlugin) -> EnabledPlugin:
    """Return a plugin with the verbs and capabilities it has today, where it ships with the program."""
    from prometheus.hooks.enabled import OWN_DISTRIBUTION

    loaded = _loaded(plugin.name, plugin.module) if plugin.distribution == OWN_DISTRIBUTION else None
    if loaded is None:
        return plugin
    return plugin._replace(commands=loaded.commands, capabilities=loaded.info.capabilities)


@cache
def _loaded(name: str, module: str) -> LoadedPlugin | None:
    """Return what a plugin that ships with the program brings, None where it is broken; it is the same all along."""
    from prometheus.hooks import loading

    try:
        return loading.load(name, module)
    except PluginError:
        return None


def _shipped_verbs() -> dict[tuple[str, ...], str]:
    """Return the words of each verb of a plugin that ships with the program, and whose it is."""
    with open(_SHIPPED, encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t") for line in file]
    return {tuple(words.split()): plugin for words, plugin in lines}
