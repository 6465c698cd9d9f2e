"""Words of a text: the quick ways for plain parts give what the rule says of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import category, normalize

from hypothesis import example, given
from hypothesis import strategies as st

from prometheus_vault import index_words
from prometheus_vault.index_words import words_of

if TYPE_CHECKING:
    import pytest

SPACES = st.sampled_from(" \n\t\u00a0\u2003\u3000")
TEXTS = st.lists(st.text() | st.text("abcé\u0301ß1-Σς") | SPACES, max_size=12).map("".join)


def words_by_the_rule(text: str) -> list[str]:
    """Return the runs of letters and digits of the whole text, each once."""
    folded = normalize("NFKD", text).casefold()
    kept = "".join(each for each in folded if category(each)[0] != "M")
    return list(dict.fromkeys("".join(each if each.isalnum() else " " for each in kept).split()))


@given(TEXTS)
@example("ΟΔΟΣ Όνομα")
@example("one \u0301two\nthree\u00a0four")
def test_the_words_of_a_text_are_those_of_its_parts(text: str) -> None:
    assert words_of(text) == words_by_the_rule(text)


@given(st.text(st.characters() | st.sampled_from("\u0301\u0316\u0345\u0344ﬁ각"), min_size=1, max_size=9))
def test_the_words_of_a_long_text_are_those_of_the_rule(text: str) -> None:
    assert words_of(text * 300) == words_by_the_rule(text * 300)


def test_the_marks_of_a_long_word_are_not_put_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []

    def counted(_form: str, text: str) -> str:
        lengths.append(len(text))
        return normalize("NFKD", text)

    monkeypatch.setattr(index_words, "normalize", counted)
    assert words_of("a" + "\u0301" * 20_000 + "\u0316" * 20_000) == ["a"]
    assert max(lengths) == 1
    assert words_of("é" * 100) == ["e" * 100]
    assert max(lengths) == 100


def test_a_word_is_told_apart_by_what_is_no_letter_and_no_digit() -> None:
    assert words_of("Kovács-Bőr 12,5 Kovács") == ["kovacs", "bor", "12", "5"]
