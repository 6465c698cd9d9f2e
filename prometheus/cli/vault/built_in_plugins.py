"""Enable the plugins that a new vault comes with; one that cannot be loaded is told and stops nothing."""

from __future__ import annotations

from prometheus.cli.output import safe
from prometheus.errors import PluginError
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.model.places import Places


def enable_built_in(call: Invocation, folders: Places) -> tuple[str, ...]:
    """Enable every built-in plugin that is not on yet and return their names."""
    from prometheus.cli.commands import all_commands
    from prometheus.compose import SystemClock
    from prometheus.files import LocalFile
    from prometheus.usecases import plugins

    file = LocalFile(f"{folders.data}/plugins.json")
    on = {plugin.name for plugin in plugins.enabled_plugins(file)}
    enabled = []
    for name in plugins.BUILT_IN:
        if name in on:
            continue
        try:
            found, loaded = plugins.look_at(name)
            plugins.enable(file, SystemClock(), found, loaded, all_commands())
        except PluginError as error:
            call.output.warn(f"the plugin {name} was not enabled: {safe(error.what)}")
        else:
            enabled.append(name)
    return tuple(enabled)
