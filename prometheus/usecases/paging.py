"""A part of a long list: so many names, after a certain one.

A page is named by the last name of the page before, not by a number: what is added meanwhile moves no page.
"""

from __future__ import annotations

from prometheus.errors import Ambiguous, NotFound
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ID_PREFIX = "cju"


class Page(NamedTuple):
    """Names of a list, and how long it is."""

    names: list[str]
    total: int
    next: str = ""
    """The name after which the list goes on, or empty where it ends here."""


def first_page(find: Callable[[int | None], list[str]], count: Callable[[], int], limit: int) -> Page:
    """Return the beginning of a list without finding the rest of it.

    Args:
        find: Returns so many names at most, None for all.
        count: Returns how many there are.
        limit: How many names are wanted, 0 for all.
    """
    names = find(limit or None)
    total = count() if limit and len(names) == limit else len(names)
    return Page(names, total, names[-1] if total > len(names) else "")


def page_after(names: Sequence[str], after: str, limit: int) -> Page:
    """Return so many names after a certain one.

    Args:
        names: The whole list.
        after: The id in a name, or the beginning of it, with or without ``cju``; empty for the start of the list.
        limit: How many names are wanted, 0 for all.

    Raises:
        NotFound: When the list has no such id.
        Ambiguous: When it has several.
    """
    start = _place_of(names, after.strip().removesuffix("…")) + 1 if after else 0
    shown = list(names[start : start + limit if limit else None])
    return Page(shown, len(names), shown[-1] if start + len(shown) < len(names) and shown else "")


def _place_of(names: Sequence[str], after: str) -> int:
    starts = (after, _ID_PREFIX + after)
    places = [place for place, name in enumerate(names) if name.rpartition("/")[2].startswith(starts)]
    if not places:
        raise NotFound(f"the list has no `{after}`", code="PAGE-NOT-FOUND", remedy="begin again without --after")
    if len(places) > 1:
        raise Ambiguous(
            f"{len(places)} of the list begin with `{after}`",
            code="PAGE-AMBIGUOUS",
            remedy="give more characters of the id",
        )
    return places[0]
