"""What lies beside a vault file and names its state - anchor, mirror, index - brought up to date when it is behind.

It is done under the writer lock, and left to whoever holds that, or has put another file in place. Its failure is told
as a warning of the session: the vault itself is as it was.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from prometheus_vault import replace
from prometheus_vault.errors import Busy, VaultError, VaultMissing
from prometheus_vault.lock import writer_lock
from prometheus_vault.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_vault.session import Session


def settle_anchor(session: Session) -> None:
    """Write the anchor when it is missing or behind, unless another is writing just now or the file went.

    What a replacement of the file left that died before its end goes with it.
    """
    try:
        if not _anchor_is_behind(session) and not replace.has_staged(session.path):
            return
        with translated("the anchor could not be written"):
            session.refuse_other_file()
        with session.guard, writer_lock(session.path, 0), translated("what was left over could not be removed"):
            replace.remove_staged(session.path)
            if _anchor_is_behind(session):
                session.write_anchor()
    except (Busy, VaultMissing):
        return
    except VaultError as error:
        session.warn(error)


def settle_mirror(session: Session) -> None:
    """Write the mirror of the anchor when it is behind, unless another is writing just now or the file went."""
    keys, records = session.unlocked.keys, session.records
    if session.anchors.mirror_is_behind(keys, records):
        _write(session, lambda: session.anchors.write_mirror(keys, records), "the anchor could not be written")
    tell_mirror(session)


def settle_index(session: Session) -> None:
    """Write the index when it is due at the close, unless another is writing just now or the file went."""
    if session.index.is_due(session.records, at_close=True):
        _write(session, session.write_index, "the index of the vault could not be written")


def tell_mirror(session: Session) -> None:
    """Put among the warnings why the mirror of the anchor does not answer, where it does not."""
    trouble = session.anchors.mirrored.trouble
    if trouble and trouble not in session.warnings:
        session.warnings.append(trouble)


def _write(session: Session, action: Callable[[], None], what_fails: str) -> None:
    try:
        with suppress(Busy, VaultMissing), translated(what_fails):
            session.refuse_other_file()
            with writer_lock(session.path, 0):
                action()
    except VaultError as error:
        session.warn(error)


def _anchor_is_behind(session: Session) -> bool:
    return session.anchors.is_behind(session.unlocked.keys, session.records)
