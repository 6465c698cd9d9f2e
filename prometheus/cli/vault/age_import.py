"""``vault import``: a file that `vault export` wrote, into a vault that has the same seed or into a new one.

The form of the file is judged before a passphrase is asked for, its content before anything is written. Into a vault
that exists comes what it lacks; conflicts are shown and left to the person. A new vault gets everything, and where the
file has no keys, the recovery words bring the seed. IOP vault files are told by their content and go their own way.
"""

from __future__ import annotations

from datetime import datetime

from prometheus import files
from prometheus.cli import ask
from prometheus.cli.moments import local
from prometheus.cli.output import safe
from prometheus.cli.passphrase import given_by, new_passphrase
from prometheus.cli.unlocking import made_vault, named_vault, open_vault, places
from prometheus.cli.values import usage_error
from prometheus.cli.vault import iop
from prometheus.cli.vault.age_export import refuse_options, show_counts
from prometheus.cli.vault.built_in_plugins import enable_built_in
from prometheus.cli.vault.demo_rule import agrees_to_demo
from prometheus.cli.vault.typed_words import asked_seed
from prometheus.compose import vaults
from prometheus.compose.memory import memory_in_reach
from prometheus.errors import NoConsent, NotUnderstood
from prometheus.identity.published_phrases import is_published
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.portable.age_file import (
    FILE_LIMIT,
    identities_in,
    look_into,
    looks_like_age,
    open_with_identities,
    open_with_passphrase,
)
from prometheus.portable.export_record import kind_of
from prometheus.portable.export_text import counts_of, read_export
from prometheus.usecases.import_vault import CHOICES, carry_out, furnish_from, plan_import
from prometheus.usecases.imported_bodies import check_bodies, check_seed, seed_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.cli.invocation import Invocation
    from prometheus.model.secret import Secret
    from prometheus.portable.age_file import AgeFile, Identity
    from prometheus.portable.export_record import ExportRecord
    from prometheus.portable.export_text import Export
    from prometheus.usecases.import_vault import Choice, Plan

_KEY_FILE_LIMIT = 1 << 20
_SHOWN_CONFLICTS = 20
_DATABASE = b"SQLite format 3\0"
_PASSPHRASE = ("file_passphrase_fd", "file_passphrase_file")
"""What brings the passphrase of the file."""


def run(call: Invocation) -> int:
    """Bring a file in."""
    content = files.read(call.text("file"), FILE_LIMIT)
    if not looks_like_age(content):
        _require_iop_form(content)
        refuse_options(call, ("identity", "file_passphrase_fd", "file_passphrase_file"), "an IOP vault file")
        return iop.bring_in(call, content)
    refuse_options(call, ("iop_password_fd",), "an age file")
    name = named_vault(call)
    export = read_export(_opened(call, look_into(content)), lambda done: call.output.note(f"  {done} lines"))
    check_bodies(export.records)
    _show(call, export)
    if name in vaults.vault_names(places()):
        return _into_vault(call, name, export)
    return _into_new_vault(call, name, export)


def _require_iop_form(content: bytes) -> None:
    """Refuse what is no IOP vault file at the first sight, before a password of it is asked for."""
    if content.startswith(_DATABASE):
        raise NotUnderstood(
            "the file is a vault or a backup of one, not an export",
            code="IMPORT-FILE",
            remedy="put a backup in place with 'prometheus vault restore-backup FILE'",
        )
    if not content.lstrip().startswith(b"{"):
        raise NotUnderstood(
            "the file is neither an age file nor an IOP vault file",
            code="IMPORT-FILE",
            remedy="name a file that 'prometheus vault export' or another wallet wrote",
        )


def _opened(call: Invocation, file: AgeFile) -> bytes:
    if file.needs_passphrase:
        if call.many("identity"):
            raise usage_error(call.command, "the file opens with a passphrase, not with a key")
        given = given_by(call, *_PASSPHRASE)
        passphrase = ask.ask_secret(call, "Passphrase of the file", options=_PASSPHRASE) if given is None else given
        call.output.note("opening the file; that takes a few seconds")
        return open_with_passphrase(file, passphrase, memory=memory_in_reach())
    return open_with_identities(file, _identities(call))


def _identities(call: Invocation) -> list[Identity]:
    paths = call.many("identity")
    if not paths:
        raise NotUnderstood(
            "the file is sealed for a key",
            code="AGE-KEY-NEEDED",
            meaning="no passphrase opens it",
            remedy="give --identity and the file that age-keygen wrote, or the OpenSSH key",
        )
    return [key for path in paths for key in identities_in(files.read_text(path, _KEY_FILE_LIMIT))]


def _show(call: Invocation, export: Export) -> None:
    manifest = export.manifest
    written = local(datetime.fromisoformat(manifest.created))
    call.output.note(f"written {written} by the vault {manifest.vault}:")
    show_counts(call, manifest.counts, has_keys=manifest.keys)
    if not manifest.whole:
        call.output.warn("it is what was left of a damaged vault: some of it may be missing")


def _into_vault(call: Invocation, name: str, export: Export) -> int:
    choice = _choice(call)
    with open_vault(call, name=name) as opened:
        plan = plan_import(opened.session, export, choice)
        _show_plan(call, plan)
        document = {"vault": name, "new": False, **_plan_document(plan, export)}
        if call.flag("dry_run"):
            call.output.result({**document, "dry_run": True}, ["nothing was written"])
            return 0
        if plan.changes and not (plan.conflicts and choice == "refuse"):
            _agree(call, f"write this into {name}?")
        carry_out(opened.session, export, plan, choice)
    if not plan.changes:
        call.output.result(document, [f"{name} has everything that the file brings already; nothing was changed"])
        return 0
    call.output.result(document, [f"imported {len(plan.new)} records, replaced {len(plan.taken)}"])
    return 0


def _choice(call: Invocation) -> Choice:
    given = call.text("conflicts")
    return next(choice for choice in CHOICES if choice == given)


def _show_plan(call: Invocation, plan: Plan) -> None:
    call.output.note(f"{len(plan.new)} new, {plan.same} there already, {plan.own} that each vault keeps for itself")
    if plan.conflicts:
        call.output.note(f"{len(plan.conflicts)} there with other content; of the file stay {len(plan.taken)}:")
    for each in plan.conflicts[:_SHOWN_CONFLICTS]:
        stays = "the file's stays" if each in plan.taken else "the vault's stays"
        call.output.note(f"  {kind_of(each.collection)} {safe(each.name)}: {stays}")


def _plan_document(plan: Plan, export: Export) -> dict[str, object]:
    def names(records: Sequence[ExportRecord]) -> list[dict[str, str]]:
        return [{"kind": kind_of(each.collection), "name": each.name} for each in records]

    return {
        "written": export.manifest.created,
        "from_vault": export.manifest.vault,
        "whole": export.manifest.whole,
        "added": counts_of(plan.new),
        "same": plan.same,
        "conflicts": names(plan.conflicts),
        "replaced": names(plan.taken),
        "left_out": plan.own,
    }


def _into_new_vault(call: Invocation, name: str, export: Export) -> int:
    folders = places()
    vaults.refuse_taken_name(folders, name)
    seed, is_known = _seed(call, export)
    is_demo = agrees_to_demo(call, name, is_published=is_known)
    check_seed(export.records, seed)
    counts = dict(export.manifest.counts)
    document = {"vault": name, "new": True, "written": export.manifest.created, "added": counts}
    if call.flag("dry_run"):
        call.output.result({**document, "dry_run": True}, ["nothing was written"])
        return 0
    has_recovery = not is_demo and not call.flag("no_recovery") and iop.agrees_to_recovery(call)
    passphrase = new_passphrase(call)
    with made_vault(call, name, passphrase, seed if has_recovery else None) as made:
        report = furnish_from(made.session, export, seed, is_demo=is_demo)
    for fault in report.faults:
        call.output.warn(f"the log in the file: {fault}")
    plugins = enable_built_in(call, folders)
    call.output.result({**document, "plugins": list(plugins)}, [f"made {name} with {len(export.records)} records"])
    return 0


def _seed(call: Invocation, export: Export) -> tuple[Secret, bool]:
    """Return the seed of the new vault, and whether everyone has it."""
    seed = seed_in(export.records)
    if seed is not None:
        return seed, is_published(seed.locked)
    call.output.note("the file has no keys: the recovery words make them again")
    return asked_seed(call, is_proven_later=True)


def _agree(call: Invocation, question: str) -> None:
    if call.output.may_ask and not ask.confirm(call, question, default=True):
        raise NoConsent("nothing was imported")
