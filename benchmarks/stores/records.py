"""Made records like those of a person: JSON of 400 to 600 bytes with names, places and a note; the same for all stores.

A record has a name, a body, the text in which its words are searched, and a moment; later records have later ones. The
words of the notes are as unevenly common as those of a language. Nothing here depends on the machine or the day.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

GIVEN = ("Ana", "Béla", "Chloé", "Dénes", "Éva", "François", "Heidi", "Ibrahim", "Jürgen", "Katalin", "Olga", "Zoë")
FAMILY = ("Kovács", "Müller", "García", "Nowak", "Horvat", "Lindqvist", "Öztürk", "Sørensen", "Tanaka", "Weber")
PLACES = ("Budapest", "Bonn", "Kraków", "São Paulo", "Malmö", "Wien", "Tallinn", "Porto")
STREETS = ("Unter den Linden", "Váci utca", "Rua do Ouro", "Östra Hamngatan", "Hauptstraße", "Pikk tänav")
KINDS = ("degree", "licence", "membership", "residence", "insurance", "ticket")
SYLLABLES = ("ba", "cor", "del", "ein", "fu", "gra", "hol", "iso", "ken", "lum", "mi", "nor", "os", "pra", "ri", "ta")
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
VOCABULARY = 4000
FIRST = datetime(2021, 1, 1, tzinfo=UTC)
AT_MOST = 20
"""Records that a search shows."""


class Made(NamedTuple):
    """One record."""

    name: str
    body: bytes
    added: str
    number: str
    """A word in the body that no other record has."""


class Queries(NamedTuple):
    """Searches, each a text of words that must begin some word of the record."""

    few: tuple[str, ...]
    several: tuple[str, ...]
    many: tuple[str, ...]


@lru_cache(maxsize=8)
def made(count: int, *, first: int = 0) -> list[Made]:
    """Return records number `first` and on, the oldest first; kept, because making them takes its time too."""
    chance = random.Random(f"records {first}")
    vocabulary = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(VOCABULARY)]
    weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
    return [_one(chance, number, vocabulary, weights) for number in range(first, first + count)]


def text_of(body: bytes) -> str:
    """Return what is searched of a record: its kind and all of its content."""
    document: dict[str, Any] = json.loads(body)
    return "\n".join((document["kind"], *document["content"].values()))


def queries(records: list[Made]) -> Queries:
    """Return searches that find one record, one in eighty, and one in twelve."""
    chance = random.Random("queries")
    few = tuple(chance.choice(records).number for _ in range(40))
    several = tuple(f"{family} {place}" for family in ("Kov", "Nowak", "Tan") for place in ("Budap", "Wien", "Tall"))
    return Queries(few, several, ("Ana", "Heidi", "Ibrahim", "Kata", "Olga"))


def _one(chance: random.Random, number: int, vocabulary: list[str], weights: list[float]) -> Made:
    code = "".join(chance.choices(LETTERS, k=9))
    added = (FIRST + timedelta(minutes=5 * number)).strftime("%Y-%m-%dT%H:%M:%SZ")
    content = {
        "name": f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}",
        "address": f"{chance.choice(STREETS)} {chance.randint(1, 200)}, {chance.choice(PLACES)}",
        "number": code,
        "note": " ".join(chance.choices(vocabulary, cum_weights=weights, k=chance.randint(18, 40))),
    }
    document = {
        "added": added,
        "authority": "did:morpheus:ez" + chance.randbytes(20).hex(),
        "content": content,
        "kind": chance.choice(KINDS),
        "v": 1,
    }
    name = f"claim-{chance.randbytes(12).hex()}"
    return Made(name, json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), added, code)
