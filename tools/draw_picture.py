"""Draw the README's picture: play the demo in a temporary folder and render its last verdict as SVG.

Run by hand when the output changes: ``python tools/draw_picture.py``. The identifiers differ each time, so no test
compares the picture.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from typing import Final

from rich.console import Console
from rich.text import Text

_TARGET: Final = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "docs/pictures/verify.svg")
_WIDTH: Final = 84
_REMOTE: Final = re.compile(r"@font-face \{.*?\}|<!--.*?-->", re.DOTALL)
"""Fonts from elsewhere and the remark about the tool: a picture of ours fetches nothing."""
_MARK: Final = "16. "
_END: Final = "17. "


def main() -> int:
    """Play, cut out the step with the valid verdict, and write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        played = subprocess.run(
            [sys.executable, "-P", "-m", "prometheus", "demo", "--folder", f"{folder}/demo"],
            env={**os.environ, "FORCE_COLOR": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
    step = played.stdout.partition(_MARK)[2].partition(_END)[0]
    said, _, shown = step.partition("$ ")
    lines = ["$ prometheus claim verify presentation.json --expect .ageOver18=true", *shown.split("\n")[1:-2]]
    console = Console(record=True, width=_WIDTH, file=open(os.devnull, "w", encoding="utf-8"), force_terminal=True)  # noqa: SIM115  # lives as the process
    console.print(Text.from_ansi("\n".join(lines)))
    os.makedirs(os.path.dirname(_TARGET), exist_ok=True)
    drawn = _REMOTE.sub("", console.export_svg(title="prometheus"))
    with open(_TARGET, "w", encoding="utf-8") as file:
        file.write(drawn)
    print(f"{_TARGET} shows: {Text.from_ansi(said).plain.strip()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
