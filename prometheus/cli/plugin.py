"""The verbs ``plugin list``, ``plugin enable`` and ``plugin disable``."""

from __future__ import annotations

from prometheus.cli import ask
from prometheus.cli.output import safe
from prometheus.errors import NoConsent
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases import plugins

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus.cli.invocation import Invocation
    from prometheus.files import LocalFile
    from prometheus.hooks.finding import FoundPlugin
    from prometheus.hooks.loading import LoadedPlugin
    from prometheus.usecases.plugins import PluginState


def list_all(call: Invocation) -> int:
    """Show every plugin with its state."""
    states = plugins.list_plugins(_file())
    document = {"plugins": [state._asdict() for state in states]}
    call.output.result(document, _rows(states) if states else ["no plugin is installed"])
    return 0


def enable(call: Invocation) -> int:
    """Show what a plugin is and asks for, ask, and let it in."""
    from prometheus.cli.commands import all_commands
    from prometheus.compose import SystemClock

    name = call.text("name")
    found, loaded = plugins.look_at(name)
    show = call.output.note if call.flag("yes") else call.output.tell
    for line in _description(found, loaded):
        show(line)
    if not ask.confirm(call, f"let the plugin {name} in?"):
        raise NoConsent(f"the plugin {name} stays off")
    record = plugins.enable(_file(), SystemClock(), found, loaded, all_commands())
    verbs = [" ".join(command.words) for command in record.commands]
    document = {"enabled": name, "version": record.version, "digest": record.digest, "verbs": verbs}
    call.output.result(document, [f"{name} is on" + (f"; new: {safe(', '.join(verbs))}" if verbs else "")])
    return 0


def disable(call: Invocation) -> int:
    """Take a plugin off."""
    name = call.text("name")
    was_on = plugins.disable(_file(), name)
    call.output.result({"disabled": name, "was_on": was_on}, [f"{name} is off" if was_on else f"{name} was not on"])
    return 0


def _file() -> LocalFile:
    import os

    from prometheus.files import LocalFile
    from prometheus.model.places import find_places

    return LocalFile(f"{find_places(os.environ).data}/plugins.json")


def _rows(states: Iterable[PluginState]) -> Iterator[str]:
    for state in states:
        origin = f"{state.distribution} {state.version}".strip()
        yield f"{safe(state.name):<14} {state.state:<8} {safe(origin):<28} {safe(state.detail or state.title)}".rstrip()


def _description(found: FoundPlugin, loaded: LoadedPlugin) -> Iterator[str]:
    yield f"{safe(found.name)}: {safe(loaded.info.title)}"
    yield f"  from    {safe(found.distribution)} {safe(found.version)}, code {found.digest[:16]}"
    for command in loaded.commands:
        yield f"  adds    prometheus {safe(' '.join(command.words))}: {safe(command.help)}"
    for method in loaded.did_methods:
        yield f"  adds    identifiers did:{safe(method.name)}"
    for capability in loaded.info.capabilities or ("nothing beyond that",):
        yield f"  asks    {safe(capability)}"
