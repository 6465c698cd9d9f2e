"""The face that a persona has before its user chooses one: two words, a glyph and a colour, all from the public key.

The same key has the same face on every machine and after every restore, so a user recognises a persona whose label was
lost. The face identifies nothing by itself: 4096 names are for people, the DID is for programs.
"""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple

_ADJECTIVES: Final = (
    "amber ample azure bold brave breezy bright brisk calm candid clear clever cosy crisp curious deft "
    "dewy eager early easy fair fleet fond frank fresh gentle glad golden grand hardy hazel honest "
    "humble ivory jolly keen kind lively lucid mellow merry mild misty neat nimble noble patient plucky "
    "polite proud quick quiet rosy rustic sage serene silver sincere sunny swift tidy vivid warm witty"
)
_NOUNS: Final = (
    "acorn alder anchor aspen badger beacon birch bison brook canyon cedar cliff clover comet coral "
    "crane delta dune ember falcon fern fjord fox garnet glade grove harbor hawk heron hill island ivy "
    "jasper lagoon lantern lark linden lynx maple marten meadow mesa moth oak orchid otter owl pebble "
    "pine plover quartz raven reef river robin sparrow spruce stone summit thistle thrush valley willow "
    "wren"
)
ADJECTIVES: Final = tuple(_ADJECTIVES.split())
NOUNS: Final = tuple(_NOUNS.split())
GLYPHS: Final = {
    "◆": "*",
    "■": "#",
    "▲": "^",
    "●": "o",
    "★": "+",
    "▼": "v",
    "◇": "<",
    "□": "=",
}
"""Glyphs that are one cell wide in every terminal font tried, each with its ASCII twin."""
COLOURS: Final = ("blue", "orange", "green", "purple", "teal", "red", "yellow", "grey")
_DOMAIN: Final = b"prometheus/persona-face/v1\0"


class Face(NamedTuple):
    """Two words, a glyph and a colour."""

    name: str
    glyph: str
    colour: str


def face_of(public_key: str) -> Face:
    """Return the face that belongs to a public key in its multicipher text form."""
    digest = hashlib.sha256(_DOMAIN + public_key.encode()).digest()
    name = f"{ADJECTIVES[digest[0] % len(ADJECTIVES)]} {NOUNS[digest[1] % len(NOUNS)]}"
    return Face(name, tuple(GLYPHS)[digest[2] % len(GLYPHS)], COLOURS[digest[3] % len(COLOURS)])
