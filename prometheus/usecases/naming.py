"""What a person means by a name, a content id or the beginning of one, among things that somebody else named.

Rules:
* A whole content id stands for that id alone, and the beginning of one (``cju…``) for ids alone: nobody can publish
  something under the id of something else.
* Nothing stands for nothing: an empty text, or one of blanks and hyphens, names nobody.
* Names are compared in one plain form, so that letter case, blanks, hyphens and letters that cannot be seen make no
  second name.
"""

from __future__ import annotations

import unicodedata

from prometheus.claims.digest import is_content_id
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.usecases.schemas import SHORTEST_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    T = TypeVar("T")

_ID_PREFIX: Final = "cju"
_INVISIBLE: Final = "Cf"


def plain(name: str) -> str:
    """Return a name in the form in which names are compared."""
    seen = (char for char in unicodedata.normalize("NFKC", name) if unicodedata.category(char) != _INVISIBLE)
    return "-".join("".join(seen).casefold().replace("-", " ").split())


def meant(text: str, among: Iterable[T], name_of: Callable[[T], str], id_of: Callable[[T], str]) -> list[T]:
    """Return those that a text stands for; none where it is too short for the beginning of an id and no name."""
    everything = list(among)
    wanted = text.strip().removesuffix("…")
    if is_content_id(wanted):
        return [one for one in everything if id_of(one) == wanted]
    start = _ID_PREFIX + wanted.removeprefix(_ID_PREFIX)
    is_long_enough = len(start) >= len(_ID_PREFIX) + SHORTEST_PREFIX
    begin = [one for one in everything if is_long_enough and id_of(one).startswith(start)]
    if is_long_enough and wanted.startswith(_ID_PREFIX):
        return begin
    name = plain(wanted)
    return [one for one in everything if name and plain(name_of(one)) == name] or begin
