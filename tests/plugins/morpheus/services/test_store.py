"""What a service keeps: durable, sealed, decided once, purged by the rule, and bounded."""

from __future__ import annotations

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from prometheus.errors import Conflict, Damaged, NotUnderstood, TooNew
from prometheus_morpheus.services import purging
from prometheus_morpheus.services.limits import Limits
from prometheus_morpheus.services.purging import KEPT_ROWS, Rule, purge
from prometheus_morpheus.services.sealing import Seal
from prometheus_morpheus.services.store import database
from prometheus_morpheus.services.store.opening import Store, open_store
from prometheus_morpheus.services.store.presentations import Shown
from prometheus_morpheus.services.store.published import Document
from prometheus_morpheus.services.store.room import Full

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.services.store.requests import Status

DAY = 24 * 3600 * 1000
NOW = 400 * DAY
KEY = bytes(range(32))
SECRET = "6 Unter den Linden"


@pytest.fixture
def store() -> Iterator[Store]:
    opened = open_store(None, Seal(KEY), Limits())
    yield opened
    opened.close()


def request(text: str = SECRET) -> Json:
    return {"content": {"claim": text}, "signature": {}}


def test_a_request_is_found_by_its_link_and_by_its_id(store: Store) -> None:
    row = store.requests.add("cju1", "cjuP", request(), "uLink", NOW)
    assert store.requests.by_link("uLink") == store.requests.by_id("cju1") == row
    assert store.requests.by_link("uLinl") is None
    assert store.requests.document("cju1") == request()


def test_the_same_request_again_keeps_its_link_and_its_time(store: Store) -> None:
    first = store.requests.add("cju1", "cjuP", request(), "uLink", NOW)
    again = store.requests.add("cju1", "cjuP", request(), "uOther", NOW + 5)
    assert again == first
    assert store.requests.by_link("uOther") is None
    assert len(store.requests.listed(99)) == 1


def test_many_threads_that_bring_one_request_get_one_link(store: Store) -> None:
    with ThreadPoolExecutor(16) as pool:
        rows = list(pool.map(lambda n: store.requests.add("cju1", "cjuP", request(), f"u{n}", NOW), range(200)))
    assert len({row.link for row in rows}) == 1
    assert store.room.waiting == 1


def test_a_request_is_decided_once(store: Store) -> None:
    store.requests.add("cju1", "cjuP", request(), "uLink", NOW)
    assert store.requests.decide("cju1", "approved", NOW + 1, statement={"signed": True})
    assert not store.requests.decide("cju1", "rejected", NOW + 2, reason="late")
    assert store.requests.statement("cju1") == {"signed": True}
    assert store.requests.reason("cju1") is None
    row = store.requests.by_id("cju1")
    assert row is not None
    assert (row.status, row.decided) == ("approved", NOW + 1)


def test_of_many_threads_that_decide_one_does_it(store: Store) -> None:
    store.requests.add("cju1", "cjuP", request(), "uLink", NOW)
    with ThreadPoolExecutor(16) as pool:
        did = list(pool.map(lambda n: store.requests.decide("cju1", "rejected", NOW, reason=str(n)), range(100)))
    assert did.count(True) == 1
    assert store.requests.reason("cju1") == str(did.index(True))


def test_nothing_that_a_person_sent_can_be_read_in_the_file(tmp_path: Path) -> None:
    opened = open_store(str(tmp_path), Seal(KEY), Limits())
    opened.requests.add("cju1", "cjuP", request(), "uLinkThatIsSecret", NOW)
    opened.requests.decide("cju1", "rejected", NOW, reason="blurry photo of her")
    opened.presentations.add("cju2", request(), (), NOW)
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    opened.close()
    files += b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for told in (SECRET, "uLinkThatIsSecret", "blurry"):
        assert told.encode() not in files
    assert b"cjuP" in files, "the control: what is not sealed is found"


def test_what_was_kept_is_there_again_after_a_restart(tmp_path: Path) -> None:
    opened = open_store(str(tmp_path), Seal(KEY), Limits())
    opened.requests.add("cju1", "cjuP", request(), "uLink", NOW)
    opened.last_tokens.use("pez1", 50)
    opened.close()
    again = open_store(str(tmp_path), Seal(KEY), Limits())
    assert again.requests.document("cju1") == request()
    assert again.last_tokens.use("pez1", 50) == 50
    assert again.room.waiting == 1
    again.close()


def test_another_key_is_told_at_start(tmp_path: Path) -> None:
    open_store(str(tmp_path), Seal(KEY), Limits()).close()
    with pytest.raises(NotUnderstood, match="not the one"):
        open_store(str(tmp_path), Seal(bytes(32)), Limits())
    open_store(str(tmp_path), Seal(KEY), Limits()).close()


def test_two_at_one_folder_are_refused(tmp_path: Path) -> None:
    opened = open_store(str(tmp_path), Seal(KEY), Limits())
    with pytest.raises(Conflict, match="another service"):
        open_store(str(tmp_path), Seal(KEY), Limits())
    opened.close()
    open_store(str(tmp_path), Seal(KEY), Limits()).close()


def test_a_file_that_is_no_store_is_told(tmp_path: Path) -> None:
    (tmp_path / "service.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(Damaged):
        open_store(str(tmp_path), Seal(KEY), Limits())


def test_a_newer_layout_is_told_and_left_alone(tmp_path: Path) -> None:
    open_store(str(tmp_path), Seal(KEY), Limits()).close()
    file = tmp_path / "service.db"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(TooNew):
        open_store(str(tmp_path), Seal(KEY), Limits())
    assert file.read_bytes() == before


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "town"
    opened = open_store(str(folder), Seal(KEY), Limits())
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    opened.close()


def test_a_box_does_not_open_in_another_place() -> None:
    seal = Seal(KEY)
    box = seal.seal(b"reason", "requests/reason/cju1")
    assert seal.open(box, "requests/reason/cju1") == b"reason"
    with pytest.raises(Damaged):
        seal.open(box, "requests/reason/cju2")


@pytest.mark.parametrize("at", [0, 1, 24, 25, -1])
def test_a_changed_box_does_not_open(at: int) -> None:
    seal = Seal(KEY)
    box = bytearray(seal.seal(b"reason", "place"))
    box[at] ^= 1
    with pytest.raises(Damaged):
        seal.open(bytes(box), "place")


@pytest.mark.parametrize("length", [0, 1, 24, 25, 40])
def test_a_box_that_was_cut_does_not_open(length: int) -> None:
    seal = Seal(KEY)
    with pytest.raises(Damaged):
        seal.open(seal.seal(b"reason", "place")[:length], "place")


def test_a_seal_shows_nothing_of_its_key() -> None:
    assert "hidden" in repr(Seal(KEY))
    assert KEY.hex()[:16] not in repr(Seal(KEY))
    with pytest.raises(ValueError, match="32 bytes"):
        Seal(os.urandom(31))


def test_too_many_that_wait_are_refused_and_a_known_one_is_not() -> None:
    opened = open_store(None, Seal(KEY), Limits(pending=2))
    opened.requests.add("cju1", "cjuP", request(), "u1", NOW)
    opened.requests.add("cju2", "cjuP", request(), "u2", NOW)
    with pytest.raises(Full):
        opened.requests.add("cju3", "cjuP", request(), "u3", NOW)
    assert opened.requests.by_id("cju3") is None
    assert opened.requests.add("cju1", "cjuP", request(), "u4", NOW).link == "u1"
    opened.requests.decide("cju1", "withdrawn", NOW)
    assert opened.requests.add("cju3", "cjuP", request(), "u3", NOW).link == "u3"
    opened.close()


def test_more_bytes_than_there_is_room_for_are_refused() -> None:
    opened = open_store(None, Seal(KEY), Limits(stored=300))
    opened.presentations.add("cju1", request("x" * 100), (), NOW)
    with pytest.raises(Full):
        opened.presentations.add("cju2", request("x" * 100), (), NOW)
    assert opened.presentations.row("cju2") is None
    opened.close()


def test_the_rule_takes_what_is_old_and_leaves_what_is_not(store: Store) -> None:
    rule = Rule(decided=30, undecided=180, presentations=30)
    for name, received, decided in (("old", 0, 1), ("new", 0, 100), ("waits", 100, None), ("forgotten", 0, None)):
        store.requests.add(name, "cjuP", request(), f"u{name}", received * DAY)
        if decided is not None:
            store.requests.decide(name, "approved", decided * DAY, statement={"s": 1})
    assert purge(store, rule, 120 * DAY) == 1
    assert purge(store, rule, 181 * DAY) == 2
    rows = {row.request_id: row for row in store.requests.listed(99)}
    assert {name for name, row in rows.items() if row.purged} == {"old", "new", "forgotten"}
    assert store.requests.document("old") is None
    assert store.requests.statement("old") is None
    assert store.requests.document("waits") == request()
    assert rows["old"].status == "approved"
    assert rows["old"].link == "uold"


def test_the_day_of_the_rule_is_the_day(store: Store) -> None:
    store.requests.add("cju1", "cjuP", request(), "uLink", 0)
    store.requests.decide("cju1", "rejected", 10 * DAY, reason="no")
    assert purge(store, Rule(decided=30), 40 * DAY - 1) == 0
    assert purge(store, Rule(decided=30), 40 * DAY) == 1
    assert purge(store, Rule(decided=30), 40 * DAY) == 0


def test_a_purged_request_cannot_be_decided(store: Store) -> None:
    store.requests.add("cju1", "cjuP", request(), "uLink", 0)
    purge(store, Rule(undecided=1), DAY)
    assert not store.requests.decide("cju1", "approved", DAY, statement={})
    assert store.room.waiting == 0
    assert store.room.stored == 0


def test_a_request_that_lapsed_is_kept_anew_under_its_link(store: Store) -> None:
    store.requests.add("cju1", "cjuP", request(), "uLink", 0)
    purge(store, Rule(undecided=1), DAY)
    lapsed = store.requests.by_id("cju1")
    assert lapsed is not None
    assert lapsed.has_lapsed
    row = store.requests.add("cju1", "cjuP", request(), "uOther", 2 * DAY)
    assert row == store.requests.by_link("uLink")
    assert (row.received, row.status, row.purged) == (2 * DAY, "pending", None)
    assert store.requests.document("cju1") == request()
    assert (store.room.waiting, store.room.kept) == (1, 1)
    assert store.requests.decide("cju1", "approved", 3 * DAY, statement={})


@pytest.mark.parametrize("status", ["approved", "rejected", "withdrawn"])
def test_a_decided_request_that_was_purged_does_not_come_back(store: Store, status: Status) -> None:
    store.requests.add("cju1", "cjuP", request(), "uLink", 0)
    store.requests.decide("cju1", status, 0)
    purge(store, Rule(decided=1), DAY)
    row = store.requests.add("cju1", "cjuP", request(), "uOther", 2 * DAY)
    assert (row.link, row.status, row.purged) == ("uLink", status, DAY)
    assert store.requests.document("cju1") is None


def test_a_presentation_that_was_purged_is_kept_anew(store: Store) -> None:
    store.presentations.add("cju1", request(), ("cjuS",), 0)
    purge(store, Rule(presentations=1), DAY)
    assert store.presentations.document("cju1") is None
    store.presentations.add("cju1", request(), (), 2 * DAY)
    assert store.presentations.document("cju1") == request()
    assert store.presentations.listed(9) == [Shown("cju1", 2 * DAY, (), None)]
    assert (store.room.waiting, store.room.kept) == (1, 1)


def test_requests_taken_back_at_once_have_a_limit_too() -> None:
    opened = open_store(None, Seal(KEY), Limits(pending=2))
    for number in range(20):
        opened.requests.add(f"cju{number}", "cjuP", request(), f"u{number}", NOW)
        opened.requests.decide(f"cju{number}", "withdrawn", NOW)
    with pytest.raises(Full):
        opened.requests.add("cju20", "cjuP", request(), "u20", NOW)
    purge(opened, Rule(), NOW + 30 * DAY)
    assert opened.requests.add("cju20", "cjuP", request(), "u20", NOW).link == "u20"
    opened.close()


def test_a_list_opens_only_what_it_tells(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(50):
        store.requests.add(f"cju{number}", "cjuP", request(), f"u{number}", NOW)
        if number % 2:
            store.requests.decide(f"cju{number}", "withdrawn", NOW)
    opened: list[str] = []
    really_open = Seal.open

    def counted(seal: Seal, box: bytes, place: str) -> bytes:
        opened.append(place)
        return really_open(seal, box, place)

    monkeypatch.setattr(Seal, "open", counted)
    told = [row.request_id for row in store.requests.listed(27)]
    assert told == sorted([*(f"cju{n}" for n in range(0, 50, 2)), "cju47", "cju49"], key=lambda name: int(name[3:]))
    assert len(opened) == 27
    assert [row.request_id for row in store.requests.listed(2)] == ["cju0", "cju2"]


def test_of_very_many_that_were_purged_the_first_are_forgotten(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "MOST_ROWS", 3)
    for number in range(5):
        store.requests.add(f"cju{number}", "cjuP", request(), f"u{number}", number * DAY)
        store.presentations.add(f"cju{number}", request(), (), number * DAY)
        purge(store, Rule(undecided=1, presentations=1), (number + 1) * DAY)
    assert [row.request_id for row in store.requests.listed(9)] == ["cju2", "cju3", "cju4"]
    assert [row.content_id for row in store.presentations.listed(9)] == ["cju2", "cju3", "cju4"]


@pytest.mark.parametrize("layout", [1, 2])
def test_a_layout_that_was_never_released_is_told_and_left_alone(tmp_path: Path, layout: int) -> None:
    with closing(sqlite3.connect(tmp_path / "service.db")) as file:
        file.execute(f"PRAGMA user_version = {layout}")
    before = (tmp_path / "service.db").read_bytes()
    with pytest.raises(Damaged, match="never released"):
        open_store(str(tmp_path), Seal(KEY), Limits())
    assert (tmp_path / "service.db").read_bytes()[100:] == before[100:]


def test_a_layout_says_its_number(tmp_path: Path) -> None:
    opened = open_store(str(tmp_path), Seal(KEY), Limits())
    assert opened.database.one("PRAGMA user_version") == (database._NEWEST,)
    opened.close()


def test_the_row_of_a_purged_one_goes_after_a_year(store: Store) -> None:
    store.requests.add("cju1", "cjuP", request(), "uLink", 0)
    store.presentations.add("cju2", request(), ("cjuS",), 0)
    purge(store, Rule(undecided=1, presentations=1), DAY)
    shown = store.presentations.row("cju2")
    assert shown is not None
    assert (shown.purged, shown.scenario_ids) == (DAY, ("cjuS",))
    purge(store, Rule(), (KEPT_ROWS + 1) * DAY - 1)
    assert store.requests.by_link("uLink") is not None
    purge(store, Rule(), (KEPT_ROWS + 1) * DAY)
    assert store.requests.by_link("uLink") is None
    assert store.presentations.row("cju2") is None


def test_nothing_of_what_was_purged_stays_in_the_file(tmp_path: Path) -> None:
    opened = open_store(str(tmp_path), Seal(KEY), Limits())
    opened.requests.add("cju1", "cjuP", request("x" * 5000), "uLink", 0)
    found = opened.database.one("SELECT document FROM requests")
    assert found is not None
    piece = found[0][100:140]
    assert any(piece in path.read_bytes() for path in tmp_path.iterdir()), "the control: it is in the file before"
    purge(opened, Rule(undecided=1), DAY)
    assert not any(piece in path.read_bytes() for path in tmp_path.iterdir())
    opened.close()


def test_a_document_that_was_published_once_stays_to_be_had(store: Store) -> None:
    first = [Document("cju1", "process", {"name": "a"}), Document("cju2", "schema", {})]
    assert store.published.publish(first, NOW) == ("cju1", "cju2")
    assert store.published.publish([Document("cju3", "process", {"name": "b"}), *first[1:]], NOW) == ("cju3",)
    assert store.published.current("process") == ("cju3",)
    assert store.published.blob("cju1") == {"name": "a"}
    assert store.published.ever("process") == ("cju1", "cju3")
    assert store.published.publish(first, NOW) == ()
    assert store.published.current("process") == ("cju1",)


def test_the_next_token_of_a_key_is_newer(store: Store) -> None:
    assert store.last_tokens.use("pez1", 100) is None
    assert store.last_tokens.use("pez1", 100) == 100
    assert store.last_tokens.use("pez1", 99) == 100
    assert store.last_tokens.use("pez2", 99) is None
    assert store.last_tokens.use("pez1", 101) is None
