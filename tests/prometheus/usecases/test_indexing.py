"""What is said of a record depends on the record alone, and finds it by every word and tag that people look for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as some
from prometheus_simulators.two_vaults import CARD, World, make_world

from prometheus.model import collection, record
from prometheus.model.written_time import moment
from prometheus.usecases.indexing import (
    KEPT,
    LONGEST,
    TRASHED,
    Indexed,
    describe,
    ending,
    ending_in,
    endings_before,
    naming,
    tag,
)
from prometheus.usecases.personas import active_persona
from prometheus.usecases.trash import discard

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus.usecases.session import Session

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(str(tmp_path / "schemas"))


def said(session: Session, group: int) -> list[Indexed]:
    found = [describe(group, name, body) for name, body in session.vault.scan(group)]
    return [one for one in found if one is not None]


def test_a_claim_is_found_by_names_and_values_but_not_by_nonces(world: World) -> None:
    claim = world.claim({**CARD, "points": 1234567}).claim
    (one,) = said(world.holder, collection.CLAIM)
    words = one.text.split("\n")
    assert {claim.id, claim.subject, claim.authority, "number", "A-123", "city", "Bonn", "1234567", "x"} <= set(words)
    assert not {"nonce", "value"} & set(words)
    assert one.order == claim.added
    persona, authority = active_persona(world.holder).did, active_persona(world.authority).did
    named = {tag("schema", world.club.content_id), tag("persona", persona), tag("authority", authority)}
    assert set(one.tags) == {KEPT, *named}


def test_the_trash_is_a_tag(world: World) -> None:
    discard(world.holder, [world.claim().claim])
    (one,) = said(world.holder, collection.CLAIM)
    assert TRASHED in one.tags
    assert KEPT not in one.tags


def test_only_the_beginning_of_a_long_text_is_searched(world: World) -> None:
    world.claim({"number": "x" * LONGEST + "end"})
    (one,) = said(world.holder, collection.CLAIM)
    assert "x" * LONGEST in one.text
    assert "end" not in one.text


def test_an_entry_is_found_by_act_persona_claim_and_audience(world: World) -> None:
    claim = world.claim().claim
    entry = said(world.holder, collection.AUDIT)[-1]
    assert entry.text == ""
    assert set(entry.tags) == {"act:claim.accept", tag("persona", claim.persona), naming(claim.id)}


def test_a_request_is_found_by_id_claim_and_answer(world: World) -> None:
    claim = world.claim().claim
    (request,) = said(world.holder, collection.REQUEST)
    assert {"kind:request", tag("partner", claim.id), KEPT} <= set(request.tags)
    assert "A-123" not in request.text


def test_a_persona_is_found_by_did_key_and_names(world: World) -> None:
    persona = active_persona(world.holder)
    (one,) = said(world.holder, collection.PERSONA)
    wanted = {tag("did", persona.did), tag("public_key", persona.public_key), tag("name", persona.name.casefold())}
    assert {*wanted, "kind:persona", "shown"} <= set(one.tags)
    assert not any(found.startswith("label:") for found in one.tags)


def test_records_of_plugins_are_found_by_their_names_whatever_is_in_them() -> None:
    said = describe(collection.PLUGIN, "guest/a/1", b"\1\0no record")
    assert said == Indexed("", "guest/a/1", ("plugin:guest/a",))


@pytest.mark.parametrize("group", [collection.KEY, collection.SETTING, collection.CHAT, 255])
def test_secrets_and_what_is_never_searched_are_not_described(group: int) -> None:
    assert describe(group, "seed", b"\1\0secret") is None


@pytest.mark.parametrize("group", [collection.PERSONA, collection.CLAIM, collection.REQUEST, collection.AUDIT])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b"null", b"\xff", b'{"facts":1,"act":2}', b"[" * 9999])
def test_a_record_that_cannot_be_read_stays_listed(group: int, body: bytes) -> None:
    assert describe(group, "witness/x", body) == Indexed("witness/x", tags=(KEPT,))


def test_a_claim_whose_statement_cannot_be_read_is_found_by_its_fields(world: World) -> None:
    claim = world.claim().claim._replace(raw=b"{}")
    one = describe(collection.CLAIM, claim.id, record.encode(claim.as_fields(), record.Stamp(1, 0, "d")))
    assert one is not None
    assert ".home.city" in one.text


@pytest.mark.parametrize("text", ["some day", "2019-12-31", "0001-01-01T00:00:00+14:00", "2026-13-01", "²026-11-01"])
def test_an_end_without_a_moment_or_long_ago_is_past(text: str) -> None:
    assert ending(text) == "ends:past"


def test_an_end_at_the_edge_of_time_has_a_month() -> None:
    assert ending("9999-12-31T23:59:59-14:00") == "ends:9999-12"


@given(
    some.datetimes(datetime(2019, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001  # the zone comes beside it
    some.integers(-14 * 60, 14 * 60),
)
def test_what_ended_in_an_earlier_month_is_past_in_every_zone(when: datetime, minutes: int) -> None:
    text = when.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes))).isoformat()
    ended, found = moment(text), ending(text)
    assert ended is not None
    if found in set(endings_before(NOW)):
        assert ended <= NOW
    elif found != ending_in(NOW):
        assert ended > NOW
