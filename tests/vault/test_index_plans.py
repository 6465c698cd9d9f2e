"""Searches that the index goes about in different ways, by how much there is to find: the answers are the same."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from prometheus_vault.index import Indexed
from prometheus_vault.index_tables import IndexTables, Row
from prometheus_vault.index_words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

KIND, OTHER = 3, 4
COUNT = 1500


def rows() -> list[Row]:
    """Return records: all have one word, half another, one in twenty a third, and each has one of its own."""
    chance = random.Random(1)
    made = []
    for number in range(COUNT):
        words = ["everywhere", f"own{number:05d}", f"group{number % 7}"]
        words += ["half"] * (number % 2) + ["rarely"] * (number % 20 == 0)
        order = f"{chance.randrange(400):04d}"
        tags = ("even",) if number % 2 == 0 else ("odd", f"tag{number % 3}")
        kind = OTHER if number % 11 == 0 else KIND
        said = None if number % 13 == 0 else Indexed(" ".join(words), order, tags)
        made.append(Row(kind, f"name-{chance.randrange(10**9)}-{number}", number.to_bytes(16, "big"), 1, said))
    return made


ROWS = rows()


@pytest.fixture(scope="module")
def tables() -> Iterator[IndexTables]:
    index = IndexTables()
    index.put(ROWS, are_new=True)
    restored = IndexTables()
    assert restored.restore(index.serialized())
    index.close()
    yield restored
    restored.close()


def linear(text: str, tags: tuple[str, ...], limit: int | None, *, newest_first: bool) -> list[str]:
    """Return what a look at every record finds."""
    found = []
    for row in ROWS:
        if row.kind == KIND and row.indexed is not None and set(tags) <= set(row.indexed.tags):
            there = words_of(row.indexed.text)
            if all(any(word.startswith(sought) for word in there) for sought in words_of(text)):
                found.append((row.indexed.order, row.name))
    return [name for _, name in sorted(found, reverse=newest_first)][:limit]


@pytest.mark.parametrize("limit", [None, 0, 1, 20, 5000])
@pytest.mark.parametrize("tags", [(), ("even",), ("odd", "tag1"), ("nowhere",)])
@pytest.mark.parametrize(
    "text",
    [
        "every",
        "half",
        "rare",
        "half every",
        "rare half",
        "own",
        "own00",
        "own0004 half",
        "group",
        "group3",
        "h r e",
        "no",
    ],
)
def test_every_way_to_search_finds_what_a_look_at_every_record_finds(
    tables: IndexTables, text: str, tags: tuple[str, ...], limit: int | None
) -> None:
    for newest_first in (True, False):
        expected = linear(text, tags, limit, newest_first=newest_first)
        assert tables.find(KIND, text, tags, newest_first=newest_first, limit=limit) == expected


def test_the_sample_takes_each_way(tables: IndexTables) -> None:
    plans = {
        text: tables._source(words_of(text), [], is_cut=True)[0].partition(" ")[0]
        for text in ("half", "rare", "own", "rare half")
    }
    assert plans == {"half": "entry", "rare": "words", "own": "entry", "rare half": "words"}
    assert tables._beginning_with("own")[0] == '"own"*'
    assert tables._beginning_with("group")[0].count(" OR ") == 6


@pytest.mark.parametrize("order", ["as time went", "against time", "at random", "all at once"])
@pytest.mark.parametrize("limit", [1, 5, 20, 200])
def test_the_newest_come_first_whatever_order_they_were_taken_in(order: str, limit: int) -> None:
    """Looking at the highest numbers is a short cut; where it does not lead to the newest, another way is taken."""
    places = [f"{number:05d}" for number in range(COUNT)]
    if order == "against time":
        places.reverse()
    elif order == "at random":
        random.Random(2).shuffle(places)
    elif order == "all at once":
        places = ["00007"] * COUNT
    taken = [
        Row(OTHER if number % 5 == 0 else KIND, f"n{number}", number.to_bytes(16, "big"), 1, Indexed("word", place))
        for number, place in enumerate(places)
    ]
    index = IndexTables()
    index.put(taken, are_new=True)
    index.remove(row.row_id for row in taken if int.from_bytes(row.row_id, "big") % 3 == 0)
    left = [row for row in taken if row.kind == KIND and int.from_bytes(row.row_id, "big") % 3]
    newest = sorted(((row.indexed.order, row.name) for row in left if row.indexed), reverse=True)
    found = index.find(KIND, "wor", (), newest_first=True, limit=limit)
    index.close()
    assert found == [name for _, name in newest][:limit]
