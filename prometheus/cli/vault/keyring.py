"""``vault keyring``: let the keyring of the desktop open a vault, or make it the second half of the passphrase.

Off by default. What a session of the desktop can read, each of its programs can read: that is said before anything is
turned on, and what is gained and lost by it. The passphrase is asked for every change, and the words always open.
"""

from __future__ import annotations

from prometheus.cli import ask
from prometheus.cli.unlocking import (
    anchor_mirror,
    desktop_keyring,
    named_vault,
    network_disk,
    passphrase_for,
    places,
    warnings_told,
)
from prometheus.compose import vaults
from prometheus.compose.vault_keyring import ALONE, OFF, SECOND_FACTOR, keyring_use, set_keyring_use, why_missing
from prometheus.errors import NoConsent
from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation


_MEANS: Final = {
    ALONE: (
        "any program of your desktop's session can read the keyring, and open the vault with it, without asking you",
        "opened so, the vault signs and shows claims, but hands out no keys and changes nothing that opens it;",
        "as a second factor the keyring makes the vault stronger instead: --second-factor",
    ),
    SECOND_FACTOR: (
        "from now on the passphrase and this machine's keyring are needed, both; a stolen file is worth less",
        "on another machine, or when the keyring is lost, only the recovery words open the vault: have them at hand",
    ),
    OFF: (),
}
_STATES: Final = {
    OFF: "off: the keyring is not used",
    ALONE: "the keyring opens the vault alone",
    SECOND_FACTOR: "the keyring is the second factor of the passphrase",
}


def turn_on(call: Invocation) -> int:
    """Let the keyring open a vault, alone or with the passphrase."""
    return _change(call, SECOND_FACTOR if call.flag("second_factor") else ALONE)


def turn_off(call: Invocation) -> int:
    """Use the keyring no more."""
    return _change(call, OFF)


def status(call: Invocation) -> int:
    """Show what a vault uses the keyring for, and whether this machine's keyring has it."""
    name = named_vault(call)
    facts = vaults.inspected(places(), name)
    use = keyring_use(facts.slots)
    why = why_missing(facts, desktop_keyring(call)) if use.how != OFF else ""
    here = use.how != OFF and not why
    lines = [_STATES[use.how]]
    if use.how != OFF:
        lines.append(
            "this machine's keyring has what is needed"
            if here
            else f"this machine's keyring cannot give what is needed: {why}"
        )
    else:
        lines.append(f"turn it on with 'prometheus vault keyring on {name}'")
    call.output.result({"vault": name, "keyring": use.how, "here": here, "why_not": why}, lines)
    return 0


def _change(call: Invocation, wanted: str) -> int:
    name, folders = named_vault(call), places()
    before = keyring_use(vaults.inspected(folders, name).slots).how
    keyring = desktop_keyring(call)
    if wanted != OFF:
        call.output.note(f"keyring of this machine: {keyring.kind}")
    for line in _MEANS[wanted]:
        call.output.note(line)
    document = {"vault": name, "before": before, "keyring": wanted}
    if call.flag("dry_run"):
        call.output.result({**document, "dry_run": True}, [f"{name}: {_STATES[before]}; nothing was changed"])
        return 0
    if wanted == ALONE and not ask.confirm(call, f"let the keyring open {name} alone?"):
        raise NoConsent("the keyring was not turned on", meaning="nothing was changed")
    passphrase = passphrase_for(call, folders, name)
    opening = vaults.opened(
        folders, name, passphrase, network_disk=network_disk(call), keyring=keyring, mirror=anchor_mirror(call)
    )
    with warnings_told(call, opening) as opened, passphrase:
        set_keyring_use(opened, keyring, wanted, passphrase)
    call.output.result(document, [f"{name}: {_STATES[wanted]}", *_afterwards(before, wanted)])
    return 0


def _afterwards(before: str, wanted: str) -> list[str]:
    if wanted == SECOND_FACTOR:
        return ["prove now that your recovery words are right: 'prometheus vault words check'"]
    if before == OFF:
        return []
    return ["old copies of the file still open as before"]
