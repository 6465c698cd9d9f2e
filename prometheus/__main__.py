"""``python -m prometheus``: the same front door, behind the house guard."""

from __future__ import annotations

import sys

from prometheus.cli.stub import main
from prometheus.house_guard import stranger

if __name__ == "__main__":
    found = stranger()
    if found:
        sys.stderr.write(
            f"error: the package {found} would be taken from a folder that does not belong to prometheus\n"
            "why: something there has the name of one of its packages, and its code would run with your keys\n"
            "hint: run the command `prometheus`, or leave this folder\n"
        )
        sys.exit(70)
    sys.exit(main())
