"""What opens a backup, or a vault that is refused: its passphrase of that day, or its recovery words."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager

from prometheus.cli.output import safe
from prometheus.cli.passphrase import passphrase
from prometheus.cli.vault.typed_words import asked_seed
from prometheus.compose import backups
from prometheus.errors import WrongPassphrase
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.cli.invocation import Invocation
    from prometheus.compose.desktop_keyring import Keyring
    from prometheus.compose.vaults import OpenVault
    from prometheus.model.places import Places
    from prometheus.model.secret import Secret


class Opener(NamedTuple):
    """One of the two."""

    passphrase: Secret | None = None
    seed: Secret | None = None

    def wipe(self) -> None:
        """Overwrite it."""
        for secret in (self.passphrase, self.seed):
            if secret is not None:
                secret.wipe()


def asked_opener(call: Invocation, what: str) -> Opener:
    """Return what opens a file, from where the call says, or from the person at the terminal."""
    if call.flag("recovery"):
        return Opener(seed=asked_seed(call).seed)
    return Opener(passphrase=passphrase(call, f"Passphrase of {safe(what)}"))


@contextmanager
def opened_for_reading(
    folders: Places, path: str, opener: Opener, *, mirror: Keyring | None = None
) -> Iterator[OpenVault]:
    """Open a file for reading; a secret that does not open it is told in the terms of what it is.

    Raises:
        WrongPassphrase: When it does not open.
    """
    with ExitStack() as stack:
        with told_of_words(opener, "it"):
            opened = stack.enter_context(
                backups.opened_backup(folders, path, passphrase=opener.passphrase, seed=opener.seed, mirror=mirror)
            )
        yield opened


@contextmanager
def told_of_words(opener: Opener, what: str = "this vault") -> Iterator[None]:
    """Say of words that open nothing what that may mean; of a passphrase what is said anyway."""
    try:
        yield
    except WrongPassphrase:
        if opener.seed is None:
            raise
        raise WrongPassphrase(
            f"the words do not open {what}",
            code="WORDS-DO-NOT-OPEN",
            meaning="they are valid words; another BIP39 password, language or vault?",
            remedy="check which vault they belong to, or whether its recovery slot was removed",
        ) from None
