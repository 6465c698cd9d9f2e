"""``vault upgrade``: write records of earlier versions as they would be written today, tried on a copy first.

Nothing needs it: records of every earlier version are read as they are. The vault as it was stays beside the new one.
"""

from __future__ import annotations

from prometheus.cli import ask
from prometheus.cli.output import safe
from prometheus.cli.progress import MANY
from prometheus.cli.unlocking import named_vault, open_vault, places
from prometheus.compose import vaults
from prometheus.errors import NoConsent
from prometheus.model import collection
from prometheus.model.frozen import TYPE_CHECKING, Any
from prometheus.model.upgrades.table import CHAINS

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.compose.upgrading import Tried
    from prometheus.usecases.upgrade_vault import Plan


def run(call: Invocation) -> int:
    """Upgrade a vault, or show what that would do."""
    from prometheus.compose.upgrading import tried

    name = named_vault(call)
    records = vaults.inspected(places(), name).records
    if records >= MANY:
        call.output.note(f"trying the upgrade of {records} records on a copy, which takes some time")
    with open_vault(call, name=name) as opened, tried(places(), opened) as attempt:
        for line in _told(name, attempt) if attempt.plan.is_needed else ():
            call.output.note(line)
        if not attempt.plan.is_needed or call.flag("dry_run"):
            call.output.result(_document(name, attempt, upgraded=False), _unchanged(name, attempt.plan))
            return 0
        if not ask.confirm(call, f"upgrade {name}?", default=True):
            raise NoConsent(f"{name} was not upgraded")
        kept = attempt.carry_out()
    lines = [f"{name} is of edition {CHAINS.edition} now"]
    lines += [f"as it was before: {safe(kept)}"] if kept else []
    call.output.result(_document(name, attempt, upgraded=True, kept=kept), lines)
    return 0


def _told(name: str, attempt: Tried) -> list[str]:
    plan = attempt.plan
    counts = [
        f"{count} of kind '{collection.NAMES.get(group, str(group))}'" for group, count in sorted(plan.counts.items())
    ]
    lines = [f"{name} is of edition {plan.edition}, this program writes edition {CHAINS.edition}"]
    if counts:
        lines += [f"records that would be written anew: {', '.join(counts)}"]
    records, signatures = sum(attempt.after.counts.values()), attempt.after.valid_signatures
    lines.append(f"tried on a copy: {records} records and {signatures} valid signatures, all as before")
    if plan.unreadable:
        lines.append(f"{plan.unreadable} records cannot be read and stay as they are; see 'prometheus vault doctor'")
    return lines


def _unchanged(name: str, plan: Plan) -> list[str]:
    return [f"{name} was not changed"] if plan.is_needed else [f"{name} is up to date"]


def _document(name: str, attempt: Tried, *, upgraded: bool, kept: str = "") -> dict[str, Any]:
    plan = attempt.plan
    return {
        "vault": name,
        "upgraded": upgraded,
        "needed": plan.is_needed,
        "from_edition": plan.edition,
        "to_edition": CHAINS.edition,
        "changes": {collection.NAMES.get(group, str(group)): count for group, count in plan.counts.items()},
        "unreadable": plan.unreadable,
        "records": sum(attempt.after.counts.values()),
        "valid_signatures": attempt.after.valid_signatures,
        "kept": kept or None,
    }
