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
from prometheus_memory import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WORDS: Final = 24
TEXT_LIMIT: Final = 4096
"""Bytes of a text with 24 words; the longest list needs far less."""
_SUGGESTIONS: Final = 3
_SPACES: Final = frozenset(b" \t\n\v\f\r")


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

    def seed(self, password: Secret | None = None) -> Secret:
        """Return the seed that the words make with a BIP39 password, which most people have not."""
        words = split_words(self.words)
        return Secret(bip39.words_to_seed(words, None if password is None else password.locked, self.language))


def split_words(text: Secret) -> list[str]:
    """Return the words of a text in UTF-8 without numbering, in lower case and NFKD.

    Each becomes a text of its own, so that the phrase as a whole stays in locked memory.

    Raises:
        NotUnderstood: When the text is not UTF-8.
    """
    tokens = (_without_number(token) for piece in _pieces(text) for token in normalize("NFKD", piece).lower().split())
    return [token for token in tokens if token]


def read_phrase(text: Secret, language: str = "") -> Phrase:
    """Return the phrase that a text holds.

    Args:
        text: The words as typed, pasted or read from a file, in UTF-8.
        language: Code of the word list; found out when empty.

    Raises:
        NotUnderstood: When there are not 24 words of one list with a right checksum; says how many and where.
    """
    return phrase_of(split_words(text), language)


def phrase_of(words: Sequence[str], language: str = "") -> Phrase:
    """Return the phrase that words in NFKD make; errors as `read_phrase`."""
    if len(words) != WORDS:
        raise NotUnderstood(
            f"{len(words)} words were given; {WORDS} are needed",
            code="WORDS-COUNT",
            remedy="give all of them in order, with spaces or line ends between them",
        )
    fitting = [code for code in _candidates(language) if _is_right(words, code)]
    if len(fitting) == 1:
        spaced = [part for word in words for part in (b" ", word.encode())]
        return Phrase(Secret(joined(*spaced[1:])), fitting[0])
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


def _pieces(text: Secret) -> Iterator[str]:
    """Yield what stands between bytes that are ASCII white space, each decoded alone."""
    view, start = text.view, 0
    for end in range(len(view) + 1):
        if end == len(view) or view[end] in _SPACES:
            if end > start:
                yield _decoded(view[start:end])
            start = end + 1


def _decoded(piece: memoryview) -> str:
    try:
        return str(piece, "utf-8")
    except UnicodeDecodeError:
        raise NotUnderstood("the recovery words are not UTF-8 text", code="WORDS-NOT-TEXT") from None


def _refusal(words: Sequence[str], language: str) -> NotUnderstood:
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


def _is_right(words: Sequence[str], language: str) -> bool:
    try:
        bip39.check_words(words, language)
    except NotUnderstood:
        return False
    return True


def _nearest_language(words: list[str]) -> str:
    known = {code: len(frozenset(bip39.wordlist(code)).intersection(words)) for code in bip39.LANGUAGES}
    return max(known, key=lambda code: known[code])


def _without_number(token: str) -> str:
    return token.lstrip("0123456789.):-,").rstrip(",;.")
