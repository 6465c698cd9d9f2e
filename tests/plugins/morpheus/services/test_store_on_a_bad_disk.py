"""What a service keeps, where the disk fails, is read by others or was changed: nothing is told or mixed up."""

from __future__ import annotations

import sqlite3
from shutil import copytree
from typing import TYPE_CHECKING, Any

import pytest

from prometheus.errors import Damaged, StorageFailed
from prometheus_morpheus.services.http.tokens import LONGEST_LIFE
from prometheus_morpheus.services.limits import Limits
from prometheus_morpheus.services.purging import LONGEST_TOKEN, Rule, purge
from prometheus_morpheus.services.sealing import Seal
from prometheus_morpheus.services.store.opening import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from prometheus.claims.jsontext import Json

DAY = 24 * 3600 * 1000
NOW = 400 * DAY
KEY = bytes(range(32))


@pytest.fixture
def store() -> Iterator[Store]:
    opened = open_store(None, Seal(KEY), Limits())
    yield opened
    opened.close()


def request(text: str = "6 Unter den Linden") -> Json:
    return {"content": {"claim": text}, "signature": {}}


def changed(store: Store, statement: str, *values: object) -> None:
    """Change the file as whoever holds the disk may."""
    with store.database.commit():
        assert store.database.run(statement, values)


@pytest.fixture
def two(store: Store) -> Store:
    for name in ("cju1", "cju2"):
        store.requests.add(name, "cjuP", request(name), f"u{name}", NOW)
        store.presentations.add(name, request(name), ("cjuS",), NOW)
    store.requests.decide("cju1", "approved", NOW, statement={"for": "cju1"})
    return store


def test_a_link_that_was_given_to_another_row_opens_nothing(two: Store) -> None:
    assert two.requests.by_link("ucju2") == two.requests.by_id("cju2"), "the control"
    first = two.database.one("SELECT link_hash FROM requests WHERE request_id = 'cju1'")
    second = two.database.one("SELECT link_hash FROM requests WHERE request_id = 'cju2'")
    assert first
    assert second
    changed(two, "UPDATE requests SET link_hash = x'00' WHERE request_id = 'cju1'")
    changed(two, "UPDATE requests SET link_hash = ? WHERE request_id = 'cju2'", *first)
    changed(two, "UPDATE requests SET link_hash = ? WHERE request_id = 'cju1'", *second)
    for link in ("ucju1", "ucju2"):
        with pytest.raises(Damaged):
            two.requests.by_link(link)
    assert two.requests.listed(9) == []


@pytest.mark.parametrize(
    "change",
    ["status = 'rejected'", "status = 'pending', decided = NULL", "process_id = 'cjuQ'", "received = 1", "decided = 1"],
)
def test_a_row_whose_columns_were_changed_is_damaged_and_alone(two: Store, change: str) -> None:
    changed(two, f"UPDATE requests SET {change} WHERE request_id = 'cju1'")  # noqa: S608 - ours
    with pytest.raises(Damaged):
        two.requests.by_id("cju1")
    with pytest.raises(Damaged):
        two.requests.decide("cju1", "rejected", NOW)
    assert [row.request_id for row in two.requests.listed(9)] == ["cju2"]
    assert two.requests.damaged == {"cju1"}
    purge(two, Rule(), NOW + 400 * DAY)
    assert two.requests.by_id("cju1") is None, "the purge takes it whole"
    row = two.requests.by_id("cju2")
    assert row is not None
    assert row.purged == NOW + 400 * DAY


def test_a_presentation_whose_row_was_changed_is_damaged_and_alone(two: Store) -> None:
    name = Seal(KEY).name("presentations/cju1")
    changed(two, "UPDATE presentations SET received = 1 WHERE name = ?", name)
    with pytest.raises(Damaged):
        two.presentations.row("cju1")
    assert [shown.content_id for shown in two.presentations.listed(9)] == ["cju2"]
    assert two.presentations.damaged == {name}
    purge(two, Rule(), NOW + 1)
    assert two.presentations.row("cju1") is None
    assert two.presentations.document("cju1") is None
    assert two.presentations.document("cju2") == request("cju2")


def test_the_file_does_not_tell_who_came_nor_what_opens_a_presentation(tmp_path: Path) -> None:
    opened = open_store(str(tmp_path), Seal(KEY), Limits())
    opened.presentations.add("cjuShownAndSecret", request(), ("cjuScenario",), NOW)
    opened.last_tokens.use("pezOfAPerson", 50)
    opened.requests.add("cjuRequest", "cjuP", request(), "uLink", NOW)
    opened.close()
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for told in (b"cjuShownAndSecret", b"cjuScenario", b"pezOfAPerson"):
        assert told not in files
    assert b"cjuRequest" in files, "the control: what is not sealed is found"


def test_names_are_those_of_one_key() -> None:
    assert Seal(KEY).name("one") == Seal(KEY).name("one")
    assert len({Seal(KEY).name("one"), Seal(KEY).name("two"), Seal(bytes(32)).name("one")}) == 3


def test_the_key_of_an_old_token_is_forgotten_and_of_a_young_one_is_not(store: Store) -> None:
    now = NOW // 1000
    store.last_tokens.use("pezOld", now - LONGEST_TOKEN)
    store.last_tokens.use("pezYoung", now - LONGEST_TOKEN + 1)
    purge(store, Rule(), NOW)
    assert store.database.one("SELECT COUNT(*) FROM last_tokens") == (1,)
    assert store.last_tokens.use("pezYoung", now - LONGEST_TOKEN + 1) is not None
    assert LONGEST_TOKEN > LONGEST_LIFE, "what was forgotten must be too old by itself"


def test_what_was_not_committed_is_not_counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.requests.add("cju1", "cjuP", request(), "u1", NOW)
    before = (store.room.waiting, store.room.kept, store.room.stored)
    sql = store.database._sql

    class Failing:
        """A disk that takes everything but the commit."""

        in_transaction = True

        def execute(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
            if statement == "COMMIT":
                raise sqlite3.OperationalError("disk I/O error")
            return sql.execute(statement, values)

    monkeypatch.setattr(store.database, "_sql", Failing())
    for _ in range(3):
        with pytest.raises(StorageFailed):
            store.requests.add("cju2", "cjuP", request(), "u2", NOW)
        with pytest.raises(StorageFailed):
            store.requests.decide("cju1", "rejected", NOW, reason="no")
    monkeypatch.undo()
    assert (store.room.waiting, store.room.kept, store.room.stored) == before
    store.requests.decide("cju1", "rejected", NOW, reason="no")
    assert (store.room.waiting, store.room.kept) == (0, 1), "the control: what is committed counts"


@pytest.mark.parametrize("step", ["run", "one", "rows"])
def test_every_failure_of_the_file_is_told_as_one_of_ours(store: Store, step: str) -> None:
    with pytest.raises(StorageFailed, match="could not read or write"):
        getattr(store.database, step)("SELECT nothing FROM nowhere")


def test_a_log_that_could_not_be_cut_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    class Busy:
        def execute(self, _statement: str) -> Busy:
            return self

        def fetchone(self) -> tuple[int, int, int]:
            return (1, 5, 2)

    with monkeypatch.context() as patch:
        patch.setattr(store.database, "_sql", Busy())
        with pytest.raises(StorageFailed) as told:
            store.database.cut_log()
    assert "was not cut" in told.value.meaning
    store.database.cut_log()


def test_what_was_purged_right_before_a_kill_leaves_the_log_at_the_next_start(tmp_path: Path) -> None:
    living, found = tmp_path / "living", tmp_path / "found"
    opened = open_store(str(living), Seal(KEY), Limits())
    opened.requests.add("cju1", "cjuP", request("x" * 5000), "uLink", 0)
    box = opened.database.one("SELECT document FROM requests")
    assert box is not None
    piece = box[0][100:140]
    opened.requests.purge(DAY, DAY, DAY)
    copytree(living, found)  # what a kill between the commit and the cut leaves
    opened.close()
    assert any(piece in path.read_bytes() for path in found.iterdir()), "the control: it is in the log"
    again = open_store(str(found), Seal(KEY), Limits())
    assert purge(again, Rule(), DAY) == 0
    assert not any(piece in path.read_bytes() for path in found.iterdir())
    again.close()
