"""Where things are kept, by the XDG Base Directory Specification."""

from __future__ import annotations

import pytest

from prometheus.model.places import find_places


def test_without_variables_everything_is_below_home() -> None:
    places = find_places({"HOME": "/home/ana"})
    assert places.config == "/home/ana/.config/prometheus"
    assert places.data == "/home/ana/.local/share/prometheus"
    assert places.state == "/home/ana/.local/state/prometheus"
    assert places.cache == "/home/ana/.cache/prometheus"
    assert places.runtime == "/home/ana/.local/state/prometheus/run"


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_RUNTIME_DIR", "runtime"),
    ],
)
def test_a_variable_moves_its_folder_and_no_other(variable: str, name: str) -> None:
    before = find_places({"HOME": "/home/ana"})._asdict()
    after = find_places({"HOME": "/home/ana", variable: "/else where/"})._asdict()
    assert after.pop(name) == "/else where/prometheus"
    before.pop(name)
    if variable == "XDG_STATE_HOME":
        assert after.pop("runtime") == "/else where/prometheus/run"
        before.pop("runtime")
    assert after == before


@pytest.mark.parametrize("given", ["", "relative/folder", "~/folder", "./here"])
def test_a_folder_that_is_not_absolute_is_ignored(given: str) -> None:
    variables = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")
    environ = {"HOME": "/home/ana", **dict.fromkeys(variables, given)}
    assert find_places(environ) == find_places({"HOME": "/home/ana"})
