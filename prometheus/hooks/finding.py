"""Find installed plugins without running them, and take the fingerprint of their code.

Only `plugin list` and `plugin enable` come here: reading entry points costs more than a whole start-up may.
"""

from __future__ import annotations

import hashlib
import os
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from typing import NamedTuple

from prometheus.errors import PluginMissing
from prometheus.hooks.specs import ENTRY_POINTS


class FoundPlugin(NamedTuple):
    """A plugin that is installed, whether or not it is enabled."""

    name: str
    module: str
    distribution: str
    version: str
    digest: str


def found_plugins() -> tuple[FoundPlugin, ...]:
    """Return every installed plugin, sorted by name; nothing of them is imported."""
    return tuple(sorted(_describe(entry) for entry in entry_points(group=ENTRY_POINTS)))


def find_plugin(name: str) -> FoundPlugin:
    """Return one installed plugin.

    Raises:
        PluginMissing: When none has that name.
    """
    for plugin in found_plugins():
        if plugin.name == name:
            return plugin
    raise PluginMissing(
        f"no installed plugin is named {name}", remedy="`prometheus plugin list` shows those that are installed"
    )


def code_digest(module: str) -> str:
    """Return the SHA-256 over the source files of a module's top package, or of the module itself; empty if missing."""
    spec = find_spec(module.partition(".")[0])
    if spec is None or spec.origin is None:
        return ""
    roots = list(spec.submodule_search_locations or ())
    files = [path for root in roots for path in _sources(root)] or [spec.origin]
    digest = hashlib.sha256()
    for path in sorted(files):
        with open(path, "rb") as stream:
            content = stream.read()
        name = os.path.relpath(path, os.path.dirname(spec.origin))
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _describe(entry: EntryPoint) -> FoundPlugin:
    distribution = entry.dist
    name, version = (distribution.name, distribution.version) if distribution else ("", "")
    return FoundPlugin(entry.name, entry.module, name, version, code_digest(entry.module))


def _sources(root: str) -> list[str]:
    """Return the files that could be imported, also where a link leads to them; byte code is never run."""
    found, walked = [], set()
    for folder, below, names in os.walk(root, followlinks=True):
        real = os.path.realpath(folder)
        if real in walked:
            below.clear()
            continue
        walked.add(real)
        below.sort()
        found += [os.path.join(folder, name) for name in names if not _is_byte_code(name)]
    return found


def _is_byte_code(name: str) -> bool:
    """Return whether a file is byte code, or is just being written as such by another process: ``x.pyc.1234``."""
    stem, dot, ending = name.rpartition(".")
    return name.endswith((".pyc", ".pyo")) or bool(dot and ending.isdigit() and stem.endswith(".pyc"))
