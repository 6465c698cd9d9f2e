"""A small picture for a persona, checked by what its bytes are, not by what its file is called.

Only PNG, JPEG, GIF and WebP, at most 64 KiB: enough for a face on a screen, too small to hide a program of any size in
a backup. The bytes are kept as they are and never rendered here.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood, TooLarge
from prometheus.model.frozen import Final

AVATAR_LIMIT: Final = 65_536
_BEGINNINGS: Final = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
}
_RIFF: Final = b"RIFF"
_WEBP: Final = b"WEBP"


def media_type_of(content: bytes) -> str:
    """Return the media type of a picture.

    Raises:
        TooLarge: When it has more than `AVATAR_LIMIT` bytes.
        NotUnderstood: When it is none of the four kinds.
    """
    if len(content) > AVATAR_LIMIT:
        raise TooLarge(f"a picture has at most {AVATAR_LIMIT // 1024} KiB", code="AVATAR-TOO-LARGE")
    for media_type, beginning in _BEGINNINGS.items():
        if content.startswith(beginning):
            return media_type
    if content[:4] == _RIFF and content[8:12] == _WEBP:
        return "image/webp"
    raise NotUnderstood("the picture is not PNG, JPEG, GIF or WebP", code="AVATAR-KIND")
