"""The parameters that name an endpoint or a network; tables of verbs share them. Data only."""

from __future__ import annotations

from typing import Final

from prometheus.api import Param

NETWORKS: Final = ("mainnet", "devnet", "testnet", "local")
"""As they are named on the command line."""
ENDPOINTS: Final = (*NETWORKS, "$PROMETHEUS_LEDGER")
"""What completion offers where an endpoint is named: networks, and what the shell has as usual endpoints."""
LEDGER: Final = Param(
    "ledger",
    "Whom to ask instead: an address or the name of a network; repeatable",
    ("--ledger",),
    many=True,
    offers=ENDPOINTS,
)
