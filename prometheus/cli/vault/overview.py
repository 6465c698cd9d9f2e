"""``vault list``, ``vault status``, ``vault use`` and ``status``: what is told without a passphrase.

What a file says without one is not proven; these verbs say so where it matters.
"""

from __future__ import annotations

from prometheus.cli.default_vault import set_default_vault
from prometheus.cli.moments import local, rfc3339
from prometheus.cli.output import safe
from prometheus.cli.unlocking import named_vault, places, vault_name
from prometheus.cli.vault.backup_state import backup_state
from prometheus.compose import vaults
from prometheus.compose.shelf import shelf, shelf_entry, ways_to_open
from prometheus.errors import NotFound
from prometheus.model.frozen import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.cli.invocation import Invocation
    from prometheus.compose.shelf import ShelfEntry

_KIB = 1024


def list_all(call: Invocation) -> int:
    """Show every vault of this machine."""
    default = vault_name(call)
    entries = shelf(places())
    document = {"vaults": [_fields(entry, default) for entry in entries]}
    empty = [
        "this machine has no vault yet",
        "make one with 'prometheus vault create', or from recovery words with",
        "'prometheus vault restore'",
    ]
    call.output.result(document, _table(entries, default) if entries else empty)
    for entry in entries:
        if entry.fault is None and not entry.is_seen_here:
            call.output.note(
                f"{entry.name} was not opened here yet: had an older copy taken its place, none would notice"
            )
    return 0


def use(call: Invocation) -> int:
    """Make a vault the default one."""
    name, folders = call.text("name"), places()
    vaults.require_vault(folders, name)
    set_default_vault(folders, name)
    call.output.result({"default": name}, [f"{name} is the default vault now"])
    other = vault_name(call)
    if other != name:
        call.output.warn(f"in this shell PROMETHEUS_VAULT or --vault says {safe(other)}, which wins")
    return 0


def status(call: Invocation) -> int:
    """Show what one vault's file says without its passphrase."""
    name = named_vault(call)
    entry = shelf_entry(places(), name)
    if entry.fault is not None:
        raise entry.fault
    call.output.result(_fields(entry, vault_name(call)), _details(entry))
    return 0


def summary(call: Invocation) -> int:
    """Show the state of the vault that commands would use, and of the agent."""
    name = vault_name(call)
    agent = {"running": False, "detail": "none in this version: every command opens the vault for itself"}
    try:
        entry = shelf_entry(places(), name)
    except NotFound as error:
        lines = [f"vault   {safe(name)}: none", f"        {error.remedy}", f"agent   {agent['detail']}"]
        call.output.result({"vault": {"name": name, "exists": False}, "agent": agent}, lines)
        return 0
    state = _trouble(entry) or "locked; a command that needs it asks for its passphrase"
    backup = backup_state(call, entry)
    lines = [f"vault   {name}: {state}", f"        changed {local(entry.changed)}", *backup.lines]
    document = {"exists": True, **_fields(entry, name), "backup": backup.document}
    call.output.result({"vault": document, "agent": agent}, [*lines, f"agent   {agent['detail']}"])
    return 0


def _table(entries: Sequence[ShelfEntry], default: str) -> list[str]:
    width = max(len("name"), *(len(entry.name) for entry in entries))
    rows = [f"  {'name':<{width}} {'size':>8}  {'changed':<21} seen here"]
    for entry in entries:
        mark = "*" if entry.name == default else " "
        seen = "yes" if entry.is_seen_here else "no"
        state = entry.fault.code.removeprefix("VAULT-").lower().replace("-", " ") if entry.fault else seen
        rows.append(f"{mark} {entry.name:<{width}} {_size(entry.size):>8}  {local(entry.changed):<21} {state}")
    return rows


def _details(entry: ShelfEntry) -> list[str]:
    assert entry.facts is not None  # noqa: S101  # the caller has shown the fault otherwise
    seen = "remembered on this machine" if entry.is_seen_here else "not seen on this machine before"
    return [
        f"name      {entry.name}",
        f"file      {safe(entry.path)}",
        f"id        {entry.facts.vault_id.hex()}",
        f"size      {_size(entry.size)}, {entry.facts.records} records",
        f"changed   {local(entry.changed)}",
        f"state     {seen}",
        *(f"opens by  {way}" for way in ways_to_open(entry.facts)),
        "",
        "this is what the file says; 'prometheus vault verify' proves it",
    ]


def _fields(entry: ShelfEntry, default: str) -> dict[str, Any]:
    facts = entry.facts
    fields: dict[str, Any] = {
        "name": entry.name,
        "path": entry.path,
        "size": entry.size,
        "changed": rfc3339(entry.changed),
        "default": entry.name == default,
        "seen_here": entry.is_seen_here,
        "fault": entry.fault.code if entry.fault else None,
    }
    if facts is not None:
        fields |= {
            "id": facts.vault_id.hex(),
            "generation": facts.generation,
            "records": facts.records,
            "slots": [_slot(slot) for slot in facts.slots],
        }
    return fields


def _slot(slot: Any) -> dict[str, Any]:
    kdf = slot.kdf._asdict() if slot.kdf else None
    return {"kind": slot.kind, "kdf": kdf, "second_factor": slot.second_factor or None}


def _trouble(entry: ShelfEntry) -> str:
    return safe(entry.fault.what) if entry.fault else ""


def _size(size: int) -> str:
    return f"{size / _KIB:.0f} KiB" if size < _KIB * _KIB else f"{size / _KIB / _KIB:.1f} MiB"
