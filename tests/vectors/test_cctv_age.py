"""The vectors that the authors of age publish, played through what reads an export.

Where a vector says success, the content is the one whose hash it gives; where it says failure, of whatever kind,
nothing comes out. The kinds of failure are compared too as far as a person could tell them apart.
"""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path
from typing import NamedTuple

import pytest

from prometheus.errors import PrometheusError
from prometheus.model.secret import Secret
from prometheus.portable.age_file import identities_in, look_into, open_with_identities, open_with_passphrase

FOLDER = Path(__file__).parent / "cctv-age"
NAMES = sorted(path.name for path in FOLDER.iterdir() if path.suffix != ".md")
AMPLE_MEMORY = 8 << 30
POST_QUANTUM = {name for name in NAMES if "hybrid" in name}
"""Vectors of keys that also resist quantum computers: pyrage has no such key, so what they seal stays closed."""
CODES = {
    "armor failure": {"AGE-ARMOR", "AGE-HEADER"},
    "header failure": {"AGE-HEADER", "AGE-WORK", "AGE-TOO-NEW", "AGE-DAMAGED", "AGE-ARMOR"},
    "no match": {"AGE-NO-KEY", "AGE-WRONG-PASSPHRASE", "AGE-IDENTITY"},
    "HMAC failure": {"AGE-DAMAGED"},
    "payload failure": {"AGE-DAMAGED", "AGE-HEADER"},
}


class Vector(NamedTuple):
    """A vector, taken apart."""

    expect: str
    payload: str
    identities: tuple[str, ...]
    passphrase: str
    content: bytes


def vector(name: str) -> Vector:
    head, _, content = (FOLDER / name).read_bytes().partition(b"\n\n")
    pairs = [line.split(": ", 1) for line in head.decode().splitlines()]
    values = dict(pairs)
    return Vector(
        expect=values["expect"],
        payload=values.get("payload", ""),
        identities=tuple(value for key, value in pairs if key == "identity"),
        passphrase=values.get("passphrase", ""),
        content=zlib.decompress(content) if values.get("compressed") == "zlib" else content,
    )


def opened(given: Vector) -> bytes:
    file = look_into(given.content)
    if file.needs_passphrase:
        return open_with_passphrase(file, Secret(given.passphrase.encode()), memory=AMPLE_MEMORY)
    return open_with_identities(file, identities_in("\n".join(given.identities)))


def test_all_vectors_are_here() -> None:
    assert (len(NAMES), len(POST_QUANTUM)) == (143, 19)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in POST_QUANTUM])
def test_the_vector_comes_out_as_its_authors_say(name: str) -> None:
    given = vector(name)
    if given.expect == "success":
        assert hashlib.sha256(opened(given)).hexdigest() == given.payload
        return
    with pytest.raises(PrometheusError) as refused:
        opened(given)
    assert refused.value.code in CODES[given.expect]


@pytest.mark.parametrize("name", sorted(POST_QUANTUM))
def test_a_key_that_is_not_known_here_opens_nothing_and_says_so(name: str) -> None:
    with pytest.raises(PrometheusError) as refused:
        opened(vector(name))
    assert refused.value.code in {"AGE-IDENTITY", "AGE-HEADER"}
