"""Canonical text and the normal form it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.claims.canonical import canonical
from prometheus.claims.jsontext import compact
from prometheus.claims.normal_form import _NEWER, is_nfkd, nfkd
from prometheus.errors import NotUnderstood

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

characters = st.characters(exclude_categories=["Cs"]) | st.sampled_from('"\\\n\u0301\u0323\u0334éﬁ\uff02\uff3cÅ')
strings = st.text(characters, max_size=6)
keys = st.text("ab\u0301", max_size=3).filter(is_nfkd)
values: st.SearchStrategy[Any] = st.recursive(
    strings | st.integers(0, 9) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)


def piece_by_piece(value: Any) -> str:
    """Normalise each scalar and key on its own."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{piece_by_piece(key)}:{piece_by_piece(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(piece_by_piece, value)) + "]"
    return nfkd(compact(value))


@given(values)
def test_each_string_is_normalised_on_its_own(value: Any) -> None:
    assert canonical(value) == piece_by_piece(value)


def test_a_wide_quotation_mark_becomes_a_plain_one() -> None:
    assert canonical(["\uff02"]) == '["""]'
    assert canonical(["\uff3c"]) == '["\\"]'


@pytest.mark.parametrize("value", [{"ﬁ": 1}, [{"a": {"á": 1}}], {"nonce": "u", "value": {"Å": 1}}])
def test_a_key_outside_nfkd_is_refused(value: Json) -> None:
    with pytest.raises(NotUnderstood) as refused:
        canonical(value)
    expected = "Data for canonical JSON serialization must contain field names normalized with Unicode NFKD"
    assert refused.value.what == expected


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="".join(_NEWER)), max_size=20))
def test_known_characters_are_normalised_as_python_does(text: str) -> None:
    assert nfkd(text) == normalize("NFKD", text)
    assert is_nfkd(text) == (normalize("NFKD", text) == text)


@given(st.text(characters | st.sampled_from(sorted(_NEWER)), max_size=20))
def test_the_normal_form_is_final(text: str) -> None:
    assert is_nfkd(nfkd(text))
    assert nfkd(nfkd(text)) == nfkd(text)
    assert is_nfkd(text) == (nfkd(text) == text)


@pytest.mark.parametrize(
    "text",
    ["\U00010781", "\ua7f2", "a\u0898\u0334", "a\u0301\u0898\u0323", "\U0001e030"],
    ids=["superscript", "modifier", "mark before a lower one", "mark between two", "cyrillic modifier"],
)
def test_characters_that_unicode_13_did_not_know_stay_where_they_are(text: str) -> None:
    assert nfkd(text) == text
    assert is_nfkd(text)


def test_what_stands_beside_such_a_character_is_still_normalised() -> None:
    assert nfkd("ﬁ\u0898é") == "fi\u0898e\u0301"
    assert not is_nfkd("ﬁ\u0898")
