"""Opening a vault: shape, header, secret, then the whole set in one read transaction, judged by the anchor.

Nothing is written before all of it holds. Read-only opening reports what the anchor says and refuses nothing for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_vault import filesystem, record_set, sqlite_file
from prometheus_vault.errors import Conflict, Rollback, StorageError, VaultMissing
from prometheus_vault.header import parse_header
from prometheus_vault.session import Session, file_identity
from prometheus_vault.sqlite_errors import translated

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from prometheus_vault.anchor import Anchor
    from prometheus_vault.header import Header
    from prometheus_vault.unlocking import Unlocked

NO_ANCHOR: Final = (
    "this machine has not seen this vault before: had an older copy been put in its place, that would not show"
)


def open_session(
    path: str, anchor_dir: str, unlock: Callable[[Header], Unlocked], *, read_only: bool, allow_network_fs: bool
) -> Session:
    """Open, unlock and verify a vault file.

    Raises:
        VaultError: Any class of the tree; see `errors`.
    """
    refuse_network_file_system(path, allowed=allow_network_fs)
    with translated("the vault could not be opened"):
        identity = _identity_of_existing(path)
        connection = sqlite_file.open_file(path, read_only=read_only)
        try:
            return _unlock_and_verify(connection, unlock, path, anchor_dir, identity, read_only=read_only)
        except BaseException:
            connection.close()
            raise


def refuse_network_file_system(path: str, *, allowed: bool) -> None:
    """Refuse folders on the network, whose locks and syncs cannot be relied on.

    Raises:
        StorageError: When the path lies on one and that was not allowed.
    """
    kind = "" if allowed else filesystem.network_type(path)
    if kind:
        raise StorageError(
            "the vault lies on a network file system",
            reason=f"locks and syncs of {kind} cannot be relied on",
            remedy="keep the vault on a local disk, or say that you know the risk",
        )


def _unlock_and_verify(
    connection: sqlite3.Connection,
    unlock: Callable[[Header], Unlocked],
    path: str,
    anchor_dir: str,
    identity: tuple[int, int],
    *,
    read_only: bool,
) -> Session:
    header = parse_header(sqlite_file.read_meta(connection)[0])
    unlocked = unlock(header)
    session = Session(
        connection, unlocked, header, path=path, anchor_dir=anchor_dir, identity=identity, read_only=read_only
    )
    seen = _read_anchor(session)
    connection.execute("BEGIN")
    try:
        session.records = record_set.verify(connection, unlocked.keys, header.vault_id)
        if not any(slot.slot_id == unlocked.slot_id for slot in session.records.header.slots):
            raise Conflict("the secrets of the vault were changed just now", remedy="try again with the new one")
        _judge(session, seen)
    finally:
        connection.execute("ROLLBACK")
    if not read_only:
        session.settle_anchor()
    return session


def _read_anchor(session: Session) -> Anchor | None:
    try:
        seen = session.read_anchor()
    except Rollback as error:
        _refuse_or_warn(session, error)
        return None
    if seen is None:
        session.warnings.append(NO_ANCHOR)
    return seen


def _judge(session: Session, seen: Anchor | None) -> None:
    try:
        session.judge_anchor(seen)
    except Rollback as error:
        _refuse_or_warn(session, error)


def _refuse_or_warn(session: Session, error: Rollback) -> None:
    if not session.read_only:
        raise error
    session.warnings.append(f"{error.what}: {error.meaning}")


def _identity_of_existing(path: str) -> tuple[int, int]:
    try:
        return file_identity(path)
    except FileNotFoundError:
        raise VaultMissing("there is no vault file of that name") from None
