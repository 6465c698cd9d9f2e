"""One case of the fuzz of `vault import`: a file of the corpus, spoilt, read as the importer reads it.

What is promised: an error of the house, or an export that is written in exactly the bytes that were read and whose
bodies the program can read; never more work than a passphrase may ask for. Spoilt sealed files are opened with the key
of the corpus; spoilt texts get a first line that fits them, so that what lies behind the hash is reached too.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus.errors import Bug, PrometheusError
from prometheus.portable import age_header, export_record
from prometheus.portable.age_file import identities_in, look_into, open_with_identities
from prometheus.portable.export_record import ExportRecord
from prometheus.portable.export_text import Origin, read_export, write_export
from prometheus.usecases.imported_bodies import check_bodies
from prometheus_simulators.fuzz_worker import main

if TYPE_CHECKING:
    from random import Random

CORPUS = Path(__file__).parents[2] / "prometheus" / "portable" / "corpus"
KEY = "AGE-SECRET-KEY-14TZ946FYDYL54NYEGG0YPMPRF8SVLSE0WJ69H9P4JPFVU4G8C2ASWGQRFH"
"""What opens the sealed files of the corpus; everyone has it."""
MOST_WORK = 22
TOKENS = (
    b"\n", b"\r\n", b" ", b"-> ", b"--- ", b"-> scrypt ", b"-> X25519 ", b"age-encryption.org/v1\n", b" 23", b" 22",
    b"=", b"==", b"/", b"\0", b"\xff", b"\\u0000", b"\\ud800", b'"', b"{", b"}", b"[", b",", b":", b"1e400", b"NaN",
    b"-0", b"0.1", b"9007199254740993", b'"body"', b'"base64"', b'"collection"', b'"name"', b'"v":2', b'"v":1', b"null",
    b"true", b'{"a":', b"-----BEGIN AGE ENCRYPTED FILE-----\n", b"-----END AGE ENCRYPTED FILE-----\n", b"{}\n",
)  # fmt: skip
SEEDS = sorted(path for path in CORPUS.iterdir() if path.suffix in {".age", ".ndjson"})


def spoilt(chance: Random, content: bytes) -> bytes:
    """Return the content with a few changes, most of them at places that lie together."""
    found = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        place = chance.randrange(min(len(found), chance.choice((100, 400, 1 << 20))) + 1)
        end = min(len(found), place + chance.choice((0, 1, 1, 4, 43, 200)))
        match chance.randrange(6):
            case 0 if place < len(found):
                found[place] ^= 1 << chance.randrange(8)
            case 1:
                found[place:place] = chance.choice(TOKENS)
            case 2:
                del found[place:end]
            case 3:
                found[place:place] = found[place:end]
            case 4:
                found[place:end] = chance.choice(TOKENS)
            case _:
                other = chance.choice(SEEDS).read_bytes()
                start = chance.randrange(len(other) + 1)
                found[place:end] = other[start : start + chance.choice((1, 20, 100, 1000))]
    return bytes(found)


def sealed_case(content: bytes) -> str:
    """Read a sealed file as far as its key goes."""
    file = look_into(content)
    if file.needs_passphrase:
        work = file.header.work or 0
        assert 0 < work <= MOST_WORK, f"work of {work} was let through: {content[:300]!r}"
        return "passphrase"
    return text_case(open_with_identities(file, identities_in(KEY)))


def text_case(content: bytes) -> str:
    """Read a text, and see that nothing else would be written for it."""
    export = read_export(content)
    manifest = export.manifest
    origin = Origin(bytes.fromhex(manifest.vault), manifest.created, has_keys=manifest.keys, is_whole=manifest.whole)
    places = [(each.collection, each.name) for each in export.records]
    assert places == sorted(set(places)), f"out of order: {content[:2000]!r}"
    assert write_export(export.records, origin) == content, f"another text is as good: {content[:2000]!r}"
    check_bodies(export.records)
    return "read"


def fitted(content: bytes) -> bytes:
    """Return a text whose first line speaks of the lines that follow, where the first line can be read at all."""
    import rfc8785

    first, _, lines = content.partition(b"\n")
    kinds = [kind for line in lines.split(b"\n") if (kind := _kind(line))]
    counts = {kind: kinds.count(kind) for kind in kinds}
    counted = {"lines": lines.count(b"\n"), "sha256": hashlib.sha256(lines).hexdigest(), "counts": counts}
    try:
        return rfc8785.dumps(json.loads(first) | counted | {"keys": "key" in counts}) + b"\n" + lines
    except (ValueError, TypeError, RecursionError):
        return content


def _kind(line: bytes) -> str:
    try:
        members = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    return str(members.get("collection", "")) if isinstance(members, dict) else ""


def case(chance: Random) -> str:
    """Spoil a file of the corpus and say how reading it ended."""
    seed = chance.choice(SEEDS)
    content = spoilt(chance, seed.read_bytes())
    try:
        if seed.suffix == ".age":
            return sealed_case(content)
        return text_case(fitted(content) if chance.random() < 0.9 else content)
    except Bug:
        raise
    except PrometheusError as error:
        return error.code


class _Anything:
    """Equal to everything, and not before it."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return True

    def __le__(self, other: object) -> bool:
        return False


def make_hole(name: str) -> None:
    """Take away a check, which the fuzz has to notice."""
    if name == "work":
        age_header.MOST_WORK = 99  # type: ignore[misc]
    elif name == "one way to write":
        export_record.line_of = lambda _: _Anything()  # type: ignore[assignment,return-value]
    elif name == "order":
        ExportRecord.place = property(lambda _: _Anything())  # type: ignore[assignment]


if __name__ == "__main__":
    for hole in sys.argv[5:]:
        make_hole(hole)
    main(case)
