"""Paths as they are typed: ``.ageOver18,.address.city``."""

from __future__ import annotations

from prometheus.errors import NotUnderstood


def paths_of(text: str, option: str, *, may_be_none: bool = False) -> tuple[str, ...]:
    """Return the paths in a text, each once; a comma stands between two, and one at the end is no path.

    Args:
        text: What was typed.
        option: The option it was typed for, such as ``--ask``.
        may_be_none: Whether no path at all is an answer.

    Raises:
        NotUnderstood: When a path has no leading dot, or there is none where one is needed.
    """
    paths = tuple(dict.fromkeys(path.strip() for path in text.split(",") if path.strip()))
    for path in paths:
        if not path.startswith("."):
            raise NotUnderstood(f"`{path}` is no path", code="PATH", remedy=f"write it with a leading dot, as .{path}")
    if not paths and not may_be_none:
        raise NotUnderstood(f"{option} names no path", code="PATH", remedy="write it like .address.city")
    return paths
