"""Do the locks still say what pyproject.toml asks for? Decided without network.

Each lock opens with the digest of what it was made from, so that any change of a dependency shows, for platforms that
are not at hand too. For the platform at hand the requirements are walked besides: everything reached is pinned, fits
its pin and is what is installed, and nothing is pinned that is not reached.

``python -m prometheus_check.locks run|dev`` writes the opening line; requirements/relock calls it.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.requirements import Requirement

CHECKOUT = Path(__file__).resolve().parents[2]
KINDS = ("run", "dev")
OPENING = "# made by requirements/relock from sha256:"


class Pin(NamedTuple):
    """One line of a lock."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def asked_for(checkout: Path, kind: str) -> list[str]:
    """Return every requirement that the lock of a kind answers, in the order written."""
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    files = ("run.in",) if kind == "run" else ("run.in", "dev.in")
    asked = list(project["dependencies"])
    for name in files:
        lines = (checkout / "requirements" / name).read_text(encoding="utf-8").splitlines()
        asked.extend(line.partition("#")[0].strip() for line in lines)
    return [line for line in asked if line]


def opening_line(checkout: Path, kind: str) -> str:
    """Return the first line that the lock of a kind must have."""
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    source = json.dumps([project["requires-python"], *sorted(asked_for(checkout, kind))])
    return OPENING + hashlib.sha256(source.encode()).hexdigest()


def lock_path(checkout: Path, kind: str) -> Path:
    """Return where the lock of a kind is."""
    return checkout / "requirements" / f"{kind}.txt"


def read_lock(checkout: Path, kind: str) -> list[Pin]:
    """Read the pins of a lock, one to a logical line."""
    text = lock_path(checkout, kind).read_text(encoding="utf-8").replace("\\\n", " ")
    return [_pin(line) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _pin(line: str) -> Pin:
    head, *hashes = line.split("--hash=")
    requirement, _, marker = head.partition(";")
    name, _, version = requirement.strip().partition("==")
    return Pin(name, version.strip(), marker.strip(), tuple(digest.strip() for digest in hashes))


def problems(checkout: Path, kind: str) -> Iterator[str]:
    """Yield one sentence for each way in which a lock and what it was made from differ."""
    text = lock_path(checkout, kind).read_text(encoding="utf-8")
    if not text.startswith(opening_line(checkout, kind) + "\n"):
        yield f"{kind}.txt was made from other requirements; run requirements/relock"
    pins = {pin.name: pin for pin in read_lock(checkout, kind)}
    for pin in pins.values():
        if not pin.hashes or not all(digest.startswith("sha256:") for digest in pin.hashes):
            yield f"{kind}.txt pins {pin.name} without hashes"
    reached: dict[str, Requirement] = {}
    for requirement in _walk(asked_for(checkout, kind), reached):
        found = pins.get(_canonical(requirement.name))
        if found is None:
            yield f"{kind}.txt does not pin {requirement.name}"
        elif not requirement.specifier.contains(found.version, prereleases=True):
            yield f"{kind}.txt pins {found.name} {found.version}, which does not fit {requirement}"
    yield from _superfluous(kind, pins, reached)


def _superfluous(kind: str, pins: dict[str, Pin], reached: dict[str, Requirement]) -> Iterator[str]:
    from packaging.markers import Marker

    for pin in pins.values():
        if pin.marker and not Marker(pin.marker).evaluate():
            continue
        if pin.name not in reached:
            yield f"{kind}.txt pins {pin.name}, which nothing asks for"
        elif (installed := _installed(pin.name)) != pin.version:
            yield f"{pin.name} {installed} is installed, {kind}.txt says {pin.version}"


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _walk(asked: list[str], reached: dict[str, Requirement]) -> Iterator[Requirement]:
    """Yield every requirement that holds here, those of requirements included; needs them installed."""
    from packaging.requirements import Requirement

    waiting = [(Requirement(line), "") for line in asked]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        yield requirement
        name = _canonical(requirement.name)
        extras = sorted(requirement.extras) if name in reached else ["", *sorted(requirement.extras)]
        reached[name] = requirement
        for line in _requirements_of(name):
            waiting.extend((Requirement(line), wanted) for wanted in extras)


def _requirements_of(name: str) -> list[str]:
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []


def _canonical(name: str) -> str:
    from packaging.utils import canonicalize_name

    return canonicalize_name(name)


def write_opening_line(checkout: Path, kind: str) -> None:
    """Put the digest at the head of a lock that was just made."""
    path = lock_path(checkout, kind)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    body = "".join(line for line in lines if not line.startswith("#"))
    path.write_text(f"{opening_line(checkout, kind)}\n{body}", encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Write the opening line of the locks named, or, without names, report what is wrong with both."""
    if arguments:
        for kind in arguments:
            write_opening_line(CHECKOUT, kind)
        return 0
    found = [problem for kind in KINDS for problem in problems(CHECKOUT, kind)]
    for problem in found:
        print(f"error: {problem}")
    if not found:
        print("both locks answer pyproject.toml, run.in and dev.in, and are what is installed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
