"""The one seed of a vault: kept once, and used without leaving this module and the signer.

Everything that is derived for others to see - public keys, a first DID - is derived here; secrets of persona keys come
to life inside one call and are dropped with it. Nothing here prints, logs or returns the seed to a front end.
"""

from __future__ import annotations

from prometheus.errors import Conflict, KeyUnavailable
from prometheus.model import key_record
from prometheus.model.frozen import TYPE_CHECKING, Protocol
from prometheus.model.key_record import KeyRecord

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from prometheus.identity.multicipher import SecretKey
    from prometheus.model.secret import Secret
    from prometheus.usecases.session import Commit
    from prometheus_memory import LockedBytes


class _Reads(Protocol):
    def secret(self, name: str, /) -> LockedBytes | None: ...


def keep_seed(commit: Commit, seed: Secret, facts: Mapping[str, Any]) -> None:
    """Write the seed of a new vault within a commit.

    Raises:
        Conflict: When the seed has not 64 bytes.
    """
    if len(seed) != key_record.SEED_SIZE:
        raise Conflict(f"a seed has {key_record.SEED_SIZE} bytes, not {len(seed)}", code="SEED-SIZE")
    with key_record.encode(KeyRecord(key_record.KIND_SEED, seed, facts)) as body:
        commit.put_secret(key_record.SEED, body)


def load_seed(vault: _Reads) -> Secret:
    """Return the seed of an open vault; for the signer, exports and derivations that the user asked for.

    Raises:
        KeyUnavailable: When the vault has none.
    """
    body = vault.secret(key_record.SEED)
    if body is None:
        record = None
    else:
        with body:
            record = key_record.decode(body)
    if record is None or record.kind != key_record.KIND_SEED:
        raise KeyUnavailable(
            "this vault has no seed",
            code="SEED-MISSING",
            meaning="its creation was interrupted, or it was made by another program",
            remedy="delete it and restore it from the recovery words",
        )
    return record.secret


def secret_key_at(vault: _Reads, kind: str, index: int) -> SecretKey:
    """Return the secret key of one kind and key index; the caller lets go of it when its call ends."""
    with load_seed(vault) as seed:
        return secret_key_of(seed, kind, index)


def secret_key_of(seed: Secret, kind: str, index: int) -> SecretKey:
    """Return the secret key that a seed has at one kind and key index."""
    from prometheus.identity.morpheus_keys import derive_secret

    return derive_secret(seed.locked, kind, index)


def public_key_of(seed: Secret, kind: str, index: int) -> str:
    """Return the public key that a seed has at one kind and key index, in multicipher text form."""
    with secret_key_of(seed, kind, index) as secret:
        return secret.public_key().text


def did_of(public_key: str) -> str:
    """Return the DID whose default key is this public key."""
    from prometheus.identity.did import Did
    from prometheus.identity.multicipher import PublicKey

    return Did(PublicKey.parse(public_key).key_id()).text
