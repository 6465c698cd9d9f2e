"""Plugins of strangers: installed into a folder of the test, let in, changed, broken, taken off."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.clock import FakeClock

from prometheus.cli.command import Command
from prometheus.errors import NotUnderstood, PluginFailed, PluginIncompatible, PluginMissing, PluginOff
from prometheus.files import LocalFile
from prometheus.hooks import enabled, loading
from prometheus.usecases import plugins
from prometheus.usecases.resolve_did import resolve_did

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
from prometheus.api import API_VERSION, Command, Param, PluginInfo, hook

@hook
def about():
    return PluginInfo("guest", "A guest", API_VERSION, ("to say hello",))

@hook
def commands():
    return (Command(("guest", "hello"), "Say hello", "guest_room:hello", (Param("who", "whom", ("--who",)),)),)

def hello(call):
    call.output.result({"hello": call.maybe("who")}, [f"hello {call.maybe('who')}"])
    return 0
"""
OURS = (Command(("claim", "list"), "List claims", "x:y"),)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    installed = tmp_path / "site"
    information = installed / "guest_plugin-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: guest-plugin\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[prometheus.plugin]\nguest = guest_room\n")
    monkeypatch.syspath_prepend(str(installed))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    forget()
    return installed / "guest_room.py"


def forget() -> None:
    sys.modules.pop("guest_room", None)


@pytest.fixture
def file(tmp_path: Path) -> LocalFile:
    return LocalFile(str(tmp_path / "data" / "plugins.json"))


def let_in(file: LocalFile, ours: tuple[Command, ...] = OURS) -> enabled.EnabledPlugin:
    found, loaded = plugins.look_at("guest")
    return plugins.enable(file, FakeClock(), found, loaded, ours)


def states(file: LocalFile) -> dict[str, str]:
    return {row.name: row.state for row in plugins.list_plugins(file)}


def test_an_installed_plugin_is_off_and_not_imported(room: Path, file: LocalFile) -> None:
    room.write_text("raise SystemExit('imported without consent')")
    assert states(file)["guest"] == "off"


def test_an_enabled_plugin_is_on_and_its_verbs_are_remembered(room: Path, file: LocalFile) -> None:
    room.write_text(GOOD)
    record = let_in(file)
    assert states(file)["guest"] == "on"
    (read,) = plugins.enabled_plugins(file)
    assert read == record
    assert read.commands[0].id == "guest.hello"
    assert read.commands[0].params[0].flags == ("--who",)
    assert read.capabilities == ("to say hello",)


def test_a_plugin_whose_code_changed_is_off_until_it_is_let_in_again(room: Path, file: LocalFile) -> None:
    room.write_text(GOOD)
    let_in(file)
    room.write_text(GOOD + "\n# changed\n")
    assert states(file)["guest"] == "changed"
    with pytest.raises(PluginOff, match="changed"):
        loading.load_enabled(plugins.enabled_plugins(file)[0])
    forget()
    let_in(file)
    assert states(file)["guest"] == "on"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("import nothing_of_that_name", PluginFailed),
        ("syntax error", PluginFailed),
        (GOOD.replace("return (Command", "raise KeyError(Command"), PluginFailed),
        (GOOD.replace("def commands", "def nonsense"), PluginIncompatible),
        (GOOD.replace("def about()", "def about(vault)"), PluginIncompatible),
        (GOOD.replace("API_VERSION, (", "99, ("), PluginIncompatible),
        ("", PluginIncompatible),
    ],
)
def test_a_plugin_that_does_not_fit_is_refused_and_ends_nothing(
    room: Path, file: LocalFile, code: str, kind: type[Exception]
) -> None:
    room.write_text(code)
    with pytest.raises(kind):
        plugins.look_at("guest")
    assert states(file)["guest"] == "off"


def test_an_enabled_plugin_that_breaks_is_listed_and_the_others_work(room: Path, file: LocalFile) -> None:
    room.write_text("import os\nif os.environ.get('GUEST_BREAKS'):\n    raise OSError('boo')\n" + GOOD)
    let_in(file)
    found, loaded = plugins.look_at("didkey")
    plugins.enable(file, FakeClock(), found, loaded, OURS)
    forget()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GUEST_BREAKS", "1")
        assert states(file) == {"guest": "broken", "didkey": "on", "morpheus": "off"}
        assert [plugin.info.name for plugin in loading.working(plugins.enabled_plugins(file))] == ["didkey"]


def test_a_verb_has_one_owner(room: Path, file: LocalFile) -> None:
    room.write_text(GOOD)
    with pytest.raises(PluginIncompatible, match="belongs to prometheus"):
        let_in(file, (Command(("guest", "hello"), "Ours", "x:y"),))
    assert states(file)["guest"] == "off"


def test_a_plugin_that_is_gone_is_listed_as_missing(room: Path, file: LocalFile) -> None:
    room.write_text(GOOD)
    let_in(file)
    (room.parent / "guest_plugin-1.0.dist-info" / "entry_points.txt").write_text("")
    assert states(file)["guest"] == "missing"
    with pytest.raises(PluginMissing):
        plugins.look_at("guest")


def test_a_plugin_is_taken_off_once(room: Path, file: LocalFile) -> None:
    room.write_text(GOOD)
    let_in(file)
    assert plugins.disable(file, "guest")
    assert not plugins.disable(file, "guest")
    assert states(file)["guest"] == "off"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"v": 2}', '{"v": 1, "plugins": [{}]}', '{"v":1,"plugins":[3]}', "[" * 100_000]
)
def test_a_list_that_cannot_be_read_enables_nothing(text: str) -> None:
    assert enabled.parse(text) == ()


def test_a_plugin_of_our_own_distribution_stays_on_when_the_program_is_updated(file: LocalFile) -> None:
    found, loaded = plugins.look_at("didkey")
    plugins.enable(file, FakeClock(), found._replace(digest="of an older version"), loaded, OURS)
    assert states(file)["didkey"] == "on"


def test_identifiers_of_other_methods_are_resolved_by_enabled_plugins(file: LocalFile) -> None:
    did = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
    with pytest.raises(PluginOff, match="no enabled plugin knows"):
        resolve_did(did, plugins.enabled_plugins(file))
    found, loaded = plugins.look_at("didkey")
    plugins.enable(file, FakeClock(), found, loaded, OURS)
    assert resolve_did(did, plugins.enabled_plugins(file))["id"] == did
    for wrong in ("did:", "did:key", "did:key:", "nothing", "did::x", did + "x"):
        with pytest.raises(NotUnderstood):
            resolve_did(wrong, plugins.enabled_plugins(file))
