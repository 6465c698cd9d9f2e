"""``vault rekey --full``: everything sealed anew under new keys, in a new file in the place of the old one.

What opens the new file is made before the vault is held; it is held alone only while the records are sealed anew. Who
opens it by recovery words sets a new passphrase.
"""

from __future__ import annotations

import time

from prometheus.cli import ask
from prometheus.cli.passphrase import new_passphrase
from prometheus.cli.progress import progress_told
from prometheus.cli.unlocking import (
    anchor_mirror,
    named_vault,
    network_disk,
    passphrase_for,
    places,
    warnings_told,
)
from prometheus.cli.vault.typed_words import asked_seed
from prometheus.cli.vault.unlock import opened_by_words
from prometheus.compose import renewal, vaults
from prometheus.errors import NoConsent, NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.cli.invocation import Invocation
    from prometheus.compose.vaults import OpenVault
    from prometheus.model.secret import Secret
    from prometheus_vault import SlotInfo

_KINDS = {
    "passphrase": "another passphrase",
    "recovery": "the recovery words",
    "keyring": "the keyring of the desktop",
    "fido2": "a security key",
    "tpm2": "this computer's TPM",
    "device": "another device",
}


def run(call: Invocation) -> int:
    """Renew the keys of a vault."""
    name, folders = named_vault(call), places()
    if not call.flag("full"):
        raise NotUnderstood(
            "new keys for everything need --full",
            code="REKEY-FULL",
            meaning="the whole file is written anew, and open copies of it elsewhere cannot be used on",
            remedy="give --full; to change the passphrase alone, use 'prometheus vault passphrase'",
        )
    if call.flag("recovery"):
        vaults.inspected(folders, name)
        with asked_seed(call).seed as words, opened_by_words(call, name, words) as opened:
            return _renew(call, name, opened, None)
    with passphrase_for(call, folders, name) as secret:
        opening = vaults.opened(folders, name, secret, network_disk=network_disk(call), mirror=anchor_mirror(call))
        with warnings_told(call, opening) as opened:
            return _renew(call, name, opened, secret)


def _renew(call: Invocation, name: str, opened: OpenVault, secret: Secret | None) -> int:
    """Renew the keys of an open vault, which a passphrase opened; or words, and then it gets a new passphrase."""
    seed, lost = renewal.recovery_seed(opened), renewal.lost(opened)
    kinds = [slot.kind for slot in lost]
    document = {"vault": name, "dropped": kinds, "recovery_words_stay": seed is not None}
    _show(call, name, lost, has_recovery=seed is not None)
    if call.flag("dry_run"):
        call.output.result({**document, "renewed": False, "dry_run": True}, ["nothing was changed"])
        return 0
    if not ask.confirm(call, f"give {name} new keys?"):
        raise NoConsent(f"{name} was left as it is")
    is_new = secret is None or _wants_new_passphrase(call)
    if secret is None or is_new:
        secret = new_passphrase(call, fd="new_passphrase_fd", path="new_passphrase_file")
    started = time.monotonic()
    with progress_told(call, "sealing anew") as progress:
        renewal.renew(
            opened,
            secret,
            seed=seed,
            cost=call.text("kdf"),
            dropping=lost,
            is_new_passphrase=is_new,
            progress=progress,
        )
    lines = [
        f"{name} has new keys",
        *(["a new passphrase opens it"] if is_new else []),
        "old copies and backups keep their old keys: make a new backup with 'prometheus vault backup'",
    ]
    done = {"renewed": True, "new_passphrase": is_new, "seconds": round(time.monotonic() - started, 1)}
    call.output.result({**document, **done}, lines)
    return 0


def _show(call: Invocation, name: str, lost: Sequence[SlotInfo], *, has_recovery: bool) -> None:
    words = " and the recovery words" if has_recovery else ""
    call.output.note(f"{name} gets a new file under new keys; the passphrase{words} open it")
    call.output.note("there is no way back to the old keys but a backup made before")
    for slot in lost:
        if slot.second_factor:
            call.output.note(
                "the passphrase has no second factor any more; 'prometheus vault keyring on' can give it one"
            )
        else:
            call.output.note(f"no longer opens it: {_KINDS.get(slot.kind, slot.kind)}")


def _wants_new_passphrase(call: Invocation) -> bool:
    is_given = call.maybe("new_passphrase_file") is not None or call.number("new_passphrase_fd") is not None
    return is_given or call.flag("new_passphrase")
