"""The one door: every way out has its exit code, and nothing leaves as a traceback."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from prometheus.cli import exit_codes, run
from prometheus.cli.command import Command, Param
from prometheus.cli.invocation import Invocation, Value
from prometheus.errors import NotFound, WrongPassphrase

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = Command(("sample", "verb"), "A sample", "nowhere:run", (Param("file", "A file", kind="file"),))
PLANTED = "correct horse battery"
Verb = Callable[[Invocation], int]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def done(verb: Verb, **values: Value) -> int:
    """Run a verb through the door."""
    return run.run(COMMAND, {"file": None, "json": False, **values}, lambda _: verb)


def failing(error: BaseException) -> Verb:
    """Return a verb that raises."""

    def verb(_call: Invocation) -> int:
        raise error

    return verb


def test_what_a_verb_returns_is_the_exit_code() -> None:
    assert done(lambda _: 13) == 13


def test_an_error_of_ours_speaks_in_three_lines_and_gives_its_own_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    error = NotFound("there is no x", code="X-NOT-FOUND", meaning="it was deleted", remedy="look in the trash")
    assert done(failing(error)) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "error: there is no x\nwhy: it was deleted\nhint: look in the trash\ncode: X-NOT-FOUND\n"


def test_with_json_an_error_is_one_object_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert done(failing(WrongPassphrase("no slot opens")), json=True) == 6
    out, err = capsys.readouterr()
    assert err == ""
    document = json.loads(out)
    assert document == {
        "v": 1, "code": "VAULT-WRONG-PASSPHRASE", "error": "no slot opens", "exit": 6, "hint": "", "why": "",
    }  # fmt: skip


def test_foreign_text_in_an_error_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    done(failing(NotFound("no \x1b[31mred\u202e")))
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (KeyboardInterrupt(), exit_codes.INTERRUPTED),
        (run.Terminated(), exit_codes.TERMINATED),
        (MemoryError(), 16),
        (OSError(errno.ENOSPC, "No space left on device"), 16),
        (FileNotFoundError(errno.ENOENT, "No such file", "given.json"), 4),
        (IsADirectoryError(errno.EISDIR, "Is a directory", "given.json"), 2),
        (FileExistsError(errno.EEXIST, "File exists", "given.json"), 11),
        (PermissionError(errno.EACCES, "Permission denied", "given.json"), 16),
        (FileNotFoundError(errno.ENOENT, "No such file", "/ours/missing"), exit_codes.BUG),
        (ValueError(PLANTED), exit_codes.BUG),
        (RecursionError(), exit_codes.BUG),
        (SystemExit(3), exit_codes.BUG),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else str(value),
)
def test_whatever_is_raised_has_its_exit_code(
    raised: BaseException, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prometheus.cli.failure._give_up_output", lambda: None)
    assert done(failing(raised), file="given.json") == code


def test_a_mistake_of_ours_leaves_a_report_without_values_texts_or_folders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret_local = PLANTED

    def verb(_call: Invocation) -> int:
        empty: dict[str, int] = {}
        try:
            return empty[secret_local]
        except KeyError as error:
            raise ValueError(PLANTED) from error

    assert done(verb, file=PLANTED) == exit_codes.BUG
    (report,) = (tmp_path / ".local/state/prometheus/reports").glob("failure-*.txt")
    text = report.read_text(encoding="utf-8")
    assert "command: sample verb" in text
    assert "exception: builtins.ValueError" in text
    assert "exception: builtins.KeyError" in text
    assert "prometheus/cli/run.py:" in text
    assert "horse" not in text + capsys.readouterr().err
    assert str(tmp_path) not in text
    assert report.stat().st_mode & 0o777 == 0o600


def test_where_no_report_can_be_written_the_exit_code_is_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".local").write_text("in the way", encoding="utf-8")
    assert done(failing(ValueError(PLANTED))) == exit_codes.BUG
    assert "no report could be written" in capsys.readouterr().err


def test_a_broken_configuration_file_is_said_and_not_guessed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / ".config/prometheus"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("quiet = [", encoding="utf-8")
    assert done(lambda _: 0) == 2
    assert "code: CONFIG" in capsys.readouterr().err


def test_every_exit_code_of_an_error_is_in_the_table() -> None:
    from prometheus import errors

    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    assert {kind.exit_code for kind in kinds if issubclass(kind, errors.PrometheusError)} <= set(exit_codes.EXIT_CODES)
