from __future__ import annotations

import unicodedata

import mnemonic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_simulators.plain import plain

from prometheus.errors import NotUnderstood
from prometheus.identity import bip39

IOP_PHRASE = (
    "include pear escape sail spy orange cute despair witness trouble sleep torch "
    "wire burst unable brass expose fiction drift clock duck oxygen aerobic already"
)
languages = st.sampled_from(sorted(bip39.LANGUAGES))

# The test vectors of BIP39 itself; the password is TREZOR.
PUBLISHED = [
    (
        "00000000000000000000000000000000",
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
        "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04",
    ),
    (
        "7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f",
        "legal winner thank year wave sausage worth useful legal winner thank yellow",
        "2e8905819b8723fe2c1d161860e5ee1830318dbf49a83bd451cfb8440c28bd6fa457fe1296106559a3c80937a1c1069be3a3a5bd381ee6260e8d9739fce1f607",
    ),
    (
        "80808080808080808080808080808080",
        "letter advice cage absurd amount doctor acoustic avoid letter advice cage above",
        "d71de856f81a8acc65e6fc851a38d4d7ec216fd0796d0a6827a3ad6ed5511a30fa280f12eb2e47ed2ac03b5c462a0358d18d69fe4f985ec81778c1b370b652a8",
    ),
    (
        "ffffffffffffffffffffffffffffffff",
        "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong",
        "ac27495480225222079d7be181583751e86f571027b0497b5b5d11218e0a8a13332572917f0f8e5a589620c6f15b11c61dee327651a14c34e18231052e48c069",
    ),
    (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "abandon " * 23 + "art",
        "bda85446c68413707090a52022edd26a1c9462295029f2e60cd7c4f2bbd3097170af7a4d73245cafa9c3cca8d561a7c3de6f5d4a10be8ed2a5e608d68f92fcc8",
    ),
]


@pytest.mark.parametrize(("entropy", "phrase", "seed"), PUBLISHED)
def test_the_published_answers_are_met(entropy: str, phrase: str, seed: str) -> None:
    assert bip39.short_entropy_to_phrase(bytes.fromhex(entropy)) == phrase
    assert plain(bip39.short_phrase_to_seed(phrase, "TREZOR")).hex() == seed


@given(st.binary(min_size=32, max_size=32), languages)
def test_a_vault_phrase_gives_its_entropy_back(entropy: bytes, language: str) -> None:
    phrase = bip39.entropy_to_phrase(entropy, language)
    assert len(phrase.split(" ")) == 24
    assert bip39.phrase_to_entropy(phrase, language) == entropy
    bip39.validate_phrase(phrase, language)


@given(st.sampled_from([16, 20, 24, 28, 32]).flatmap(lambda size: st.binary(min_size=size, max_size=size)), languages)
def test_phrases_agree_with_the_mnemonic_package(entropy: bytes, language: str) -> None:
    theirs = mnemonic.Mnemonic(bip39.LANGUAGES[language])
    ours = bip39.short_entropy_to_phrase(entropy, language)
    assert ours.split() == unicodedata.normalize("NFKD", theirs.to_mnemonic(entropy)).split()


@settings(max_examples=20)
@given(st.binary(min_size=32, max_size=32), st.text(st.characters(codec="utf-8"), max_size=20))
def test_seeds_agree_with_the_mnemonic_package(entropy: bytes, password: str) -> None:
    phrase = bip39.entropy_to_phrase(entropy)
    assert plain(bip39.phrase_to_seed(phrase, password)) == mnemonic.Mnemonic.to_seed(phrase, password)


@given(st.binary(min_size=32, max_size=32), st.integers(0, 23), st.data())
def test_one_other_word_is_refused_or_gives_other_entropy(entropy: bytes, place: int, data: st.DataObject) -> None:
    words = bip39.entropy_to_phrase(entropy).split(" ")
    words[place] = data.draw(st.sampled_from(bip39.wordlist()))
    try:
        read = bip39.phrase_to_entropy(" ".join(words))
    except NotUnderstood as refused:
        assert refused.what == "invalid checksum"  # noqa: PT017 - it may also be read, as other entropy
        return
    assert (read == entropy) == (" ".join(words) == bip39.entropy_to_phrase(entropy))


@pytest.mark.parametrize(
    "phrase",
    [
        IOP_PHRASE + " ",
        " " + IOP_PHRASE,
        IOP_PHRASE.replace(" ", "  ", 1),
        IOP_PHRASE.replace(" ", "\t", 1),
        IOP_PHRASE.replace(" ", "\u3000", 1),
        IOP_PHRASE.replace(" ", "\n"),
        IOP_PHRASE + " already",
        IOP_PHRASE.rsplit(" ", 1)[0],
        " " * 1_000_000,
    ],
)
def test_anything_but_24_words_with_single_spaces_is_refused(phrase: str) -> None:
    for read in (bip39.phrase_to_seed, bip39.phrase_to_entropy):
        with pytest.raises(NotUnderstood) as refused:
            read(phrase)
        assert refused.value.what == "Only 24-word mnemonics are supported"


def test_a_phrase_typed_in_composed_letters_opens_the_same_seed() -> None:
    phrase = bip39.entropy_to_phrase(bytes(range(32)), "fr")
    composed = unicodedata.normalize("NFC", phrase)
    assert composed != phrase
    assert bip39.phrase_to_seed(composed, "", "fr") == bip39.phrase_to_seed(phrase, "", "fr")
    with pytest.raises(NotUnderstood, match="invalid word in phrase"):
        bip39.validate_phrase(composed, "fr")


@given(st.lists(st.sampled_from(bip39.wordlist()), max_size=30), st.sampled_from([" ", "\n", "\t ", "\u2003"]))
def test_a_short_phrase_of_any_length_is_read_or_refused(words: list[str], space: str) -> None:
    try:
        bip39.short_phrase_to_seed(space.join(words))
    except NotUnderstood as refused:
        if len(words) not in (0, 12, 15, 18, 21, 24):
            assert refused.what == f"invalid number of words in phrase: {len(words)}"  # noqa: PT017 - or it is read


@given(st.sampled_from(["en", "EN", "zh-Hans", "ZH-HANT", "Fr", "it", "ja", "ko", "es"]))
def test_language_codes_are_read_in_any_case_and_lists_have_2048_words(code: str) -> None:
    words = bip39.wordlist(code)
    assert len(set(words)) == len(words) == 2048
    assert all(unicodedata.is_normalized("NFKD", word) for word in words)


@given(languages, st.integers(0, 2047), st.integers(0, 4))
def test_suggestions_are_all_words_with_the_prefix_in_list_order(language: str, place: int, size: int) -> None:
    words = bip39.wordlist(language)
    prefix = words[place][:size]
    assert bip39.words_with_prefix(prefix, language) == [word for word in words if word.startswith(prefix)]


def test_a_composed_prefix_finds_its_words() -> None:
    assert bip39.words_with_prefix("\u00e9t", "fr")
    assert bip39.words_with_prefix("\u00e9t", "fr") == bip39.words_with_prefix("e\u0301t", "fr")


@given(st.binary(max_size=40), st.binary(max_size=70))
def test_other_sizes_are_refused(entropy: bytes, seed: bytes) -> None:
    if len(entropy) != 32:
        with pytest.raises(NotUnderstood, match="Only 256-bit entropy is supported"):
            bip39.entropy_to_phrase(entropy)
    if len(entropy) not in (16, 20, 24, 28, 32):
        with pytest.raises(NotUnderstood, match=f"invalid keysize: {len(entropy) * 8}"):
            bip39.short_entropy_to_phrase(entropy)
    if len(seed) != 64:
        with pytest.raises(NotUnderstood, match="Only 512-bit seeds are supported"):
            bip39.seed_from_bytes(seed)
