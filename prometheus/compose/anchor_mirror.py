"""The second anchor: what this machine remembers of a vault's age, kept in the keyring of the desktop as well.

Off unless wanted. With it a thief of time has to take back three things instead of two: the vault file, the anchor file
and the keyring. A keyring that does not answer keeps no vault shut: that is told, and the anchor file counts alone.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress

from prometheus.errors import PrometheusError
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.compose.desktop_keyring import Keyring
    from prometheus_vault import PublicFacts, Vault


class SecondAnchor:
    """What the keyring remembered before a vault was opened."""

    __slots__ = ("_account", "_keyring", "_trouble", "_was")

    def __init__(self, keyring: Keyring | None, account: str) -> None:
        self._keyring = keyring
        self._account = account
        self._trouble = ""
        self._was = self._read()

    @contextmanager
    def kept(self, vault: Vault) -> Iterator[None]:
        """Judge an open vault by it, and let it name the newest state when the block ends.

        Raises:
            Rollback: When the vault is older than, or a fork of, what the keyring remembers; an error of the vault.
        """
        from prometheus_vault.anchor_mirror import judge_mirror

        if self._keyring is None:
            yield
            return
        if self._was is not None:
            judge_mirror(vault, self._was)
        try:
            yield
        finally:
            self._renew(vault)

    def refusal(self, vault: Vault) -> str:
        """Return what it has against an open vault; empty where that is nothing."""
        from prometheus_vault.anchor_mirror import mirror_refusal

        error = mirror_refusal(vault, self._was) if self._was is not None else None
        return f"{error.what}: {error.meaning}" if error else ""

    def forget(self) -> None:
        """Remember nothing: a file with other keys took the place of the vault, and this would look like a rollback."""
        if self._keyring is not None:
            with suppress(PrometheusError):
                self._keyring.delete(self._account)

    def _renew(self, vault: Vault) -> None:
        from prometheus_vault.anchor_mirror import renewed_mirror, tell_trouble
        from prometheus_vault.errors import Closed

        now = None if self._trouble else self._read()  # another process may have opened and closed it meanwhile
        try:
            newest = None if self._trouble else renewed_mirror(vault, now)
        except Closed:
            self.forget()
            return
        if newest is not None and self._keyring is not None:
            try:
                self._keyring.write(self._account, Secret(newest))
            except PrometheusError as error:
                self._trouble = error.what
        if self._trouble:
            tell_trouble(vault, f"the age of the vault is not in the keyring: {self._trouble}")

    def _read(self) -> bytes | None:
        if self._keyring is None:
            return None
        try:
            found = self._keyring.read(self._account)
        except PrometheusError as error:
            self._trouble = error.what
            return None
        return None if found is None else found.expose()


def forget_second_anchor(facts: PublicFacts, keyring: Keyring | None) -> None:
    """Remember nothing of a vault that is no more."""
    SecondAnchor(keyring, _account(facts.vault_id)).forget()


def read_before(path: str, keyring: Keyring | None) -> SecondAnchor:
    """Return what the keyring remembers of the vault in a file; to be called before the vault is opened.

    Raises:
        VaultError: When the file is no vault, or damaged; an error of the vault.
    """
    from prometheus_vault import inspect

    return SecondAnchor(keyring, "" if keyring is None else _account(inspect(path).vault_id))


def _account(vault_id: bytes) -> str:
    return f"{vault_id.hex()}:anchor"
