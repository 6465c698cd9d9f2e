"""Bodies in an export that the rest of the program could not read are refused, whatever they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import rfc8785
from prometheus_simulators.two_vaults import CARD, World, make_world

from prometheus.claims.services_view import service_address
from prometheus.errors import NotUnderstood, PrometheusError, TooNew
from prometheus.model import collection
from prometheus.portable.export_record import ExportRecord
from prometheus.portable.export_text import Export, read_export
from prometheus.usecases.export_vault import contents_of, text_of
from prometheus.usecases.import_vault import plan_import
from prometheus.usecases.imported_bodies import check_bodies
from prometheus.usecases.personas import active_persona
from prometheus.usecases.request_claim import draft_request
from prometheus.usecases.send_request import Addressed, sign_for

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus.usecases.session import Session


@pytest.fixture
def world(tmp_path: Path) -> World:
    found = make_world(str(tmp_path))
    found.claim()
    found.request()
    draft = draft_request(found.club, active_persona(found.holder), CARD)
    sign_for(found.holder, draft, Addressed(service_address("https://club.example"), (found.club,)))
    return found


def exported(session: Session) -> Export:
    return read_export(text_of(contents_of(session, with_keys=False), session.clock.now()))


def changed(export: Export, group: int, **members: Any) -> ExportRecord:
    """Return a record of the export with members of its body replaced; None takes one out."""
    found = next(each for each in export.records if each.collection == group)
    fields = {**json.loads(found.body), **members}
    return found._replace(body=rfc8785.dumps({key: value for key, value in fields.items() if value is not None}))


@pytest.mark.parametrize(
    ("group", "members"),
    [
        (collection.PERSONA, {"label": 7}),
        (collection.PERSONA, {"key_index": "0"}),
        (collection.PERSONA, {"key_index": True}),
        (collection.PERSONA, {"key_index": 1}),
        (collection.PERSONA, {"hidden": None}),
        (collection.PERSONA, {"hidden": 1}),
        (collection.PERSONA, {"hlc": 5}),
        (collection.PERSONA, {"v": "1"}),
        (collection.PERSONA, {"v": None}),
        (collection.CLAIM, {"raw": 5}),
        (collection.CLAIM, {"raw": "A"}),
        (collection.CLAIM, {"fields": 5}),
        (collection.CLAIM, {"fields": [1]}),
        (collection.CLAIM, {"id": "cju"}),
        (collection.CLAIM, {"uses": -0.5}),
        (collection.REQUEST, {"kind": "other"}),
        (collection.REQUEST, {"kind": ["a"]}),
        (collection.REQUEST, {"raw": {}}),
        (collection.AUDIT, {"seq": "1"}),
        (collection.AUDIT, {"facts": []}),
        (collection.AUDIT, {"hash": None}),
        (collection.SUBMISSION, {"state": "lost"}),
        (collection.SUBMISSION, {"state": ["pending"]}),
        (collection.SUBMISSION, {"may_have_left": 1}),
        (collection.SUBMISSION, {"link": None}),
        (collection.SUBMISSION, {"service": 5}),
        (collection.SUBMISSION, {"id": "cju"}),
    ],
)
def test_a_body_that_could_not_be_read_afterwards_is_refused(world: World, group: int, members: dict[str, Any]) -> None:
    export = exported(world.holder)
    check_bodies(export.records)
    with pytest.raises(NotUnderstood) as refused:
        check_bodies([changed(export, group, **members)])
    assert refused.value.code == "EXPORT-BODY"


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("device", {}),
        ("device", {"hlc": "x", "device": "y"}),
        ("audit-head", {}),
        ("audit-head", {"entry": 5}),
        ("active-persona", {"record": 5}),
        ("policy", {"text": "no policy at all"}),
        ("policy", {}),
        ("authority/ab", {}),
        ("authority/ab", {"processes": [["cju", "name"]]}),
        ("authority/ab", {"processes": [["cju", "name", "1"]]}),
        ("authority/ab", {"processes": [["cju", 5, 1]]}),
    ],
)
def test_a_setting_without_which_nothing_can_be_read_is_checked(name: str, fields: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        check_bodies([ExportRecord(collection.SETTING, name, rfc8785.dumps({"v": 1, **fields}))])


@pytest.mark.parametrize(
    "found",
    [
        ExportRecord(collection.KEY, "seed", b""),
        ExportRecord(collection.KEY, "seed", bytes((1, 32)) + bytes(32) + b"{}"),
        ExportRecord(collection.KEY, "seed", bytes((2, 64)) + bytes(64) + b"{}"),
        ExportRecord(collection.KEY, "other", bytes((1, 64)) + bytes(64) + b"{}"),
        ExportRecord(collection.KEY, "seed", bytes((1, 64)) + bytes(64) + b"\xff"),
        ExportRecord(collection.CHAT, "a", b"\x00"),
        ExportRecord(collection.CHAT, "a", b"[" * 5000),
    ],
)
def test_keys_and_bodies_of_another_form_are_refused(found: ExportRecord) -> None:
    with pytest.raises(NotUnderstood) as refused:
        check_bodies([found])
    assert refused.value.code == "EXPORT-BODY"


def test_a_body_of_a_later_version_is_too_new(world: World) -> None:
    with pytest.raises(TooNew):
        check_bodies([changed(exported(world.holder), collection.PERSONA, v=99)])


def test_too_many_personas_are_refused_before_they_are_derived(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from prometheus.usecases import imported_bodies

    monkeypatch.setattr(imported_bodies, "MOST_PERSONAS", 0)
    monkeypatch.setattr(imported_bodies, "public_key_of", lambda *_: pytest.fail("one was derived"))
    with pytest.raises(PrometheusError) as refused:
        plan_import(world.holder, exported(world.holder))
    assert refused.value.code == "EXPORT-PERSONAS"
