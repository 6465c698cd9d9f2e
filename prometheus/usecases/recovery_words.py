"""Read recovery words as people write them down: numbered, in lines, in any case; and say which word is wrong.

Only the writing is forgiven. The words themselves must be 24 of one list with a right checksum; nothing is guessed.
Which word was typed, and which might be meant, is part of the secret: it is in a `WordFault`, for the screen of the
person who types, and never in an error.
"""

from __future__ import annotations

from unicodedata import normalize

from prometheus.errors import NotUnderstood
from prometheus.identity import bip39
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

WORDS: Final = 24
TEXT_LIMIT: Final = 4096
"""Bytes of a text with 24 words; the longest list needs far less."""
_SUGGESTIONS: Final = 3


class WordFault(NamedTuple):
    """A word that is not in the list."""

    position: int
    """Counted from one, as on paper."""
    typed: str
    suggestions: tuple[str, ...]

    def __repr__(self) -> str:
        return f"WordFault({self.position})"


class Phrase(NamedTuple):
    """24 words of one list with a right checksum."""

    words: Secret
    language: str

    def seed(self, password: str = "") -> Secret:
        """Return the seed that the words make with a BIP39 password, which is empty for most people."""
        return Secret(bip39.phrase_to_seed(self.words.expose().decode(), password, self.language))


def split_words(text: str) -> list[str]:
    """Return the words of a text without numbering, in lower case and NFKD."""
    tokens = (_without_number(token) for token in normalize("NFKD", text).lower().split())
    return [token for token in tokens if token]


def read_phrase(text: str, language: str = "") -> Phrase:
    """Return the phrase that a text holds.

    Args:
        text: The words as typed, pasted or read from a file.
        language: Code of the word list; found out when empty.

    Raises:
        NotUnderstood: When there are not 24 words of one list with a right checksum; says how many and where.
    """
    words = split_words(text)
    if len(words) != WORDS:
        raise NotUnderstood(
            f"{len(words)} words were given; {WORDS} are needed",
            code="WORDS-COUNT",
            remedy="give all of them in order, with spaces or line ends between them",
        )
    joined = " ".join(words)
    fitting = [code for code in _candidates(language) if _is_right(joined, code)]
    if len(fitting) == 1:
        return Phrase(Secret(joined.encode()), fitting[0])
    if fitting:
        raise NotUnderstood(
            "the words belong to more than one list",
            code="WORDS-LANGUAGE",
            remedy=f"say which with --language, one of {', '.join(fitting)}",
        )
    raise _refusal(words, language)


def word_faults(words: Iterable[str], language: str = "") -> list[WordFault]:
    """Return the words that are not in the list, each with what may be meant; for the eyes of who typed them."""
    from difflib import get_close_matches

    typed = list(words)
    words_known = bip39.wordlist(language or _nearest_language(typed))
    return [
        WordFault(position, word, tuple(get_close_matches(word, words_known, _SUGGESTIONS, 0.6)))
        for position, word in enumerate(typed, start=1)
        if word not in words_known
    ]


def _refusal(words: list[str], language: str) -> NotUnderstood:
    faults = word_faults(words, language)
    if not faults:
        return NotUnderstood(
            "the words do not belong together: their checksum is wrong",
            code="WORDS-CHECKSUM",
            meaning="every word is in the list, so one is another word than on the paper, or two changed places",
            remedy="compare each word with the paper, in order",
        )
    places = ", ".join(str(fault.position) for fault in faults)
    return NotUnderstood(
        f"word {places} is not in the list" if len(faults) == 1 else f"words {places} are not in the list",
        code="WORDS-UNKNOWN",
        meaning=f"{WORDS - len(faults)} of {WORDS} words are known",
        remedy="compare it with the paper; on a terminal the words that may be meant are shown",
    )


def _candidates(language: str) -> tuple[str, ...]:
    if not language:
        return tuple(bip39.LANGUAGES)
    bip39.wordlist(language)
    return (language.lower(),)


def _is_right(joined: str, language: str) -> bool:
    try:
        bip39.validate_phrase(joined, language)
    except NotUnderstood:
        return False
    return True


def _nearest_language(words: list[str]) -> str:
    known = {code: len(frozenset(bip39.wordlist(code)).intersection(words)) for code in bip39.LANGUAGES}
    return max(known, key=lambda code: known[code])


def _without_number(token: str) -> str:
    return token.lstrip("0123456789.):-,").rstrip(",;.")
