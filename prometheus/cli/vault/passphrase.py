"""``vault passphrase``: the old one opens, the new one is asked for, then the slot is replaced.

Both are at hand before the vault is opened for the change, so no lock waits for a person.
"""

from __future__ import annotations

from prometheus.cli.passphrase import new_passphrase
from prometheus.cli.unlocking import passphrase_for, places, vault_name
from prometheus.compose import vaults
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.change_passphrase import note_passphrase_change

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation


def run(call: Invocation) -> int:
    """Change the passphrase of a vault."""
    name, folders = call.maybe("name") or vault_name(call), places()
    old = passphrase_for(call, folders, name)
    with vaults.opened(folders, name, old, read_only=True):
        call.output.note(f"the passphrase opens {name}")
    new = new_passphrase(call, fd="new_passphrase_fd", path="new_passphrase_file")
    with vaults.opened(folders, name, old) as opened:
        for warning in opened.vault.warnings:
            call.output.warn(warning)
        opened.vault.change_passphrase(new.expose(), vaults.key_derivation(call.text("kdf")))
        note_passphrase_change(opened.session, by="passphrase")
    lines = [f"{name} has a new passphrase", "old copies of its file still open with the old one"]
    call.output.result({"vault": name, "passphrase_changed": True, "by": "passphrase"}, lines)
    return 0
