from __future__ import annotations

import pytest

from prometheus.claims.digest import content_id
from prometheus.usecases.naming import meant

IDS = {content_id({"n": number}): name for number, name in enumerate(("Library card", "", "Dog tag"))}
LIBRARY = next(iter(IDS))


def found(text: str) -> list[str]:
    return meant(text, IDS, IDS.__getitem__, str)


@pytest.mark.parametrize("text", ["", " ", "-", "…", "\u200b", " - "])
def test_an_empty_text_names_nothing(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", [LIBRARY, LIBRARY[:9], LIBRARY[:12] + "…", "library  card", "LIBRARY-CARD"])
def test_an_id_the_beginning_of_one_and_a_name_name_one(text: str) -> None:
    assert found(text) == [LIBRARY]


def test_the_beginning_of_an_id_is_never_a_name() -> None:
    start = content_id({"n": "another"})[:9]
    assert meant(start, [LIBRARY], lambda _: start, str) == []
    assert meant(start[3:], [LIBRARY], lambda _: start[3:], str) == [LIBRARY], "the control: without cju it is a name"
