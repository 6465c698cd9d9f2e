"""Looking at a vault leaves nothing behind that is in somebody's way."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from prometheus_simulators.vault_lab import Place, child_environment

from prometheus_vault import inspect


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv, to be a person whom modes concern")
def test_looking_at_a_read_only_file_keeps_nobody_from_writing_it_later(full: Place) -> None:
    def look() -> str:
        command = [sys.executable, "-c", LOOK_AND_WRITE, str(full.folder)]
        if os.getuid() == 0:
            drop = "-dac_override,-dac_read_search"
            command = ["setpriv", f"--bounding-set={drop}", f"--inh-caps={drop}", *command]
        return subprocess.run(
            command, env=child_environment(), capture_output=True, text=True, check=True
        ).stdout  # fmt: skip

    inspect(full.file)  # it leaves an empty log beside the file
    full.file.chmod(0o400)
    assert look() == "5 StorageError\n"
    full.file.chmod(0o600)
    assert look() == "5 written\n"


LOOK_AND_WRITE = """
import sys
from pathlib import Path
from prometheus_simulators.vault_lab import Place
from prometheus_vault.errors import StorageError
with Place(Path(sys.argv[1])).open() as vault:
    print(len(list(vault.scan(3))), end=" ")
    try:
        with vault.transaction() as change:
            change.put(3, "claim-1", b"x")
        print("written")
    except StorageError:
        print("StorageError")
"""
