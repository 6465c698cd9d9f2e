"""The index on the disk: it saves reading every record, and whatever happens to it, the answers are right."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.vault_lab import SECRET, Place, flipped, run_sql

from prometheus_vault import Indexed, Vault, index_tables, index_upkeep, record_set
from prometheus_vault.index_tables import IndexTables

if TYPE_CHECKING:
    from pathlib import Path

COUNT = 40


def describe(_collection: int, _name: str, body: bytes) -> Indexed:
    return Indexed(text=body.decode(), order=body.decode(), tags=("even",) if body[-1] % 2 == 0 else ())


def index_file(place: Place) -> Path:
    return next(place.anchors.glob("*.idx"))


def put(vault: Vault, *numbers: int, text: str = "body") -> None:
    with vault.transaction() as change:
        for number in numbers:
            change.put(3, f"claim-{number:02}", f"{text} {number:02}".encode())


@pytest.fixture
def indexed(place: Place) -> Place:
    """A closed vault with records and an index on the disk."""
    with place.create(describe) as vault:
        put(vault, *range(COUNT))
        assert vault.count(3) == COUNT
    assert index_file(place).stat().st_mode & 0o777 == 0o600
    return place


@pytest.fixture
def rebuilds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One item for each time that an index is made again from all records."""
    seen: list[int] = []
    real = record_set.verified_rows

    def counted(*arguments: object) -> object:
        seen.append(1)
        return real(*arguments)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(record_set, "verified_rows", counted)
    return seen


def assert_right(vault: Vault, *, count: int = COUNT) -> None:
    assert vault.find(3, words="body 17") == ["claim-17"]
    assert vault.count(3) == count
    assert vault.count(3, tags=["even"]) == count // 2
    assert vault.find(3, limit=2) == [f"claim-{count - 1:02}", f"claim-{count - 2:02}"]
    assert len(list(vault.scan(3))) == count


def test_it_spares_reading_every_record(indexed: Place, rebuilds: list[int]) -> None:
    with indexed.open(describe) as vault:
        assert_right(vault)
    assert rebuilds == []


def test_a_few_changes_are_replayed_and_not_written(indexed: Place, rebuilds: list[int]) -> None:
    before = index_file(indexed).read_bytes()
    with indexed.open(describe) as vault:
        put(vault, 40, 41)
        put(vault, 3, text="other")
        with vault.transaction() as change:
            change.delete(3, "claim-05")
    with indexed.open(describe) as vault:
        assert vault.find(3, words="other") == ["claim-03"]
        assert vault.find(3, words="body 03") == vault.find(3, words="05") == []
        assert vault.find(3, words="40") == ["claim-40"]
        assert vault.count(3) == COUNT + 1
    assert rebuilds == []
    assert index_file(indexed).read_bytes() == before


def test_many_changes_are_written_at_the_close(indexed: Place, rebuilds: list[int]) -> None:
    before = index_file(indexed).read_bytes()
    with indexed.open(describe) as vault:
        vault.count(3)
        put(vault, *range(index_upkeep.FEW), text="other")
    assert index_file(indexed).read_bytes() != before
    assert rebuilds == []


def test_changes_of_several_openings_add_up(indexed: Place, rebuilds: list[int]) -> None:
    before = index_file(indexed).read_bytes()
    for start in (0, 20):
        assert index_file(indexed).read_bytes() == before
        with indexed.open(describe) as vault:
            vault.count(3)
            put(vault, *range(start, start + 20), text="other")
    assert index_file(indexed).read_bytes() != before
    assert rebuilds == []


def test_very_many_changes_are_written_at_once(
    indexed: Place, monkeypatch: pytest.MonkeyPatch, rebuilds: list[int]
) -> None:
    monkeypatch.setattr(index_upkeep, "MANY", 20)
    before = index_file(indexed).read_bytes()
    vault = indexed.open(describe)
    vault.count(3)
    put(vault, *range(39), text="other")
    assert index_file(indexed).read_bytes() == before
    put(vault, *range(20, 40), text="body")
    assert index_file(indexed).read_bytes() != before
    vault._session.connection.close()  # as if it died
    with indexed.open(describe) as again:
        assert again.find(3, words="other", newest_first=False, limit=1) == ["claim-00"]
    assert rebuilds == []


def test_the_journal_is_kept_for_an_index_that_is_behind(
    indexed: Place, monkeypatch: pytest.MonkeyPatch, rebuilds: list[int]
) -> None:
    monkeypatch.setattr("prometheus_vault.commit.JOURNAL_KEPT", 5)
    with indexed.open(describe) as vault:
        vault.count(3)
        for number in range(10):
            put(vault, number, text="other")
    with indexed.open(describe) as vault:
        assert len(vault.find(3, words="other")) == 10
    assert rebuilds == []


def test_an_index_further_behind_than_the_journal_is_made_again(
    indexed: Place, monkeypatch: pytest.MonkeyPatch, rebuilds: list[int]
) -> None:
    monkeypatch.setattr("prometheus_vault.commit.JOURNAL_KEPT", 5)
    with indexed.open(describe) as vault:
        for number in range(10):
            put(vault, number, text="other")  # nothing was asked, so nobody knew of the index
    with indexed.open(describe) as vault:
        assert len(vault.find(3, words="other")) == 10
    assert rebuilds == [1]


def test_reading_alone_never_writes_it(indexed: Place) -> None:
    index_file(indexed).unlink()
    with indexed.open(describe, read_only=True) as vault:
        assert_right(vault)
    assert not list(indexed.anchors.glob("*.idx"))


def test_a_small_vault_has_none(place: Place) -> None:
    with place.create(describe) as vault:
        put(vault, *range(index_upkeep.FEW - 1))
        vault.count(3)
    assert not list(place.anchors.glob("*.idx"))


def test_a_missing_one_is_made_again_and_written(indexed: Place, rebuilds: list[int]) -> None:
    index_file(indexed).unlink()
    with indexed.open(describe) as vault:
        assert_right(vault)
    assert index_file(indexed).exists()
    assert rebuilds == [1]


@pytest.mark.parametrize("place_of_bit", [0, 24 * 8, 64 * 8, 5000 * 8, -1])
def test_a_flipped_one_is_made_again(indexed: Place, place_of_bit: int, rebuilds: list[int]) -> None:
    file = index_file(indexed)
    sealed = file.read_bytes()
    file.write_bytes(flipped(sealed, place_of_bit % (len(sealed) * 8)))
    with indexed.open(describe) as vault:
        assert_right(vault)
    assert rebuilds == [1]


@pytest.mark.parametrize("content", [b"", b"x", bytes(39), bytes(40), bytes(81), b"SQLite format 3\0" * 1000])
def test_anything_else_in_its_place_is_made_again(indexed: Place, content: bytes, rebuilds: list[int]) -> None:
    index_file(indexed).write_bytes(content)
    with indexed.open(describe) as vault:
        assert_right(vault)
    assert rebuilds == [1]


@pytest.mark.parametrize("kind", ["folder", "pipe", "link"])
def test_no_file_in_its_place_does_no_harm(indexed: Place, kind: str) -> None:
    file = index_file(indexed)
    kept = file.rename(indexed.folder / "kept")
    if kind == "folder":
        file.mkdir()
    elif kind == "pipe":
        os.mkfifo(file)
    else:
        file.symlink_to(kept)
    with indexed.open(describe) as vault:
        assert_right(vault)


def test_one_of_another_vault_is_made_again(
    indexed: Place, tmp_path_factory: pytest.TempPathFactory, rebuilds: list[int]
) -> None:
    other = Place(tmp_path_factory.mktemp("other"))
    with other.create(describe) as vault:
        put(vault, *range(COUNT), text="foreign")
        vault.count(3)
    rebuilds.clear()
    shutil.copy(index_file(other), index_file(indexed))
    with indexed.open(describe) as vault:
        assert_right(vault)
    assert rebuilds == [1]


def test_an_older_one_is_brought_forward(indexed: Place, rebuilds: list[int]) -> None:
    old = index_file(indexed).read_bytes()
    with indexed.open(describe) as vault:
        vault.count(3)
        put(vault, *range(COUNT), text="other")
        put(vault, *range(COUNT), text="body")
    assert index_file(indexed).read_bytes() != old
    index_file(indexed).write_bytes(old)
    with indexed.open(describe) as vault:
        assert_right(vault)
    assert rebuilds == []


def test_one_of_another_branch_is_made_again(indexed: Place, rebuilds: list[int]) -> None:
    copy = indexed.copy("copy")
    with indexed.open(describe) as vault:
        vault.count(3)
        put(vault, *range(COUNT), text="other")
    shutil.copy(copy, indexed.file)  # back to before, then on to the same epoch by another way
    indexed.anchor_file().unlink()
    with indexed.open(describe) as vault:
        put(vault, *range(COUNT), text="body")
        vault.verify()
    with indexed.open(describe) as vault:
        assert_right(vault)
    assert rebuilds == [1]


def test_one_from_the_future_of_a_restored_vault_is_made_again(indexed: Place, rebuilds: list[int]) -> None:
    copy = indexed.copy("copy")
    with indexed.open(describe) as vault:
        vault.count(3)
        put(vault, *range(COUNT), text="other")
    shutil.copy(copy, indexed.file)
    with indexed.open(describe, read_only=True) as vault:
        assert_right(vault)
    assert rebuilds == [1]


def test_another_version_of_the_description_makes_it_again(indexed: Place, rebuilds: list[int]) -> None:
    def described_anew(_collection: int, _name: str, _body: bytes) -> Indexed:
        return Indexed("fresh")

    with indexed.open(described_anew, describe_version=1) as vault:
        assert vault.count(3) == len(vault.find(3, words="fresh")) == COUNT
    with indexed.open(described_anew, describe_version=1) as vault:
        assert len(vault.find(3, words="fresh")) == COUNT
    assert rebuilds == [1]


def test_one_of_another_schema_is_made_again(
    indexed: Place, monkeypatch: pytest.MonkeyPatch, rebuilds: list[int]
) -> None:
    real = IndexTables.serialized

    def with_a_trigger(self: IndexTables) -> bytes:
        self.connection.execute("CREATE TRIGGER t AFTER DELETE ON entry BEGIN SELECT 1; END")
        return real(self)

    with monkeypatch.context() as patch, indexed.open(describe) as vault:
        patch.setattr(IndexTables, "serialized", with_a_trigger)
        put(vault, *range(COUNT), text="other")
        put(vault, *range(COUNT))
        vault.count(3)
    with indexed.open(describe) as vault:
        assert_right(vault)
    assert rebuilds == [1]


def test_a_broken_journal_makes_it_again(indexed: Place, rebuilds: list[int]) -> None:
    with indexed.open(describe) as vault:
        put(vault, 40, 41)
    run_sql(indexed.file, "UPDATE jrnl SET ct = zeroblob(104)")
    with indexed.open(describe) as vault:
        assert_right(vault, count=COUNT + 2)
    assert rebuilds == [1]


def test_what_another_process_commits_shows_at_the_next_question(indexed: Place, rebuilds: list[int]) -> None:
    with indexed.open(describe) as one, indexed.open(describe) as other:
        assert_right(one)
        put(other, 40, 41)
        assert_right(one, count=COUNT + 2)
        put(one, 3, text="mine")
        assert other.find(3, words="mine") == ["claim-03"]
    assert rebuilds == []


def test_a_full_disk_is_a_warning(indexed: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("prometheus_vault.index_snapshot.write_durably", refuse)
    vault = indexed.open(describe)
    vault.count(3)
    put(vault, *range(COUNT), text="other")
    vault.close()
    assert len(vault.warnings) == 1
    assert "index" in vault.warnings[0]
    assert "disk full" in vault.warnings[0]


def test_nothing_of_it_is_readable_without_the_key(indexed: Place) -> None:
    sealed = index_file(indexed).read_bytes()
    assert len(sealed) > 4096
    for trace in (b"body", b"claim-", b"SQLite", b"even", b"CREATE"):
        assert trace not in sealed


def test_a_describer_that_fails_does_not_undo_a_commit(place: Place) -> None:
    def failing(_collection: int, name: str, _body: bytes) -> Indexed:
        if name == "bad":
            raise LookupError(name)
        return Indexed()

    with place.create(failing) as vault:
        vault.count(3)
        with vault.transaction() as change:
            change.put(3, "bad", b"x")
        assert vault.get(3, "bad") == b"x"
        with pytest.raises(LookupError):
            vault.find(3)
    with Vault.open_with_recovery(place.file, place.anchors, recovery_secret=SECRET) as vault:
        assert vault.find(3) == ["bad"]


def test_words_of_a_record_that_went_find_nothing_ever_again(indexed: Place, rebuilds: list[int]) -> None:
    """The lists of words keep them under a number that no other record gets, also from one opening to the next."""
    for _ in range(3):
        with indexed.open(describe) as vault, vault.transaction() as change:
            change.delete(3, f"claim-{COUNT - 1:02}")
        with indexed.open(describe) as vault:
            put(vault, *range(COUNT - 1, 2 * COUNT), text="other")
            assert vault.find(3, words=f"body {COUNT - 1:02}") == []
            assert vault.find(3, words=f"other {COUNT - 1:02}") == [f"claim-{COUNT - 1:02}"]
            assert len(vault.find(3, words="body")) == COUNT - 1
    assert rebuilds == []


def test_a_worn_index_is_made_anew(indexed: Place, rebuilds: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_tables, "_GONE_AT_MOST", COUNT)
    with indexed.open(describe) as vault:
        for _ in range(3):
            put(vault, *range(COUNT), text="again")
            assert vault.count(3) == COUNT
    before = index_file(indexed).stat().st_size
    with indexed.open(describe) as vault:
        assert vault.find(3, words="body") == []
        assert len(vault.find(3, words="again")) == COUNT
        assert len(rebuilds) == 1
        put(vault, *range(COUNT), text="again")
    assert index_file(indexed).stat().st_size <= before
