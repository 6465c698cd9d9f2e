"""What the vault remembers of a DID on the chain that a call means, where nobody is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_morpheus.client.endpoint import parse_endpoints
from prometheus_morpheus.pins import file_pins
from prometheus_morpheus.resolving.cache import meant_chain, recall

if TYPE_CHECKING:
    from prometheus.api import Call, OpenVault
    from prometheus_morpheus.resolving.cache import Remembered


def recalled(call: Call, vault: OpenVault, did: str, height: int | None = None) -> Remembered | None:
    """Return what is remembered of a DID, None where nothing is; endpoints that are named only say of which chain.

    Raises:
        Ambiguous: When it is remembered on several chains, and no endpoint says which is meant.
    """
    named = parse_endpoints(call.setting("ledger") or "")
    chain = meant_chain(vault.store, did, named, file_pins(call.places))
    return None if chain is None else recall(vault.store, chain, did, height)
