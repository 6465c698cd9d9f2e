"""Names: what folders and files may be called, and which names nobody imports."""

from __future__ import annotations

import ast
import tomllib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = {"vault", "tui", "plugins", "tests", "docs", "tools", "benchmarks", "scripts", "requirements"}
ATTICS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base", "shared", "stuff"}


def imported_names(source: str) -> set[str]:
    """Return the first word of everything that a source imports, strings given to import_module included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in {"import_module", "__import__"}:
                names.add(str(node.args[0].value).partition(".")[0])
    return names


def test_no_folder_of_the_card_is_imported_by_its_bare_name(sources: list[Path], checkout: Path) -> None:
    offenders = {
        str(path.relative_to(checkout)): names
        for path in sources
        if (names := imported_names(path.read_text(encoding="utf-8")) & FOLDERS)
    }
    assert offenders == {}


def test_a_planted_import_of_a_bare_folder_is_seen() -> None:
    assert imported_names("from vault.prometheus_vault import kdf") == {"vault"}
    assert imported_names("import importlib\nimportlib.import_module('plugins.x')") == {"importlib", "plugins"}


def test_no_folder_of_the_card_is_a_package(checkout: Path) -> None:
    assert [name for name in sorted(FOLDERS) if (checkout / name / "__init__.py").exists()] == []


def test_every_package_of_the_wheel_bears_the_name_of_the_house(checkout: Path) -> None:
    card = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))
    packages = card["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert packages[0] == "prometheus"
    for package in packages:
        folder = checkout / package
        assert folder.name.startswith("prometheus")
        assert (folder / "__init__.py").is_file()
        assert (folder / "py.typed").is_file()
    rooms = {f"{path.parent.relative_to(checkout)}" for path in checkout.glob("*/prometheus_*/__init__.py")}
    assert {room for room in rooms if not room.startswith(("tools/", "tests/"))} <= set(packages)


def test_no_file_is_an_attic(files: list[Path], checkout: Path) -> None:
    assert [str(path.relative_to(checkout)) for path in files if path.stem.strip("_").lower() in ATTICS] == []
