"""Vault files of the Internet of People, as its wallets read and write them.

    {"encryptedSeed": "u…", "plugins": [{"pluginName": "Morpheus", …}, {"pluginName": "Hydra", …}]}

Rules:
* A file holds the seed in a password box and, in the open, public keys. Phrase and BIP39 password are not in it.
* Loading decrypts nothing and checks the rest; each use of a secret takes the unlock password again.
* A vault is dirty after creation and after any change of what is in the open, and clean after loading and saving.
* Fields we do not know are ignored and lost with the next save, so nothing of our own goes into such a file.

This is for import and export. Nothing here touches the disk; the file's JSON is in `iop_vault_file`.
"""

from __future__ import annotations

from prometheus.errors import Conflict, NotFound
from prometheus.identity import bip39, hydra_keys, iop_vault_file
from prometheus.identity.iop_hydra import HydraAccount, HydraParameters, HydraSecrets
from prometheus.identity.iop_morpheus import MorpheusKeys, MorpheusSecrets
from prometheus.identity.multibase import decode, encode_b64u
from prometheus.identity.password_box import decrypt, encrypt
from prometheus.model.frozen import TYPE_CHECKING
from prometheus_memory import holding, taking

if TYPE_CHECKING:
    from prometheus.identity.iop_vault_file import Plugin
    from prometheus_memory import LockedBytes, SecretBytes


class IopVault:
    """One vault file in memory; the seed stays encrypted."""

    __slots__ = ("_plugins", "_unsaved", "encrypted_seed")

    encrypted_seed: str
    _plugins: list[Plugin]
    _unsaved: bool

    def __init__(self, encrypted_seed: str, plugins: list[Plugin], *, unsaved: bool) -> None:
        self.encrypted_seed = encrypted_seed
        self._plugins = plugins
        self._unsaved = unsaved

    @classmethod
    def create(cls, phrase: str, bip39_password: str, unlock_password: str, language: str = "en") -> IopVault:
        """Return a new vault of a 24 word phrase.

        Raises:
            NotUnderstood: The errors of `bip39.phrase_to_seed`, or ``Password is too short``.
        """
        return cls.of_seed(bip39.phrase_to_seed(phrase, bip39_password, language), unlock_password)

    @classmethod
    def of_seed(cls, seed: SecretBytes, unlock_password: str) -> IopVault:
        """Return a new vault of a 64 byte seed; NotUnderstood ``Password is too short``."""
        with holding(seed) as locked:
            bare = bytes(locked.view)
            box = encrypt(unlock_password, bip39.seed_from_bytes(bare))
            taking(bare).wipe()
        return cls(encode_b64u(box), [], unsaved=True)

    @classmethod
    def load(cls, text: str) -> IopVault:
        """Return the vault of a file's text; NotUnderstood with the reference's texts when it has another form."""
        content = iop_vault_file.parse(text)
        return cls(content.encrypted_seed, list(content.plugins), unsaved=False)

    def save(self) -> str:
        """Return the file's text; the vault is clean from then on."""
        text = iop_vault_file.to_text(self.encrypted_seed, self._plugins)
        self._unsaved = False
        for plugin in self._plugins:
            plugin.changed = False
        return text

    @property
    def is_dirty(self) -> bool:
        """Whether something changed since the vault was loaded or saved."""
        return self._unsaved or any(plugin.changed for plugin in self._plugins)

    def unlock(self, unlock_password: str) -> bytes:
        """Return the seed.

        Raises:
            WrongPassphrase: ``Ciphertext was tampered with``.
            NotUnderstood: When the encrypted seed is no box, or holds no seed.
        """
        return bip39.seed_from_bytes(decrypt(unlock_password, decode(self.encrypted_seed)))

    def add_morpheus(self, unlock_password: str) -> MorpheusKeys:
        """Add the keys of DIDs, with persona 0 made; Conflict ``Same plugin was already added to vault``."""
        secrets = MorpheusSecrets(self._seed(unlock_password), MorpheusKeys())
        secrets.key("persona", 0)
        if any(isinstance(plugin, MorpheusKeys) for plugin in self._plugins):
            raise _already_there()
        self._add(secrets.public)
        return secrets.public

    def morpheus(self) -> MorpheusKeys:
        """Return the keys of DIDs; NotFound ``Could not find Morpheus plugin``."""
        for plugin in self._plugins:
            if isinstance(plugin, MorpheusKeys):
                return plugin
        raise NotFound("Could not find Morpheus plugin", code="IOP-VAULT-PLUGIN")

    def unlock_morpheus(self, unlock_password: str) -> MorpheusSecrets:
        """Return what signs for DIDs; errors as `morpheus` and `unlock`."""
        public = self.morpheus()
        return MorpheusSecrets(self._seed(unlock_password), public)

    def add_hydra(self, unlock_password: str, network: str, account: int) -> HydraAccount:
        """Add a ledger account with one receive key.

        Raises:
            NotUnderstood: ``Could not find network with name X.`` or ``Cannot use negative account index``.
            Conflict: ``Same plugin was already added to vault``.
        """
        added = HydraAccount.of_seed(self._seed(unlock_password), HydraParameters(network, account))
        if self._hydra(added.parameters):
            raise _already_there()
        self._add(added)
        return added

    def hydra(self, network: str, account: int) -> HydraAccount:
        """Return a ledger account; NotFound ``Could not find Hydra plugin with given parameters``."""
        parameters = HydraParameters(network, account)
        parameters.checked_network()
        found = self._hydra(parameters)
        if not found:
            raise NotFound("Could not find Hydra plugin with given parameters", code="IOP-VAULT-PLUGIN")
        return found

    def unlock_hydra(self, unlock_password: str, network: str, account: int) -> HydraSecrets:
        """Return what spends from an account; errors as `hydra` and `unlock`."""
        public = self.hydra(network, account)
        return HydraSecrets(hydra_keys.account_key(self._seed(unlock_password), public.network, account), public)

    @property
    def hydra_accounts(self) -> tuple[HydraAccount, ...]:
        """All ledger accounts, in the order of the file."""
        return tuple(plugin for plugin in self._plugins if isinstance(plugin, HydraAccount))

    def _seed(self, unlock_password: str) -> LockedBytes:
        """Return what `unlock` does, in locked memory, with nothing left of the ordinary copy."""
        return taking(self.unlock(unlock_password))

    def _hydra(self, parameters: HydraParameters) -> HydraAccount | None:
        return next((account for account in self.hydra_accounts if account.parameters == parameters), None)

    def _add(self, plugin: Plugin) -> None:
        self._plugins.append(plugin)
        self._unsaved = True


def _already_there() -> Conflict:
    return Conflict("Same plugin was already added to vault", code="IOP-VAULT-PLUGIN-TWICE")
