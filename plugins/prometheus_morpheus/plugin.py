"""What Morpheus brings through the doors: its verbs, and the way to learn what the ledger says.

Rules: nothing heavy is imported here - no network, no database, no curve - since it is read whenever verbs are listed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from prometheus.api import API_VERSION, KEEPS_RECORDS, SEES_PERSONAS, SIGNS, SPENDS, PluginInfo, hook
from prometheus_morpheus.tables import all_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.api import Command, LedgerView, Services


@hook
def about() -> PluginInfo:
    """Describe the plugin."""
    asks = (KEEPS_RECORDS, SEES_PERSONAS, SIGNS, SPENDS, "ask the ledger's nodes that you name, over the network")
    return PluginInfo("morpheus", "DIDs with a history, times and coins, on the Hydra ledger", API_VERSION, asks)


@hook
def commands() -> Sequence[Command]:
    """Return the verbs: of the ledger, of the wallet, of DIDs, of times."""
    return all_rows()


@hook
def ledger() -> LedgerView | None:
    """Return the way to learn what the ledger says."""
    module = "prometheus_morpheus.looking_up"
    try:
        view: LedgerView = import_module(module).LookingUp()
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return None
    return view


@hook
def services() -> Services | None:
    """Return the ways to authorities, inspectors and verifiers."""
    module = "prometheus_morpheus.asking_services.services"
    try:
        found: Services = import_module(module).AskingServices()
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return None
    return found
