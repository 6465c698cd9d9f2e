"""``vault accept-rollback``: go on with a file that is older than this machine has seen, knowing what is given up."""

from __future__ import annotations

from prometheus.cli import ask
from prometheus.cli.moments import local, rfc3339
from prometheus.cli.output import safe
from prometheus.cli.unlocking import anchor_mirror, named_vault, network_disk, places
from prometheus.cli.vault import ages
from prometheus.cli.vault.backup_secret import asked_opener, opened_for_reading
from prometheus.compose import rollback, vaults
from prometheus.errors import NoConsent
from prometheus.model.frozen import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.cli.vault.backup_secret import Opener
    from prometheus.compose.rollback import Found
    from prometheus.model.places import Places


def run(call: Invocation) -> int:
    """Accept an older state of a vault as the newest one."""
    name, folders = named_vault(call), places()
    path = vaults.require_vault(folders, name)
    vaults.inspected(folders, name)
    opener = asked_opener(call, name)
    try:
        with opened_for_reading(folders, path, opener, mirror=anchor_mirror(call)) as opened:
            found = rollback.look(folders, opened)
        return _decide(call, folders, name, found, opener)
    finally:
        opener.wipe()


def _decide(call: Invocation, folders: Places, name: str, found: Found, opener: Opener) -> int:
    document = {**_document(name, found), "accepted": False}
    if not found.reason:
        call.output.result(document, [f"{name} is not rolled back: there is nothing to accept"])
        return 0
    _show(call, name, found)
    if call.flag("dry_run"):
        call.output.result({**document, "dry_run": True}, ["nothing was changed"])
        return 0
    if not ask.confirm(call, f"give that up, and go on with {name} as it is?"):
        raise NoConsent(f"{name} was left as it is")
    epoch = rollback.accept(
        folders,
        name,
        found,
        passphrase=opener.passphrase,
        seed=opener.seed,
        network_disk=network_disk(call),
        mirror=anchor_mirror(call),
    )
    lines = [f"{name} goes on as it is, as state {epoch}"]
    call.output.result({**document, "accepted": True, "new_epoch": epoch}, lines)
    return 0


def _show(call: Invocation, name: str, found: Found) -> None:
    call.output.note(safe(found.reason))
    call.output.note(f"{name} now: {ages.told(found.age)}")
    when = f", noted {local(found.seen_at)}" if found.seen_at else ""
    if found.seen_epoch is None:
        call.output.note(f"seen here: a state under other keys{when}")
    else:
        call.output.note(f"seen here: state {found.seen_epoch}{when}")
    call.output.note("what was written in between is given up for good, unless the newest file is found")


def _document(name: str, found: Found) -> dict[str, Any]:
    return {
        "vault": name,
        **ages.fields(found.age),
        "rolled_back": bool(found.reason),
        "reason": found.reason or None,
        "seen_epoch": found.seen_epoch,
        "seen_at": rfc3339(found.seen_at) if found.seen_at else None,
    }
