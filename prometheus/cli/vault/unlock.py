"""``vault unlock``: prove that a vault opens; by its words or by shares, and then with a new passphrase.

Nothing stays open here: every command opens the vault for itself.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager

from prometheus.cli.unlocking import anchor_mirror, named_vault, network_disk, open_vault, places, warnings_told
from prometheus.cli.vault.backup_secret import Opener, told_of_words
from prometheus.cli.vault.passphrase import set_new_passphrase
from prometheus.cli.vault.typed_shares import asked_shares
from prometheus.cli.vault.typed_words import asked_seed
from prometheus.compose import vaults
from prometheus.errors import Conflict, WrongPassphrase
from prometheus.identity.slip39 import combine
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.create_vault import vault_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.cli.invocation import Invocation
    from prometheus.compose.vaults import OpenVault
    from prometheus.model.places import Places
    from prometheus.model.secret import Secret


def run(call: Invocation) -> int:
    """Open a vault, and set a new passphrase when it was opened by words."""
    name, folders = named_vault(call), places()
    if call.flag("recovery") and call.flag("shares"):
        raise Conflict("give --recovery or --shares, not both", code="RECOVERY-TWICE")
    if call.flag("recovery"):
        return _recover(call, folders, name)
    if call.flag("shares"):
        return _recover_by_shares(call, folders, name)
    with open_vault(call, name=name) as opened:
        demo = "  DEMO" if vault_facts(opened.session).is_demo else ""
    lines = [f"the passphrase opens {name}{demo}", "nothing stays open: every command opens the vault for itself"]
    call.output.result({"vault": name, "opens": True, "stays_open": False}, lines)
    return 0


def _recover(call: Invocation, folders: Places, name: str) -> int:
    vaults.inspected(folders, name)
    seed = asked_seed(call).seed
    with opened_by_words(call, name, seed) as opened:
        seed.wipe()
        call.output.note(f"the words open {name}")
        set_new_passphrase(call, opened, by="recovery words")
    lines = [f"{name} has a new passphrase", "old copies of its file still open with the old one"]
    call.output.result({"vault": name, "passphrase_changed": True, "by": "recovery"}, lines)
    return 0


def _recover_by_shares(call: Invocation, folders: Places, name: str) -> int:
    vaults.inspected(folders, name)
    with combine(asked_shares(call)) as secret, _opened_by_shares(call, name, secret) as opened:
        secret.wipe()
        call.output.note(f"the shares open {name}")
        set_new_passphrase(call, opened, by="recovery shares")
    lines = [f"{name} has a new passphrase", "old copies of its file still open with the old one"]
    call.output.result({"vault": name, "passphrase_changed": True, "by": "shares"}, lines)
    return 0


@contextmanager
def _opened_by_shares(call: Invocation, name: str, secret: Secret) -> Iterator[OpenVault]:
    """Open a vault by what shares gave back; a wrong one is told in the terms of shares."""
    with ExitStack() as stack:
        try:
            opening = vaults.opened_with_recovery_secret(
                places(), name, secret, network_disk=network_disk(call), mirror=anchor_mirror(call)
            )
            opened = stack.enter_context(warnings_told(call, opening))
        except WrongPassphrase:
            raise WrongPassphrase(
                "the shares do not open this vault",
                code="SHARES-DO-NOT-OPEN",
                meaning="they belong together; they are of another vault, or were made by another program",
                remedy="check which vault they belong to, or whether its recovery slot was removed",
            ) from None
        yield opened


@contextmanager
def opened_by_words(call: Invocation, name: str, seed: Secret, *, read_only: bool = False) -> Iterator[OpenVault]:
    """Open a vault by the seed of its words; a wrong one is told in the terms of words."""
    with ExitStack() as stack:
        with told_of_words(Opener(seed=seed)):
            opening = vaults.opened_with_recovery(
                places(),
                name,
                seed,
                read_only=read_only,
                network_disk=network_disk(call),
                mirror=anchor_mirror(call),
            )
            opened = stack.enter_context(warnings_told(call, opening))
        yield opened
