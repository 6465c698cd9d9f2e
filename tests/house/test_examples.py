"""Examples: every address, DID and key that help and documents show can be typed as it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prometheus.errors import PrometheusError
from prometheus.identity.base58check import decode_checked
from prometheus.identity.did import Did
from prometheus.identity.multicipher import KeyId, PublicKey, Signature
from prometheus_morpheus.transactions.addresses import address_payload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BASE58 = "1-9A-HJ-NP-Za-km-z"


def _address(text: str) -> object:
    return address_payload(text, decode_checked(text)[0])


KINDS: tuple[tuple[re.Pattern[str], Callable[[str], object]], ...] = (
    (re.compile(rf"(?<![\w:/.])[a-zA-Z][{BASE58}]{{33}}(?!\w)"), _address),
    (re.compile(r"did:morpheus:[a-z]\w{8,}"), Did.parse),
    (re.compile(rf"(?<!\w)p[ezs][{BASE58}]{{40,}}(?!\w)"), PublicKey.parse),
    (re.compile(rf"(?<!\w)i[ezs][{BASE58}]{{20,}}(?!\w)"), KeyId.parse),
    (re.compile(rf"(?<!\w)s[ezs][{BASE58}]{{60,}}(?!\w)"), Signature.parse),
)


def wrong(text: str) -> Iterator[str]:
    """Yield what looks like an address, a DID, a key or a signature and is none."""
    for shape, parse in KINDS:
        for found in shape.findall(text):
            try:
                parse(found)
            except PrometheusError:
                yield found


def shown(files: list[Path], checkout: Path) -> list[Path]:
    """Return what people read: documents, help as it is rendered, and the rows that help is made of."""
    read = [path for path in files if path.suffix in {".md", ".txt", ".1"}]
    rows = [path for path in files if path.suffix == ".py" and "tables" in path.relative_to(checkout).parts]
    return [path for path in (*read, *rows) if "tests" not in path.relative_to(checkout).parts]


def test_every_example_can_be_typed_as_it_stands(files: list[Path], checkout: Path) -> None:
    found = {str(path.relative_to(checkout)): [*wrong(path.read_text("utf-8"))] for path in shown(files, checkout)}
    assert {name: bad for name, bad in found.items() if bad} == {}


def test_examples_are_seen_at_all(files: list[Path], checkout: Path) -> None:
    text = "\n".join(path.read_text("utf-8") for path in shown(files, checkout))
    assert all(shape.search(text) for shape, _ in KINDS)


def test_an_example_that_is_wrong_is_seen() -> None:
    for text in (
        "tXrrT9nVCyAwbKZiDKxnPnq2eSaiDHVKFP",
        "did:morpheus:ezqztJ6XX6GDxdSgdiyS",
        "pez2CLkBUjHB8wG87D3YkREjpRuiqPu6BrRsgHMQy2Pzt",
        "iez22QnGZ2FnpYKi5jYoctDma1b",
    ):
        assert [*wrong(f"send {text} 1")] == [text]
    assert [*wrong("did:morpheus:ezqztJ6XX6GDxdSgdiySiT3J")] == []
