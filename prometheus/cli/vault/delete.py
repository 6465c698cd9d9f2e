"""``vault delete``: the name is typed once more, then the file and what this machine remembers of it are gone.

No passphrase is asked: whoever can run this can delete the file. ``--yes`` alone does not agree to it.
"""

from __future__ import annotations

from prometheus.cli import ask
from prometheus.cli.moments import local
from prometheus.cli.output import safe
from prometheus.cli.unlocking import anchor_mirror, desktop_keyring, places
from prometheus.compose.anchor_mirror import forget_second_anchor
from prometheus.compose.doctor import kept_beside
from prometheus.compose.shelf import remove_vault, shelf_entry
from prometheus.compose.vault_keyring import forget_vault
from prometheus.errors import NoConsent
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation


def run(call: Invocation) -> int:
    """Remove a vault."""
    name, folders = call.text("name"), places()
    entry = shelf_entry(folders, name)
    records = f", {entry.facts.records} records" if entry.facts else ""
    call.output.note(f"{name}: changed {local(entry.changed)}{records}")
    call.output.note("its claims are gone unless a backup has them; the recovery words bring back the personas only")
    if call.flag("dry_run"):
        call.output.result({"vault": name, "deleted": False, "dry_run": True}, [f"{name} was not deleted"])
        return 0
    if _typed_name(call, name) != name:
        raise NoConsent(f"{name} was not deleted", meaning="the name was not typed as it is")
    remove_vault(folders, name)
    if entry.facts is not None:
        forget_vault(entry.facts, desktop_keyring(call))
        forget_second_anchor(entry.facts, anchor_mirror(call))
    kept = kept_beside(folders, name)
    if kept:
        names = ", ".join(map(safe, kept))
        call.output.warn(
            f"earlier states of it stay in {safe(folders.vaults)}, each for the passphrase of its day: {names}"
        )
    call.output.result({"vault": name, "deleted": True}, [f"{name} is deleted"])
    return 0


def _typed_name(call: Invocation, name: str) -> str:
    given = call.maybe("confirm")
    if given is not None:
        return given
    if not call.output.may_ask:
        raise NoConsent(
            "deleting a vault needs its name typed, and you cannot be asked here",
            code="CONSENT-NEEDED",
            remedy=f"give --confirm {name}",
        )
    return ask.ask_text(call, f"type {name} to delete it for good")
