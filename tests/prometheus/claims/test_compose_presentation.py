from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_simulators.signed_world import (
    CARD,
    NOW,
    OneKey,
    did,
    judge,
    licence,
    nonce,
    presentation,
    public,
    sign,
    statement,
    statement_content,
)

from prometheus.claims.binding import answer_nonce, disclosure_hash, disclosure_text, nonce_kind, one_way_nonce
from prometheus.claims.claim import Claim
from prometheus.claims.compose_presentation import (
    Binding,
    PartToShow,
    compose_content,
    compose_presentation,
    masked_claim,
    masked_statement,
    new_licence,
)
from prometheus.claims.digest import content_id, is_content_id
from prometheus.claims.jsontext import parse, text_form
from prometheus.claims.signed import signature_is_valid
from prometheus.claims.statement import parse_signed_statement
from prometheus.errors import KeyUnavailable, NotFound, NotUnderstood

FIELDS = sorted(CARD)


def test_the_claim_keeps_its_subject_and_only_the_fields_shown() -> None:
    masked: Any = masked_claim(Claim(did("maria"), CARD), (".ageOver18",))
    assert masked["subject"] == did("maria")
    assert masked["content"]["ageOver18"] == CARD["ageOver18"]
    assert all(is_content_id(masked["content"][name]) for name in FIELDS if name != "ageOver18")


def test_with_no_field_shown_the_content_is_one_content_id() -> None:
    assert masked_claim(Claim(did("maria"), CARD), ()) == {"subject": did("maria"), "content": content_id(CARD)}


@given(st.sets(st.sampled_from(FIELDS)))
def test_masking_never_changes_the_content_id(shown: set[str]) -> None:
    claim = Claim(did("maria"), CARD)
    assert content_id(masked_claim(claim, [f".{name}" for name in shown])) == content_id(claim.to_json())


def test_of_a_field_and_a_part_of_it_the_whole_is_shown() -> None:
    content: Any = {"address": {"city": {"a": 1}, "street": {"b": 2}}}
    masked: Any = masked_claim(Claim(did("maria"), content), (".address", ".address.city"))
    assert masked["content"] == content


@pytest.mark.parametrize("path", [".shoeSize", ".ageOver18.x", ".", ".ageOver18.value.x"])
def test_a_field_that_the_claim_lacks_is_refused(path: str) -> None:
    with pytest.raises(NotFound, match="no field"):
        masked_claim(Claim(did("maria"), CARD), (path,))


def test_a_path_without_its_dot_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="must start with"):
        masked_claim(Claim(did("maria"), CARD), ("ageOver18",))


def test_the_statement_shows_its_constraints_and_no_outer_nonce() -> None:
    signed = statement()._replace(outer_nonce=nonce("outer"))
    masked: Any = masked_statement(PartToShow(signed, ()))
    assert set(masked) == {"signature", "content"}
    assert is_content_id(masked["content"]["claim"])
    assert masked["content"]["constraints"]["authority"] == did("authority")
    assert masked["content"]["nonce"] == nonce("statement")
    assert signature_is_valid(masked)


def test_composite_constraints_can_be_hidden() -> None:
    document = statement_content()
    document["constraints"]["content"] = {"note": "internal"}
    signed = parse_signed_statement(sign(document, "authority"))
    shown: Any = masked_statement(PartToShow(signed, ()))
    hidden: Any = masked_statement(PartToShow(signed, (), hides_constraints_content=True))
    assert shown["content"]["constraints"]["content"] == {"note": "internal"}
    assert is_content_id(hidden["content"]["constraints"]["content"])
    assert signature_is_valid(hidden)


@pytest.mark.parametrize("part", ["claim", "constraints"])
def test_a_statement_that_hides_a_part_already_is_refused(part: str) -> None:
    content: Any = statement_content()
    content[part] = content_id(content[part])
    signed = parse_signed_statement(sign(content, "authority"))
    with pytest.raises(NotUnderstood, match="hidden"):
        presentation(of=signed)


def test_a_collapsed_statement_is_refused() -> None:
    collapsed: Any = sign(statement_content(), "authority")
    collapsed["content"] = content_id(collapsed["content"])
    with pytest.raises(NotUnderstood, match="hidden"):
        presentation(of=parse_signed_statement(collapsed))


def test_a_presentation_needs_a_licence() -> None:
    with pytest.raises(NotUnderstood, match="licence"):
        presentation(".ageOver18", licences=())


def test_a_one_way_presentation_has_the_nonce_of_what_it_shows() -> None:
    content: Any = parse(presentation(".ageOver18").text)
    inner = content["content"]
    assert nonce_kind(inner["nonce"]) == 2
    assert inner["nonce"] == one_way_nonce(disclosure_hash(inner))


def test_an_answer_has_the_nonce_of_request_and_what_it_shows() -> None:
    request = bytes(range(32))
    inner: Any = parse(presentation(".ageOver18", binding=Binding(request_hash=request)).text)
    assert inner["content"]["nonce"] == answer_nonce(request, disclosure_hash(inner["content"]))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_request_hash_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(NotUnderstood, match="32 bytes"):
        presentation(binding=Binding(request_hash=bytes(length)))


@pytest.mark.parametrize("challenge", ["", "x" * 129, "\udc80"])
def test_a_challenge_out_of_bounds_is_refused(challenge: str) -> None:
    with pytest.raises(NotUnderstood):
        presentation(binding=Binding(challenge=challenge))


def test_a_challenge_in_another_width_of_a_reserved_text_is_refused() -> None:
    reserved = one_way_nonce(bytes(32))
    wide = "".join(chr(ord(character) + 0xFEE0) for character in reserved)
    with pytest.raises(NotUnderstood, match="reserved"):
        presentation(binding=Binding(challenge=wide))


def test_signing_the_same_thing_twice_gives_the_same_presentation() -> None:
    assert presentation(".ageOver18").text == presentation(".ageOver18").text


def test_the_text_is_the_sorted_compact_form() -> None:
    composed = presentation(".ageOver18")
    assert composed.text == text_form(composed.document)
    assert '"nonce"' not in disclosure_text({"nonce": "x", "licenses": []})


def test_a_key_that_is_not_at_hand_signs_nothing() -> None:
    class Nobody:
        def sign(self, public_key: str, message: bytes) -> str:
            raise KeyUnavailable("no such key")

    with pytest.raises(KeyUnavailable):
        compose_presentation([PartToShow(statement(), ())], [licence()], signer=Nobody(), public_key=public("maria"))


def test_the_signer_sees_nothing_but_a_content_id() -> None:
    seen: list[bytes] = []

    class Watching(OneKey):
        def sign(self, public_key: str, message: bytes) -> str:
            seen.append(message)
            return super().sign(public_key, message)

    composed = compose_presentation(
        [PartToShow(statement(), ())], [licence()], signer=Watching("maria"), public_key=public("maria")
    )
    assert seen == [composed.content_id.encode()]


def test_a_licence_is_written_in_the_form_that_every_reader_keeps() -> None:
    made = new_licence(did("inspector"), "caf\u00e9", NOW.replace(microsecond=5), NOW + timedelta(days=5))
    assert made.purpose == "cafe\u0301"
    assert (made.valid_from, made.valid_until) == ("2026-11-22T18:00:00Z", "2026-11-27T18:00:00Z")


def test_a_licence_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="end before"):
        new_licence(did("inspector"), "x", NOW, NOW)
    with pytest.raises(NotUnderstood, match="200 characters"):
        new_licence(did("inspector"), "x" * 201, NOW, NOW + timedelta(days=1))
    with pytest.raises(NotUnderstood, match="not a valid DID"):
        new_licence("the gate", "x", NOW, NOW + timedelta(days=1))


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from(FIELDS)))
def test_whatever_is_shown_verifies_and_shows_exactly_that(shown: set[str]) -> None:
    outcome = judge(presentation(*(f".{name}" for name in shown)).text)
    assert outcome.verdict == "valid"
    assert {leaf.path[0] for leaf in outcome.disclosed} == shown


def test_what_is_previewed_is_what_is_signed() -> None:
    parts = [PartToShow(statement(), (".ageOver18",))]
    content = compose_content(parts, [licence()])
    composed = presentation(".ageOver18")
    assert composed.document["content"] == content
    assert composed.content_id == content_id(content)


def test_licences_that_start_at_two_times_are_refused() -> None:
    with pytest.raises(NotUnderstood, match="all licences start"):
        presentation(licences=(licence(), licence("bank", start=NOW + timedelta(seconds=1))))
