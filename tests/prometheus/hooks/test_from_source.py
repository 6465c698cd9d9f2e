"""What runs of a stranger's plugin is what its fingerprint covers."""

from __future__ import annotations

import importlib
import py_compile
import sys
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.clock import FakeClock

from prometheus.errors import PluginFailed, PluginIncompatible, PluginOff
from prometheus.files import LocalFile
from prometheus.hooks import enabled, from_source, loading
from prometheus.usecases import plugins

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ABOUT = """
from prometheus.api import API_VERSION, Command, PluginInfo, hook

@hook
def about():
    return PluginInfo("lodger", "A lodger", API_VERSION, ())

@hook
def commands():
    return (Command(("lodger", "hello"), "Say hello", "lodger_room.verbs:hello", ()),)
"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A plugin in a package of its own, with its verb in a second module."""
    information = tmp_path / "site" / "lodger_plugin-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: lodger-plugin\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[prometheus.plugin]\nlodger = lodger_room\n")
    package = tmp_path / "site" / "lodger_room"
    package.mkdir()
    (package / "__init__.py").write_text(ABOUT)
    (package / "verbs.py").write_text("WHO = 'the source'\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.setattr(from_source._finder, "packages", set())
    forget()
    yield package
    forget()


def forget() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "lodger_room"]:
        del sys.modules[name]
    importlib.invalidate_caches()


def let_in(folder: Path) -> enabled.EnabledPlugin:
    found, loaded = plugins.look_at("lodger")
    return plugins.enable(LocalFile(str(folder / "plugins.json")), FakeClock(), found, loaded, ())


def plant(room: Path, module: str, code: str) -> None:
    """Leave byte code that Python takes for the compiled source without looking at it."""
    other = room.parent / "other.py"
    other.write_text(code)
    target = importlib.util.cache_from_source(str(room / f"{module}.py"))
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(other), cfile=target, invalidation_mode=mode)


def who() -> Any:
    return importlib.import_module("lodger_room.verbs").WHO


def test_planted_byte_code_does_not_run(room: Path, tmp_path: Path) -> None:
    plant(room, "verbs", "WHO = 'a stranger'\n")
    assert who() == "a stranger"  # Python alone runs it
    forget()
    record = let_in(tmp_path)
    loading.load_enabled(record)
    assert who() == "the source"


def test_planted_byte_code_does_not_run_while_the_plugin_is_looked_at(room: Path) -> None:
    plant(room, "__init__", "raise SystemExit('planted')")
    assert plugins.look_at("lodger")[1].info.title == "A lodger"


def test_byte_code_without_a_source_is_not_imported(room: Path) -> None:
    (room / "__init__.py").write_text("import lodger_room.extra\n" + ABOUT)
    (room / "extra.py").write_text("")
    py_compile.compile(str(room / "extra.py"), cfile=str(room / "extra.pyc"))
    (room / "extra.py").unlink()
    with pytest.raises(PluginFailed, match="ImportError"):
        plugins.look_at("lodger")


def test_a_verb_may_not_lead_out_of_the_package(room: Path, tmp_path: Path) -> None:
    record = let_in(tmp_path)
    elsewhere = record._replace(commands=(record.commands[0]._replace(target="os:abort"),))
    with pytest.raises(PluginOff):
        loading.refuse_changed(elsewhere)
    (room / "__init__.py").write_text(ABOUT.replace("lodger_room.verbs", "lodger_room_too.verbs"))
    forget()
    with pytest.raises(PluginIncompatible, match="outside its package"):
        let_in(tmp_path)


def test_the_fingerprint_covers_what_a_link_leads_to(room: Path, tmp_path: Path) -> None:
    inner = tmp_path / "elsewhere"
    inner.mkdir()
    (inner / "__init__.py").write_text("")
    (room / "inner").symlink_to(inner, target_is_directory=True)
    (inner / "again").symlink_to(room, target_is_directory=True)
    record = let_in(tmp_path)
    loading.refuse_changed(record)
    (inner / "__init__.py").write_text("changed = True\n")
    with pytest.raises(PluginOff, match="changed"):
        loading.refuse_changed(record)
