"""Content ids and masking: hiding never changes the id, showing never shows more than was asked."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.claims.canonical import canonical
from prometheus.claims.digest import (
    content_id,
    content_id_of_bytes,
    is_content_id,
    mask,
    selective_digest,
    sha3,
    split_paths,
)
from prometheus.claims.jsontext import compact
from prometheus.errors import NotUnderstood

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

keys = st.text("abcd_é\u0301", max_size=3).filter(lambda key: "é" not in key)
strings = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.just(0.5) | st.just(1e-7) | strings
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(keys, inner, max_size=4)
        | st.fixed_dictionaries({"nonce": st.text("uAB", max_size=3), "value": inner})
    ),
    max_leaves=16,
)
objects = st.dictionaries(keys, values, max_size=5)
paths = st.lists(st.text("abcd_.", max_size=6).map(lambda text: f".{text}"), max_size=4)


def by_the_book(value: Any) -> str:
    """Return the flattened text of a value: members sorted, composites replaced by their ids."""
    if isinstance(value, dict):
        text = "{" + ",".join(f"{compact(key)}:{by_the_book(value[key])}" for key in sorted(value)) + "}"
    elif isinstance(value, list):
        text = "[" + ",".join(map(by_the_book, value)) + "]"
    else:
        return compact(value)
    return '"cju' + urlsafe_b64encode(hashlib.sha3_256(text.encode()).digest()).decode().rstrip("=") + '"'


@given(objects | st.lists(values))
def test_the_content_id_is_the_hash_of_the_flattened_text(value: Any) -> None:
    assert f'"{content_id(value)}"' == by_the_book(value)


@given(objects, paths)
def test_masking_keeps_the_content_id(value: dict[str, Json], keep: list[str]) -> None:
    assert content_id(mask(value, keep)) == content_id(value)


@given(objects, paths, paths)
def test_masking_twice_keeps_it_too(value: dict[str, Json], first: list[str], second: list[str]) -> None:
    assert content_id(mask(mask(value, first), second)) == content_id(value)


@given(objects)
def test_nothing_kept_is_the_content_id(value: dict[str, Json]) -> None:
    assert mask(value, []) == content_id(value)
    assert mask(value, [".there is no such member"]) == content_id(value)


@given(st.dictionaries(keys, values, min_size=1, max_size=5), st.data())
def test_what_is_not_on_a_path_shows_no_object_and_no_array(value: dict[str, Json], data: st.DataObject) -> None:
    kept = data.draw(st.sampled_from(sorted(value)).filter(lambda key: "." not in key))
    shown = mask(value, [f".{kept}"])
    assert isinstance(shown, dict)
    assert shown[kept] == value[kept]
    assert list(shown) == sorted(value)
    for name, item in shown.items():
        if name != kept:
            assert not isinstance(item, (dict, list))
            assert item == (content_id(value[name]) if isinstance(value[name], (dict, list)) else value[name])


@given(objects, paths)
def test_masking_does_not_change_the_document(value: dict[str, Json], keep: list[str]) -> None:
    before = compact(value)
    mask(value, keep)
    assert compact(value) == before


@given(objects)
def test_a_changed_document_has_another_id(value: dict[str, Json]) -> None:
    assert content_id(value) != content_id({**value, "added": True})
    assert content_id([value]) != content_id([value, None])


@given(objects, st.randoms())
def test_the_order_of_members_does_not_matter(value: dict[str, Json], random: Any) -> None:
    names = list(value)
    random.shuffle(names)
    assert content_id({name: value[name] for name in names}) == content_id(value)


def test_a_longer_path_wins_over_the_shorter() -> None:
    value: Json = {"a": {"b": {"x": 1}, "c": {"y": 2}}}
    assert mask(value, [".a", ".a.b"]) == {"a": {"b": {"x": 1}, "c": content_id({"y": 2})}}


def test_a_path_ends_at_an_array() -> None:
    value: Json = {"a": [{"b": 1}]}
    assert mask(value, [".a.0"]) == {"a": content_id([{"b": 1}])}
    assert mask(value, [".a"]) == value
    assert mask([{"b": 1}], ["not a path"]) == content_id([{"b": 1}])


def test_scalars_beside_a_kept_member_are_shown() -> None:
    assert mask({"name": "Ana", "born": 1990, "more": {"x": 1}}, [".name"]) == {
        "born": 1990,
        "more": content_id({"x": 1}),
        "name": "Ana",
    }


@pytest.mark.parametrize("path", ["", "a", " .a", "a.b", "\u2024a"])
def test_a_path_starts_with_a_dot(path: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        mask({"a": {}}, [path])
    assert refused.value.what == f"Path must start with '.' but it's: {path}"


@pytest.mark.parametrize("value", [None, True, 0, 1.5])
def test_a_scalar_has_no_content_id(value: Json) -> None:
    for ask in (content_id, lambda given: mask(given, []), lambda given: selective_digest(given, ".a")):
        with pytest.raises(NotUnderstood) as refused:
            ask(value)
        assert refused.value.what == "Json digest is currently implemented only for composite types"


def test_half_of_a_surrogate_pair_has_no_content_id() -> None:
    values: list[Json] = [{"a": "\ud800"}, ["\udcff"]]
    for value in values:
        with pytest.raises(NotUnderstood):
            content_id(value)


def test_a_string_stands_for_itself() -> None:
    assert content_id("anything at all") == "anything at all"
    assert selective_digest("anything", ".a") == "anything"


@pytest.mark.parametrize("key", ["á", "ﬁ", "Å", "①", "\u0301\u0323"])
@pytest.mark.parametrize("shape", ['{"K":1}', '{"a":{"K":1}}', '{"a":[{"b":{"K":1}}]}', '[[{"K":1}]]'])
def test_a_key_outside_nfkd_is_refused_at_any_depth(key: str, shape: str) -> None:
    from prometheus.claims.jsontext import parse

    with pytest.raises(NotUnderstood) as refused:
        content_id(parse(shape.replace("K", key)))
    assert refused.value.what == "Data to be digested must contain field names normalized with Unicode NFKD"


@pytest.mark.parametrize("value", [{"nonce": "u", "value": {"ﬁ": 1}}, {"nonce": {"ﬁ": 1}, "value": 1}])
def test_a_key_inside_a_wrapped_value_is_judged_too(value: Json) -> None:
    with pytest.raises(NotUnderstood):
        content_id(value)


def test_values_are_hashed_as_they_are_and_shown_normalised() -> None:
    composed: Json = {"a": "é", "b": {}}
    decomposed: Json = {"a": "e\u0301", "b": {}}
    assert content_id(composed) != content_id(decomposed)
    assert selective_digest(composed, ".a") == selective_digest(decomposed, ".a") == canonical(mask(decomposed, [".a"]))
    assert mask(composed, [".a"]) == {"a": "é", "b": content_id({})}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" ", [""]),
        (",", [""]),
        (".a", [".a"]),
        (".a,", [".a"]),
        (".a, ", [".a", ""]),
        (" .a , .b ", [".a", ".b"]),
        (".a,,.b", [".a", "", ".b"]),
        ("\u2003.a\u0085", [".a"]),
        (".a\x1f", [".a\x1f"]),
    ],
)
def test_paths_are_split_at_commas(text: str, expected: list[str]) -> None:
    assert split_paths(text) == expected


@given(st.binary(max_size=300) | st.integers(32_000, 34_000).map(bytes))
def test_bytes_have_ids_of_their_own_kind(content: bytes) -> None:
    expected = hashlib.sha3_256(content).digest()
    assert sha3(content) == expected
    assert content_id_of_bytes(content) == "cbu" + urlsafe_b64encode(expected).decode().rstrip("=")
    assert is_content_id(content_id_of_bytes(content))


def test_a_long_document_is_hashed_like_a_short_one() -> None:
    for length in (32_750, 32_768, 40_000):
        value: Json = {"text": "é" * length}
        assert f'"{content_id(value)}"' == by_the_book(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cju",
        "cju" + "A" * 42,
        "cju" + "A" * 44,
        "cjz" + "A" * 43,
        "CJU" + "A" * 43,
        "cju" + "A" * 42 + "+",
        "cju" + "A" * 42 + "=",
        "cju" + "A" * 42 + "é",
        "cju" + "A" * 42 + "\n",
        " cju" + "A" * 42,
    ],
)
def test_what_only_resembles_a_content_id_is_none(text: str) -> None:
    assert is_content_id("cju" + "A" * 43)
    assert not is_content_id(text)
