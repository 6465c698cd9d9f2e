"""Tell the public side of keys that the seed makes: identity keys by kind and index, ledger keys by network.

A secret leaves only through `reveal_identity_key` and `reveal_ledger_key`, which put the act into the log before they
return. Who calls them has asked the person at a terminal.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood
from prometheus.identity import hydra_keys, morpheus_keys, networks, secp256k1
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.model.secret import Secret
from prometheus.usecases import audit
from prometheus.usecases.seed import did_of, load_seed, secret_key_at

if TYPE_CHECKING:
    from prometheus.identity.bip32 import ExtendedSecretKey
    from prometheus.identity.multicipher import PublicKey
    from prometheus.identity.networks import Network
    from prometheus.usecases.session import Session


class IdentityKey(NamedTuple):
    """The public side of one key of the identity tree."""

    kind: str
    key_index: int
    path: str
    public_key: str
    key_id: str
    did: str


class LedgerPlace(NamedTuple):
    """Where a ledger key lies: network, account, index, and whether it is for change."""

    network: Network
    account: int = 0
    key_index: int = 0
    is_change: bool = False

    @property
    def path(self) -> str:
        """Its derivation path by BIP44."""
        return hydra_keys.key_path(self.network, self.account, self.key_index, change=self.is_change)


class LedgerKey(NamedTuple):
    """The public side of one ledger key."""

    network: str
    path: str
    address: str
    public_key: str


def identity_key(session: Session, kind: str, index: int) -> IdentityKey:
    """Return the public side of a key of the identity tree; no record is made for it."""
    public = secret_key_at(session.vault, kind, index).public_key()
    path = morpheus_keys.key_path(kind, index)
    return IdentityKey(kind, index, path, public.text, public.key_id().text, did_of(public.text))


def ledger_key(session: Session, place: LedgerPlace) -> LedgerKey:
    """Return the address and public key at a place of a network's tree."""
    public = ledger_public_key(session, place)
    return LedgerKey(place.network.name, place.path, place.network.address(public), public.text)


def ledger_public_key(session: Session, place: LedgerPlace) -> PublicKey:
    """Return the public key at a place of a network's tree."""
    return _extended(session, place).public().public_key()


def ledger_signature(session: Session, place: LedgerPlace, message: bytes) -> bytes:
    """Return the DER signature of the key at a place over the SHA-256 of a message; the key is wiped at once."""
    with _extended(session, place).secret as secret:
        return secp256k1.sign_der(secret, message)


def reveal_identity_key(session: Session, kind: str, index: int) -> Secret:
    """Return the 32 secret bytes of a key of the identity tree, after the log has it."""
    session.require_known_secret()
    secret = secret_key_at(session.vault, kind, index)
    _log(session, morpheus_keys.key_path(kind, index))
    return Secret(secret.locked)


def reveal_ledger_key(session: Session, place: LedgerPlace) -> Secret:
    """Return the secret of a ledger key in wallet import format, after the log has it."""
    session.require_known_secret()
    secret = _extended(session, place).secret_key()
    _log(session, place.path)
    return Secret(place.network.wif(secret).encode())


def network_called(text: str) -> Network:
    """Return the network of a name as people type it: ``HYD testnet``, ``hyd-testnet``.

    Raises:
        NotUnderstood: When there is none; names the ones there are.
    """
    wanted = text.replace("-", " ").replace("_", " ").casefold()
    for network in networks.NETWORKS:
        if network.name.casefold() == wanted:
            return network
    shown = ", ".join(network.name.lower().replace(" ", "-") for network in networks.NETWORKS)
    raise NotUnderstood(f"no network is called '{text}'", code="NETWORK", remedy=f"use one of {shown}")


def _extended(session: Session, place: LedgerPlace) -> ExtendedSecretKey:
    with load_seed(session.vault) as seed:
        account = hydra_keys.account_key(seed.locked, place.network, place.account)
    return hydra_keys.spending_key(account, place.key_index, change=place.is_change)


def _log(session: Session, path: str) -> None:
    with session.commit() as commit:
        audit.append(commit, "key.reveal", facts={"path": path})
