"""Keep what a verb found of a DID: in the vault that is open, or, for a contradiction, in one that is opened for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.errors import InputError, PluginError, RefusedError, VaultError
from prometheus_morpheus.resolving.keeping import keep_resolved
from prometheus_morpheus.verbs.laid_out import warned

if TYPE_CHECKING:
    from prometheus.api import Call, OpenVault
    from prometheus_morpheus.resolving.asking import Resolved


def keep_found(call: Call, vault: OpenVault | None, found: Resolved) -> None:
    """Keep what was found; without a vault only contradictions, for which one is opened.

    Where it does not open, the person is told that the evidence is not kept; what was found is shown all the same.
    """
    if vault is not None:
        _keep(call, vault, found)
    elif found.disagreements:
        try:
            with call.open_vault() as opened:
                _keep(call, opened, found)
        except (VaultError, InputError, RefusedError, PluginError) as error:
            warned(call, f"the evidence is not kept, for no vault could be opened: {error.what}")


def _keep(call: Call, vault: OpenVault, found: Resolved) -> None:
    with vault.store.transaction() as transaction:
        new = keep_resolved(transaction, found, call.clock.now())
    if new:
        warned(call, f"{new} new disagreement{'' if new == 1 else 's'} kept: see `prometheus did disagreements`")
