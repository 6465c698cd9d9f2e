from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.identity.bip39 import entropy_to_phrase, phrase_to_seed
from prometheus.identity.published_phrases import is_published, is_published_phrase

IOP_PHRASE = (
    "include pear escape sail spy orange cute despair witness trouble sleep torch "
    "wire burst unable brass expose fiction drift clock duck oxygen aerobic already"
)
TREZOR_PHRASES = [
    "abandon " * 23 + "art",
    "legal winner thank year wave sausage worth useful " * 2 + "legal winner thank year wave sausage worth title",
    "letter advice cage absurd amount doctor acoustic avoid " * 2
    + "letter advice cage absurd amount doctor acoustic bless",
    "zoo " * 23 + "vote",
    (
        "hamster diagram private dutch cause delay private meat slide toddler razor book happy fancy gospel "
        "tennis maple dilemma loan word shrug inflict delay length"
    ),
    (
        "panda eyebrow bullet gorilla call smoke muffin taste mesh discover soft ostrich alcohol speed nation "
        "flash devote level hobby quick inner drive ghost inside"
    ),
    (
        "all hour make first leader extend hole alien behind guard gospel lava path output census museum "
        "junior mass reopen famous sing advance salt reform"
    ),
    (
        "void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen "
        "patrol group space point ten exist slush involve unfold"
    ),
]
VECTORS = Path(__file__).parents[2] / "vectors" / "iop"


@pytest.mark.parametrize("password", ["", "morpheus"])
def test_the_example_phrase_of_the_internet_of_people_is_listed(password: str) -> None:
    assert is_published(phrase_to_seed(IOP_PHRASE, password))
    assert is_published_phrase(IOP_PHRASE)


@pytest.mark.parametrize("phrase", TREZOR_PHRASES)
@pytest.mark.parametrize("password", ["", "TREZOR"])
def test_the_long_test_vectors_of_bip39_are_listed(phrase: str, password: str) -> None:
    assert is_published(phrase_to_seed(phrase, password))
    assert is_published_phrase(phrase)


@pytest.mark.parametrize("category", ["bip39", "morpheus_keys", "hydra_keys", "vault"])
def test_every_long_phrase_of_our_own_test_vectors_is_listed(category: str) -> None:
    vectors = json.loads((VECTORS / f"{category}.json").read_text("utf-8"))["vectors"]
    seeds = [
        phrase_to_seed(
            given["phrase"],
            given.get("password") or given.get("bip39_password") or "",
            given.get("lang") or given.get("language") or "en",
        )
        for vector in vectors
        if (given := vector["input"]).get("phrase") and "error" not in vector and vector["op"] != "short_phrase_to_seed"
    ]
    assert seeds
    assert all(map(is_published, seeds))


def test_spaces_do_not_hide_a_published_phrase() -> None:
    assert is_published_phrase("  " + IOP_PHRASE.replace(" ", "\n\t") + "\n")


@given(st.binary(min_size=32, max_size=32))
def test_a_fresh_phrase_is_not_listed(entropy: bytes) -> None:
    if len(set(entropy)) > 1:
        assert not is_published_phrase(entropy_to_phrase(entropy))


@given(st.binary(max_size=64), st.text(max_size=30))
def test_anything_else_is_not_listed(seed: bytes, phrase: str) -> None:
    assert not is_published(seed)
    assert not is_published_phrase(phrase)
    assert not is_published_phrase(phrase + "\udcff")
