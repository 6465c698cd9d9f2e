"""Lists in pages, with Hydra's addresses of the other pages.

``page`` counts from 1; ``limit`` is at most 100, which is also what it is when left out. The addresses repeat what was
asked in the order asked, with ``transform=true`` before the page where the node adds that itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from prometheus_morpheus.ledger.http.asked import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.ledger.views import Row, Rows

MOST_ROWS = 100
_FURTHEST = 2**53 - 1


class Page(NamedTuple):
    """Which part of a list was asked for."""

    number: int
    limit: int

    @property
    def offset(self) -> int:
        """How many rows lie before it."""
        return (self.number - 1) * self.limit


def asked_page(query: Mapping[str, str]) -> Page:
    """Return the page that a query names.

    Raises:
        Refused: 422 when a number of it is none, or out of range.
    """
    return Page(_number(query, "page", 1, _FURTHEST), _number(query, "limit", MOST_ROWS, MOST_ROWS))


def _number(query: Mapping[str, str], name: str, default: int, largest: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_FURTHEST))):
        raise Refused(422, f'child "{name}" fails because ["{name}" must be a number]')
    if int(text) < 1:
        raise Refused(422, f'child "{name}" fails because ["{name}" must be larger than or equal to 1]')
    if int(text) > largest:
        raise Refused(422, f'child "{name}" fails because ["{name}" must be less than or equal to {largest}]')
    return int(text)


def listed(
    path: str,
    query: Mapping[str, str],
    rows: Rows[Row],
    view: Callable[[Row], Json],
    *,
    is_estimate: bool | None = None,
    is_transformed: bool = True,
) -> dict[str, Json]:
    """Return a page of a list with its addresses.

    Args:
        path: What stands before the ``?`` in the addresses, without the prefix of the interface.
        query: What was asked.
        rows: The rows of the page, and how many there are in all.
        view: How one row looks.
        is_estimate: What is said of the total; None where nothing is said.
        is_transformed: Whether ``transform=true`` is in the addresses.
    """
    page = asked_page(query)
    last = max(1, -(-rows.total // page.limit))

    def address(number: int) -> str:
        return f"{path}?{_query(query, page.limit, number, is_transformed=is_transformed)}"

    estimate: dict[str, Json] = {} if is_estimate is None else {"totalCountIsEstimate": is_estimate}
    return {
        "meta": {
            **estimate,
            "count": len(rows.rows),
            "pageCount": last,
            "totalCount": rows.total,
            "next": address(page.number + 1) if page.number < last else None,
            "previous": address(page.number - 1) if page.number > 1 else None,
            "self": address(page.number),
            "first": address(1),
            "last": address(last) if rows.total else None,
        },
        "data": [view(row) for row in rows.rows],
    }


def _query(query: Mapping[str, str], limit: int, number: int, *, is_transformed: bool) -> str:
    has_limit = "limit" in query
    asked = [f"{quote(name)}={quote(value)}" for name, value in query.items() if name not in {"page", "transform"}]
    transform = ["transform=true"] if is_transformed else []
    end = [f"page={number}"] if has_limit else [f"page={number}", f"limit={limit}"]
    return "&".join([*asked, *transform, *end])
