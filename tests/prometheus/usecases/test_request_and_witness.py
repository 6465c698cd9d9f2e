"""From plain data to a signed request, from a request to a signed statement, and what is refused on the way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import pytest
from prometheus_simulators.two_vaults import CARD, CLUB, World, make_world

from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import parse
from prometheus.claims.plan import Wanted
from prometheus.claims.shape import is_wrapper
from prometheus.claims.signed import sign_json, signature_is_valid
from prometheus.errors import NotFound, NotUnderstood, ProofError, RefusedError, TooLarge
from prometheus.model import collection
from prometheus.usecases import accept_claim, audit, request_claim, witness_claim
from prometheus.usecases.claim_data import unwrapped
from prometheus.usecases.personas import active_persona
from prometheus.usecases.present_claim import Wish, prepare, release
from prometheus.usecases.schema_check import check_document
from prometheus.usecases.schemas import Schemas
from prometheus.usecases.signed_copies import copies

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus.claims.jsontext import Json
    from prometheus.usecases.request_claim import RequestDraft
    from prometheus.usecases.witness_claim import ReviewedRequest


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(str(tmp_path / "schemas"))


def _draft(world: World, data: Json, evidence: Json = None) -> RequestDraft:
    return request_claim.draft_request(world.club, active_persona(world.holder), data, evidence)


def _review(world: World, document: Json) -> ReviewedRequest:
    return witness_claim.review_request(json.dumps(document).encode(), world.schemas, world.clock.now())


def _signed_by_holder(world: World, content: Json) -> dict[str, Any]:
    return sign_json(content, world.holder.signer, active_persona(world.holder).public_key)


def test_values_are_wrapped_as_the_schema_says(world: World) -> None:
    content = _draft(world, CARD).content
    assert isinstance(content, dict)
    assert is_wrapper(content["number"])
    assert content["points"] == 7
    assert content["tags"] == ["x"]
    assert unwrapped(content) == CARD
    number, level = content["number"], content["level"]
    assert isinstance(number, dict)
    assert isinstance(level, dict)
    assert number["nonce"] != level["nonce"]


def test_every_fault_is_named_by_field_and_none_by_value(world: World) -> None:
    with pytest.raises(NotUnderstood) as caught:
        _draft(world, {"level": "TOPSECRET", "points": -1, "other": 1})
    meaning = caught.value.meaning
    assert ".number is required and missing" in meaning
    assert ".level must be one of gold, silver" in meaning
    assert ".points" in meaning
    assert ".other is not a field of the schema" in meaning
    assert "TOPSECRET" not in meaning


@pytest.mark.parametrize("data", [[], "x", 1, None, True])
def test_data_that_is_no_object_is_refused(world: World, data: Json) -> None:
    with pytest.raises(NotUnderstood, match="not a JSON object"):
        _draft(world, data)


def test_composed_letters_are_taken_apart_and_told(world: World) -> None:
    draft = _draft(world, {"number": "Ári", "home": {"city": "Győr"}})
    assert draft.changed == (".number", ".home.city")
    assert unwrapped(draft.content) == {"number": normalize("NFKD", "Ári"), "home": {"city": normalize("NFKD", "Győr")}}


def test_weaknesses_are_told_before_signing(world: World) -> None:
    codes = {(weakness.code, weakness.path) for weakness in _draft(world, CARD).weaknesses}
    assert ("UNWRAPPED", ".points") in codes
    assert ("GUESSABLE", ".tags") in codes
    assert not any(path == ".number" for _, path in codes)


def test_wrapped_data_is_taken_as_it_is(world: World) -> None:
    content = _draft(world, CARD).content
    assert _draft(world, content).content == content


def test_a_request_is_signed_kept_and_logged_together(world: World) -> None:
    signed = world.request()
    assert signature_is_valid(parse(signed.raw))
    assert signed.id == content_id(parse(signed.raw))
    (copy,) = copies(world.holder, "request")
    assert (copy.id, copy.process_id, copy.partner) == (signed.id, world.club.content_id, "")
    assert copy.file_content == signed.raw
    entry = list(audit.entries(world.holder))[-1]
    assert (entry.act, entry.facts["request"]) == ("claim.request", signed.id)
    assert "A-123" not in json.dumps(entry.as_fields())


def test_required_evidence_must_be_there_and_fit(world: World) -> None:
    form: dict[str, Json] = {"type": "object", "required": ["photo"], "properties": {"photo": {"type": "string"}}}
    process = world.club.process._replace(evidence_schema=form)
    strict, _ = world.schemas.add(process)
    persona = active_persona(world.holder)
    for evidence in (None, {}, {"photo": 1}):
        with pytest.raises(NotUnderstood, match="evidence"):
            request_claim.draft_request(strict, persona, CARD, evidence)  # type: ignore[arg-type]  # JSON all the same
    assert request_claim.draft_request(strict, persona, CARD, {"photo": "x"}).evidence == {"photo": "x"}


def test_a_statement_has_the_claim_of_the_request_unchanged(world: World) -> None:
    request = world.request()
    statement = world.witness(request.raw, after="now", before="P1Y")
    document: Any = parse(statement.raw)
    asked: Any = request.document["content"]
    assert signature_is_valid(document)
    assert document["content"]["claim"] == asked["claim"]
    assert document["content"]["processId"] == world.club.content_id
    clerk = active_persona(world.authority)
    assert document["content"]["constraints"] == {
        "after": "2026-11-22T18:00:00Z",
        "before": "2027-11-22T18:00:00Z",
        "witness": clerk.did + "#0",
        "authority": clerk.did,
        "content": None,
    }
    assert "nonce" not in document
    entry = list(audit.entries(world.authority))[-1]
    assert (entry.act, entry.facts["statement"], entry.facts["request"]) == ("claim.witness", statement.id, request.id)


def test_an_altered_request_is_refused(world: World) -> None:
    document: Any = world.request().document
    document["content"]["claim"]["content"]["level"]["value"] = "silver"
    with pytest.raises(RefusedError, match="must not be signed"):
        _review(world, document)


def test_a_request_in_the_name_of_another_is_refused(world: World) -> None:
    document: Any = world.request().document
    content = document["content"]
    other = active_persona(world.authority)
    content["claimant"] = other.key_link
    with pytest.raises(RefusedError):
        _review(world, _signed_by_holder(world, content))


def test_a_request_about_somebody_else_is_doubtful(world: World) -> None:
    document: Any = world.request().document
    witness_claim.refuse_doubts(_review(world, document))
    document["content"]["claim"]["subject"] = active_persona(world.authority).did
    with pytest.raises(RefusedError, match="could not be made"):
        witness_claim.refuse_doubts(_review(world, _signed_by_holder(world, document["content"])))


def test_a_text_that_looks_like_a_content_id_is_not_signed(world: World) -> None:
    looks = content_id({"isAdmin": True})
    request = world.request({**CARD, "number": looks})
    with pytest.raises(RefusedError) as caught:
        _review(world, request.document)
    assert caught.value.code == "LITERAL-ID"


def test_a_request_that_hides_a_part_is_refused(world: World) -> None:
    document: Any = world.request().document
    content = document["content"]
    content["claim"]["content"]["home"] = content_id(content["claim"]["content"]["home"])
    with pytest.raises((RefusedError, NotUnderstood)):
        _review(world, document)


def test_a_claim_that_breaks_a_rule_of_the_schema_is_refused(world: World) -> None:
    document: Any = world.request().document
    content = document["content"]
    content["claim"]["content"]["points"] = -5
    with pytest.raises(NotUnderstood, match="does not fit"):
        _review(world, _signed_by_holder(world, content))


def test_an_unknown_process_is_told(world: World, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="process"):
        witness_claim.review_request(world.request().raw, Schemas(str(tmp_path / "no")), world.clock.now())


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b'{"content": {"claimant": 1}}', b'{"content":"cju","signature":{}}', b"\x00" * 50]
)
def test_what_is_no_request_is_refused(world: World, raw: bytes) -> None:
    with pytest.raises((NotUnderstood, ProofError)):
        witness_claim.review_request(raw, world.schemas, world.clock.now())


def test_a_statement_is_no_request(world: World) -> None:
    with pytest.raises(NotUnderstood, match="no witness request"):
        _review(world, parse(world.witness(world.request().raw).raw))


@pytest.mark.parametrize(
    ("after", "before"),
    [
        ("", "2026-11-22"),
        ("2027-01-01", "2027-01-01"),
        ("", "P0D"),
        ("yesterday", ""),
        ("", "12/31/2030"),
        ("", "P"),
        ("", "x" * 500),
    ],
)
def test_terms_that_make_no_sense_are_refused(world: World, after: str, before: str) -> None:
    with pytest.raises(NotUnderstood):
        world.witness(world.request().raw, after=after, before=before)


def test_the_authority_may_be_another_did_but_must_be_one(world: World) -> None:
    holder = active_persona(world.holder).did
    terms = witness_claim.checked_terms(world.club, authority=holder, now=world.clock.now())
    assert terms.authority == holder
    with pytest.raises(NotUnderstood):
        witness_claim.checked_terms(world.club, authority="did:web:example.org", now=world.clock.now())


def test_nothing_is_signed_when_the_vault_fails(world: World) -> None:
    def broken() -> Any:
        raise OSError

    world.holder.vault.transaction = broken  # type: ignore[method-assign]  # the fault that is injected
    with pytest.raises(OSError):  # noqa: PT011  # any: what counts is that no request came out
        world.request()
    assert not [name for name, _ in world.holder.scan(collection.REQUEST)]


def test_the_schema_of_the_tests_is_the_one_that_is_meant(world: World) -> None:
    assert world.club.process.claim_schema == CLUB


def _nested(levels: int) -> Json:
    value: Json = 1
    for _ in range(levels):
        value = {"a": value}
    return value


def test_the_deepest_claim_that_is_asked_for_can_be_presented(world: World) -> None:
    form: dict[str, Json] = {"title": "Deep", "type": "object", "properties": {"n": {"type": "object"}}}
    deep, _ = world.schemas.add(check_document(form).process)
    persona = active_persona(world.holder)
    with pytest.raises(NotUnderstood, match="nested more than 100 deep"):
        request_claim.draft_request(deep, persona, {"n": _nested(99)})
    draft = request_claim.draft_request(deep, persona, {"n": _nested(98)})
    request = request_claim.sign_request(world.holder, draft)
    accept_claim.accept(world.holder, world.witness(request.raw).raw, world.schemas)
    wish = Wish(persona, (Wanted((".n",), deep.content_id),))
    assert release(world.holder, prepare(world.holder, wish, world.schemas), "asked").text


def test_a_request_of_others_that_is_too_deep_is_not_signed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    form: dict[str, Json] = {"title": "Deep", "type": "object", "properties": {"n": {"type": "object"}}}
    deep, _ = world.schemas.add(check_document(form).process)
    monkeypatch.setattr(request_claim, "require_room", lambda _content: None)
    draft = request_claim.draft_request(deep, active_persona(world.holder), {"n": _nested(110)})
    request = request_claim.sign_request(world.holder, draft)
    with pytest.raises(NotUnderstood, match="nested more than"):
        world.witness(request.raw)


def test_evidence_with_a_photo_is_signed_and_witnessed(world: World) -> None:
    draft = _draft(world, CARD, {"photo": "A" * 3_000_000})
    signed = request_claim.sign_request(world.holder, draft)
    assert world.witness(signed.raw).id


@pytest.mark.parametrize(
    ("data", "evidence"), [({**CARD, "number": "A" * 1_100_000}, None), (CARD, {"photo": "A" * 4_200_000})]
)
def test_what_nobody_would_read_whole_is_not_signed(world: World, data: Json, evidence: Json) -> None:
    with pytest.raises(TooLarge):
        _draft(world, data, evidence)
