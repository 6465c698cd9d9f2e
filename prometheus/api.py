"""What a plugin imports, besides the pure rooms `identity`, `claims`, `verdict` and `model`.

A plugin marks its functions with `@hook`, describes itself with `PluginInfo` and its verbs with `Command` and `Param`,
and raises the errors of `prometheus.errors`. Nothing behind this door may be imported by a plugin.
"""

from __future__ import annotations

from prometheus.hooks.specs import API_VERSION, PluginInfo, hook
from prometheus.model.command import Command, Param
from prometheus.ports import Call, DidMethod

__all__ = ["API_VERSION", "Call", "Command", "DidMethod", "Param", "PluginInfo", "hook"]
