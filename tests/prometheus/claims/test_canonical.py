"""Canonical text and the normal form it is made of."""

from __future__ import annotations

import unicodedata
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
    from collections.abc import Callable

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


MARKS = "\u0301\u0316\u0334\u0344\u0f73\uff9e"
"""Marks of several classes, and characters that are none and decompose into some."""


def by_definition(text: str) -> str:
    """Normalise what stands between newer characters, with nothing but the library."""
    pieces, rest = [], ""
    for character in text:
        if character in _NEWER:
            pieces += [normalize("NFKD", rest), character]
            rest = ""
        else:
            rest += character
    return "".join([*pieces, normalize("NFKD", rest)])


@given(
    st.lists(
        st.tuples(
            st.text(characters | st.sampled_from([*sorted(_NEWER), *MARKS, "각", "中"]), max_size=6), st.integers(1, 90)
        ),
        max_size=6,
    )
)
def test_the_form_and_its_check_are_those_of_the_whole_text(repeated: list[tuple[str, int]]) -> None:
    text = "".join(piece * times for piece, times in repeated)
    assert nfkd(text) == by_definition(text)
    assert is_nfkd(text) == (by_definition(text) == text)


@pytest.mark.parametrize("length", [255, 256, 257, 1000])
def test_marks_without_a_letter_between_them_are_put_in_order(length: int) -> None:
    text = "é" + MARKS * length + "中" * length
    assert nfkd(text) == normalize("NFKD", text)
    assert not is_nfkd(text)
    assert is_nfkd(nfkd(text))


def unordered(length: int) -> str:
    """Return a text that the library takes quadratic time to put in order."""
    return "a" + "\u0301" * length + "\u0316" * length


def work_of(step: Callable[[str], object], text: str) -> tuple[int, int]:
    """Return how many comparisons the library may make while a step is taken, and how often it is called."""
    pieces: list[int] = []

    def counted(_form: str, piece: str) -> str:
        pieces.append(len(piece))
        return normalize("NFKD", piece)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unicodedata, "normalize", counted)
        step(text)
    return sum(length**2 for length in pieces), len(pieces)


@pytest.mark.parametrize("newer", ["", "\u0898"])
def test_the_check_normalises_nothing(newer: str) -> None:
    assert work_of(is_nfkd, unordered(30_000) + newer) == (0, 0)
    assert work_of(is_nfkd, "é" * 100 + newer) == (0, 0)
    assert work_of(nfkd, "é" * 100 + newer)[1] > 0, "the control: normalising is counted"


@pytest.mark.parametrize("newer", ["", "\u0898"])
@pytest.mark.parametrize(
    "long",
    [
        unordered,
        lambda times: "é" * times,
        lambda times: "中é" * times,
        lambda times: ("é" + MARKS * 99) * (times // 100),
    ],
    ids=["marks", "letters", "other letters", "letters with many marks"],
)
def test_the_work_of_normalising_grows_as_the_text_does(newer: str, long: Callable[[int], str]) -> None:
    small, large = work_of(nfkd, long(1000) + newer), work_of(nfkd, long(10_000) + newer)
    assert large[0] <= 12 * small[0], "comparisons"
    assert large[1] <= 12 * small[1], "calls"
