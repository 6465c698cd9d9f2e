"""Bring an export into a vault: into one that has the same seed, or into a new one that gets everything.

All of it comes in with one commit, or nothing. Into a vault that exists, these rules hold:

* What is there already, body for body, is left as it is. Importing twice changes nothing and writes nothing.
* What is missing is added.
* Rules by which things leave without asking are never just added, because whoever knows a public key can seal a file
  for it: where the vault has none, those of a file are a conflict, and only `file` takes them.
* What is there with another body is a conflict. As long as nobody says which of the two to keep, nothing comes in;
  `Choice` says whether the vault's, the file's or the one written later stays. Keys are never replaced.
* What a vault keeps about itself stays its own: its log, its device, its edition, its last backup, its recovery shares,
  how it was made.

A new vault gets the log too, and goes on with it; it is another device.
"""

from __future__ import annotations

from prometheus.errors import Conflict
from prometheus.model import collection, key_record, record
from prometheus.model.audit_entry import AuditEntry
from prometheus.model.frozen import TYPE_CHECKING, Final, Literal, NamedTuple
from prometheus.model.upgrades.table import CHAINS
from prometheus.portable.export_record import ExportRecord, kind_of
from prometheus.usecases import audit
from prometheus.usecases.create_vault import FACTS, VaultFacts
from prometheus.usecases.imported_bodies import check_bodies, check_seed
from prometheus.usecases.personas import keep_new, persona_of_seed
from prometheus.usecases.seed import keep_seed, load_seed
from prometheus.usecases.upgrade_vault import lifted_body
from prometheus_memory import holding

if TYPE_CHECKING:
    from prometheus.model.secret import Secret
    from prometheus.portable.export_text import Export
    from prometheus.usecases.session import Commit, Session

Choice = Literal["refuse", "vault", "file", "newer"]
CHOICES: Final = ("refuse", "vault", "file", "newer")
"""What to do about conflicts: import nothing, keep the vault's, take the file's, keep the one written later."""
_OWN_SETTINGS: Final = frozenset({"audit-head", "backup", "device", "edition", "recovery-shares", "vault"})
_HEAD: Final = "audit-head"
_SHOWN: Final = 10


class Plan(NamedTuple):
    """What an import would do to a vault that exists."""

    new: tuple[ExportRecord, ...]
    same: int
    conflicts: tuple[ExportRecord, ...]
    """Records of the file whose place is taken by another body."""
    taken: tuple[ExportRecord, ...]
    """Those of the conflicts in which the file's body is to stay."""
    own: int
    """Records that a vault keeps about itself, and that are left out."""

    @property
    def changes(self) -> tuple[ExportRecord, ...]:
        """What would be written."""
        return self.new + self.taken


def plan_import(session: Session, export: Export, choice: Choice = "refuse") -> Plan:
    """Return what an import would do, having checked everything that can be refused but for conflicts.

    Raises:
        Conflict: When the file is of another seed, or would replace a key.
        NotUnderstood: When a record of it could not be read afterwards.
        TooNew: When one is of a later version.
    """
    check_bodies(export.records)
    check_seed(export.records, load_seed(session.vault))
    return _plan(session, export, choice)


def carry_out(session: Session, export: Export, plan: Plan, choice: Choice = "refuse") -> None:
    """Write what was planned, in one commit with its log entry; a plan without changes writes nothing.

    Raises:
        Conflict: When there are conflicts and nobody chose, or the vault has changed since.
    """
    if plan.conflicts and choice == "refuse":
        raise _undecided(plan)
    if not plan.changes:
        return
    with session.commit() as commit:
        if _plan(session, export, choice) != plan:
            raise Conflict(
                "the vault was changed while the import was prepared",
                code="VAULT-CHANGED",
                meaning="what would be written is not what was shown; nothing was imported",
                remedy="try again",
            )
        for each in plan.changes:
            commit.put_verbatim(each.collection, each.name, each.body)
        facts = {"new": len(plan.new), "replaced": len(plan.taken), "conflicts": choice}
        audit.append(commit, "vault.import", facts={**_facts(export), **facts})


def furnish_from(session: Session, export: Export, seed: Secret, *, is_demo: bool) -> audit.ChainReport:
    """Write everything that a file holds into a new vault, in one commit, and return what its log is like.

    Args:
        session: A vault that has no seed yet.
        export: What was read.
        seed: The seed of the file, or of the recovery words where it has none.
        is_demo: Whether the vault is stamped as one that nobody should keep anything in.

    Raises:
        Conflict: When the file is of another seed.
        NotUnderstood: When a record of it could not be read afterwards.
        TooNew: When one is of a later version.
    """
    check_bodies(export.records)
    check_seed(export.records, seed)
    with session.commit() as commit:
        if commit.secret(key_record.SEED) is not None:
            raise Conflict("this vault has a seed already", code="SEED-EXISTS")
        for each in export.records:
            if each.place != (collection.SETTING, "device"):
                _put(commit, each)
        _complete(commit, seed, is_demo=is_demo)
        _settle_log(commit, export)
        audit.append(commit, "vault.import", facts={**_facts(export), "new": len(export.records)})
    return audit.check(session)


def _plan(session: Session, export: Export, choice: Choice) -> Plan:
    new: list[ExportRecord] = []
    conflicts: list[ExportRecord] = []
    taken: list[ExportRecord] = []
    same = own = 0
    for each in export.records:
        if each.collection == collection.AUDIT or (
            each.collection == collection.SETTING and each.name in _OWN_SETTINGS
        ):
            own += 1
        elif each.collection == collection.KEY:
            _require_known_key(session, each)
            same += 1
        else:
            lifted = each._replace(body=_today(each.collection, each.body))
            there = session.vault.get(each.collection, each.name)
            if there is None and not _lets_others_in(each):
                new.append(lifted)
            elif there is not None and lifted.body == _today(each.collection, there):
                same += 1
            else:
                conflicts.append(lifted)
                taken += [lifted] * _is_taken(choice, there, lifted)
    return Plan(tuple(new), same, tuple(conflicts), tuple(taken), own)


def _today(group: int, body: bytes) -> bytes:
    """Return a body as it would be written today; of what no step is known, as it is."""
    return (lifted_body(group, body) if CHAINS.knows(group) else None) or body


def _lets_others_in(each: ExportRecord) -> bool:
    """Return whether a record says what may leave without asking; its stamp, which anyone may write, proves nothing."""
    return each.collection == collection.GRANT or each.place == (collection.SETTING, "policy")


def _is_taken(choice: Choice, there: bytes | None, each: ExportRecord) -> bool:
    if there is None or _lets_others_in(each):
        return choice == "file"
    return choice == "file" or (
        choice == "newer" and _stamp(each.collection, there) < _stamp(each.collection, each.body)
    )


def _stamp(group: int, body: bytes) -> str:
    """Return when a body was written, as text that sorts by time; empty where it does not say."""
    return str(record.decode(body, group).get("hlc", "")) if CHAINS.knows(group) else ""


def _require_known_key(session: Session, each: ExportRecord) -> None:
    """Refuse a key that the vault has not, or has another of that name; of the seed that is known already."""
    if each.name == key_record.SEED:
        return
    there = session.vault.secret(each.name)
    if there is None or there.view != each.body:
        raise Conflict(
            f"the file has a key '{each.name}' that this vault has not",
            code="IMPORT-KEY",
            meaning="keys are never replaced, and no key but the seed comes into a vault that exists",
            remedy="import the file into a vault of its own: 'prometheus vault import FILE NAME'",
        )


def _put(commit: Commit, each: ExportRecord) -> None:
    if each.collection == collection.KEY:
        commit.put_secret(each.name, holding(each.body))
    else:
        commit.put_verbatim(each.collection, each.name, each.body)


def _complete(commit: Commit, seed: Secret, *, is_demo: bool) -> None:
    """Add what every vault has and a file may lack: the seed, the first persona, and facts that say what is a demo."""
    now = commit.clock.now()
    created = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    if commit.secret(key_record.SEED) is None:
        keep_seed(commit, seed, {"created": created})
    first = persona_of_seed(seed, "persona", 0, now=now)
    if commit.get(collection.PERSONA, first.record_name) is None:
        keep_new(commit, first)
    facts = commit.get(collection.SETTING, FACTS)
    if facts is None or facts.get("is_demo") is not is_demo:
        commit.put(collection.SETTING, FACTS, VaultFacts(created, "imported", is_demo)._asdict())


def _settle_log(commit: Commit, export: Export) -> None:
    """Let the log go on after its newest entry, also when what a damaged vault remembered as the newest is lost."""
    entries = [each for each in export.records if each.collection == collection.AUDIT]
    if not entries:
        return
    newest = record.decode(max(entries).body, collection.AUDIT)
    head = commit.get(collection.SETTING, _HEAD)
    if head is None or head["entry"]["seq"] < newest["seq"]:
        entry = AuditEntry.from_fields(newest)
        commit.put(collection.SETTING, _HEAD, {"entry": entry.as_fields()})


def _facts(export: Export) -> dict[str, object]:
    return {"format": "age", "vault": export.manifest.vault, "written": export.manifest.created}


def _undecided(plan: Plan) -> Conflict:
    shown = [f"{kind_of(each.collection)} {each.name}" for each in plan.conflicts[:_SHOWN]]
    more = len(plan.conflicts) - len(shown)
    return Conflict(
        f"{len(plan.conflicts)} records of the file are in the vault with other content",
        code="IMPORT-CONFLICT",
        meaning=f"{', '.join(shown)}{f' and {more} more' if more else ''}; nothing was imported",
        remedy="say what stays with --conflicts vault, file or newer; --dry-run shows what that does",
    )
