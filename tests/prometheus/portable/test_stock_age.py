"""Stock ``age`` opens what is sealed here, and what it seals is opened here; passphrases at a terminal, as it asks."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.terminal import Terminal

from prometheus.model.secret import Secret
from prometheus.portable import age_file
from prometheus.portable.export_record import ExportRecord
from prometheus.portable.export_text import Origin, read_export, write_export

if TYPE_CHECKING:
    from pathlib import Path

PASSPHRASE = "six words for the file alone"
MEMORY = 8 << 30
ORIGIN = Origin(bytes(16), "2026-03-01T12:00:00Z", has_keys=False)
RECORDS = tuple(
    ExportRecord(3, f"cju{number:05d}", b'{"raw":"e30","title":"Caf\xc3\xa9","v":1}') for number in range(3000)
)
TEXT = write_export(RECORDS, ORIGIN)
"""More than two chunks of an age file."""


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def run(*command: str | Path, given: bytes = b"") -> bytes:
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout


def own_key(folder: Path) -> tuple[Path, str]:
    path = folder / "key.txt"
    run(tool("age-keygen"), "-o", path)
    return path, run(tool("age-keygen"), "-y", path).decode().strip()


@pytest.mark.parametrize("armored", [False, True])
def test_age_opens_what_is_sealed_for_its_key(tmp_path: Path, armored: bool) -> None:
    key, recipient = own_key(tmp_path)
    sealed = age_file.seal_for(TEXT, age_file.recipients_of([recipient]), armored=armored)
    assert run(tool("age"), "-d", "-i", key, given=sealed) == TEXT


@pytest.mark.parametrize("armored", [False, True])
def test_what_age_seals_for_a_key_is_opened(tmp_path: Path, armored: bool) -> None:
    key, recipient = own_key(tmp_path)
    sealed = run(tool("age"), *["-a"] * armored, "-r", recipient, given=TEXT)
    opened = age_file.open_with_identities(age_file.look_into(sealed), age_file.identities_in(key.read_text()))
    assert read_export(opened).records == RECORDS


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_openssh_keys_open_in_both_directions(tmp_path: Path, kind: str) -> None:
    key = tmp_path / "id"
    run(tool("ssh-keygen"), "-q", "-t", kind, "-N", "", "-C", "ana", "-f", key)
    recipient = (tmp_path / "id.pub").read_text().strip()
    sealed = age_file.seal_for(TEXT, age_file.recipients_of([recipient]))
    assert run(tool("age"), "-d", "-i", key, given=sealed) == TEXT
    theirs = age_file.look_into(run(tool("age"), "-r", recipient, given=TEXT))
    assert age_file.open_with_identities(theirs, age_file.identities_in(key.read_text())) == TEXT


def at_terminal(folder: Path, *arguments: str, prompts: int) -> None:
    """Run age and type the passphrase as often as it asks."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "xterm"}
    with Terminal([tool("age"), *arguments], environ=environ, folder=folder) as terminal:
        for _ in range(prompts):
            terminal.wait_for(": ")
            terminal.type(PASSPHRASE + "\n")
        assert terminal.end() == 0, terminal.shown


def test_age_opens_what_is_sealed_with_a_passphrase(tmp_path: Path) -> None:
    sealed = age_file.seal_with_passphrase(TEXT, Secret(PASSPHRASE.encode()))
    (tmp_path / "out.age").write_bytes(sealed)
    at_terminal(tmp_path, "-d", "-o", "opened", "out.age", prompts=1)
    assert (tmp_path / "opened").read_bytes() == TEXT


def test_what_age_seals_with_a_passphrase_is_opened(tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(TEXT)
    at_terminal(tmp_path, "-p", "-o", "out.age", "text", prompts=2)
    file = age_file.look_into((tmp_path / "out.age").read_bytes())
    opened = age_file.open_with_passphrase(file, Secret(PASSPHRASE.encode()), memory=MEMORY)
    assert read_export(opened).records == RECORDS


def test_standard_tools_check_the_hash_and_read_every_line(tmp_path: Path) -> None:
    jq, key = tool("jq"), own_key(tmp_path)
    (tmp_path / "out.age").write_bytes(age_file.seal_for(TEXT, age_file.recipients_of([key[1]])))
    opened = run(tool("age"), "-d", "-i", key[0], tmp_path / "out.age")
    manifest, _, lines = opened.partition(b"\n")
    assert run(jq, "-r", ".sha256", given=manifest).decode().strip() == hashlib.sha256(lines).hexdigest()
    names = run(jq, "-r", 'select(.collection == "claim") | .name', given=lines).decode().split()
    assert names == [record.name for record in RECORDS]
    bodies = run(jq, "-c", ".body", given=lines).splitlines()
    assert [json.loads(body) for body in bodies] == [json.loads(record.body) for record in RECORDS]
