"""Passwords as bytes, without their text ever reaching an error.

Python's own encoding error carries the whole text it could not encode; a password typed in a broken locale would end in
a traceback. So the error is swallowed here and replaced by one that says nothing.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood


def secret_bytes(text: str) -> bytes:
    """Return a secret text in UTF-8; NotUnderstood when it is not valid Unicode."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        pass
    raise NotUnderstood(
        "the password is not valid Unicode text",
        code="PASSWORD-TEXT",
        meaning="the terminal's character encoding may not be UTF-8",
    )
