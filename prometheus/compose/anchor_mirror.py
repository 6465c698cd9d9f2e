"""The second anchor: what this machine remembers of a vault's age, kept in the keyring of the desktop as well.

Off unless wanted. With it a thief of time has to take back three things instead of two: the vault file, the anchor file
and the keyring. A keyring that does not answer keeps no vault shut: that is told, and the anchor file counts alone.
When it is read, judged and written is the vault's business (`prometheus_vault.anchor_mirror`); here it is only kept.
"""

from __future__ import annotations

from contextlib import suppress

from prometheus.errors import PrometheusError
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.model.secret import Secret

if TYPE_CHECKING:
    from prometheus.compose.desktop_keyring import Keyring
    from prometheus_vault import PublicFacts


class KeyringMirror:
    """The second anchors of vaults, each under an account of its own; after a failure it is not asked again."""

    __slots__ = ("_keyring", "trouble")

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self.trouble = ""

    def read(self, vault_id: bytes) -> bytes | None:
        """Return what the keyring remembers of a vault, or None."""
        if self.trouble:
            return None
        try:
            found = self._keyring.read(_account(vault_id))
        except PrometheusError as error:
            self._note(error)
            return None
        return None if found is None else found.expose()

    def write(self, vault_id: bytes, entries: bytes) -> None:
        """Let the keyring remember this of a vault."""
        if self.trouble:
            return
        try:
            self._keyring.write(_account(vault_id), Secret(entries))
        except PrometheusError as error:
            self._note(error)

    def _note(self, error: PrometheusError) -> None:
        self.trouble = f"the age of the vault is not in the keyring: {error.what}"


def mirror_in(keyring: Keyring | None) -> KeyringMirror | None:
    """Return the second anchors in a keyring; None where they are not wanted."""
    return None if keyring is None else KeyringMirror(keyring)


def forget_second_anchor(facts: PublicFacts, keyring: Keyring | None) -> None:
    """Remember nothing of a vault that is no more, as far as the keyring lets."""
    if keyring is not None:
        with suppress(PrometheusError):
            keyring.delete(_account(facts.vault_id))


def _account(vault_id: bytes) -> str:
    return f"{vault_id.hex()}:anchor"
