from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.errors import NotUnderstood
from prometheus.identity import bip39
from prometheus.model.secret import Secret
from prometheus.usecases.recovery_words import Phrase, read_phrase, split_words, word_faults

languages = st.sampled_from(tuple(bip39.LANGUAGES))
entropies = st.binary(min_size=32, max_size=32)


def read(text: str, language: str = "") -> Phrase:
    return read_phrase(Secret(text.encode()), language)


def numbered(words: list[str], style: str) -> str:
    return "\n".join(style.format(place, word) for place, word in enumerate(words, 1))


@given(entropies, languages)
def test_words_are_read_back_in_every_language(entropy: bytes, language: str) -> None:
    phrase = bip39.entropy_to_phrase(entropy, language)
    phrase_read = read(phrase, language)
    assert phrase_read.seed().locked == bip39.phrase_to_seed(phrase, "", language)


@given(entropies)
def test_the_language_is_found_out(entropy: bytes) -> None:
    for language in ("en", "it", "ja", "ko", "es"):
        assert read(bip39.entropy_to_phrase(entropy, language)).language == language


@given(entropies, st.sampled_from(["{}. {}", "{}) {}", "{}: {}", "{}.{}", "{} {}", "{} - {}", " {}\t{} "]))
def test_numbering_case_and_line_ends_do_not_matter(entropy: bytes, style: str) -> None:
    phrase = bip39.entropy_to_phrase(entropy)
    typed = numbered([word.upper() for word in phrase.split()], style)
    assert read(typed).words.expose().decode() == phrase


def test_a_seed_depends_on_the_bip39_password() -> None:
    phrase_read = read(bip39.entropy_to_phrase(bytes(range(32))))
    assert phrase_read.seed() != phrase_read.seed(Secret(b"more"))


@pytest.mark.parametrize("count", [0, 1, 12, 23, 25, 48])
def test_another_number_of_words_is_told(count: int) -> None:
    with pytest.raises(NotUnderstood, match=f"{count} words were given; 24 are needed"):
        read(" ".join(["abandon"] * count))


def test_a_wrong_word_is_told_by_its_place_only() -> None:
    words = bip39.entropy_to_phrase(bytes(range(32))).split()
    words[10] = "gravty"
    with pytest.raises(NotUnderstood) as caught:
        read(" ".join(words))
    said = f"{caught.value.what} {caught.value.meaning} {caught.value.remedy}"
    assert "word 11 is not in the list" in said
    assert "gravty" not in said
    assert "gravity" not in said


def test_the_person_who_types_sees_what_may_be_meant() -> None:
    (fault,) = word_faults(["abandon", "gravty", "zoo"])
    assert (fault.position, fault.typed) == (2, "gravty")
    assert "gravity" in fault.suggestions
    assert "gravty" not in repr(fault)


def test_two_words_that_changed_places_are_a_wrong_checksum() -> None:
    words = bip39.entropy_to_phrase(bytes(range(32))).split()
    words[0], words[1] = words[1], words[0]
    with pytest.raises(NotUnderstood, match="checksum"):
        read(" ".join(words))


def test_words_of_two_languages_are_refused() -> None:
    words = bip39.entropy_to_phrase(bytes(range(32))).split()
    words[3] = bip39.wordlist("it")[700]
    with pytest.raises(NotUnderstood):
        read(" ".join(words))


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read(text)
    except NotUnderstood:
        assert all(word == word.lower() or word for word in split_words(Secret(text.encode())))
