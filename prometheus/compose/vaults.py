"""The vaults of this machine by name: found (`vault_files`), opened (`open_vaults`) and made (`making`).

What the three give is gathered here under one name, for who does not care which of them it is.
"""

from __future__ import annotations

from prometheus.compose.making import COSTS, NO_SECOND_NAMES, key_derivation, making
from prometheus.compose.open_vaults import (
    OpenVault,
    opened,
    opened_by_keyring,
    opened_with_recovery,
    opened_with_recovery_secret,
    recovery_secret_of,
    session_of,
)
from prometheus.compose.vault_files import (
    SUFFIX,
    inspected,
    refuse_taken_name,
    require_vault,
    vault_names,
    vault_path,
)

__all__ = [
    "COSTS",
    "NO_SECOND_NAMES",
    "SUFFIX",
    "OpenVault",
    "inspected",
    "key_derivation",
    "making",
    "opened",
    "opened_by_keyring",
    "opened_with_recovery",
    "opened_with_recovery_secret",
    "recovery_secret_of",
    "refuse_taken_name",
    "require_vault",
    "session_of",
    "vault_names",
    "vault_path",
]
