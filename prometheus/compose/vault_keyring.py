"""What the keyring of the desktop does for a vault: open it alone, or be the second factor of its passphrase.

The secret is put into the keyring before the vault gets the slot for it, and what opens nothing any more is taken out
afterwards; so a crash in between leaves a secret too many, never one too few. One machine's keyring holds the secrets
of the slots that were made on it: a copy of the file on another machine asks for the passphrase, or for words.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress

from prometheus.compose.desktop_keyring import DesktopKeyring, account_of
from prometheus.compose.vault_errors import translated
from prometheus.errors import PrometheusError, WrongPassphrase
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.model.secret import Secret
from prometheus.usecases.change_passphrase import change_keyring

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus.compose.desktop_keyring import Keyring
    from prometheus.compose.vaults import OpenVault
    from prometheus_memory import LockedBytes
    from prometheus_vault import KdfParameters, KeyringSecret, PublicFacts, SlotInfo, Transaction, Vault

OFF: Final = "off"
ALONE: Final = "alone"
SECOND_FACTOR: Final = "second factor"
_BY_WORDS: Final = "or open the vault by its recovery words: 'prometheus vault unlock --recovery'"


class KeyringUse(NamedTuple):
    """What a vault uses keyrings for, as far as its header says."""

    slot_ids: tuple[bytes, ...]
    """The slots that need a secret of a keyring."""
    how: str
    """One of `OFF`, `ALONE`, `SECOND_FACTOR`."""


class SecretFinder:
    """Looks up secrets for the slots of a vault, and remembers why that failed."""

    __slots__ = ("_keyring", "failure")

    def __init__(self, keyring: Keyring | None = None) -> None:
        self._keyring = keyring or DesktopKeyring()
        self.failure: PrometheusError | None = None

    def __call__(self, vault_id: bytes, slot_id: bytes) -> LockedBytes | None:
        """Return the secret for one slot of one vault, or None."""
        try:
            secret = self._keyring.read(account_of(vault_id, slot_id))
        except PrometheusError as error:
            self.failure = error
            return None
        return None if secret is None else secret.locked

    @contextmanager
    def told(self) -> Iterator[None]:
        """Say of a secret that was not found why the keyring could not be asked for it, where that is so."""
        from prometheus_vault.errors import FactorMissing

        try:
            yield
        except FactorMissing as error:
            if self.failure is None:
                raise
            raise WrongPassphrase(
                error.what,
                code=error.code,
                meaning=": ".join(text for text in (self.failure.what, self.failure.meaning) if text),
                remedy="; ".join(text for text in (self.failure.remedy, _BY_WORDS) if text),
            ) from None


def keyring_use(slots: Iterable[SlotInfo]) -> KeyringUse:
    """Return what a vault uses keyrings for."""
    alone = tuple(slot.slot_id for slot in slots if slot.kind == "keyring")
    factors = tuple(slot.slot_id for slot in slots if slot.second_factor == "keyring")
    if factors:
        return KeyringUse(factors + alone, SECOND_FACTOR)
    return KeyringUse(alone, ALONE if alone else OFF)


def why_missing(facts: PublicFacts, keyring: Keyring) -> str:
    """Return why this machine's keyring has nothing for a vault that uses one; empty where it has."""
    try:
        for slot_id in keyring_use(facts.slots).slot_ids:
            if keyring.read(account_of(facts.vault_id, slot_id)) is not None:
                return ""
    except PrometheusError as error:
        return error.what
    return "it was turned on elsewhere, or removed"


def forget_vault(facts: PublicFacts, keyring: Keyring) -> None:
    """Take what the keyring holds for a vault that is no more out of it, as far as it lets."""
    with suppress(PrometheusError):
        for slot_id in keyring_use(facts.slots).slot_ids:
            keyring.delete(account_of(facts.vault_id, slot_id))


def set_keyring_use(opened: OpenVault, keyring: Keyring, wanted: str, passphrase: Secret) -> None:
    """Change what a vault uses the keyring of this machine for, in one commit with its line in the log.

    Args:
        opened: The vault, opened by its passphrase.
        keyring: The keyring of this machine.
        wanted: One of `OFF`, `ALONE`, `SECOND_FACTOR`; a secret that was there before opens nothing afterwards.
        passphrase: The passphrase that opened it, which stays.

    Raises:
        NotFound: When there is no keyring here; also Locked and StorageFailed, as the keyring says.
    """
    from prometheus_vault import new_keyring_secret

    made = None if wanted == OFF else new_keyring_secret()
    alone = [made] if made is not None and wanted == ALONE else []
    slots = opened.vault.slots()
    with _kept(opened.vault, keyring, made):
        if wanted == SECOND_FACTOR or keyring_use(slots).how == SECOND_FACTOR:
            factor = made if wanted == SECOND_FACTOR else None
            cost = _cost(slots)
            change = opened.vault.changing_passphrase(passphrase.locked, cost, factor=factor, alone=alone)
        else:
            change = opened.vault.changing_keyring(alone)
        change_keyring(opened.session, change, use=wanted)


@contextmanager
def changing_passphrase(
    opened: OpenVault, keyring: Keyring, new: Secret, cost: KdfParameters, *, keeps_factor: bool
) -> Iterator[Transaction]:
    """Replace the passphrase, with a new secret as its second factor where it had one and keeps it."""
    from prometheus_vault import new_keyring_secret

    has_factor = keyring_use(opened.vault.slots()).how == SECOND_FACTOR
    made = new_keyring_secret() if has_factor and keeps_factor else None
    with _kept(opened.vault, keyring, made), opened.vault.changing_passphrase(new.locked, cost, factor=made) as change:
        yield change


@contextmanager
def _kept(vault: Vault, keyring: Keyring, made: KeyringSecret | None) -> Iterator[None]:
    """Put a secret into the keyring for the slot that the block makes; take out what opens nothing any more."""
    before = keyring_use(vault.slots()).slot_ids
    if made is not None:
        keyring.write(account_of(vault.vault_id, made.slot_id), Secret(made.secret.copy()))
    try:
        yield
    except BaseException:
        if made is not None:
            _forget_unused(vault, keyring, (made.slot_id,))
        raise
    _forget_unused(vault, keyring, before)


def _forget_unused(vault: Vault, keyring: Keyring, slot_ids: Iterable[bytes]) -> None:
    """Take the secrets of slots that are gone out of the keyring; one that cannot be taken out opens nothing."""
    with suppress(PrometheusError), translated():
        used = keyring_use(vault.slots()).slot_ids
        for slot_id in slot_ids:
            if slot_id not in used:
                keyring.delete(account_of(vault.vault_id, slot_id))


def _cost(slots: Iterable[SlotInfo]) -> KdfParameters:
    """Return what a guess at the passphrase costs now, so that turning something on does not change it."""
    return next(slot.kdf for slot in slots if slot.kdf is not None)
