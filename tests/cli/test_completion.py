"""Completion, tried in the shells themselves."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import prometheus
from prometheus.cli.rendering import completion, shipped
from prometheus.cli.tables.options import GLOBAL_OPTIONS

FOLDER = Path(prometheus.__file__).parent / "cli/rendered/completion"
ALL = shipped.every_command()
NOUNS = {row.words[0] for row in ALL}
GLOBAL = {flag for option in GLOBAL_OPTIONS for flag in option.flags}
CASES: list[tuple[list[str], set[str]]] = [
    (["prometheus", ""], NOUNS),
    (["prometheus", "config", ""], {"explain"}),
    (["prometheus", "conf"], {"config"}),
    (["prometheus", "--json", "conf"], {"config"}),
    (["prometheus", "--vault", "work", "config", ""], {"explain"}),
    (["prometheus", "config", "--quiet", "expl"], {"explain"}),
    (["prometheus", "completion", ""], {"bash", "zsh", "fish"}),
    (["prometheus", "completion", "z"], {"zsh"}),
    (["prometheus", "vault", "words", ""], {"check"}),
    (["prometheus", "timestamp", ""], {"check", "after"}),
    (["prometheus", "timestamp", "check", ""], set()),
    (["prometheus", "did", "add-key", "phone", "--right", ""], {"impersonate", "update"}),
    (["prometheus", "wallet", "balance", "--ledger", ""], {"mainnet", "devnet", "testnet", "local"}),
    (["prometheus", "wallet", "send", "--ledger", "dev"], {"devnet"}),
    (["prometheus", "did", "verify", "--ledger", "main"], {"mainnet"}),
    (["prometheus", "claim", "verify", "--ledger", "lo"], {"local"}),
    (["prometheus", "ledger", "accept", "test"], {"testnet"}),
    (["prometheus", "wallet", "export", "--form", ""], {"csv", "json"}),
    (["prometheus", "paths", "--"], {flag for flag in GLOBAL if flag.startswith("--")}),
    (["prometheus", "bug-report", "--o"], {"--out"}),
    (["prometheus", "bug-report", "--out", "pla"], {"planted.txt"}),
    (["prometheus", "--passphrase-file", "pla"], {"planted.txt"}),
    (["prometheus", "--vault", ""], set()),
    (["prometheus", "nonsense", ""], set()),
]
every_case = pytest.mark.parametrize(("line", "wanted"), CASES, ids=[" ".join(line) for line, _ in CASES])


def needs(shell: str) -> pytest.MarkDecorator:
    """Skip visibly where a shell is not installed."""
    return pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed")


def answers(command: list[str], program: str, folder: Path) -> set[str]:
    """Return the lines that a shell writes."""
    (folder / "planted.txt").touch()
    done = subprocess.run([*command, program], cwd=folder, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return {line.strip() for line in done.stdout.splitlines() if line.strip()}


def bash(line: list[str], folder: Path) -> set[str]:
    """Return what bash offers for a line."""
    words = " ".join(f"'{word}'" for word in line)
    program = (
        f"source '{FOLDER}/bash'\nCOMP_WORDS=({words}); COMP_CWORD={len(line) - 1}\n"
        "_prometheus; printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    return answers(["bash", "--norc", "--noprofile", "-c"], program, folder)


@needs("bash")
@every_case
def test_bash_offers_what_fits(line: list[str], wanted: set[str], tmp_path: Path) -> None:
    assert bash(line, tmp_path) == wanted


@needs("bash")
def test_bash_understands_a_value_behind_an_equals_sign(tmp_path: Path) -> None:
    assert bash(["prometheus", "--vault", "=", "work", "config", ""], tmp_path) == {"explain"}
    assert bash(["prometheus", "bug-report", "--out", "=", "pla"], tmp_path) == {"planted.txt"}


@needs("bash")
def test_bash_starts_no_program(tmp_path: Path) -> None:
    """The script works with an empty PATH: everything it calls is part of bash."""
    program = (
        f"PATH=/nonexistent; source '{FOLDER}/bash'\nCOMP_WORDS=(prometheus conf); COMP_CWORD=1\n"
        '_prometheus; echo "${COMPREPLY[@]}"'
    )
    assert answers(["bash", "--norc", "--noprofile", "-c"], program, tmp_path) == {"config"}


@needs("bash")
@pytest.mark.parametrize(
    ("configured", "wanted"),
    [
        ("http://127.0.0.1:4703,https://node:4705", {"http://127.0.0.1:4703", "https://node:4705"}),
        ("$(touch ran)", set()),
        ("`touch ran`", set()),
        ("http://{a,b}", set()),
    ],
)
def test_bash_offers_the_usual_endpoints_and_runs_nothing_in_them(
    configured: str, wanted: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_LEDGER", configured)
    assert bash(["prometheus", "wallet", "balance", "--ledger", "h"], tmp_path) == wanted
    assert not (tmp_path / "ran").exists()


@needs("zsh")
@every_case
def test_zsh_offers_what_fits(line: list[str], wanted: set[str], tmp_path: Path) -> None:
    words = " ".join(f"'{word}'" for word in line)
    program = (
        "compdef() { }\ncompadd() { shift; print -l -- ${(M)@:#$words[CURRENT]*} }\n"
        f"_files() {{ print -l -- $words[CURRENT]*(N) }}\n_message() {{ }}\nsource '{FOLDER}/zsh'\n"
        f"words=({words}); CURRENT={len(line)}\n_prometheus"
    )
    assert answers(["zsh", "-f", "-c"], program, tmp_path) == wanted


@needs("fish")
@every_case
def test_fish_offers_what_fits(line: list[str], wanted: set[str], tmp_path: Path) -> None:
    program = f"source '{FOLDER}/fish'; complete -C '{' '.join(line)}'"
    offered = {answer.partition("\t")[0] for answer in answers(["fish", "--no-config", "-c"], program, tmp_path)}
    assert wanted <= offered if line[-1].startswith("-") else offered == wanted


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_command_writes_the_rendered_script(shell: str, command_line: object) -> None:
    done = command_line.run("completion", shell)  # type: ignore[attr-defined]  # the fixture of conftest
    assert done.stdout == (FOLDER / shell).read_text(encoding="utf-8")


def test_every_option_of_every_command_is_in_every_script() -> None:
    for shell in ("bash", "zsh", "fish"):
        script = completion.script(shell, ALL)
        for row in ALL:
            for flag in (flag for parameter in row.params for flag in parameter.flags if flag.startswith("--")):
                assert flag in script or f"-l {flag[2:]}" in script
