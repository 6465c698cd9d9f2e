"""What a stranger who clones the project must not find: addresses and paths of one machine, and unfinished business."""

from __future__ import annotations

import re
from pathlib import Path

HOSTS = re.compile(
    rb"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|yarnpkg\.com|crates\.io|proxy\.golang\.org", re.IGNORECASE
)
PATHS = re.compile(rb"(?<![\w.])(?:/root/|/work/|/Users/\w|/opt/(?:pypi|wheels)|file:///(?:opt|root|work))")
UNFINISHED = re.compile(rb"\b(?:TO" rb"DO|FIX" rb"ME|XX" rb"X)\b")
HERE = Path(__file__).name


def found(pattern: re.Pattern[bytes], files: list[Path], checkout: Path) -> dict[str, str]:
    """Return the first match in each file that has one."""
    hits = ((path, pattern.search(path.read_bytes())) for path in files if path.name != HERE)
    return {str(path.relative_to(checkout)): match[0].decode() for path, match in hits if match}


def test_no_file_names_the_host_of_a_package_registry(files: list[Path], checkout: Path) -> None:
    assert found(HOSTS, files, checkout) == {}


def test_no_file_names_a_path_of_one_machine(files: list[Path], checkout: Path) -> None:
    assert found(PATHS, files, checkout) == {}


def test_no_source_file_leaves_work_for_later(sources: list[Path], checkout: Path) -> None:
    assert found(UNFINISHED, sources, checkout) == {}


def test_planted_hosts_and_paths_are_seen() -> None:
    assert HOSTS.search(b"--index-url https://files.pythonhosted.org/simple")
    assert PATHS.search(b'vectors = "/root/vectors"')
    assert not PATHS.search(b"docs/work/root/")
