"""Open the vault for a verb, and close it when the verb is done.

The vault's name comes from ``--vault``, PROMETHEUS_VAULT, the configuration, or is ``personal``. Its passphrase is
asked for before anything is opened, so no lock is ever held while a person thinks. Verbs that need no secret do not
come here.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager

from prometheus.cli import settings
from prometheus.cli.output import safe
from prometheus.cli.passphrase import brings_passphrase, given_passphrase, passphrase
from prometheus.compose import vaults
from prometheus.errors import WrongPassphrase
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.model.places import find_places
from prometheus.model.vault_name import DEFAULT_NAME
from prometheus.usecases.upgrade_vault import is_of_earlier_edition

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from prometheus.cli.invocation import Invocation
    from prometheus.compose.desktop_keyring import DesktopKeyring
    from prometheus.compose.vaults import OpenVault
    from prometheus.model.places import Places
    from prometheus.model.secret import Secret
    from prometheus.usecases.session import Session


@contextmanager
def open_session(call: Invocation, *, hands_out_keys: bool = False) -> Iterator[Session]:
    """Open the vault that the call means and yield its session.

    Where its owner turned that on, the keyring of the desktop opens it, and nobody is asked; but never for a verb that
    hands out keys.

    Raises:
        NotFound: When there is no such vault.
        Locked: When its passphrase is needed and nobody can be asked.
        VaultError: When it does not open, each reason with its own exit code.
    """
    name = vault_name(call)
    with ExitStack() as stack:
        opened = None if hands_out_keys else opened_by_keyring(call, stack, name)
        yield (opened or stack.enter_context(open_vault(call, name=name))).session


@contextmanager
def open_vault(call: Invocation, *, name: str | None = None, read_only: bool = False) -> Iterator[OpenVault]:
    """Open a vault by its passphrase, for a verb that is about the file itself; errors as `open_session`."""
    name, folders = vault_name(call) if name is None else name, places()
    secret = passphrase_for(call, folders, name)
    keyring = desktop_keyring(call)
    opening = vaults.opened(
        folders,
        name,
        secret,
        read_only=read_only,
        network_disk=network_disk(call),
        keyring=keyring,
        mirror=anchor_mirror(call),
    )
    with warnings_told(call, opening) as opened:
        secret.wipe()
        _tell_edition(call, opened)
        yield opened


def opened_by_keyring(call: Invocation, stack: ExitStack, name: str) -> OpenVault | None:
    """Open a vault by the keyring alone, to be closed with the stack; None where it takes another secret.

    That is so where the call brings a passphrase, where its owner did not turn the keyring on, and where the keyring
    does not open it, which is told.
    """
    folders = places()
    vaults.require_vault(folders, name)
    if brings_passphrase(call):
        return None
    from prometheus.compose.vault_keyring import ALONE, keyring_use

    if keyring_use(vaults.inspected(folders, name).slots).how != ALONE:
        return None
    opening = vaults.opened_by_keyring(
        folders, name, desktop_keyring(call), network_disk=network_disk(call), mirror=anchor_mirror(call)
    )
    try:
        opened = stack.enter_context(warnings_told(call, opening))
    except WrongPassphrase as error:
        call.output.note(f"the keyring did not open {name}: {safe(error.meaning or error.what)}")
        return None
    _tell_edition(call, opened)
    return opened


def anchor_mirror(call: Invocation) -> DesktopKeyring | None:
    """Return where a second anchor is kept: in the keyring, where its owner wants that, else nowhere."""
    return desktop_keyring(call) if settings.is_on("anchor_mirror", call.values) else None


def desktop_keyring(call: Invocation) -> DesktopKeyring:
    """Return the keyring of the desktop, which asks for its own password only where a person may be asked."""
    from prometheus.compose.desktop_keyring import DesktopKeyring

    return DesktopKeyring(may_prompt=call.output.may_ask)


def _tell_edition(call: Invocation, opened: OpenVault) -> None:
    """Say of a vault of an earlier edition that it may be upgraded; no verb does that by itself."""
    if call.command.words != ("vault", "upgrade") and is_of_earlier_edition(opened.session):
        call.output.note(
            f"{opened.name} has records of an earlier edition, which are read as they are; "
            "'prometheus vault upgrade' writes them anew"
        )


@contextmanager
def warnings_told(call: Invocation, opening: AbstractContextManager[OpenVault]) -> Iterator[OpenVault]:
    """Open a vault and tell what its owner should know: at once what is known then, the rest when it is closed."""
    with opening as opened:
        known = opened.vault.warnings
        for warning in known:
            call.output.warn(warning)
        yield opened
    for warning in opened.vault.warnings[len(known) :]:
        call.output.warn(warning)


def made_vault(
    call: Invocation, name: str, passphrase: Secret, seed: Secret | None
) -> AbstractContextManager[OpenVault]:
    """Make a vault with the cost of guessing that the call asks for; `vaults.making` says the rest."""
    cost, folders = call.text("kdf"), places()
    making = vaults.making(folders, name, passphrase, seed=seed, cost=cost, network_disk=network_disk(call))
    return warnings_told(call, making)


def passphrase_for(call: Invocation, folders: Places, name: str) -> Secret:
    """Return the passphrase of a vault; one that cannot be opened at all says so before a person types it."""
    vaults.require_vault(folders, name)
    given = given_passphrase(call)
    if given is not None:
        return given
    vaults.inspected(folders, name)
    return passphrase(call, f"Passphrase of {safe(name)}")


def named_vault(call: Invocation) -> str:
    """Return the name that stands behind a verb of the vault, else that of the vault which the call means."""
    name = call.maybe("name")
    return vault_name(call) if name is None else name


def vault_name(call: Invocation) -> str:
    """Return the name of the vault that a call means; it may not exist, and an empty name is not the default one."""
    name = settings.text_of("vault", call.values)
    return DEFAULT_NAME if name is None else name


def network_disk(call: Invocation) -> bool:
    """Return whether the person knows what a network file system may do to a vault, and wants one there."""
    return settings.is_on("network_disk", call.values)


def places() -> Places:
    """Return the folders of this machine."""
    return find_places(os.environ)
