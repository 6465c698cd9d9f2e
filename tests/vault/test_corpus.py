"""Nasty files that were found or made once: each keeps its outcome for ever."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest
from prometheus_simulators.vault_lab import Place, body_of

from prometheus_vault import inspect
from prometheus_vault.errors import VaultError

CORPUS = Path(__file__).parent / "corpus"
SOUND = "opens, sound, writes"
REFUSED = "Tampered"
OUTCOMES = {
    "a-cell-of-endless-length": REFUSED,
    "a-cell-twice": REFUSED,
    "a-length-beyond-two-gibibytes": "NotEnoughMemory",  # SQLite's word for it, before it allocates anything
    "a-page-of-sixty-thousand-cells": REFUSED,
    "a-root-of-forty-mebibytes": REFUSED,
    "a-tree-that-is-its-own-child": REFUSED,
    "a-trigger": REFUSED,
    "a-version-of-two-to-the-63": REFUSED,
    "cells-in-another-order": REFUSED,
    "four-thousand-million-pages": REFUSED,
    "free-list-of-pages-in-use": "opens, Tampered",
    "later-format-for-readers": REFUSED,
    "later-format-for-writers": "opens, sound, Tampered",
    "log-of-another-vault": SOUND,  # it gives that vault, to its own secret, which is the same here
    "log-of-another-version": REFUSED,
    "log-whose-commit-says-one-page": REFUSED,
    "log-with-a-frame-for-page-zero": SOUND,  # where the log ends, for SQLite
    "page-size-of-512": REFUSED,
    "page-size-of-65536": REFUSED,
    "records-and-header-changed-places": REFUSED,
    "records-of-text": REFUSED,
    "text-in-utf-16": REFUSED,
    "whole": SOUND,
}


def lay_out(place: Place, name: str) -> None:
    place.file.parent.mkdir(parents=True)
    for ending in ("", "-wal"):
        kept = CORPUS / f"{name}.vault{ending}.xz"
        if kept.exists():
            place.file.with_name(place.file.name + ending).write_bytes(lzma.decompress(kept.read_bytes()))


def outcome(place: Place) -> str:
    """Inspect, open, read all, check deeply, write, and open again; return how far that went."""
    done = ""
    try:
        inspect(place.file)
        with place.open() as vault:
            assert [body_of(vault, 3, f"claim-{number}") for number in range(5)] == [
                f"body {number}".encode() for number in range(5)
            ]
            assert body_of(vault, 1, "seed") == b"a secret seed"
            done = "opens, "
            vault.verify(deep=True)
            done = "opens, sound, "
            with vault.transaction() as change:
                change.put(3, "claim-1", b"another body")
        with place.open() as vault:
            assert vault.get(3, "claim-1") == b"another body"
    except VaultError as error:
        return f"{done}{type(error).__name__}"
    return f"{done}writes"


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_nasty_file_has_its_outcome(place: Place, name: str) -> None:
    lay_out(place, name)
    before = {path.name: path.read_bytes() for path in place.file.parent.iterdir() if "vault" in path.suffix}
    found = outcome(place)
    if not found.startswith("opens"):
        after = {path.name: path.read_bytes() for path in place.file.parent.iterdir() if path.name in before}
        assert after == before, "a file that was refused was written to"
    assert found == OUTCOMES[name]


def test_every_file_has_its_row() -> None:
    assert {path.name.partition(".")[0] for path in CORPUS.glob("*.xz")} == set(OUTCOMES)
