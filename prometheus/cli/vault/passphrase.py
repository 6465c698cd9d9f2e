"""``vault passphrase``: the old one opens, the new one is asked for, then the slot is replaced.

The vault stays open while a person types, and no lock is held: that is taken for the change alone. What is typed ahead
while a key is derived is not shown.
"""

from __future__ import annotations

from prometheus.cli import ask
from prometheus.cli.passphrase import new_passphrase
from prometheus.cli.unlocking import desktop_keyring, named_vault, open_vault
from prometheus.compose import vaults
from prometheus.compose.vault_keyring import SECOND_FACTOR, changing_passphrase, keyring_use
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.change_passphrase import change_passphrase

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.compose.vaults import OpenVault


def run(call: Invocation) -> int:
    """Change the passphrase of a vault."""
    name = named_vault(call)
    with ask.hidden_typing(call), open_vault(call, name=name) as opened:
        call.output.note(f"the passphrase opens {name}")
        set_new_passphrase(call, opened, by="passphrase")
    lines = [f"{name} has a new passphrase", "old copies of its file still open with the old one"]
    call.output.result({"vault": name, "passphrase_changed": True, "by": "passphrase"}, lines)
    return 0


def set_new_passphrase(call: Invocation, opened: OpenVault, *, by: str) -> None:
    """Ask for a new passphrase and set it, in one commit with its line in the log."""
    new = new_passphrase(call, fd="new_passphrase_fd", path="new_passphrase_file")
    cost, keeps_factor = vaults.key_derivation(call.text("kdf")), by == "passphrase"
    had_factor = keyring_use(opened.vault.slots()).how == SECOND_FACTOR
    change = changing_passphrase(opened, desktop_keyring(call), new, cost, keeps_factor=keeps_factor)
    change_passphrase(opened.session, change, by=by)
    if had_factor and not keeps_factor:
        call.output.note(
            "the passphrase has no second factor any more; 'prometheus vault keyring on --second-factor' gives it one"
        )
