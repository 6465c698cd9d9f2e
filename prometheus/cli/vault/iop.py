"""``vault import`` and ``vault export --iop``: files of other wallets of the Internet of People.

A file that goes out holds the seed of everything behind a weak key derivation. That is said before it is written, and a
password is proposed that makes up for it.
"""

from __future__ import annotations

import os
import secrets

from prometheus import files
from prometheus.cli import ask
from prometheus.cli.passphrase import new_passphrase, read_descriptor
from prometheus.cli.private_screen import private_screen
from prometheus.cli.unlocking import made_vault, named_vault, open_vault, places
from prometheus.cli.vault.built_in_plugins import enable_built_in
from prometheus.cli.vault.demo_rule import agrees_to_demo
from prometheus.compose import vaults
from prometheus.errors import Conflict, NotUnderstood, TooLarge
from prometheus.identity.published_phrases import is_published
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.change_passphrase import change_recovery
from prometheus.usecases.create_vault import furnish_vault
from prometheus.usecases.iop_files import add_from_iop, iop_file_of, open_iop_file
from prometheus.usecases.seed import did_of, public_key_of

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.model.places import Places
    from prometheus.model.secret import Secret
    from prometheus.usecases.iop_files import IopContent

_FILE_LIMIT = 4 << 20
_PROPOSED_WORDS = 6


def bring_in(call: Invocation, raw: bytes) -> int:
    """Import a file into a vault that exists or is made for it."""
    name, folders = named_vault(call), places()
    content = open_iop_file(_text(raw), _password(call, "Password of the file"))
    first = did_of(public_key_of(content.seed, "persona", 0))
    call.output.note(f"first persona of the file: {first}")
    is_new = name not in vaults.vault_names(folders)
    if call.flag("dry_run"):
        document = {"vault": name, "new": is_new, "first_did": first, "counts": content.counts, "dry_run": True}
        call.output.result(document, ["nothing was written"])
        return 0
    added = _import_new(call, folders, name, content) if is_new else _import_into(call, name, content)
    document = {"vault": name, "new": is_new, "first_did": first, "added": added}
    lines = [f"vault  {name}", *(f"added  {did}" for did in added)]
    call.output.result(document, lines if added else [f"{name} has everything that the file lists already"])
    return 0


def hand_out(call: Invocation) -> int:
    """Export the seed and the lists of keys as an IOP vault file."""
    name, path = named_vault(call), call.text("file")
    if os.path.lexists(path):
        raise Conflict(f"{path} is there already", code="FILE-EXISTS", remedy="name a new file")
    call.output.warn(
        "the file holds the seed of everything behind Argon2i with 1 MiB, which is weak: its password has to be long"
    )
    if not call.flag("drop_recovery_slot"):
        call.output.warn("whoever opens it can open this vault too; --drop-recovery-slot ends that")
    password = _export_password(call)
    with open_vault(call, name=name) as opened:
        text = iop_file_of(opened.session, password)
        files.write(path, text.encode(), replace=False)
        if call.flag("drop_recovery_slot"):
            change_recovery(opened.session, opened.vault.changing_recovery(None), is_there=False)
    document = {"vault": name, "file": path, "recovery_slot_dropped": call.flag("drop_recovery_slot")}
    call.output.result(document, [f"written to {path}"])
    return 0


def _import_new(call: Invocation, folders: Places, name: str, content: IopContent) -> list[str]:
    is_demo = agrees_to_demo(call, name, is_published=is_published(content.seed.locked))
    has_recovery = not is_demo and not call.flag("no_recovery") and agrees_to_recovery(call)
    recovery = content.seed if has_recovery else None
    passphrase = new_passphrase(call)
    with made_vault(call, name, passphrase, recovery) as made:
        personas = furnish_vault(made.session, content.seed, origin="imported", is_demo=is_demo, counts=content.counts)
        if content.accounts:
            add_from_iop(made.session, content)
    enable_built_in(call, folders)
    return [persona.did for persona in personas]


def _import_into(call: Invocation, name: str, content: IopContent) -> list[str]:
    with open_vault(call, name=name) as opened:
        return [persona.did for persona in add_from_iop(opened.session, content)]


def agrees_to_recovery(call: Invocation) -> bool:
    """Return whether the words behind the file may open the new vault; one who cannot be asked has agreed."""
    if not call.output.may_ask:
        return True
    question = "may the recovery words behind this file open the vault when its passphrase is lost?"
    return ask.confirm(call, question, default=True)


def _text(raw: bytes) -> str:
    if len(raw) > _FILE_LIMIT:
        raise TooLarge(f"an IOP vault file has at most {_FILE_LIMIT} bytes", code="IOP-VAULT")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise NotUnderstood(
            "the file is neither an age file nor an IOP vault file",
            code="IMPORT-FILE",
            remedy="name a file that 'prometheus vault export' or another wallet wrote",
        ) from None


def _password(call: Invocation, label: str) -> Secret:
    number = call.number("iop_password_fd")
    secret = (
        ask.ask_secret(call, label, options=("iop_password_fd",)) if number is None else read_descriptor(str(number))
    )
    try:
        str(secret.view, "utf-8")
    except UnicodeDecodeError:
        raise NotUnderstood("the password of the file is not UTF-8 text", code="PASSWORD-NOT-TEXT") from None
    if not len(secret):
        raise NotUnderstood("the password of the file is empty", code="PASSWORD-SHORT")
    return secret


def _export_password(call: Invocation) -> Secret:
    if call.number("iop_password_fd") is not None:
        return _password(call, "")
    from prometheus.identity.bip39 import wordlist

    proposed = " ".join(secrets.choice(wordlist("en")) for _ in range(_PROPOSED_WORDS))
    with private_screen(call, "choosing a password for the file") as screen:
        screen.tell("A password that is strong enough for this file, if you like to use it:")
        screen.tell()
        screen.tell(f"    {proposed}")
        screen.tell()
        screen.ask("Write it down, or think of another that is as long. Then press Enter. ")
    first = _password(call, "Password of the file")
    if _password(call, "Password of the file again") != first:
        raise NotUnderstood("the two passwords are not the same", code="PASSWORD-DIFFERS")
    return first
