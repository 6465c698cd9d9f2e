"""Split what the recovery slot of a vault opens by, among people; and tell whether a share is one of those.

The vault remembers of each set how many shares it has, how many are needed and a fingerprint of each, never a share.
That it was made is in the log before anything of it is shown: shares of every set ever made open the vault, for as
long as its recovery slot is there.
"""

from __future__ import annotations

from prometheus.errors import Conflict, WrongPassphrase
from prometheus.identity import slip39
from prometheus.model import collection
from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple
from prometheus.usecases import audit

if TYPE_CHECKING:
    from prometheus.identity.slip39 import Share
    from prometheus.model.secret import Secret
    from prometheus.usecases.session import Session

_RECORD: Final = "recovery-shares"
_SECRET_SIZE: Final = 32


class ShareSet(NamedTuple):
    """What the vault remembers of one splitting."""

    set_id: int
    needed: int
    made: str
    """RFC 3339, UTC."""
    fingerprints: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many shares were made."""
        return len(self.fingerprints)


def make_shares(session: Session, secret: Secret, needed: int, count: int) -> list[Share]:
    """Split the recovery secret, and remember the set before any of it is shown.

    Raises:
        NotUnderstood: When the numbers make no sense.
        Locked: When the keyring alone opened the vault.
    """
    session.require_known_secret()
    if len(secret) != _SECRET_SIZE:
        raise Conflict(f"a recovery secret has {_SECRET_SIZE} bytes, not {len(secret)}", code="RECOVERY-SIZE")
    shares = slip39.split(secret, needed, count)
    with session.commit() as commit:
        kept = commit.get(collection.SETTING, _RECORD) or {"sets": []}
        entry = {
            "set": shares[0].set_id,
            "needed": needed,
            "made": commit.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "fingerprints": [share.fingerprint for share in shares],
        }
        commit.put(collection.SETTING, _RECORD, {**kept, "sets": [*kept["sets"], entry]})
        audit.append(commit, "vault.shares", facts={"set": shares[0].set_id, "needed": needed, "count": count})
    return shares


def share_sets(session: Session) -> list[ShareSet]:
    """Return the sets of shares that were made from this vault, oldest first."""
    kept = session.get(collection.SETTING, _RECORD)
    return [_set_of(entry) for entry in kept["sets"]] if kept else []


def set_with(session: Session, share: Share) -> ShareSet:
    """Return the set of this vault that a share is of.

    Raises:
        WrongPassphrase: When none of its sets has it.
    """
    for found in share_sets(session):
        if share.fingerprint in found.fingerprints:
            return found
    raise WrongPassphrase(
        "the share is not one of this vault",
        code="SHARE-OF-ANOTHER",
        meaning="it is well-formed; it was made from another vault, or from a copy that this one does not continue",
    )


def _set_of(entry: dict[str, Any]) -> ShareSet:
    return ShareSet(entry["set"], entry["needed"], entry["made"], tuple(entry["fingerprints"]))
