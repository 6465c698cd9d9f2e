"""New keys for everything: the same records in a new file, and after a crash anywhere the old file or the new one."""

from __future__ import annotations

import shutil
import threading
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.small_disk import small_disk
from prometheus_simulators.vault_lab import PASSPHRASE, SECRET, Place, filled, rows, run_sql

from prometheus_vault import LIGHT, Vault, opening, renewed_file, replace, sqlite_file
from prometheus_vault.errors import (
    BadPassphrase,
    Busy,
    Closed,
    Conflict,
    Rollback,
    StorageError,
    Tampered,
    WrongPassphrase,
)
from prometheus_vault.rekey import lost_slots, renewing_keys
from prometheus_vault.unlocking import Unlocked

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus_vault.session import Session

NEW = b"another passphrase entirely"


def renew(place: Place, passphrase: bytes = PASSPHRASE, *, secret: bytes | None = SECRET) -> None:
    """Give a vault new keys and note it in a record, in one."""
    with (
        place.open_by_passphrase() as vault,
        renewing_keys(vault, passphrase=passphrase, recovery_secret=secret, kdf=LIGHT) as change,
    ):
        change.put(10, "log", b"new keys")


def left(place: Place) -> list[str]:
    return sorted(path.name for path in place.file.parent.iterdir())


def test_every_record_is_there_under_a_new_id_and_the_vault_keeps_its_own(full: Place) -> None:
    old_ids = {row[0] for row in rows(full.file, "SELECT id FROM rec")}
    with full.open_by_passphrase() as vault:
        vault_id, epoch = vault.vault_id, vault.epoch
    renew(full)
    with full.open_by_passphrase() as vault:
        assert (vault.vault_id, vault.epoch) == (vault_id, epoch + 1)
        assert dict(vault.scan(3)) == {f"claim-{number}": f"body {number}".encode() for number in range(5)}
        seed = vault.secret("seed")
        assert seed is not None
        assert bytes(seed.view) == b"a secret seed"
        assert vault.get(10, "log") == b"new keys"
        assert vault.warnings == ()
        report = vault.verify(deep=True)
        assert (report.records, report.journal_entries, report.journal_is_whole) == (7, 1, True)
    assert not old_ids & {row[0] for row in rows(full.file, "SELECT id FROM rec")}
    assert {row[0] for row in rows(full.file, "SELECT ver FROM rec")} == {1}
    assert left(full) == ["personal.vault", "personal.vault.lock"]


def test_a_change_in_the_block_replaces_or_removes_what_is_copied(full: Place) -> None:
    with (
        full.open_by_passphrase() as vault,
        renewing_keys(vault, passphrase=PASSPHRASE, recovery_secret=SECRET, kdf=LIGHT) as change,
    ):
        change.put(3, "claim-0", b"changed")
        assert change.delete(3, "claim-1")
        assert change.get(3, "claim-2") == b"body 2"
    with full.open() as vault:
        assert [name for name, _ in vault.scan(3)] == ["claim-0", "claim-2", "claim-3", "claim-4"]
        assert vault.get(3, "claim-0") == b"changed"


def test_a_block_that_fails_changes_nothing(full: Place) -> None:
    before = full.file.read_bytes()
    with (
        full.open_by_passphrase() as vault,
        pytest.raises(ZeroDivisionError),
        renewing_keys(vault, passphrase=NEW, recovery_secret=SECRET, kdf=LIGHT),
    ):
        raise ZeroDivisionError
    assert full.file.read_bytes()[100:] == before[100:]
    full.open_by_passphrase().close()


def test_the_passphrase_may_change_with_the_keys_and_old_copies_keep_the_old_one(full: Place) -> None:
    old = full.copy("old")
    renew(full, NEW)
    with pytest.raises(WrongPassphrase):
        full.open_by_passphrase()
    full.open_by_passphrase(NEW).close()
    with Vault.open(old, full.folder / "elsewhere", passphrase=PASSPHRASE, read_only=True) as vault:
        assert vault.get(3, "claim-1") == b"body 1"


def test_a_file_from_before_is_a_rollback_and_the_new_one_opens_again(full: Place) -> None:
    old, new = full.copy("old"), full.folder / "new"
    renew(full)
    shutil.copy(full.file, new)
    shutil.copy(old, full.file)
    with pytest.raises(Rollback, match="does not fit"):
        full.open()
    shutil.copy(new, full.file)
    full.open().close()


def test_the_words_open_the_new_file_only_when_their_slot_was_made_again(full: Place) -> None:
    with full.open_by_passphrase() as vault:
        assert lost_slots(vault, has_recovery=True) == ()
        lost = lost_slots(vault, has_recovery=False)
        assert [slot.kind for slot in lost] == ["recovery"]
        with (
            pytest.raises(Conflict, match="would be lost"),
            renewing_keys(vault, passphrase=PASSPHRASE, recovery_secret=None, kdf=LIGHT),
        ):
            raise AssertionError
        with renewing_keys(
            vault, passphrase=PASSPHRASE, recovery_secret=None, kdf=LIGHT, dropping=[slot.slot_id for slot in lost]
        ):
            pass
    with pytest.raises(WrongPassphrase):
        full.open()
    with full.open_by_passphrase() as vault:
        assert [slot.kind for slot in vault.slots()] == ["passphrase"]


def test_opened_by_words_a_new_passphrase_takes_the_place_of_the_forgotten_one(full: Place) -> None:
    with full.open() as vault:
        assert lost_slots(vault, has_recovery=True) == ()
        with renewing_keys(vault, passphrase=NEW, recovery_secret=SECRET, kdf=LIGHT):
            pass
    full.open_by_passphrase(NEW).close()
    full.open().close()


def test_a_passphrase_changed_meanwhile_by_another_is_a_conflict(full: Place) -> None:
    with full.open_by_passphrase() as vault:
        with full.open_by_passphrase() as other:
            other.change_passphrase(NEW, LIGHT)
        with (
            pytest.raises(Conflict, match="changed the secrets"),
            renewing_keys(vault, passphrase=PASSPHRASE, recovery_secret=SECRET, kdf=LIGHT),
        ):
            raise AssertionError
    full.open_by_passphrase(NEW).close()


def test_the_vault_is_closed_afterwards_and_its_end_disturbs_nothing(full: Place) -> None:
    with full.open_by_passphrase() as vault:
        with renewing_keys(vault, passphrase=NEW, recovery_secret=SECRET, kdf=LIGHT):
            pass
        with pytest.raises(Closed):
            vault.get(3, "claim-1")
        assert vault.warnings == ()
    with full.open() as again:
        assert again.warnings == ()


def test_a_vault_that_is_open_elsewhere_is_left_alone(full: Place) -> None:
    with full.open() as reader, full.open_by_passphrase() as vault:
        with vault.transaction() as change:
            change.put(3, "in the log", b"x")
        assert reader.get(3, "in the log") == b"x"
        vault._session.wait_seconds = 0.1
        with (
            pytest.raises(Busy, match="open in another program"),
            renewing_keys(vault, passphrase=NEW, recovery_secret=SECRET, kdf=LIGHT),
        ):
            raise AssertionError
        with vault.transaction() as change:
            change.put(3, "goes on", b"x")
        assert reader.get(3, "goes on") == b"x"
    full.open_by_passphrase().close()


def test_who_opens_the_vault_just_before_its_file_is_replaced_reads_the_old_one_and_cannot_write(
    full: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers: list[Vault] = []
    build = renewed_file.build

    def open_meanwhile(*given: object) -> object:
        readers.append(full.open())
        return build(*given)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(renewed_file, "build", open_meanwhile)
    renew(full)
    with readers[0] as reader:
        assert reader.get(3, "claim-1") == b"body 1"
        assert reader.get(10, "log") is None
        with pytest.raises(Conflict, match="replaced by another"), reader.transaction() as change:
            change.put(3, "lost", b"x")
    with full.open() as vault:
        assert (vault.get(10, "log"), vault.warnings) == (b"new keys", ())


def test_who_is_opening_the_vault_while_its_file_is_replaced_is_told_so_and_not_of_a_rollback(
    full: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, build = opening._verify_first, renewed_file.build
    is_replaced, caught = threading.Event(), []

    def look_later(session: Session) -> Rollback | None:
        is_replaced.wait(10)
        return look(session)

    def open_late() -> None:
        with pytest.raises(Conflict, match="replaced by another") as raised:
            full.open()
        caught.append(raised)

    late = threading.Thread(target=open_late)

    def open_meanwhile(*given: object) -> object:
        monkeypatch.setattr(opening, "_verify_first", look_later)
        late.start()
        return build(*given)  # type: ignore[arg-type]  # passed on as it came

    with full.open_by_passphrase() as vault:
        monkeypatch.setattr(renewed_file, "build", open_meanwhile)
        with renewing_keys(vault, passphrase=PASSPHRASE, recovery_secret=SECRET, kdf=LIGHT):
            pass
    is_replaced.set()
    late.join()
    assert len(caught) == 1


def test_a_log_left_beside_the_vault_brings_no_old_rows_back(full: Place) -> None:
    keeper = full.open()
    with keeper.transaction() as change:
        change.put(3, "claim-1", b"of the log")
    log = full.file.with_name("personal.vault-wal")
    stale = log.read_bytes()
    keeper.close()
    assert stale
    log.write_bytes(stale)
    renew(full)
    assert left(full) == ["personal.vault", "personal.vault.lock"]
    with full.open() as vault:
        assert vault.get(3, "claim-1") == b"of the log"
        assert vault.get(10, "log") == b"new keys"


def test_a_log_that_appears_meanwhile_stops_the_replacement(full: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    check = renewed_file.check

    def plant(*given: object) -> None:
        check(*given)  # type: ignore[arg-type]  # passed on as it came
        full.file.with_name("personal.vault-wal").write_bytes(b"planted")

    monkeypatch.setattr(renewed_file, "check", plant)
    with pytest.raises(Conflict, match="log of another vault"):
        renew(full)
    full.file.with_name("personal.vault-wal").unlink()
    with full.open() as vault:
        assert (vault.get(10, "log"), vault.warnings) == (None, ())


def test_the_index_of_the_old_keys_goes(full: Place) -> None:
    with full.open() as vault:
        index = full.anchors / f"{vault.vault_id.hex()}.idx"
    index.write_bytes(b"sealed under the old key")
    renew(full)
    assert not index.exists() or index.read_bytes() != b"sealed under the old key"


def test_a_record_that_does_not_open_stops_it_before_anything_changes(full: Place) -> None:
    with full.open_by_passphrase() as vault:
        run_sql(full.file, "UPDATE rec SET ct = zeroblob(length(ct)) WHERE id = (SELECT min(id) FROM rec)")
        with (
            pytest.raises(Tampered),
            renewing_keys(vault, passphrase=NEW, recovery_secret=SECRET, kdf=LIGHT),
        ):
            raise AssertionError
    with pytest.raises(Tampered):
        full.open_by_passphrase()


def test_who_only_had_the_keyring_gets_no_new_keys(full: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with full.open_by_passphrase() as vault:
        monkeypatch.setattr(Unlocked, "by_keyring_alone", True)
        with (
            pytest.raises(Closed, match="keyring alone"),
            renewing_keys(vault, passphrase=NEW, recovery_secret=SECRET, kdf=LIGHT),
        ):
            raise AssertionError
    full.open_by_passphrase().close()


def test_a_new_passphrase_of_a_bad_form_is_refused(full: Place) -> None:
    with pytest.raises(BadPassphrase):
        renew(full, b"")
    full.open_by_passphrase().close()


@pytest.mark.parametrize("spare", [24, 32, 44])
def test_without_room_for_the_new_file_the_old_one_stays(place: Place, spare: int) -> None:
    with small_disk(place.folder / "disk", 4096) as disk:
        there = filled(Place(disk.folder), 40)
        used = sum(path.stat().st_size for path in disk.folder.rglob("*") if path.is_file())
        disk.resize(used // 1024 + spare)
        with pytest.raises(StorageError):
            renew(there, NEW)
        disk.resize(4096)
        with there.open_by_passphrase() as vault:
            assert vault.verify(deep=True).records == 41
            assert vault.get(10, "log") is None
        assert "personal.vault.new" not in left(there)


def test_progress_is_told_to_the_end(full: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewed_file, "_STEP", 2)
    told: list[tuple[int, int]] = []
    with (
        full.open_by_passphrase() as vault,
        renewing_keys(
            vault,
            passphrase=PASSPHRASE,
            recovery_secret=SECRET,
            kdf=LIGHT,
            progress=lambda done, total: told.append((done, total)),
        ),
    ):
        pass
    assert told == sorted(told)
    assert told[-1] == (12, 12)
    assert len(told) > 4


def test_what_a_dead_renewal_left_goes_with_the_next_opening(full: Place) -> None:
    staged = full.file.with_name("personal.vault.new")
    staged.write_bytes(b"half a file")
    with full.open(read_only=True):
        assert staged.exists()
    full.open().close()
    assert not staged.exists()


def test_what_a_living_writer_builds_is_not_swept(full: Place) -> None:
    from prometheus_vault.lock import writer_lock

    staged = full.file.with_name("personal.vault.new")
    with writer_lock(str(full.file)):
        staged.write_bytes(b"half a file")
        full.open().close()
        assert staged.exists()


def test_an_anchor_with_more_entries_than_ever_fit_is_refused(full: Place) -> None:
    entry = full.anchor_file().read_bytes()
    full.anchor_file().write_bytes(bytes(144) + entry)
    full.open().close()
    assert full.anchor_file().read_bytes() == entry
    full.anchor_file().write_bytes(entry * 4)
    with pytest.raises(Rollback):
        full.open()


def test_leaving_the_log_waits_no_longer_than_told(full: Place) -> None:
    with full.open() as reader, full.open() as vault:
        with vault.transaction() as change:
            change.put(3, "x", b"x")
        assert reader.get(3, "x") == b"x"
        vault._session.connection.execute("PRAGMA busy_timeout=0")
        with pytest.raises(Busy):
            sqlite_file.leave_write_ahead_log(vault._session.connection, 0.0)


def test_a_file_is_replaced_only_where_that_was_asked_for(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"old")
    with pytest.raises(Conflict), replace.staging(str(target)):
        raise AssertionError
    with replace.staging(str(target), replaces=True) as staged, open(staged, "wb") as file:
        file.write(b"new")
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o600
