"""Tell whether every package of the house would be imported from the house.

``python -m`` puts the current folder first, so that a folder with the name of one of our packages would run in our
place. A package is ours when its file is among those of the installed distribution; for an editable installation, when
it lies in a folder that one of the distribution's ``.pth`` files names; without any installation, when it lies in the
same checkout as this file. It detects accidents, not attackers: code that runs already can change all of this.
"""

from __future__ import annotations

import os
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import find_spec
from typing import Final

DISTRIBUTION: Final = "prometheus-agent"
ROOMS: Final = ("prometheus", "prometheus_memory", "prometheus_vault", "prometheus_didkey", "prometheus_morpheus")


def stranger() -> str | None:
    """Return the name of a package that would come from elsewhere, or None."""
    folders = _folders()
    for room in ROOMS:
        spec = find_spec(room)
        if spec is None:
            continue
        origin = spec.origin
        if origin is None or not any(_lies_in(origin, folder) for folder in folders):
            return room
    return None


def _folders() -> list[str]:
    try:
        installed = distribution(DISTRIBUTION)
    except PackageNotFoundError:
        return [_checkout()]
    return _named_by_links(installed) or _own_folders(installed)


def _named_by_links(installed: Distribution) -> list[str]:
    """Return the folders that the ``.pth`` files of an editable installation name."""
    folders = []
    for file in installed.files or []:
        if file.suffix == ".pth":
            lines = str(file.read_text()).splitlines()
            folders += [line.strip() for line in lines if line.startswith("/")]
    return folders


def _own_folders(installed: Distribution) -> list[str]:
    """Return the folder of each package that the distribution itself installed."""
    files = installed.files or []
    inits = [file for file in files if len(file.parts) == 2 and file.parts[0] in ROOMS and file.name == "__init__.py"]
    return [os.path.dirname(str(file.locate())) for file in inits]


def _checkout() -> str:
    return os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def _lies_in(path: str, folder: str) -> bool:
    return os.path.realpath(path).startswith(os.path.realpath(folder) + "/")
