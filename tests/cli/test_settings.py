"""Settings: flag, environment, file, default, in this order; and colour, which has rules of its own."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from prometheus.cli import settings
from prometheus.errors import NotUnderstood

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus.cli.invocation import Value


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home; returns the path of its configuration file."""
    for row in settings.SETTINGS:
        monkeypatch.delenv(row.variable or "-", raising=False)
    for name in ("XDG_CONFIG_HOME", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    path = tmp_path / ".config/prometheus/config.toml"
    path.parent.mkdir(parents=True)
    return path


@pytest.mark.parametrize(("flag", "variable", "file"), list(itertools.product([False, True], repeat=3)))
def test_the_strongest_source_wins(
    config: Path, monkeypatch: pytest.MonkeyPatch, *, flag: bool, variable: bool, file: bool
) -> None:
    values: dict[str, Value] = {"vault": "by-flag" if flag else None}
    if variable:
        monkeypatch.setenv("PROMETHEUS_VAULT", "by-variable")
    if file:
        config.write_text('vault = "by-file"\n', encoding="utf-8")
    found = settings.find("vault", values)
    expected = [("by-flag", "flag")] * flag + [("by-variable", "environment")] * variable + [("by-file", "file")] * file
    assert (found.value, found.source) == [*expected, ("personal", "default")][0]


@pytest.mark.parametrize(("text", "is_on"), [("1", True), ("yes", True), ("0", False), ("no", False), ("", False)])
def test_a_variable_switches_on_or_off(monkeypatch: pytest.MonkeyPatch, text: str, *, is_on: bool) -> None:
    monkeypatch.setenv("PROMETHEUS_NO_INPUT", text)
    assert settings.is_on("no_input", {}) is is_on


def test_unknown_names_are_reported_and_harm_nothing(config: Path) -> None:
    config.write_text('valt = "x"\n[table]\na = 1\n', encoding="utf-8")
    assert settings.unknown_names() == ("table", "valt")
    assert settings.text_of("vault", {}) == "personal"


@pytest.mark.parametrize("content", [b"vault = 5", b"vault =", b"\xff", b"#" * 70_000, b'color = "blue"'])
def test_a_file_that_cannot_be_used_is_an_error(config: Path, content: bytes) -> None:
    config.write_bytes(content)
    with pytest.raises(NotUnderstood) as caught:
        settings.find("color" if b"color" in content else "vault", {})
    assert caught.value.code == "CONFIG"


def test_the_file_is_not_read_where_it_is_not_needed(config: Path) -> None:
    config.write_text("broken = [", encoding="utf-8")
    assert settings.text_of("vault", {"vault": "x"}) == "x"


def test_a_file_in_the_current_folder_is_no_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.toml").write_text('vault = "planted"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert settings.text_of("vault", {}) == "personal"


class Tty:
    """A stream that is a terminal, or is not."""

    def __init__(self, *, is_terminal: bool) -> None:
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal


@pytest.mark.parametrize(
    ("terminal", "environ", "values", "wanted"),
    [
        (True, {"TERM": "xterm"}, {}, True),
        (False, {"TERM": "xterm"}, {}, False),
        (True, {"TERM": "dumb"}, {}, False),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, {}, False),
        (True, {"TERM": "xterm", "NO_COLOR": ""}, {}, True),
        (True, {"TERM": "xterm"}, {"no_color": True}, False),
        (True, {"TERM": "xterm"}, {"json": True}, False),
        (False, {"TERM": "xterm", "FORCE_COLOR": "1"}, {}, True),
        (False, {"TERM": "xterm", "FORCE_COLOR": "0"}, {}, False),
        (False, {"TERM": "xterm", "FORCE_COLOR": "1", "NO_COLOR": "1"}, {}, False),
        (False, {"TERM": "xterm", "FORCE_COLOR": "1"}, {"no_color": True}, False),
    ],
)
def test_colour_follows_the_terminal_and_the_persons_wish(
    monkeypatch: pytest.MonkeyPatch, *, terminal: bool, environ: dict[str, str], values: dict[str, Value], wanted: bool
) -> None:
    for name, text in environ.items():
        monkeypatch.setenv(name, text)
    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(f"sys.{stream}", Tty(is_terminal=terminal))
    assert settings.wants_colour(values) is wanted


def test_the_file_can_want_colour_never(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text('color = "never"\n', encoding="utf-8")
    monkeypatch.setenv("TERM", "xterm")
    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(f"sys.{stream}", Tty(is_terminal=True))
    assert not settings.wants_colour({})
