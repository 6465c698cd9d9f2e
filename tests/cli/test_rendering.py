"""Rendered texts: current, readable in 80 columns, accepted by the programs that show them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import prometheus
from prometheus.cli.command import Command, Param
from prometheus.cli.exit_codes import EXIT_CODES
from prometheus.cli.rendering import __main__ as rendering
from prometheus.cli.rendering import error_codes, help_text, man, reference, shipped

PACKAGE = Path(prometheus.__file__).parent
RENDERED = PACKAGE / "cli/rendered"
DOCS = PACKAGE.parent / "docs/reference"
ALL = shipped.every_command()
HOSTILE = Command(
    ("odd",),
    ".TH is no title here, 'nor this \\fB",
    "nowhere:run",
    (Param("text", "a | b <c> and \\ and ~ and ^", metavar="-TEXT"),),
    about=".PP first\n\n'second … line",
)


def test_nothing_is_stale(capsys: pytest.CaptureFixture[str]) -> None:
    assert rendering.main(["--check"]) == 0, capsys.readouterr().out


def test_a_stale_text_is_found(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(rendering, "_content", lambda name: "" if name.endswith("help/help.txt") else None)
    assert rendering.main(["--check"]) == 1
    assert "help/help.txt" in capsys.readouterr().out


def test_every_help_fits_80_columns() -> None:
    wide = [
        (path.name, line)
        for path in (RENDERED / "help").glob("*.txt")
        for line in path.read_text(encoding="utf-8").splitlines()
        if len(line) > 80 and not line.startswith("    $ ")
    ]
    assert wide == []


def test_the_help_of_the_program_names_every_command() -> None:
    text = (RENDERED / "help/prometheus.txt").read_text(encoding="utf-8")
    for row in ALL:
        assert f"  {' '.join(row.words)} " in text


@pytest.mark.parametrize("row", ALL, ids=lambda row: row.id)
def test_the_help_of_a_command_names_every_parameter(row: Command) -> None:
    text = (RENDERED / f"help/{row.id}.txt").read_text(encoding="utf-8")
    for parameter in row.params:
        assert all(flag in text for flag in parameter.flags)
        assert parameter.shown in text or parameter.kind == "flag"


def test_texts_of_the_table_are_no_requests_of_the_manual() -> None:
    lines = man.of_command(HOSTILE, "0").splitlines()
    assert [line for line in lines if line.startswith(".TH")] == lines[:1]
    assert not [line for line in lines if line.startswith("'")]
    assert "\\fB" not in "\n".join(line for line in lines if not line.startswith("."))


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_groff_takes_every_page_without_a_warning(tmp_path: Path) -> None:
    (tmp_path / "odd.1").write_text(man.of_command(HOSTILE, "0"), encoding="utf-8")
    pages = [*sorted((RENDERED / "man").glob("*.1")), tmp_path / "odd.1"]
    done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-z", *pages], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_groff_refuses_a_page_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "wrong.1").write_text(".TH X 1\n.nonsense\n", encoding="utf-8")
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8", "-z", tmp_path / "wrong.1"], capture_output=True, text=True, check=False
    )
    assert "nonsense" in done.stderr


@pytest.mark.skipif(shutil.which("man") is None, reason="man is not installed")
@pytest.mark.parametrize("name", ["prometheus", "prometheus-config-explain"])
def test_man_shows_a_page(name: str) -> None:
    done = subprocess.run(
        ["man", "-l", RENDERED / f"man/{name}.1"],
        env={"MANWIDTH": "80", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    if "minimized" in done.stdout:
        pytest.skip("man is replaced by a notice on this system")
    shown = re.sub(r".\x08", "", done.stdout)
    assert "SYNOPSIS" in shown, done.stderr
    assert "prometheus config explain" in shown or "EXIT STATUS" in shown


def test_the_reference_has_one_section_for_each_command() -> None:
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^### (.+)$", text, re.MULTILINE)) == sorted(" ".join(row.words) for row in ALL)


def test_the_reference_has_every_exit_code() -> None:
    text = (DOCS / "exit-codes.md").read_text(encoding="utf-8")
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)] == list(EXIT_CODES)


def test_every_error_code_of_the_source_has_its_section_with_a_meaning() -> None:
    folders = (str(PACKAGE), str(PACKAGE.parent / "plugins"))
    codes = error_codes.found_in(folders)
    text = (DOCS / "errors.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [row.code for row in codes]
    assert [row.code for row in codes if not row.sayings or row.exit_code is None] == []


def test_a_planted_code_is_found(tmp_path: Path) -> None:
    source = 'raise NotFound(f"there is no {x}", code="PLANTED-CODE", remedy="look")\n'
    (tmp_path / "planted.py").write_text(source, encoding="utf-8")
    (found,) = error_codes.found_in([str(tmp_path)])
    assert found == error_codes.ErrorCode("PLANTED-CODE", 4, ("there is no …",), ("look",))
    assert "## PLANTED-CODE" in reference.of_errors([found])


def test_the_help_of_a_plugin_verb_is_made_like_any_other() -> None:
    assert "Usage: prometheus odd [-TEXT]" in help_text.of_command(HOSTILE)
