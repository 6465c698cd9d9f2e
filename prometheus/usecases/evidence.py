"""The pictures and papers in the evidence of a request: which there are, and what they really are.

Rules: a file is a ``data:`` URL in base64, as wallets write photos. What it is said to be and what its first bytes are
may differ, which is told; its name on the disk is made from what its bytes are, and from a path that is made harmless,
so that evidence never chooses where it is written nor how it is opened.
What this is not: a look at the picture, nor a check that it is one to the end.
"""

from __future__ import annotations

from binascii import Error as NotBase64
from binascii import a2b_base64, b2a_base64

from prometheus.claims.shown import leaves
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

_SCHEME: Final = "data:"
_CODING: Final = ";base64"
_LONGEST_NAME: Final = 40
_UNKNOWN: Final = ("unknown", "bin")
_BEGINNINGS: Final = (
    (b"\xff\xd8\xff", ("image/jpeg", "jpg")),
    (b"\x89PNG\r\n\x1a\n", ("image/png", "png")),
    (b"GIF87a", ("image/gif", "gif")),
    (b"GIF89a", ("image/gif", "gif")),
    (b"%PDF-", ("application/pdf", "pdf")),
    (b"BM", ("image/bmp", "bmp")),
    (b"II*\x00", ("image/tiff", "tiff")),
    (b"MM\x00*", ("image/tiff", "tiff")),
)
_RIFF, _WEBP_AT = b"RIFF", slice(8, 12)
_HARMLESS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


class Enclosed(NamedTuple):
    """One file in the evidence: where it stands, what it is said to be, what its beginning shows, and its bytes."""

    path: str
    declared: str
    found: str
    ending: str
    content: bytes

    @property
    def is_as_declared(self) -> bool:
        """Whether its first bytes are those of what it is said to be."""
        return self.found == self.declared.replace("image/jpg", "image/jpeg")

    def file_name(self, number: int) -> str:
        """Return a name for the disk: its number, a harmless form of its path, and the ending of what it really is."""
        words = "".join(char if char in _HARMLESS else "-" for char in self.path).strip("-")[:_LONGEST_NAME]
        return f"{number}-{words or 'evidence'}.{self.ending}"


class Said(NamedTuple):
    """A value in the evidence that is no file."""

    path: str
    value: Json


def parts_of(evidence: Json) -> tuple[Enclosed | Said, ...]:
    """Return everything in the evidence, in its order; nothing where there is none."""
    if evidence is None:
        return ()
    return tuple(part for leaf in leaves(evidence) for part in _parts(leaf.dotted, leaf.value))


def files_of(evidence: Json) -> tuple[Enclosed, ...]:
    """Return the files in the evidence."""
    return tuple(part for part in parts_of(evidence) if isinstance(part, Enclosed))


def enclose(content: bytes) -> str:
    """Return a file as it stands in evidence, said to be what its first bytes show."""
    found, _ = _kind_of(content)
    kind = found if found != _UNKNOWN[0] else "application/octet-stream"
    return f"{_SCHEME}{kind}{_CODING},{b2a_base64(content, newline=False).decode()}"


def _parts(path: str, value: Json) -> tuple[Enclosed | Said, ...]:
    if isinstance(value, list) and any(_is_file(item) for item in value):
        return tuple(part for number, item in enumerate(value) for part in _parts(f"{path}.{number}", item))
    return (_enclosed(path, value) or Said(path, value),)


def _is_file(value: Json) -> bool:
    return _enclosed("", value) is not None


def _enclosed(path: str, value: Json) -> Enclosed | None:
    if not isinstance(value, str) or not value.startswith(_SCHEME):
        return None
    head, comma, data = value[len(_SCHEME) :].partition(",")
    if not comma or not head.endswith(_CODING):
        return None
    try:
        content = a2b_base64(data.encode("ascii"), strict_mode=True)
    except (NotBase64, ValueError):
        return None
    found, ending = _kind_of(content)
    return Enclosed(path, head.removesuffix(_CODING).partition(";")[0].lower(), found, ending, content)


def _kind_of(content: bytes) -> tuple[str, str]:
    if content.startswith(_RIFF) and content[_WEBP_AT] == b"WEBP":
        return "image/webp", "webp"
    return next((kind for beginning, kind in _BEGINNINGS if content.startswith(beginning)), _UNKNOWN)
