"""Where concrete things meet: the vault opened, the clock of this machine, the signer bound to both.

In come names, folders and secrets; out go a `Session` and plain values. This is the only room that imports the vault,
so every error of the vault becomes one of `prometheus.errors` here, and no use case knows what a vault file is. No
terminal is asked for anything here. Start with `vaults.py`.
"""

from __future__ import annotations

from prometheus.compose.clock import SystemClock
from prometheus.compose.known_schemas import schemas

__all__ = ["SystemClock", "schemas"]
