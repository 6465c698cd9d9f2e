"""Lists in pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus_morpheus.ledger.http.asked import Refused
from prometheus_morpheus.ledger.http.pages import Page, asked_page, listed
from prometheus_morpheus.ledger.views import Rows


def identity(row: int) -> int:
    return row


def page(query: dict[str, str], total: int) -> dict[str, object]:
    asked = asked_page(query)
    rows = list(range(total))[asked.offset : asked.offset + asked.limit]
    found = listed("/things", query, Rows(rows, total), identity)
    assert isinstance(found["meta"], dict)
    return dict(found["meta"])


def test_the_first_page_has_a_hundred_rows_when_nothing_is_asked() -> None:
    assert asked_page({}) == Page(1, 100)


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "ten"},
        {"page": "0"},
        {"page": "-1"},
        {"page": "9" * 40},
        {"page": ""},
    ],
    ids=str,
)
def test_a_number_out_of_range_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        asked_page(query)
    assert refused.value.status == 422


def test_the_addresses_repeat_what_was_asked_without_letting_anything_through() -> None:
    meta = page({"type": "0&page=9", "limit": "2"}, 5)
    assert meta["self"] == "/things?type=0%26page%3D9&limit=2&transform=true&page=1"


def test_an_empty_list_has_one_page_and_no_last() -> None:
    meta = page({}, 0)
    assert (meta["pageCount"], meta["last"], meta["next"], meta["previous"]) == (1, None, None, None)


@given(st.integers(0, 300), st.integers(1, 100))
def test_following_the_pages_shows_every_row_once(total: int, limit: int) -> None:
    shown, number = 0, 1
    while True:
        meta = page({"limit": str(limit), "page": str(number)}, total)
        assert isinstance(meta["count"], int)
        shown += meta["count"]
        if meta["next"] is None:
            break
        number += 1
        assert meta["next"] == f"/things?limit={limit}&transform=true&page={number}"
    assert (shown, number) == (total, meta["pageCount"])
