"""``vault export``: everything in a vault as one age file, sealed for a passphrase of its own or for recipients.

What leaves is shown first: how much of what, and whether the keys are among it. Keys leave only with ``--with-keys``,
and then the passphrase of the vault is asked for again. The text is sealed in memory; the log has the export before the
file has its name, and a file that is there is replaced only when the person agrees. With ``--damaged`` what still opens
of a damaged vault leaves, unlogged, for nothing can be written into one; a vault that is whole is refused then.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

from prometheus import files
from prometheus.cli import ask, settings
from prometheus.cli.output import safe
from prometheus.cli.passphrase import new_passphrase
from prometheus.cli.unlocking import desktop_keyring, named_vault, network_disk, open_vault, passphrase_for, places
from prometheus.cli.values import usage_error
from prometheus.cli.vault import iop
from prometheus.compose import SystemClock, vaults
from prometheus.errors import Conflict, NoConsent
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.portable.age_file import recipients_of, seal_for, seal_with_passphrase
from prometheus.usecases.export_vault import PASSPHRASE_SEALED, contents_left, contents_of, log_export, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from prometheus.cli.invocation import Invocation
    from prometheus.model.secret import Secret
    from prometheus.portable.age_file import Recipient
    from prometheus.usecases.export_vault import Contents
    from prometheus.usecases.session import Session
    from prometheus_vault.salvage import Wreck

_OF_AGE_ONLY = ("recipient", "armor", "with_keys", "file_passphrase_fd", "file_passphrase_file", "dry_run", "damaged")


class _Source(NamedTuple):
    """What leaves, and where that can be logged."""

    contents: Contents
    session: Session | None
    """None for a damaged vault."""


class _Sealing(NamedTuple):
    """For whom a file is sealed, and how."""

    recipients: Sequence[Recipient]
    passphrase: Secret | None
    """None as long as it was not asked for, and where there are recipients."""
    is_armored: bool

    @property
    def sealed_for(self) -> tuple[str, ...]:
        return tuple(recipient.text for recipient in self.recipients) or PASSPHRASE_SEALED


def run(call: Invocation) -> int:
    """Write an age file, or an IOP vault file where that is asked for."""
    if call.flag("iop"):
        refuse_options(call, _OF_AGE_ONLY, "--iop")
        return iop.hand_out(call)
    refuse_options(call, ("iop_password_fd", "drop_recovery_slot"), "an age file")
    name, path = named_vault(call), call.text("file")
    sealing = _sealing(call)
    may_replace = _require_place(call, path)
    with _opened(call, name) as source:
        contents = source.contents
        show_counts(call, contents.counts, has_keys=contents.has_keys)
        document = _document(name, path, contents, sealing)
        if call.flag("dry_run"):
            call.output.result({**document, "dry_run": True}, ["nothing was written"])
            return 0
        _agree(call, name, path, contents)
        if not sealing.recipients and sealing.passphrase is None:
            sealing = sealing._replace(passphrase=_passphrase(call))
        written = _write(call, source, sealing, may_replace=may_replace)
    if path != files.STANDARD_STREAM:
        call.output.result({**document, "bytes": written}, [f"written to {safe(path)}"])
    return 0


@contextmanager
def _opened(call: Invocation, name: str) -> Iterator[_Source]:
    with_keys = call.flag("with_keys")
    if not call.flag("damaged"):
        with open_vault(call, name=name) as opened:
            yield _Source(contents_of(opened.session, with_keys=with_keys), opened.session)
        return
    with _looked_through(call, name, passphrase_for(call, places(), name)) as wreck:
        if not wreck.found.faults:
            raise Conflict("the vault is not damaged", code="VAULT-WHOLE", remedy="leave --damaged out")
        for fault in wreck.found.faults:
            call.output.warn(safe(fault))
        missing = wreck.found.missing
        call.output.warn(f"records that are missing: {'nobody knows how many' if missing is None else missing}")
        yield _Source(contents_left(wreck.records(), wreck.header.vault_id, with_keys=with_keys), None)


def _looked_through(call: Invocation, name: str, passphrase: Secret) -> AbstractContextManager[Wreck]:
    from prometheus.compose.salvaging import looked_through

    keyring, network = desktop_keyring(call), network_disk(call)
    return looked_through(places(), name, passphrase, network_disk=network, keyring=keyring)


def show_counts(call: Invocation, counts: Mapping[str, int], *, has_keys: bool) -> None:
    """Show how many records of each kind there are, and whether keys are among them."""
    show = call.output.tell if call.output.may_ask else call.output.note
    for kind, count in counts.items():
        show(f"  {count:7}  {kind}")
    if has_keys:
        call.output.warn("the keys are in it: whoever opens the file has every persona, and all that they may do")
    else:
        show("  no keys: the recovery words make them again")


def refuse_options(call: Invocation, names: Sequence[str], where: str) -> None:
    """Refuse options that were given and do not belong to this form of a file."""
    for name in names:
        if call.values.get(name) not in (None, False, ()):
            raise usage_error(call.command, f"--{name.replace('_', '-')} does not go with {where}")


def _sealing(call: Invocation) -> _Sealing:
    recipients = recipients_of(call.many("recipient"))
    is_given = call.maybe("file_passphrase_file") is not None or call.number("file_passphrase_fd") is not None
    if recipients and is_given:
        raise usage_error(call.command, "a file is sealed for recipients or for a passphrase, not for both")
    return _Sealing(recipients, _passphrase(call) if is_given else None, call.flag("armor"))


def _passphrase(call: Invocation) -> Secret:
    return new_passphrase(
        call, fd="file_passphrase_fd", path="file_passphrase_file", label="New passphrase of the file"
    )


def _require_place(call: Invocation, path: str) -> bool:
    """Refuse a place that cannot be written; return whether there is a file that the person agreed to replace."""
    if path == files.STANDARD_STREAM:
        if call.output.is_json:
            raise usage_error(call.command, "--json needs standard output, so the file has to have a name")
        if sys.stdout.isatty() and not call.flag("armor"):
            raise usage_error(call.command, "a terminal shows text only: give --armor, or the file a name")
        return False
    is_there = os.path.lexists(path)
    if is_there and not _may_replace(call, path):
        raise Conflict(
            f"{path} is there already", code="FILE-EXISTS", remedy="name a new file, or agree with --yes to replace it"
        )
    with files.reserved(path, replace=is_there):
        return is_there


def _may_replace(call: Invocation, path: str) -> bool:
    if call.flag("yes"):
        return True
    return call.output.may_ask and ask.confirm(call, f"{safe(path)} is there already; replace it?")


def _agree(call: Invocation, name: str, path: str, contents: Contents) -> None:
    """Ask the person; one who cannot be asked has agreed by what was typed."""
    if contents.has_keys:
        _prove_again(call, name)
    if call.output.may_ask and not ask.confirm(call, f"write this to {safe(path)}?", default=True):
        raise NoConsent("nothing was exported")


def _prove_again(call: Invocation, name: str) -> None:
    """Ask for the passphrase once more before keys leave; one that came by file was given for this very command."""
    is_given = call.maybe("passphrase_file") is not None or settings.text_of("passphrase_fd", call.values) is not None
    if is_given:
        return
    again = ask.ask_secret(call, f"Passphrase of {safe(name)} again, because the keys leave")
    if call.flag("damaged"):
        proving: AbstractContextManager[object] = _looked_through(call, name, again)
    else:
        network, keyring = network_disk(call), desktop_keyring(call)
        proving = vaults.opened(places(), name, again, read_only=True, network_disk=network, keyring=keyring)
    with proving:
        again.wipe()


def _write(call: Invocation, source: _Source, sealing: _Sealing, *, may_replace: bool) -> int:
    """Seal, log, release, in this order; return how many bytes left."""
    path = call.text("file")
    if sealing.passphrase is not None:
        call.output.note("sealing for a passphrase, which takes a few seconds")
    text = text_of(source.contents, SystemClock().now(), lambda done: _progress(call, done))
    sealed = _sealed(text, sealing)
    if path == files.STANDARD_STREAM:
        _log(source, text, sealing)
        call.output.data(sealed)
    else:
        with files.reserved(path, len(sealed), replace=may_replace) as place:
            _log(source, text, sealing)
            place.fill(sealed)
    return len(sealed)


def _log(source: _Source, text: bytes, sealing: _Sealing) -> None:
    if source.session is not None:
        log_export(source.session, source.contents, text, sealing.sealed_for)


def _sealed(text: bytes, sealing: _Sealing) -> bytes:
    if sealing.passphrase is None:
        return seal_for(text, sealing.recipients, armored=sealing.is_armored)
    return seal_with_passphrase(text, sealing.passphrase, armored=sealing.is_armored)


def _progress(call: Invocation, done: int) -> None:
    if done:
        call.output.note(f"  {done} records")


def _document(name: str, path: str, contents: Contents, sealing: _Sealing) -> dict[str, object]:
    return {
        "vault": name,
        "file": path,
        "format": "age",
        "counts": contents.counts,
        "keys": contents.has_keys,
        "whole": contents.is_whole,
        "sealed_for": list(sealing.sealed_for),
    }
