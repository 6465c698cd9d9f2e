"""Import enabled plugins and ask their hooks.

Rules, in this order: the code must still have the digest that the user agreed to; the import may fail without harm to
others; the hooks must be ones that we know; the interface version must be ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus.errors import PluginError, PluginFailed, PluginIncompatible, PluginOff

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus.claims.ledger_view import LedgerView
    from prometheus.claims.services_view import Services
    from prometheus.hooks.enabled import EnabledPlugin
    from prometheus.hooks.specs import PluginInfo
    from prometheus.model.command import Command
    from prometheus.ports import DidMethod


class LoadedPlugin(NamedTuple):
    """What one plugin brought."""

    info: PluginInfo
    did_methods: tuple[DidMethod, ...]
    commands: tuple[Command, ...]
    ledger: LedgerView | None = None
    services: Services | None = None


def load(name: str, module: str) -> LoadedPlugin:
    """Import a plugin and ask each of its hooks once.

    Raises:
        PluginFailed: When importing or asking it raises anything.
        PluginIncompatible: When it has hooks that we do not know, or another interface version.
    """
    import importlib

    import pluggy

    from prometheus.hooks import specs

    doors = pluggy.PluginManager(specs.PROJECT)
    doors.add_hookspecs(specs)
    try:
        doors.register(importlib.import_module(module), name)
        doors.check_pending()
        info = doors.hook.about()
        methods = [method for answer in doors.hook.did_methods() for method in answer]
        verbs = [verb for answer in doors.hook.commands() for verb in answer]
        ledger, services = doors.hook.ledger(), doors.hook.services()
    except pluggy.PluginValidationError as error:
        raise PluginIncompatible(f"the plugin {name} has a hook that is not understood: {error}") from None
    except Exception as error:  # noqa: BLE001  # a plugin may raise anything, and must not end the program
        raise PluginFailed(f"the plugin {name} failed with {type(error).__name__}") from None
    if not isinstance(info, specs.PluginInfo) or info.api_version != specs.API_VERSION:
        raise PluginIncompatible(f"the plugin {name} is not for interface version {specs.API_VERSION}")
    return LoadedPlugin(info, tuple(methods), tuple(verbs), ledger, services)


def load_enabled(plugin: EnabledPlugin) -> LoadedPlugin:
    """Load a plugin if its code is still what the user agreed to.

    Raises:
        PluginOff: When the code changed since it was enabled.
        PluginError: As `load`.
    """
    refuse_changed(plugin)
    return load(plugin.name, plugin.module)


def refuse_changed(plugin: EnabledPlugin) -> None:
    """Refuse a plugin whose code is not what the user agreed to; from then on that code is imported from source only.

    Raises:
        PluginOff: When it changed, or a verb of it leads out of that code. Plugins of this very distribution come and
            go with the program and may change.
    """
    from prometheus.hooks.enabled import OWN_DISTRIBUTION

    if plugin.distribution == OWN_DISTRIBUTION:
        return
    from prometheus.hooks.finding import code_digest
    from prometheus.hooks.from_source import only_from_source

    if code_digest(plugin.module) == plugin.digest and not strays(plugin.module, plugin.commands):
        only_from_source(plugin.module)
        return
    raise PluginOff(
        f"the plugin {plugin.name} changed since it was enabled",
        meaning="its code was updated, or altered",
        remedy=f"`prometheus plugin enable {plugin.name}` shows it again and lets it in",
    )


def strays(module: str, commands: Iterable[Command]) -> tuple[Command, ...]:
    """Return the verbs whose functions lie outside the package that a plugin's fingerprint covers."""
    from prometheus.hooks.from_source import top_package

    own = top_package(module)
    return tuple(command for command in commands if top_package(command.target.partition(":")[0]) != own)


def working(plugins: Iterable[EnabledPlugin]) -> Iterator[LoadedPlugin]:
    """Yield each enabled plugin that loads; the others are left for `plugin list` to explain."""
    for plugin in plugins:
        try:
            yield load_enabled(plugin)
        except PluginError:
            continue
