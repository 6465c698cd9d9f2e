"""What the fingerprint of a plugin's code covers."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from prometheus.hooks.finding import code_digest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "guest_package"
    (folder / "__pycache__").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return folder


@pytest.mark.parametrize("name", ["x.cpython-311.pyc", "x.cpython-311.pyc.140737488355327"])
def test_byte_code_and_byte_code_that_is_being_written_do_not_count(package: Path, name: str) -> None:
    before = code_digest("guest_package")
    (package / "__pycache__" / name).write_bytes(b"anything")
    assert code_digest("guest_package") == before


@pytest.mark.parametrize("name", ["x.py", "x.so", "x.pyc.so", "data.7"])
def test_whatever_could_be_imported_or_read_counts(package: Path, name: str) -> None:
    before = code_digest("guest_package")
    (package / "__pycache__" / name).write_bytes(b"anything")
    assert code_digest("guest_package") != before
