from __future__ import annotations

import itertools
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from prometheus.identity.persona_names import COLOURS, GLYPHS, default_colour, default_glyph, default_name
from prometheus.identity.persona_words import ADJECTIVES, NOUNS

keys = st.binary(min_size=32, max_size=33)

# Simulation of full deuteranopia in linear RGB (Machado, Oliveira, Fernandes 2009).
DEUTERANOPIA = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)
XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = (0.95047, 1.0, 1.08883)
CLEARLY_APART = 15.0


def linear(value: str) -> list[float]:
    channels = [int(value[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]


def times(matrix: tuple[tuple[float, ...], ...], vector: list[float]) -> list[float]:
    return [sum(one * other for one, other in zip(row, vector, strict=True)) for row in matrix]


def as_deuteranopes_see(value: str) -> tuple[float, float, float]:
    """Return CIE L*a*b* of a colour after the simulation."""
    seen = [min(1.0, max(0.0, channel)) for channel in times(DEUTERANOPIA, linear(value))]
    x, y, z = (
        part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116
        for part in (value / white for value, white in zip(times(XYZ, seen), WHITE, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: str, other: str) -> float:
    pairs = zip(as_deuteranopes_see(one), as_deuteranopes_see(other), strict=True)
    return float(sum((left - right) ** 2 for left, right in pairs) ** 0.5)


def test_all_512_words_differ_and_are_plain() -> None:
    assert len(ADJECTIVES) == len(NOUNS) == 256
    assert len({*ADJECTIVES, *NOUNS}) == 512
    assert all(word.isascii() and word.islower() and word.isalpha() for word in (*ADJECTIVES, *NOUNS))


def test_the_words_stay_as_they_are() -> None:
    assert default_name(bytes(32)) == "Plucky Badger"
    assert default_glyph(bytes(32)).ascii_twin == "Y"
    assert default_colour(bytes(32)).name == "green"


@given(keys)
def test_a_key_has_always_the_same_face(key: bytes) -> None:
    adjective, noun = default_name(key).split(" ")
    assert adjective.lower() in ADJECTIVES
    assert noun.lower() in NOUNS
    assert adjective.istitle()
    assert noun.istitle()
    assert default_name(key) == default_name(bytes(key))
    assert default_glyph(key) in GLYPHS
    assert default_colour(key) in COLOURS


def test_many_keys_use_all_words_glyphs_and_colours() -> None:
    many = [number.to_bytes(32, "big") for number in range(5000)]
    words = {word for key in many for word in default_name(key).lower().split()}
    assert words == {*ADJECTIVES, *NOUNS}
    assert {default_glyph(key) for key in many} == set(GLYPHS)
    assert {default_colour(key) for key in many} == set(COLOURS)


def test_glyphs_are_one_cell_wide_and_have_twins_of_their_own() -> None:
    for glyph in GLYPHS:
        assert len(glyph.sign) == len(glyph.ascii_twin) == 1
        assert unicodedata.east_asian_width(glyph.sign) == "N"
        assert glyph.ascii_twin.isascii()
        assert glyph.ascii_twin.isprintable()
    assert len({glyph.sign for glyph in GLYPHS}) == len({glyph.ascii_twin for glyph in GLYPHS}) == len(GLYPHS)
    assert not {glyph.ascii_twin for glyph in GLYPHS} & set("!x? []")


def test_deuteranopes_can_tell_the_colours_apart() -> None:
    for one, other in itertools.combinations(COLOURS, 2):
        assert distance(one.value, other.value) > CLEARLY_APART, (one, other)


def test_the_measure_would_notice_colours_that_deuteranopes_confuse() -> None:
    assert distance("#cc79a7", "#999999") < CLEARLY_APART
