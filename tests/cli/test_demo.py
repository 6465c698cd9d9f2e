"""The demo: every step as the story says, its files left behind, and nothing of the user's touched."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from prometheus.cli.demo.beside import free_port
from prometheus.cli.demo.story import CARD, STORY
from prometheus.cli.rendering import tutorial


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """The demo's folder, the home of the user, and what was said."""
    home = tmp_path_factory.mktemp("home")
    folder = tmp_path_factory.mktemp("demo") / "a folder"
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "PROMETHEUS_"))}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "prometheus", "demo", "--folder", str(folder)],
        env={**environ, "HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, home, done.stdout


def test_every_step_is_said_and_shown_as_a_command(played: tuple[Path, Path, str]) -> None:
    commands = re.findall(r"^\$ (prometheus .*)$", played[2], re.MULTILINE)
    assert len(commands) == len(STORY)
    for step, command in zip(STORY, commands, strict=True):
        assert step.said in played[2]
        assert shlex.split(command)[1:3] == list(step.command[:2])


def test_the_presentation_holds_her_age_and_nothing_else_of_her(played: tuple[Path, Path, str]) -> None:
    text = (played[0] / "presentation.json").read_text()
    assert '"value":true' in text
    # Two letters can stand anywhere in a content id, and the name is kept with its accent apart.
    hidden = [str(value) for name, value in CARD.items() if name not in ("ageOver18", "nationality")]
    assert [value for value in hidden if value in text or f'"{value}' in text] == []
    assert "Kova" not in text
    assert '"value":"HU"' not in text


def test_nothing_of_the_user_is_touched(played: tuple[Path, Path, str]) -> None:
    assert list(played[1].rglob("*")) == []


def test_passphrases_and_words_are_for_the_user_alone(played: tuple[Path, Path, str]) -> None:
    for path in (played[0] / "keys").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_one_can_go_on_by_hand_in_the_folder(played: tuple[Path, Path, str]) -> None:
    line = ". ./env.sh && prometheus claim list --json --vault ana --passphrase-file keys/ana.pass"
    done = subprocess.run(["sh", "-c", line], cwd=played[0], capture_output=True, text=True, check=True)
    assert len(json.loads(done.stdout)["claims"]) == 1


def test_the_ledger_of_the_demo_ends_with_it(played: tuple[Path, Path, str]) -> None:
    said = (played[0] / "ledger.txt").read_text()
    assert "stopped at height" in said
    assert (played[0] / "ledger").is_dir()


def test_a_folder_that_exists_is_left_alone(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "prometheus", "demo", "--folder", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 11
    assert "exists already" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_tutorial_tells_the_same_story() -> None:
    page = tutorial.page()
    assert all(step.said in page for step in STORY)
    assert (Path(__file__).parents[2] / "docs/tutorial/first-claim.md").read_text(encoding="utf-8") == page


def stopped(pid_file: Path) -> None:
    """End what the tutorial started, where it did not come to its own end."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(pid_file.read_text()), signal.SIGTERM)


def test_the_tutorial_can_be_followed_line_by_line(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Run the page's own shell blocks in its order, in one shell, with the DIDs filled in as the page says."""
    page = (Path(__file__).parents[2] / "docs/tutorial/first-claim.md").read_text(encoding="utf-8")
    home = {name: str(tmp_path / "home" / name) for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")}
    environ = {**os.environ, **home, "PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"}
    codes = [0, *(step.exit_code for step in STORY), 0]
    port = str(free_port())
    for said, language, body in re.findall(
        r"(?:`([a-z]+\.(?:json|toml))`[^\n]*\n\n)?```(\w+)\n(.*?)```", page, re.DOTALL
    ):
        text = body.replace("4703", port)
        for label, name in (("DID-OF-THE-BAR", "bar"), ("DID-OF-THE-TOWN-HALL", "town-hall")):
            public = tmp_path / "public" / f"{name}.json"
            if label in text:
                text = text.replace(label, json.loads(public.read_text())["did"])
        if language != "sh":
            (tmp_path / said).write_text(text)
            continue
        done = subprocess.run(
            ["sh", "-c", text], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
        )
        if "ledger.pid" in text:
            request.addfinalizer(lambda: stopped(tmp_path / "ledger.pid"))
        expected = 0 if text.startswith("sed ") else codes.pop(0)
        assert done.returncode == expected, text + done.stdout + done.stderr
    assert codes == []
