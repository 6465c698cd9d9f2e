"""Pages of lists: the options ``--limit`` and ``--after``, and what is said about the rest."""

from __future__ import annotations

from prometheus.cli.schema.lines import SHOWN_ID
from prometheus.model.frozen import TYPE_CHECKING, Any
from prometheus.usecases.paging import first_page, page_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus.cli.invocation import Invocation
    from prometheus.cli.output import Output
    from prometheus.usecases.paging import Page


def page_of(call: Invocation, find: Callable[[int | None], list[str]], count: Callable[[], int]) -> Page:
    """Return the page that was asked for.

    Args:
        call: With `limit` and `after`.
        find: Returns so many names of the list at most, None for all.
        count: Returns how many there are.
    """
    after, limit = call.maybe("after"), call.number("limit") or 0
    return page_after(find(None), after, limit) if after else first_page(find, count, limit)


def page_members(page: Page) -> dict[str, Any]:
    """Return what ``--json`` says about a page, besides what is on it."""
    return {"total": page.total, "next": _id(page.next) or None}


def tell_rest(output: Output, page: Page, what: str) -> None:
    """Say how many there are and how to go on, where a page is not the whole list."""
    if len(page.names) == page.total:
        return
    go_on = f"; go on with --after {_id(page.next)[:SHOWN_ID]}" if page.next else ""
    output.note(f"{len(page.names)} of {page.total} {what}{go_on}")


def _id(name: str) -> str:
    return name.rpartition("/")[2]
