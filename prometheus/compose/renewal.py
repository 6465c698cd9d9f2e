"""New keys for an open vault: what stays able to open it, and the new file in the place of the old one."""

from __future__ import annotations

from prometheus.compose.vault_errors import translated
from prometheus.compose.vaults import key_derivation
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.renew_keys import renew_keys
from prometheus.usecases.seed import load_seed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prometheus.compose.vaults import OpenVault
    from prometheus.model.secret import Secret
    from prometheus_vault import SlotInfo

_RECOVERY = "recovery"


def recovery_seed(opened: OpenVault) -> Secret | None:
    """Return the seed that the recovery slot is made from again, or None where the vault has no such slot."""
    with translated():
        if not any(slot.kind == _RECOVERY for slot in opened.vault.slots()):
            return None
    return load_seed(opened.vault)


def lost(opened: OpenVault) -> tuple[SlotInfo, ...]:
    """Return what would open the vault no more, because its secret is not at hand."""
    from prometheus_vault.rekey import lost_slots

    with translated():
        return lost_slots(opened.vault, has_recovery=True)


def renew(
    opened: OpenVault,
    passphrase: Secret,
    *,
    seed: Secret | None,
    cost: str,
    dropping: Sequence[SlotInfo],
    is_new_passphrase: bool,
    progress: Callable[[int, int], None],
) -> None:
    """Give a vault new keys; it is closed afterwards.

    Args:
        opened: The open vault.
        passphrase: Opens it from now on.
        seed: The recovery slot is made from it; None for none.
        cost: One of `vaults.COSTS`.
        dropping: What `lost` returned and the person agreed to.
        is_new_passphrase: Whether the passphrase is another one than before.
        progress: Called with how much is done and how much there is.

    Raises:
        InUse: When another command has the vault open.
        StorageFailed: When there is no room; the vault is as it was.
    """
    from prometheus_vault import recovery_secret
    from prometheus_vault.rekey import renewing_keys

    with translated():
        change = renewing_keys(
            opened.vault,
            passphrase=passphrase.locked,
            recovery_secret=recovery_secret(seed.locked) if seed else None,
            kdf=key_derivation(cost),
            dropping=[slot.slot_id for slot in dropping],
            progress=progress,
        )
        kinds = [slot.kind for slot in dropping]
        renew_keys(opened.session, change, dropped=kinds, is_new_passphrase=is_new_passphrase)
