"""The light named tuple behaves as the one of `typing` in everything that is used of it."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from typing import NamedTuple as Reference
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.model.frozen import Generic, NamedTuple

Content = TypeVar("Content")


class Light(NamedTuple):
    """Three fields, two with a default."""

    first: object
    second: object = 2
    third: object = "three"

    @property
    def both(self) -> tuple[object, object]:
        return self.first, self.second


class Known(Reference):
    """The same fields, made by `typing`."""

    first: object
    second: object = 2
    third: object = "three"


class Pair(NamedTuple, Generic[Content]):
    """A generic one."""

    left: Content
    right: Content


values = st.lists(st.integers(), max_size=4)
named = st.dictionaries(st.sampled_from(["first", "second", "third", "fourth"]), st.integers(), max_size=4)


def made(kind: type, given_values: list[int], given_names: dict[str, int]) -> tuple[object, ...] | str:
    try:
        return tuple(kind(*given_values, **given_names))
    except TypeError:
        return "refused"


@given(values, named)
def test_it_takes_and_refuses_the_same_values(given_values: list[int], given_names: dict[str, int]) -> None:
    assert made(Light, given_values, given_names) == made(Known, given_values, given_names)


@given(values.filter(lambda some: 1 <= len(some) <= 3))
def test_it_is_the_same_tuple(some: list[int]) -> None:
    light, known = Light(*some), Known(*some)
    assert tuple(light) == tuple(known)
    assert light == tuple(known)
    assert hash(light) == hash(known)
    assert light._asdict() == known._asdict()
    assert (light.first, light.second, light.third) == (known.first, known.second, known.third)
    assert tuple(light._replace(second=9)) == tuple(known._replace(second=9))
    assert repr(light) == repr(known).replace("Known", "Light")
    assert Light._make(tuple(light)) == light


def test_it_has_the_same_description() -> None:
    assert Light._fields == Known._fields
    assert Light._field_defaults == Known._field_defaults
    assert Light.__match_args__ == Known.__match_args__
    assert issubclass(Light, tuple)


def test_it_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Light(1).first = 2  # type: ignore[misc]  # this is what must fail
    with pytest.raises(AttributeError):
        Light(1).other = 2  # type: ignore[attr-defined]  # this too


def test_it_can_be_copied_pickled_and_matched() -> None:
    light = Light(1)
    assert copy.deepcopy(light) == light
    assert pickle.loads(pickle.dumps(light)) == light  # noqa: S301  # it is ours
    match light:
        case Light(first, second=2):
            assert first == 1
        case _:
            pytest.fail("it was not matched")
    assert light.both == (1, 2)


def test_a_generic_one_is_a_tuple_too() -> None:
    pair = Pair[int](1, 2)
    assert pair == (1, 2)
    assert pair._replace(right=3).right == 3


def test_using_it_loads_no_typing() -> None:
    program = "import sys; import prometheus.model.command; print('typing' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
