"""What one plugin sees of an open vault: its own records, public sides of keys, and signatures one at a time.

Rules: every door opens only for a plugin that asked for it in words that the person read when letting it in. No seed,
no secret key and no record of anybody else goes out. Honest limit: the plugin runs in this process, so this is a
promise of the interface, not a wall.
"""

from __future__ import annotations

from prometheus.errors import PluginOff
from prometheus.identity.networks import network_named
from prometheus.model import capability
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.model.persona import KINDS
from prometheus.usecases import personas
from prometheus.usecases.derive_key import LedgerPlace, ledger_public_key, ledger_signature
from prometheus.usecases.plugin_store import PluginStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prometheus.model.persona import Persona
    from prometheus.ports import Signer
    from prometheus.usecases.session import Session


class Guest:
    """A plugin as the doors know it: its name, what it was let in with, the ids of its verbs, and words of its own."""

    __slots__ = ("_acts", "_capabilities", "_nouns", "name")

    def __init__(self, name: str, capabilities: Iterable[str], acts: Iterable[str], nouns: Iterable[str] = ()) -> None:
        self.name = name
        self._capabilities = frozenset(capabilities)
        self._acts = frozenset(acts)
        self._nouns = frozenset((name, *nouns))

    def may_log(self, act: str) -> bool:
        """Return whether an act is its own: one of its verbs, or one under its name or a noun that is its alone."""
        noun, dot, verb = act.partition(".")
        return act in self._acts or (noun in self._nouns and bool(dot and verb))

    def require(self, *wanted: str) -> None:
        """Refuse a plugin that was let in with none of these.

        Raises:
            PluginOff: When it asked for none of them.
        """
        if not self._capabilities & set(wanted):
            raise PluginOff(
                f"the plugin {self.name} did not ask for this",
                code="PLUGIN-CAPABILITY",
                meaning=f"it was not let in to {wanted[0]}",
                remedy=f"`prometheus plugin enable {self.name}` shows what it asks for today",
            )


class PluginVault:
    """The `OpenVault` of one plugin."""

    __slots__ = ("_guest", "_session")

    def __init__(self, session: Session, guest: Guest) -> None:
        self._session = session
        self._guest = guest

    @property
    def store(self) -> PluginStore:
        """The plugin's own records."""
        self._guest.require(capability.KEEPS_RECORDS)
        return PluginStore(self._session, self._guest.name, self._guest.may_log)

    @property
    def signer(self) -> Signer:
        """Signs with keys of the personas of this vault."""
        self._guest.require(capability.SIGNS)
        return self._session.signer

    def personas(self) -> Sequence[Persona]:
        """Return the personas, devices, groups and resources of this vault, hidden ones too."""
        self._require_personas()
        return tuple(personas.list_personas(self._session, KINDS, hidden=True))

    def persona(self, text: str) -> Persona:
        """Return the one that a text names; errors as `personas.find_persona`."""
        self._require_personas()
        return personas.find_persona(self._session, text)

    def active_persona(self) -> Persona:
        """Return the persona that acts when no other is named."""
        self._require_personas()
        return personas.active_persona(self._session)

    def wallet_public_key(self, network: str, account: int, index: int) -> bytes:
        """Return the 33 bytes of a ledger key's public side."""
        self._guest.require(capability.SPENDS)
        return ledger_public_key(self._session, LedgerPlace(network_named(network), account, index)).raw

    def wallet_sign(self, network: str, account: int, index: int, message: bytes) -> bytes:
        """Return the DER signature of a ledger key over the SHA-256 of a message."""
        self._guest.require(capability.SPENDS)
        return ledger_signature(self._session, LedgerPlace(network_named(network), account, index), message)

    def _require_personas(self) -> None:
        self._guest.require(capability.SEES_PERSONAS, capability.SIGNS)
