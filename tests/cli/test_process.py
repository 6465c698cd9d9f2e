"""The command as a process: signals, closed pipes, full disks, odd locales, and answers without a terminal."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.command_line import COMMAND

if TYPE_CHECKING:
    from prometheus_simulators.command_line import CommandLine

ANSWERED = (("--version",), ("--help",), ("help", "config"), ("paths",), ("version", "--json"), ("completion", "zsh"))
every_answer = pytest.mark.parametrize("line", ANSWERED, ids=" ".join)


def test_without_arguments_and_terminal_it_shows_the_help(command_line: CommandLine) -> None:
    done = command_line.run()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == command_line.run("--help").stdout == command_line.run("help").stdout


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_the_version_is_one_line(command_line: CommandLine, flag: str) -> None:
    from prometheus import __version__

    assert command_line.run(flag).stdout == f"prometheus {__version__}\n"


@pytest.mark.parametrize(
    "line", [("config", "explain", "--help"), ("help", "config", "explain"), ("--json", "config", "explain", "-h")]
)
def test_help_is_found_where_it_is_asked(command_line: CommandLine, line: tuple[str, ...]) -> None:
    done = command_line.run(*line)
    assert done.returncode == 0
    assert "Usage: prometheus config explain" in done.stdout


@pytest.mark.parametrize("line", [("vault", "--help"), ("--json", "vault", "--help"), ("--vault", "x", "vault", "-h")])
def test_help_of_a_noun_needs_no_verb(command_line: CommandLine, line: tuple[str, ...]) -> None:
    done = command_line.run(*line)
    assert done.returncode == 0
    assert "Usage: prometheus vault VERB" in done.stdout


def test_help_for_nothing_is_an_error(command_line: CommandLine) -> None:
    done = command_line.run("help", "clam")
    assert done.returncode == 2
    assert "did you mean claim" in done.stderr


@every_answer
def test_a_reader_that_left_is_no_error(command_line: CommandLine, line: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = command_line.run(*line, stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


@every_answer
def test_a_full_disk_is_said(command_line: CommandLine, line: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        done = command_line.run(*line, stdout=full)
    assert done.returncode == 16
    assert "could not be written" in done.stderr
    assert "Exception" not in done.stderr


@every_answer
@pytest.mark.parametrize("locale", ["C", "POSIX", "xx_XX.nonsense"])
def test_a_broken_locale_changes_nothing(command_line: CommandLine, line: tuple[str, ...], locale: str) -> None:
    done = command_line.run(*line, env={"LC_ALL": locale, "LANG": locale})
    assert done.returncode == 0, done.stderr


@every_answer
def test_an_encoding_without_our_signs_is_no_error(command_line: CommandLine, line: tuple[str, ...]) -> None:
    done = command_line.run(*line, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.returncode == 0, done.stderr


@every_answer
def test_closed_standard_streams_are_no_error(command_line: CommandLine, line: tuple[str, ...]) -> None:
    quoted = " ".join(line)
    done = subprocess.run(
        ["sh", "-c", f"exec '{COMMAND}' {quoted} <&- >&- 2>&-"], env=command_line.environ, check=False
    )
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("line", "code", "exit_code"),
    [
        (("clam", "verify"), "USAGE", 2),
        (("config",), "USAGE", 2),
        (("--frob", "paths"), "USAGE", 2),
        (("paths", "--frob"), "USAGE", 2),
        (("completion", "tcsh"), "USAGE", 2),
        (("config", "explain", "nothing"), "SETTING-NOT-FOUND", 4),
        (("bug-report",), "CONSENT-NEEDED", 5),
        (("man", "nothing"), "USAGE", 2),
        (("digest", "missing.json"), "FILE-NOT-FOUND", 4),
    ],
    ids=str,
)
def test_an_error_has_a_code_in_both_forms(
    command_line: CommandLine, line: tuple[str, ...], code: str, exit_code: int
) -> None:
    plain, structured = command_line.run(*line), command_line.run(*line, "--json")
    assert (plain.returncode, plain.stdout) == (exit_code, "")
    assert plain.stderr.startswith("error: ") or "\nerror: " in plain.stderr
    assert plain.stderr.endswith(f"code: {code}\n")
    assert structured.returncode == exit_code
    document = json.loads(structured.stdout)
    assert set(document) == {"v", "code", "error", "exit", "hint", "why"}
    assert (document["v"], document["code"], document["exit"]) == (1, code, exit_code)


def test_global_options_may_stand_before_and_after_the_words(command_line: CommandLine) -> None:
    lines = [("--json", "config", "explain"), ("config", "--json", "explain"), ("config", "explain", "--json")]
    first, *others = [command_line.run(*line).stdout for line in lines]
    assert json.loads(first)["settings"]
    assert all(other == first for other in others)


def test_colour_is_for_terminals_only(command_line: CommandLine) -> None:
    assert "\x1b" not in command_line.run("clam").stderr
    assert "\x1b[" in command_line.run("clam", env={"FORCE_COLOR": "1"}).stderr
    assert "\x1b" not in command_line.run("clam", env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).stderr


def test_a_bug_report_is_shown_before_it_is_written(command_line: CommandLine) -> None:
    done = command_line.run("bug-report", "--yes", "--out", "report.txt")
    written = (command_line.home / "report.txt").read_text(encoding="utf-8")
    assert written in done.stderr
    assert done.stdout == "report.txt\n"
    assert str(command_line.home) not in written


def test_a_planted_line_is_not_carried_along_by_a_bug_report(command_line: CommandLine) -> None:
    folder = command_line.home / ".local/state/prometheus/reports"
    folder.mkdir(parents=True)
    (folder / "failure-1.txt").write_text("command: sample\npassphrase=hunter2\n", encoding="utf-8")
    done = command_line.run("bug-report", "--out", "-")
    assert "command: sample" in done.stdout
    assert "hunter2" not in done.stdout


def test_paths_names_every_folder_and_how_to_remove_it(command_line: CommandLine) -> None:
    document = json.loads(command_line.run("paths", "--json", env={"XDG_CACHE_HOME": "/a b"}).stdout)
    assert set(document["places"]) == {"config", "data", "state", "cache", "runtime"}
    assert "'/a b/prometheus'" in document["remove"]
    assert not any(place["exists"] for place in document["places"].values())


def test_paths_says_what_lies_in_a_folder_before_it_is_removed(command_line: CommandLine) -> None:
    shown = command_line.run("paths").stdout
    assert "what services received and decided" in " ".join(shown.split())
    before = shown.partition("\n\n")[0].splitlines()  # behind it comes the command, whose paths are as long as they are
    assert [line for line in before if line.startswith(" ") and len(line) > 80] == []


def test_config_explain_warns_about_unknown_names(command_line: CommandLine) -> None:
    folder = command_line.home / ".config/prometheus"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('vault = "work"\nwalt = 1\n', encoding="utf-8")
    done = command_line.run("config", "explain", "vault")
    assert "vault = work" in done.stdout
    assert "the configuration file" in done.stdout
    assert "walt" in done.stderr
