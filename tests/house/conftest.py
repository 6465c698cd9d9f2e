"""What the tests of the house look at: the files of the checkout, as git would give them to a stranger."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

CHECKOUT = Path(__file__).resolve().parents[2]
NOT_OURS = {".git", ".venv", "node_modules", "dist", "build", "__pycache__"}


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The top folder of the project."""
    return CHECKOUT


@pytest.fixture(scope="session")
def files(checkout: Path) -> list[Path]:
    """Every file that is tracked, or would be after ``git add``; without git, every file that is not made."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0 and listed.stdout:
        found = [checkout / name for name in sorted(set(listed.stdout.split("\0"))) if name]
    else:
        found = [path for path in sorted(checkout.rglob("*")) if not NOT_OURS & set(path.relative_to(checkout).parts)]
    return [path for path in found if path.is_file()]


@pytest.fixture(scope="session")
def sources(files: list[Path]) -> list[Path]:
    """Every Python file."""
    return [path for path in files if path.suffix == ".py"]


@pytest.fixture(scope="session")
def maker(checkout: Path) -> ModuleType:
    """The module requirements/environment.py, which is run by its path and not imported elsewhere."""
    spec = importlib.util.spec_from_file_location("environment", checkout / "requirements" / "environment.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
