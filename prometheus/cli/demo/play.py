"""Play the story: prepare a folder, run each command as a child process, and say how to go on by hand.

A step that ends otherwise than the story says stops the demo with its exit code. The folder stays, with the files that
were handed from one to the other, three vaults, their passphrases and words (of the demo alone), and `env.sh`.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys

from prometheus import files
from prometheus.cli.demo import beside
from prometheus.cli.demo.story import CARD, IDENTITY_CARD, POLICY, STORY, Step
from prometheus.cli.output import safe
from prometheus.errors import Bug, Conflict
from prometheus.model.frozen import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus.cli.invocation import Invocation

_FOLDERS: Final = ("keys", "public", "home")
_VARIABLES: Final = ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")
_OPENS_IT: Final = "only for this demo, {name} opens it"


def run(call: Invocation) -> int:
    """Play the whole story in a new folder."""
    folder = make_folder(call.maybe("folder"))
    with beside.Beside(folder, _environment(folder)) as served:
        played = list(_play(call, folder, served))
    call.output.result({"folder": folder, "steps": played}, _farewell(folder))
    return 0


def _play(call: Invocation, folder: str, served: beside.Beside) -> Iterator[dict[str, Any]]:
    port = beside.free_port()
    names = {"port": str(port), "ledger": f"http://127.0.0.1:{port}"}
    for number, step in enumerate(STORY, start=1):
        prepare(step.prepares, folder, names)
        command = tuple(names.get(word[1:-1], word) if word.startswith("{") else word for word in step.command)
        if not call.output.is_json:
            _announce(call, number, step, command)
        if step.serves:
            served.start(command)
            yield {"command": ["prometheus", *command], "exit": None}
            continue
        code = _run(folder, command, quietly=call.output.is_json)
        yield {"command": ["prometheus", *command], "exit": code}
        if code != step.exit_code:
            raise Bug(
                f"step {number} of the demo ended with {code} instead of {step.exit_code}",
                code="DEMO-STEP",
                meaning=f"its files are in {folder}",
            )
        if step.publishes:
            names[step.publishes] = json.loads(files.read(f"{folder}/public/{step.publishes}.json"))["did"]


def make_folder(wished: str | None) -> str:
    """Make the demo's folder with its inner folders, passphrases and environment file, and return its path.

    Raises:
        Conflict: When the folder that was named exists already.
    """
    folder = os.path.abspath(wished or _free_name("prometheus-demo"))
    if os.path.lexists(folder):
        raise Conflict(f"{folder} exists already", code="FILE-EXISTS", remedy="name another one with --folder")
    for name in _FOLDERS:
        files.make_folder(f"{folder}/{name}")
    for name in ("ana", "town-hall", "bar"):
        files.write(f"{folder}/keys/{name}.pass", (_OPENS_IT.format(name=name) + "\n").encode())
    exports = [f"export {name}={shlex.quote(value)}" for name, value in _homes(folder).items()]
    exports.append(f"PATH={shlex.quote(os.path.dirname(sys.executable))}:$PATH")
    files.write(
        f"{folder}/env.sh", ("# Use the demo's vaults in this shell: . ./env.sh\n" + "\n".join(exports) + "\n").encode()
    )
    return folder


def prepare(name: str, folder: str, dids: Mapping[str, str]) -> None:
    """Write a file that somebody hands over in the story."""
    if not name:
        return
    content: Any = {"card.json": CARD, "door.json": scenario(dids.get("bar", ""))}.get(name)
    if name == "altered.json":
        shown = files.read_text(f"{folder}/presentation.json")
        text = shown.replace('"Over 18 at the door"', '"Anything you like"')
    else:
        text = POLICY if name == "policy.toml" else json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    files.write(f"{folder}/{name}", text.encode())


def scenario(bar: str) -> dict[str, Any]:
    """Return what the bar asks for."""
    return {
        "name": "Over 18",
        "version": 1,
        "description": "Entry for adults",
        "prerequisites": [{"process": IDENTITY_CARD, "claimFields": [".ageOver18"]}],
        "requiredLicenses": [{"issuedTo": bar, "purpose": "Over 18 at the door", "expiry": "P1D"}],
        "resultSchema": None,
    }


def _announce(call: Invocation, number: int, step: Step, command: tuple[str, ...]) -> None:
    call.output.line("")
    call.output.line(call.output.paint(f"{number:>2}. {step.said}", "1"))
    call.output.line(call.output.paint(f"$ {shlex.join(('prometheus', *command))}", "36"))
    sys.stdout.flush()


def _run(folder: str, command: tuple[str, ...], *, quietly: bool) -> int:
    silent = subprocess.DEVNULL if quietly else None
    done = subprocess.run(
        [*beside.PROGRAM, *command],
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=silent,
        stderr=silent,
        check=False,
    )
    return done.returncode


def _environment(folder: str) -> dict[str, str]:
    environment = {**os.environ, **_homes(folder)}
    for inherited in ("PROMETHEUS_VAULT", "PROMETHEUS_PASSPHRASE_FD", "PROMETHEUS_LEDGER"):
        environment.pop(inherited, None)
    return environment


def _homes(folder: str) -> dict[str, str]:
    return {name: f"{folder}/home/{name.removeprefix('XDG_').lower()}" for name in _VARIABLES}


def _free_name(wished: str) -> str:
    number = 1
    while os.path.lexists(wished if number == 1 else f"{wished}-{number}"):
        number += 1
    return wished if number == 1 else f"{wished}-{number}"


def _farewell(folder: str) -> list[str]:
    return [
        "",
        f"Everything is in {safe(folder)}: look at presentation.json, it holds no name and no birthday.",
        "The passphrases and words under keys/ belong to this demo alone, and guessing them is cheap (--kdf light).",
        "",
        "To go on by hand:",
        f"  cd {shlex.quote(folder)} && . ./env.sh",
        "  prometheus claim list --vault ana --passphrase-file keys/ana.pass",
        "  prometheus claim verify presentation.json --json",
        "  prometheus claim present --ask .nationality --vault ana --passphrase-file keys/ana.pass",
        "  prometheus ledger dev --data ledger",
        "",
        "Your own vault begins with: prometheus vault create",
    ]
