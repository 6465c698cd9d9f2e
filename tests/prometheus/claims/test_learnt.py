from __future__ import annotations

from typing import Any

import pytest
from prometheus_simulators.signed_world import CARD, did, judge, licence, nonce, presentation, public, statement

from prometheus.claims.compose_presentation import PartToShow, compose_content
from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import parse, text_form
from prometheus.claims.learnt import Fact, what_is_learnt
from prometheus.claims.shipped import shipped_process
from prometheus.errors import Malformed, NotUnderstood


def schema_of(process_id: str) -> Any:
    process = shipped_process(process_id)
    return None if process is None else process.claim_schema


def test_it_tells_what_is_shown_and_what_is_hidden() -> None:
    learnt = what_is_learnt(presentation(".ageOver18").text, schema_of)
    assert [(field.path, field.value) for field in learnt.shown] == [(".ageOver18", True)]
    assert {field.path: field.digest for field in learnt.hidden} == {
        f".{name}": content_id(value) for name, value in CARD.items() if name != "ageOver18"
    }


def test_it_tells_what_always_shows() -> None:
    facts = what_is_learnt(presentation(".ageOver18").text).facts
    assert Fact("subject", did("maria")) in facts
    assert Fact("authority", did("authority")) in facts
    assert Fact("audience", did("inspector")) in facts
    assert Fact("purpose", "Entry check") in facts
    assert Fact("usable until", "2031-11-01T00:00:00Z") in facts


def test_it_tells_what_could_join_this_to_other_presentations() -> None:
    learnt = what_is_learnt(presentation(".ageOver18").text)
    values = {link.value for link in learnt.links}
    assert {did("maria"), public("maria"), nonce("statement"), statement().signature} <= values
    assert {field.digest for field in learnt.hidden} <= values


def test_what_links_is_really_the_same_in_another_presentation_of_the_claim() -> None:
    one = what_is_learnt(presentation(".ageOver18").text)
    two = what_is_learnt(presentation(".ageOver18", licences=(licence("bank", purpose="Loan"),)).text)
    assert set(one.links) == set(two.links)
    assert one.facts != two.facts


def test_a_preview_before_signing_tells_the_same_but_for_the_key() -> None:
    content = compose_content([PartToShow(statement(), (".ageOver18",))], [licence()])
    before, after = what_is_learnt(text_form(content)), what_is_learnt(presentation(".ageOver18").text)
    assert what_is_learnt(text_form(content), public_key=public("maria")) == after
    assert (before.shown, before.hidden, before.facts) == (after.shown, after.hidden, after.facts)
    assert set(after.links) - set(before.links) == {link for link in after.links if link.value == public("maria")}


@pytest.mark.parametrize(
    "show", [(), (".ageOver18",), (".ageOver18", ".givenName"), tuple(f".{name}" for name in CARD)]
)
def test_the_preview_and_the_verifier_agree(show: tuple[str, ...]) -> None:
    text = presentation(*show).text
    learnt, outcome = what_is_learnt(text, schema_of), judge(text)
    assert [(field.path, field.value) for field in learnt.shown] == [
        ("." + ".".join(one.path), one.value) for one in outcome.disclosed
    ]
    assert len(learnt.hidden) == outcome.withheld


def test_a_claim_that_is_open_inside_the_statement_is_learnt_too() -> None:
    document: Any = parse(presentation().text)
    proven = document["content"]["provenClaims"][0]
    proven["statements"][0]["content"]["claim"] = {"subject": did("maria"), "content": CARD}
    assert len(what_is_learnt(text_form(document)).shown) == 6


def test_what_is_no_presentation_is_refused() -> None:
    with pytest.raises(NotUnderstood):
        what_is_learnt("x")
    with pytest.raises(Malformed):
        what_is_learnt("{}")


def test_a_part_whose_name_looks_like_a_path_hides_behind_no_other() -> None:
    content: Any = {"a.b": "one", "a": {"b": "two"}, '"a': {"b": "three"}, '"a"': "four", "a.": {"": "five"}}
    learnt = what_is_learnt(presentation(".a", '."a', of=statement(content)).text)
    assert {field.path: field.value for field in learnt.shown} == {
        '."a.b"': "one",
        ".a.b": "two",
        '."\\"a".b': "three",
        '."\\"a\\""': "four",
    }
    assert [field.path for field in learnt.hidden] == ['."a."']
