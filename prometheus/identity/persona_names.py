"""The face a persona has before its user chooses one: two words, a glyph and a colour, all from the public key.

Rules:
* The same key has the same face on every machine and after every restore, so a persona whose label was lost is known
  again. The face is drawn from a SHA-256 of the key under a domain of its own; it tells nothing about the key.
* Glyphs are one cell wide in every width table and have an ASCII twin of their own.
* Colours are the seven of Okabe and Ito's palette; simulated deuteranopia keeps them apart (tested). A colour never
  means anything alone: name and glyph are always beside it.

A face identifies nobody: 65,536 names are for people, the DID is for programs.
"""

from __future__ import annotations

from prometheus.identity.persona_words import ADJECTIVES, NOUNS
from prometheus.model.frozen import NamedTuple

_DOMAIN = b"prometheus/persona-name/v1\0"


class Glyph(NamedTuple):
    """A sign of one cell, and the ASCII character for terminals that have no other."""

    sign: str
    ascii_twin: str


class Colour(NamedTuple):
    """A colour by its name and as ``#rrggbb``."""

    name: str
    value: str


GLYPHS = (
    Glyph("✦", "*"),
    Glyph("✿", "%"),
    Glyph("❖", "#"),
    Glyph("✚", "+"),
    Glyph("❥", "&"),
    Glyph("⬢", "o"),
    Glyph("◉", "@"),
    Glyph("▰", "="),
    Glyph("⚑", "^"),
    Glyph("⌂", "A"),
    Glyph("✧", "Y"),
    Glyph("⬟", "$"),
)
COLOURS = (
    Colour("orange", "#e69f00"),
    Colour("sky", "#56b4e9"),
    Colour("green", "#009e73"),
    Colour("yellow", "#f0e442"),
    Colour("blue", "#0072b2"),
    Colour("vermilion", "#d55e00"),
    Colour("rose", "#cc79a7"),
)


def default_name(public_key: bytes) -> str:
    """Return two capitalised words for the raw bytes of a public key, such as ``Amber Heron``."""
    drawn = _drawn(public_key)
    return f"{ADJECTIVES[drawn[0]].capitalize()} {NOUNS[drawn[1]].capitalize()}"


def default_glyph(public_key: bytes) -> Glyph:
    """Return the glyph for the raw bytes of a public key."""
    return GLYPHS[_drawn(public_key)[2] % len(GLYPHS)]


def default_colour(public_key: bytes) -> Colour:
    """Return the colour for the raw bytes of a public key."""
    return COLOURS[_drawn(public_key)[3] % len(COLOURS)]


def _drawn(public_key: bytes) -> bytes:
    from hashlib import sha256

    return sha256(_DOMAIN + public_key).digest()
