"""What a user may choose about a persona's look, checked where it comes in.

Labels and notes are normalised to NFC and hold no character that could steer a terminal; a label reads as a word on a
command line, so it cannot begin like a DID or a flag. Glyphs and colours come from closed tables.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood, TooLarge
from prometheus.identity import persona_names
from prometheus.identity.persona_names import COLOURS, GLYPHS
from prometheus.model.frozen import Final, NamedTuple
from prometheus.model.policy import ANY

LABEL_LIMIT: Final = 64
"""Characters of a label."""
NOTES_LIMIT: Final = 4096
"""Characters of the notes."""


class Look(NamedTuple):
    """The chosen look of a persona; an empty member means that the face of its key is used."""

    label: str = ""
    glyph: str = ""
    colour: str = ""
    notes: str = ""


PLAIN_LOOK: Final = Look()
"""Nothing chosen: the face of the key as it is."""


class Face(NamedTuple):
    """What a persona shows before anything is chosen."""

    name: str
    glyph: str
    colour: str


def face_of(public_key: str) -> Face:
    """Return the face that belongs to a public key in its text form."""
    from prometheus.identity.multicipher import PublicKey

    raw = PublicKey.parse(public_key).raw
    return Face(
        persona_names.default_name(raw), persona_names.default_glyph(raw).sign, persona_names.default_colour(raw).name
    )


def checked_look(*, label: str = "", glyph: str = "", colour: str = "", notes: str = "") -> Look:
    """Return the look with every member checked.

    Raises:
        NotUnderstood: When a member has a form that is not allowed; TooLarge when it is too long.
    """
    return Look(checked_label(label), checked_glyph(glyph), checked_colour(colour), checked_notes(notes))


def checked_label(text: str) -> str:
    """Return the label normalised, or refuse it; an empty one stays empty."""
    label = _normal(text).strip()
    if len(label) > LABEL_LIMIT:
        raise TooLarge(f"a label has at most {LABEL_LIMIT} characters", code="LABEL-TOO-LONG")
    if not label.isprintable():
        raise NotUnderstood("a label has only printable characters", code="LABEL-NOT-PLAIN")
    if label == ANY:
        raise NotUnderstood(
            f"a label cannot be '{ANY}'", code="LABEL-NOT-PLAIN", meaning="in a rule of your policy it means everybody"
        )
    if label.startswith(("-", "did:")):
        raise NotUnderstood(
            "a label cannot begin with '-' or 'did:'",
            code="LABEL-NOT-PLAIN",
            meaning="it could not be told from a flag or from a DID on a command line",
        )
    return label


def checked_glyph(text: str) -> str:
    """Return the glyph, given itself or by its ASCII twin; an empty one stays empty."""
    for glyph in GLYPHS:
        if text in (glyph.sign, glyph.ascii_twin):
            return glyph.sign
    if not text:
        return text
    shown = ", ".join(f"{glyph.sign} or {glyph.ascii_twin}" for glyph in GLYPHS)
    raise NotUnderstood("that glyph is not one of the table", code="GLYPH-UNKNOWN", remedy=f"use one of {shown}")


def checked_colour(text: str) -> str:
    """Return the colour's name; an empty one stays empty."""
    wanted = text.strip().lower()
    names = [colour.name for colour in COLOURS]
    if wanted and wanted not in names:
        raise NotUnderstood(
            "that colour is not one of the table", code="COLOUR-UNKNOWN", remedy=f"use one of {', '.join(names)}"
        )
    return wanted


def checked_notes(text: str) -> str:
    """Return the notes normalised; they may have several lines."""
    notes = _normal(text)
    if len(notes) > NOTES_LIMIT:
        raise TooLarge(f"notes have at most {NOTES_LIMIT} characters", code="NOTES-TOO-LONG")
    if not all(line.isprintable() for line in notes.split("\n")):
        raise NotUnderstood("notes have only printable characters and line ends", code="NOTES-NOT-PLAIN")
    return notes


def _normal(text: str) -> str:
    from unicodedata import normalize

    return normalize("NFC", text)
