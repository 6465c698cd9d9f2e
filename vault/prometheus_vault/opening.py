"""Opening a vault: shape, header, secret, then the whole set in one read transaction, judged by the anchor.

Nothing is written before all of it holds. Read-only opening reports what the anchor says and refuses nothing for it.
Where the file or its folder cannot be written, a vault opens all the same, judged as strictly as ever; only a write is
refused then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_memory import protection
from prometheus_vault import filesystem, sqlite_file, upkeep
from prometheus_vault.errors import Conflict, NetworkDisk, Rollback, VaultMissing
from prometheus_vault.header import parse_header
from prometheus_vault.index import NOTHING_DESCRIBED
from prometheus_vault.reader import Reader
from prometheus_vault.session import Session, file_identity
from prometheus_vault.sqlite_errors import translated
from prometheus_vault.transaction import changes_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_vault.anchor import Anchor
    from prometheus_vault.anchor_mirror import AnchorMirror
    from prometheus_vault.header import Header
    from prometheus_vault.index import Description
    from prometheus_vault.transaction import Note
    from prometheus_vault.unlocking import Unlocked

NO_ANCHOR: Final = (
    "this machine has not seen this vault before: had an older copy been put in its place, that would not show"
)

UNLOCKED_MEMORY: Final = (
    "the system refuses to lock memory: the keys of the vault may be written to its swap space while it is open; raise "
    "the limit on locked memory (ulimit -l), or use encrypted swap"
)


def open_session(
    path: str,
    anchor_dir: str,
    unlock: Callable[[Header], Unlocked],
    *,
    read_only: bool,
    allow_network_fs: bool,
    accept_rollback: Note | None = None,
    description: Description = NOTHING_DESCRIBED,
    mirror: AnchorMirror | None = None,
) -> Session:
    """Open, unlock and verify a vault file.

    Args:
        path: The file, without symbolic links.
        anchor_dir: Folder of this machine's anchors.
        unlock: Gives the keys for a header.
        read_only: Never write; report a rollback instead of refusing it.
        allow_network_fs: Do not refuse a network file system.
        accept_rollback: Make a file that is rolled back the newest state, in one with what this writes.
        description: What the caller says of records.
        mirror: Keeps a second anchor; it is judged like the first.

    Raises:
        VaultError: Any class of the tree; see `errors`.
    """
    refuse_network_file_system(path, allowed=allow_network_fs)
    with translated("the vault could not be opened", path):
        identity = _identity_of_existing(path)
        obstacle = _what_keeps_from_writing(path, read_only=read_only)
        connection = sqlite_file.open_file(path, read_only=bool(obstacle))
        try:
            header = parse_header(sqlite_file.read_meta(connection)[0])
            session = Session(
                connection,
                unlock(header),
                header,
                path=path,
                anchor_dir=anchor_dir,
                identity=identity,
                description=description,
                why_read_only=obstacle,
                mirror=mirror,
            )
            if not protection().is_locked:
                session.warnings.append(UNLOCKED_MEMORY)
            rollback = _verify_first(session)
            _settle(session, rollback, tolerated=read_only, accepted=accept_rollback)
        except BaseException:
            sqlite_file.abandon(connection, path)
            raise
    return session


def refuse_network_file_system(path: str, *, allowed: bool) -> None:
    """Refuse folders on the network, whose locks and syncs cannot be relied on.

    Raises:
        NetworkDisk: When the path lies on one and that was not allowed.
    """
    kind = "" if allowed else filesystem.network_type(path)
    if kind:
        raise NetworkDisk(
            "the vault lies on a network file system", reason=f"locks and syncs of {kind} cannot be relied on"
        )


def _verify_first(session: Session) -> Rollback | None:
    """Verify the set in one read transaction; return what the anchor or its mirror has against it."""
    rollback: Rollback | None = None
    remembered: list[Anchor] = []
    try:
        remembered = session.anchors.read_both(session.unlocked.keys)
    except Rollback as error:
        rollback = error
    else:
        if not remembered:
            session.warnings.append(NO_ANCHOR)
    upkeep.tell_mirror(session)
    session.connection.execute("BEGIN")
    try:
        session.verify_first()
        _refuse_changed_secrets(session)
        for seen in remembered:
            session.judge_anchor(seen)
    except Rollback as error:
        rollback = error
    finally:
        session.connection.execute("ROLLBACK")
    return rollback


def _settle(session: Session, rollback: Rollback | None, *, tolerated: bool, accepted: Note | None) -> None:
    if rollback is not None:
        if not tolerated and accepted is None:
            session.refuse_other_file()  # a file replaced while it was opened is older, and no rollback
            raise rollback
        session.warnings.append(f"{rollback.what}: {rollback.meaning}")
        if accepted is not None:
            session.restart(lambda: changes_of(session, Reader(session), accepted))
    elif not session.why_read_only and session.is_verified:
        upkeep.settle_anchor(session)


def _what_keeps_from_writing(path: str, *, read_only: bool) -> str:
    if read_only:
        return "the vault was opened read-only"
    return "" if filesystem.can_be_written(path) else "the file or its folder is read-only"


def _refuse_changed_secrets(session: Session) -> None:
    opened_by = session.unlocked.slot_id
    if not any(slot.slot_id == opened_by for slot in session.records.header.slots):
        raise Conflict("the secrets of the vault were changed just now", remedy="try again with the new one")


def _identity_of_existing(path: str) -> tuple[int, int]:
    try:
        return file_identity(path)
    except FileNotFoundError:
        raise VaultMissing("there is no vault file of that name") from None
