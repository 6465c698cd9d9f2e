"""BIP39: a secret as words that fit on paper, in eight languages.

Rules, which are those of the IOP reference where BIP39 leaves room:
* Vault phrases have 24 words (256 bits), separated by exactly one U+0020 each: a doubled, leading or trailing space or
  a tab is an error, so that what is on paper is what is typed.
* Short phrases have 12, 15, 18, 21 or 24 words with any white space between. They open foreign wallets.
* Words are compared after NFKD and case matters. Which word is wrong is not told.
* The seed is PBKDF2-HMAC-SHA512 over the NFKD phrase, salt ``mnemonic`` + NFKD password, 2048 rounds, 64 bytes.

Word lists come from the ``mnemonic`` package and are loaded when first needed. The words themselves are compared in
tables; no error text holds a word of the user's phrase.
"""

from __future__ import annotations

from unicodedata import normalize

from prometheus.errors import NotUnderstood
from prometheus.identity.secret_text import secret_bytes
from prometheus.model.frozen import TYPE_CHECKING
from prometheus_memory import holding, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prometheus_memory import LockedBytes

LANGUAGES = {
    "en": "english",
    "zh-hans": "chinese_simplified",
    "zh-hant": "chinese_traditional",
    "fr": "french",
    "it": "italian",
    "ja": "japanese",
    "ko": "korean",
    "es": "spanish",
}
"""Language codes, each with the name of its list in the ``mnemonic`` package."""

ENTROPY_SIZE = 32
SEED_SIZE = 64
PHRASE_WORDS = 24
_SHORT_ENTROPY_SIZES = (16, 20, 24, 28, 32)
_WORD_BITS = 11
_ROUNDS = 2048

_loaded: dict[str, tuple[str, ...]] = {}


def wordlist(language: str = "en") -> tuple[str, ...]:
    """Return the 2048 words of a language, in NFKD.

    Raises:
        NotUnderstood: ``Invalid BIP39 language code``.
    """
    code = language.lower()
    if code not in LANGUAGES:
        raise NotUnderstood("Invalid BIP39 language code", code="LANGUAGE", remedy=f"use one of {', '.join(LANGUAGES)}")
    if code not in _loaded:
        from mnemonic import Mnemonic

        _loaded[code] = tuple(normalize("NFKD", word) for word in Mnemonic(LANGUAGES[code]).wordlist)
    return _loaded[code]


def words_with_prefix(prefix: str, language: str = "en") -> list[str]:
    """Return all words of the list that start with a prefix, in the order of the list."""
    start = normalize("NFKD", prefix)
    return [word for word in wordlist(language) if word.startswith(start)]


def entropy_to_phrase(entropy: bytes, language: str = "en") -> str:
    """Return the 24 words of 32 bytes; NotUnderstood ``Only 256-bit entropy is supported`` for another length."""
    if len(entropy) != ENTROPY_SIZE:
        raise NotUnderstood("Only 256-bit entropy is supported", code="ENTROPY")
    return short_entropy_to_phrase(entropy, language)


def short_entropy_to_phrase(entropy: bytes, language: str = "en") -> str:
    """Return the words of 16, 20, 24, 28 or 32 bytes; NotUnderstood ``invalid keysize: BITS`` for another length."""
    words = wordlist(language)
    if len(entropy) not in _SHORT_ENTROPY_SIZES:
        raise NotUnderstood(f"invalid keysize: {len(entropy) * 8}", code="ENTROPY")
    checksum_bits = len(entropy) // 4
    number = int.from_bytes(entropy, "big") << checksum_bits | _checksum(entropy)
    count = (len(entropy) * 8 + checksum_bits) // _WORD_BITS
    return " ".join(words[number >> (_WORD_BITS * place) & 2047] for place in reversed(range(count)))


def phrase_to_entropy(phrase: str, language: str = "en") -> bytes:
    """Return the 32 bytes behind a vault phrase; errors as `phrase_to_seed`."""
    _check_24_words(phrase, language)
    return _entropy(normal_phrase(phrase), language)


def phrase_to_seed(phrase: str, password: str = "", language: str = "en") -> LockedBytes:
    """Return the 64 byte seed of a vault phrase, in locked memory.

    Raises:
        NotUnderstood: ``Only 24-word mnemonics are supported``, ``invalid word in phrase``, ``invalid checksum`` or
            ``Invalid BIP39 language code``.
    """
    _check_24_words(phrase, language)
    return short_phrase_to_seed(phrase, password, language)


def short_phrase_to_seed(phrase: str, password: str = "", language: str = "en") -> LockedBytes:
    """Return the 64 byte seed of a phrase of 12 to 24 words.

    Raises:
        NotUnderstood: As `phrase_to_seed`, and ``invalid number of words in phrase: N`` instead of the 24 word rule.
    """
    return words_to_seed(normal_phrase(phrase).split(" "), holding(secret_bytes(password)), language)


def words_to_seed(words: Sequence[str], password: LockedBytes | None = None, language: str = "en") -> LockedBytes:
    """Return the 64 byte seed of words in NFKD, which are joined in locked memory only; errors as above.

    Args:
        words: 12 to 24 words of the list.
        password: The BIP39 password in UTF-8; one that is not ASCII becomes ordinary text while it is normalised.
        language: Code of the list.
    """
    from prometheus.identity.openssl import pbkdf2_sha512

    check_words(words, language)
    spaced = [part for word in words for part in (b" ", word.encode())]
    with joined(*spaced[1:]) as text, _salt(password) as salt:
        return pbkdf2_sha512(text, salt, _ROUNDS)


def check_words(words: Sequence[str], language: str = "en") -> None:
    """Refuse words in NFKD that are no phrase of 12 to 24 words; errors as `short_phrase_to_seed`."""
    _entropy_of_words(words, language)


def validate_phrase(phrase: str, language: str = "en") -> None:
    """Refuse a text that is not a phrase of 12 to 24 words as it stands: NFKD, one space between words.

    Use `phrase_to_entropy` for what a person typed; this is the reference's own check, which normalises nothing.
    """
    _entropy(phrase, language)


def normal_phrase(phrase: str) -> str:
    """Return a phrase as it is hashed and stored: words in NFKD, one space between them."""
    return " ".join(normalize("NFKD", word) for word in phrase.split())


def seed_from_bytes(raw: bytes) -> bytes:
    """Return raw bytes as a seed; NotUnderstood ``Only 512-bit seeds are supported`` unless they are 64."""
    if len(raw) != SEED_SIZE:
        raise NotUnderstood("Only 512-bit seeds are supported", code="SEED")
    return raw


def _check_24_words(phrase: str, language: str) -> None:
    wordlist(language)
    if phrase.count(" ") != PHRASE_WORDS - 1:
        raise NotUnderstood(
            "Only 24-word mnemonics are supported",
            code="PHRASE",
            remedy="write all 24 words with one space between them, and nothing else",
        )


def _salt(password: LockedBytes | None) -> LockedBytes:
    if password is None:
        return holding(b"mnemonic")
    if all(byte < 0x80 for byte in password.view):
        return joined(b"mnemonic", password)
    return holding(b"mnemonic" + normalize("NFKD", str(password.view, "utf-8")).encode())


def _entropy(phrase: str, language: str) -> bytes:
    return _entropy_of_words(phrase.split(" "), language)


def _entropy_of_words(words: Iterable[str], language: str) -> bytes:
    places = {word: place for place, word in enumerate(wordlist(language))}
    number = count = 0
    for word in words:
        place = places.get(word)
        if place is None:
            raise NotUnderstood("invalid word in phrase", code="PHRASE")
        number, count = number << _WORD_BITS | place, count + 1
        if count > PHRASE_WORDS:
            number = 0  # too many words anyway; what is left is only looked up
    if count not in (12, 15, 18, 21, 24):
        raise NotUnderstood(f"invalid number of words in phrase: {count}", code="PHRASE")
    checksum_bits = count // 3
    entropy = (number >> checksum_bits).to_bytes(checksum_bits * 4, "big")
    if number & ((1 << checksum_bits) - 1) != _checksum(entropy):
        raise NotUnderstood("invalid checksum", code="PHRASE", remedy="compare each word with the paper, in order")
    return entropy


def _checksum(entropy: bytes) -> int:
    import hashlib

    return hashlib.sha256(entropy).digest()[0] >> (8 - len(entropy) // 4)
