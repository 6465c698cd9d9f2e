"""The vaults of earlier versions, each put into a home of its own before it is touched."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from prometheus.model.places import Places

FOLDER = Path(__file__).parents[2] / "fixtures" / "vaults"
FOLDERS = sorted(path for path in FOLDER.iterdir() if (path / "expected.json").is_file())
NAMES = [path.name for path in FOLDERS]
VAULT = "demo-ana"
PASSPHRASE = b"old vaults open for ever"
PHRASE = (
    "include pear escape sail spy orange cute despair witness trouble sleep torch "
    "wire burst unable brass expose fiction drift clock duck oxygen aerobic already"
)


class OldVault(NamedTuple):
    """A copy of one of them, with what the version that wrote it found in it."""

    places: Places
    expected: dict[str, Any]

    @property
    def file(self) -> Path:
        return Path(self.places.data, f"{VAULT}.vault")


def moved_in(folder: Path, home: Path) -> OldVault:
    """Put a copy of an old vault where the program looks for vaults below a home."""
    names = {"config": ".config", "data": ".local/share", "state": ".local/state", "cache": ".cache", "runtime": ".run"}
    places = Places(**{name: str(home / below / "prometheus") for name, below in names.items()})
    for made in (places.data, places.state):
        Path(made).mkdir(parents=True, mode=0o700)
    for path in folder.iterdir():
        target = places.state if path.suffix == ".anchor" else places.data
        if path.suffix in (".anchor", ".vault") or path.name == "trust.json":
            Path(shutil.copy(path, target)).chmod(0o600)
    return OldVault(places, json.loads((folder / "expected.json").read_text()))
