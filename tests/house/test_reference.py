"""Reference pages that people wrote: what they list is what the code has, name for name."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.plain import plain

from prometheus import api
from prometheus.cli.settings import SETTINGS
from prometheus.hooks import specs
from prometheus.identity import bip39
from prometheus.identity.morpheus_keys import KINDS
from prometheus.model.places import find_places
from prometheus.verdict import CHECK_IDS
from prometheus_vault import recovery_secret
from prometheus_vault.keys import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PUBLISHED = " ".join(["abandon"] * 23 + ["art"])
CODE = re.compile(r"`([A-Z][A-Z_]*(?:-[A-Z]+)*)`")
VARIABLE = re.compile(r"environ(?:\.get\(|\[|, )\"([A-Z][A-Z_]+)\"")
SEPARATION = re.compile(r"b\"(prom-[a-z]+-v\d|prometheus/[a-z-]+/v\d)")
FINDINGS = {"failed": 3, "unknown": 4, "warned": 5}
"""Makers of checks that carry a code, with the column of the table that lists it."""


@pytest.fixture(scope="module")
def page(checkout: Path) -> Callable[[str], str]:
    """Read a page of the documentation."""
    return lambda name: (checkout / "docs" / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def product(sources: list[Path], checkout: Path) -> list[Path]:
    """The source files of the product."""
    return [path for path in sources if path.is_relative_to(checkout / "prometheus") or "prometheus_vault" in str(path)]


def rows(text: str) -> Iterator[list[str]]:
    """Yield the cells of every row of the tables of a page, with an empty one before the first."""
    for line in text.splitlines():
        if line.startswith("| "):
            yield line.split("|")


def section(text: str, heading: str) -> str:
    """Return the part of a page under a heading."""
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def codes_in(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield maker and code of every check that a module makes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FINDINGS:
            code = node.args[1]
            if isinstance(code, ast.Constant):
                yield node.func.id, str(code.value)


def test_every_variable_that_is_read_is_listed(page: Callable[[str], str], product: list[Path]) -> None:
    read = {name for path in product for name in VARIABLE.findall(path.read_text(encoding="utf-8"))}
    listed = set(CODE.findall("".join(row[1] for row in rows(section(page("reference/environment.md"), "Variables")))))
    assert listed == read | {row.variable for row in SETTINGS if row.variable}


def test_the_folders_and_their_defaults_are_those_listed(page: Callable[[str], str]) -> None:
    places = find_places({"HOME": "~"})._asdict()
    for row in rows(section(page("reference/environment.md"), "Folders")):
        if row[1].strip() in {"folder", "---"}:
            continue
        assert row[2].split("`")[1] == places.pop(row[1].strip(" `"))
    assert places == {}


def test_the_keys_of_the_configuration_file_are_those_listed(page: Callable[[str], str]) -> None:
    listed = {
        row[1].strip(" `"): row[3].strip(" `")
        for row in rows(section(page("reference/environment.md"), "`config.toml`"))
    }
    settings = {row.name: str(row.default).lower() for row in SETTINGS if row.in_file}
    assert {name: default for name, default in listed.items() if name not in {"key", "---"}} == settings


def test_every_check_and_code_is_explained_under_the_state_it_stands_for(
    page: Callable[[str], str], product: list[Path]
) -> None:
    made = {
        finding
        for path in product
        if path.parent.name == "claims"
        for finding in codes_in(ast.parse(path.read_text(encoding="utf-8")))
    }
    table = [
        row for row in rows(section(page("explanation/verdicts.md"), "The checks, in their order")) if "`" in row[1]
    ]
    told = {(maker, code) for row in table for maker, column in FINDINGS.items() for code in CODE.findall(row[column])}
    assert told == made
    names = [row[1].strip(" `") for row in table]
    assert names == [name for name in CHECK_IDS if name in names]


def test_every_derivation_is_in_the_table(page: Callable[[str], str], product: list[Path]) -> None:
    text = page("reference/derivation.md")
    used = {name for path in product for name in SEPARATION.findall(path.read_text(encoding="utf-8"))}
    assert {name for name in used if f"`{name}`" not in text and f'"{name}"' not in text} == set()
    assert [label for label in LABELS if f"`{label}`" not in text] == []
    assert ", ".join(f"{kind.number} {kind.name}" for kind in KINDS) in text
    assert plain(recovery_secret(bip39.phrase_to_seed(PUBLISHED))).hex() in text


def test_the_names_of_the_plugin_interface_are_those_listed(page: Callable[[str], str]) -> None:
    text = page("reference/plugin-api.md")
    listed = {row[1].strip(" `") for row in rows(section(text, "What `prometheus.api` gives"))} - {"name", "---"}
    assert listed == set(api.__all__)
    hooks = {row[1].strip(" `()") for row in rows(section(text, "Hooks"))} - {"hook", "---"}
    assert hooks == {name for name, found in vars(specs).items() if hasattr(found, f"{specs.PROJECT}_spec")}
    parameters = section(text, "Parameters")
    assert [name for name in api.Param._fields if f"`{name}`" not in parameters] == []
    assert f"Interface version {api.API_VERSION}." in text


def test_a_planted_variable_code_and_separation_would_be_seen() -> None:
    assert VARIABLE.findall('os.environ.get("PLANTED") or environ["OTHER"] or _folder(environ, "XDG_PLANTED", x)') == [
        "PLANTED",
        "OTHER",
        "XDG_PLANTED",
    ]
    assert list(codes_in(ast.parse('failed(HERE, "PLANTED", detail)'))) == [("failed", "PLANTED")]
    assert SEPARATION.findall('b"prom-planted-v1" b"prometheus/planted/v1\\0"') == [
        "prom-planted-v1",
        "prometheus/planted/v1",
    ]
