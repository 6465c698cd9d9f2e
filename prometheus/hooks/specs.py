"""The hooks that a plugin may implement; built-in plugins use the same ones.

A plugin is a module named by the entry-point group `prometheus.plugin`. It marks functions with `@hook` from
`prometheus.api`; unknown names and extra arguments are refused when it is loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import pluggy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.ledger_view import LedgerView
    from prometheus.claims.services_view import Services
    from prometheus.model.command import Command
    from prometheus.ports import DidMethod

PROJECT: Final = "prometheus"
ENTRY_POINTS: Final = "prometheus.plugin"
API_VERSION: Final = 1

hook: Final = pluggy.HookimplMarker(PROJECT)
_specification: Final = pluggy.HookspecMarker(PROJECT)


class PluginInfo(NamedTuple):
    """What a plugin says about itself before it is let in."""

    name: str
    title: str
    api_version: int
    capabilities: tuple[str, ...] = ()
    """What it asks for, in words that the user reads when enabling it."""


@_specification(firstresult=True)
def about() -> PluginInfo:  # type: ignore[empty-body]  # a specification has no body
    """Describe the plugin."""


@_specification
def did_methods() -> Sequence[DidMethod]:  # type: ignore[empty-body]  # a specification has no body
    """Return the DID methods that the plugin can write and resolve."""


@_specification
def commands() -> Sequence[Command]:  # type: ignore[empty-body]  # a specification has no body
    """Return the verbs that the plugin adds; each target takes a `Call` and returns an exit code."""


@_specification(firstresult=True)
def ledger() -> LedgerView | None:
    """Return the way to learn what a ledger says about DIDs and times, where the plugin has one."""


@_specification(firstresult=True)
def services() -> Services | None:
    """Return the ways to authorities, inspectors and verifiers, where the plugin has them."""
