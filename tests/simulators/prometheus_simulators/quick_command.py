"""The installed command with a quick key derivation, for long sessions of real processes.

    environ["PATH"] = quick_command(folder) + ":" + environ["PATH"]

Everything but Argon2id is as installed: another file of the same name, the same front door. What the derivation costs
is shown elsewhere, and ``./check --long`` plays the same sessions with the command as it is.
"""

from __future__ import annotations

import sys
from pathlib import Path

SCRIPT = """\
#!{python}
import sys

sys.path.append({simulators!r})
if not {{"--version", "-V", "--help", "-h"}} & set(sys.argv[1:2]):
    from prometheus_simulators.quick_kdf import quick_argon2id
    from prometheus_vault import kdf

    kdf.argon2id = quick_argon2id
from prometheus.cli.stub import main

sys.exit(main())
"""


def quick_command(folder: Path) -> str:
    """Write the command into a new folder within one; return the new folder."""
    made = folder / "quick"
    made.mkdir()
    script = made / "prometheus"
    simulators = str(Path(__file__).resolve().parents[1])
    script.write_text(SCRIPT.format(python=sys.executable, simulators=simulators), encoding="utf-8")
    script.chmod(0o755)
    return str(made)
