"""The verbs of enabled plugins, for words that are not ours.

Their rows were copied into the record of enabled plugins when the person enabled them, so that nothing of a plugin is
imported to find one. Before one runs, its code must still be what the person agreed to. Whatever it raises that is no
error of ours is the plugin's failure, not a mistake of this program. ``PROMETHEUS_NO_PLUGINS`` switches all of it off.
"""

from __future__ import annotations

import os

from prometheus.cli import settings
from prometheus.errors import PluginFailed, PrometheusError
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.model.places import find_places

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prometheus.cli.command import Command
    from prometheus.cli.invocation import Invocation
    from prometheus.hooks.enabled import EnabledPlugin


def record_path() -> str:
    """Return the path of the record of enabled plugins."""
    return f"{find_places(os.environ).data}/plugins.json"


def enabled_plugins() -> tuple[EnabledPlugin, ...]:
    """Return the plugins that the person enabled; none in the safe mode."""
    if settings.is_on("no_plugins", {}):
        return ()
    from prometheus.files import LocalFile
    from prometheus.hooks import enabled

    return enabled.parse(LocalFile(record_path()).read())


def all_commands() -> tuple[Command, ...]:
    """Return the rows of every enabled plugin."""
    return tuple(row for plugin in enabled_plugins() for row in plugin.commands)


def beginning_with(words: Sequence[str]) -> tuple[Command, ...]:
    """Return the rows of enabled plugins that begin with these words."""
    return tuple(row for row in all_commands() if row.words[: len(words)] == tuple(words))


def target_of(command: Command) -> Callable[[Invocation], int]:
    """Return the function of a plugin's verb, once its code is known to be unchanged.

    Raises:
        PluginOff: When the code changed since the person enabled it.
    """
    owner = next(plugin for plugin in enabled_plugins() if command in plugin.commands)
    from prometheus.hooks.loading import refuse_changed

    refuse_changed(owner)

    def run(call: Invocation) -> int:
        from prometheus.cli import run

        try:
            return run.target_of(command)(call)
        except (PrometheusError, OSError):
            raise
        except Exception as error:
            raise PluginFailed(
                f"the plugin {owner.name} failed with {type(error).__name__}",
                remedy=f"`prometheus plugin disable {owner.name}` takes it off",
            ) from error

    return run
