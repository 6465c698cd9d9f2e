"""The vector runner itself: what it must complain about, each with a control."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from iop_player.claims_ops import OPS
from iop_player.player import Vector, WrongAnswer, load, load_category, play, unlisted_files
from iop_player.service_ops import OPS as SERVICES

HERE = Path(__file__).parent
SERVICE_VECTORS = [one for name in ("http_authority", "http_inspector") for one in load_category(HERE / "iop", name)]
GOOD = {"id": "nonce-901", "op": "encode", "input": {"bytes_hex": "00" * 33}, "output": "u" + "A" * 44}


def write(folder: Path, category: str, *vectors: dict[str, Any]) -> None:
    (folder / f"{category}.json").write_text(json.dumps({"category": category, "vectors": vectors}), "utf-8")


def vector(**changes: Any) -> Vector:
    values: dict[str, Any] = {
        "category": "nonce",
        "name": "nonce-901",
        "operation": "encode",
        "given": GOOD["input"],
        "output": GOOD["output"],
        "error": None,
    }
    return Vector(**(values | changes))


def test_a_good_vector_passes() -> None:
    play(vector(), OPS)


@pytest.mark.parametrize(
    "changes",
    [
        {"output": "u" + "A" * 43 + "B"},
        {"operation": "no_such_operation"},
        {"category": "no_such_category"},
        {"output": None, "error": "should have been refused"},
        {"given": {"bytes_hex": "00"}},
        {"given": {"bytes_hex": "00"}, "output": None, "error": "another text"},
    ],
    ids=["other answer", "unknown operation", "unknown category", "not refused", "refused", "other refusal"],
)
def test_a_wrong_answer_is_found(changes: dict[str, Any]) -> None:
    with pytest.raises(WrongAnswer):
        play(vector(**changes), OPS)


@pytest.mark.parametrize("error", ["missing field `x` at line 1 column 5", "unreachable"])
def test_only_the_refusal_counts_where_the_reference_has_no_text_of_its_own(error: str) -> None:
    play(vector(given={"bytes_hex": "00"}, output=None, error=error), OPS)


def test_numbers_of_another_type_are_not_the_same_answer() -> None:
    one = {("nonce", "encode"): lambda given: 1}
    play(vector(output=1), one)
    for other in (1.0, True):
        with pytest.raises(WrongAnswer):
            play(vector(output=other), one)


def test_an_unlisted_file_is_found(tmp_path: Path) -> None:
    write(tmp_path, "nonce", GOOD)
    assert unlisted_files(tmp_path) == []
    write(tmp_path, "unheard_of", GOOD)
    assert unlisted_files(tmp_path) == ["unheard_of.json"]


def test_only_the_files_that_are_there_are_played(tmp_path: Path) -> None:
    write(tmp_path, "nonce", GOOD)
    assert [found.name for found in load(tmp_path)] == ["nonce-901"]


def run_on(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_iop_vectors.py"]
    environment = os.environ | {"PROMETHEUS_VECTORS": str(folder)}
    return subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=False)


def test_another_folder_is_played_instead_of_the_shipped_one(tmp_path: Path) -> None:
    write(tmp_path, "nonce", GOOD)
    result = run_on(tmp_path)
    assert result.returncode == 0, result.stdout
    write(tmp_path, "nonce", GOOD | {"id": "nonce-902", "op": "no_such_operation"})
    write(tmp_path, "unheard_of", GOOD)
    result = run_on(tmp_path)
    assert result.returncode == 1
    assert "test_vector_has_its_known_answer[nonce-902]" in result.stdout
    assert "test_every_file_of_the_folder_is_listed" in result.stdout


def test_an_empty_folder_is_a_failure(tmp_path: Path) -> None:
    result = run_on(tmp_path)
    assert result.returncode == 1
    assert "test_something_is_played" in result.stdout


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("http_authority-001", {"status": 201}),
        ("http_authority-005", {"text": "Error: another text"}),
        ("http_authority-022", {"body": {"requests": []}}),
        ("http_authority-023", {"body": {"other": "document"}}),
        ("http_authority-037", {"text": "<pre>SyntaxError: </pre>"}),
        ("http_inspector-014", {"body": {"errors": [], "warnings": ["Signature is invalid (0)"]}}),
        ("http_inspector-020", {"body": {"errors": [], "warnings": []}}),
    ],
)
def test_an_answer_of_a_service_that_is_not_the_recorded_one_is_found(name: str, change: dict[str, Any]) -> None:
    (found,) = (one for one in SERVICE_VECTORS if one.name == name)
    play(found, SERVICES)
    with pytest.raises(WrongAnswer):
        play(found._replace(output={**found.output, **change}), SERVICES)
