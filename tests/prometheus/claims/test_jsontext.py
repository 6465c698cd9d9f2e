"""JSON text: what is read, what is refused before any work, and what is written."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.claims.jsontext import MAX_BYTES, MAX_DEPTH, compact, is_settled, parse, text_form
from prometheus.claims.numbers import format_double
from prometheus.errors import NotUnderstood, TooLarge

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

texts = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('"\\e-+09,]}'), max_size=8)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([1e-5, 1e16, -2.5e-7, 1e300])
    | texts
)
values: st.SearchStrategy[Any] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=20
)


def spelled(value: Any, *, is_sorted: bool) -> str:
    """Write by the book, slowly."""
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda item: item[0].encode()) if is_sorted else value.items()
        return (
            "{" + ",".join(f"{spelled(k, is_sorted=False)}:{spelled(v, is_sorted=is_sorted)}" for k, v in members) + "}"
        )
    if isinstance(value, list):
        return "[" + ",".join(spelled(item, is_sorted=is_sorted) for item in value) + "]"
    return format_double(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


@given(values)
def test_written_text_is_what_the_rules_say(value: Any) -> None:
    assert compact(value) == spelled(value, is_sorted=False)
    assert text_form(value) == spelled(value, is_sorted=True)


def is_same(one: Any, other: Any) -> bool:
    """Compare type for type; doubles may be read a little differently from how they were written."""
    if isinstance(one, float) and isinstance(other, float):
        return one == other or math.isclose(one, other, rel_tol=1e-14, abs_tol=1e-300)
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return type(one) is type(other) and bool(one == other)


@given(values)
def test_what_was_written_is_read_back(value: Any) -> None:
    text = compact(value)
    try:
        assert is_same(parse(text), value)
        assert is_same(parse(text.encode()), value)
    except NotUnderstood as refused:
        # The largest doubles may be read as larger than any.
        assert refused.what == "number out of range"  # noqa: PT017 - the refusal is one of two good outcomes


def loosely(value: Any) -> str:
    """Write the same value with white space and with every escape there is."""
    if isinstance(value, dict):
        return "\n{ " + " ,\t".join(f"{json.dumps(k)} :{loosely(v)}" for k, v in value.items()) + " }\r"
    if isinstance(value, list):
        return " [" + " , ".join(map(loosely, value)) + " ]\n"
    return format_double(value) if isinstance(value, float) else json.dumps(value)


@given(values)
def test_white_space_and_escapes_do_not_matter(value: Any) -> None:
    try:
        plain = parse(compact(value))
    except NotUnderstood:
        return
    assert is_same(parse(loosely(value)), plain)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{",
        "[1,]",
        '{"a":1,}',
        "{'a':1}",
        "{a:1}",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "- 1",
        "0x10",
        "1_000",
        "NaN",
        "Infinity",
        "-Infinity",
        "[NaN]",
        "nul",
        "True",
        '"\x01"',
        '"tab\tinside"',
        '"\\x41"',
        '"\\u12"',
        '"open',
        "1 2",
        "[] []",
        "\ufeff{}",
        "[1]\x00",
        "\u00a01",
        "/* */ 1",
        "\uff11",
    ],
)
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        parse(text)


@pytest.mark.parametrize("text", ['"\\ud800"', '{"\\udc00":1}', '["a","\\ud83dx"]', '"\ud800"', '"\\udc00\\ud800"'])
def test_half_of_a_surrogate_pair_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        parse(text)


def test_a_whole_surrogate_pair_is_one_character() -> None:
    assert parse('"\\ud83d\\ude00"') == "\U0001f600"


@pytest.mark.parametrize("raw", [b'"\xff"', b'"\xc0\xaf"', b'"\xed\xa0\x80"', "1".encode("utf-16"), b"\xef\xbb\xbf1"])
def test_what_is_not_utf8_is_refused(raw: bytes) -> None:
    with pytest.raises(NotUnderstood):
        parse(raw)


def test_the_same_key_twice_is_refused_or_the_last_wins() -> None:
    for text in ('{"a":1,"a":2}', '{"x":[{"a":1,"b":0,"a":2}]}', '{"a":1,"\\u0061":2}'):
        with pytest.raises(NotUnderstood, match="same key twice"):
            parse(text)
    assert parse('{"a":1,"b":3,"a":2}', unique_keys=False) == {"a": 2, "b": 3}


def nested(depth: int, *, opened: str = "[", closed: str = "]", inside: str = "") -> str:
    return opened * depth + inside + closed * depth


@pytest.mark.parametrize("depth", [1, 64, 65, 100, MAX_DEPTH - 1, MAX_DEPTH])
def test_the_allowed_depth_is_read(depth: int) -> None:
    assert compact(parse(nested(depth))) == nested(depth)
    objects = nested(depth - 1, opened='{"a":', closed="}", inside="{}")
    assert compact(parse(objects)) == objects


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, MAX_DEPTH + 2, 200, 1000, 100_000])
def test_what_is_nested_deeper_is_refused_before_it_is_read(depth: int) -> None:
    for text in (nested(depth), nested(depth, opened='{"a":', closed="}", inside="1"), nested(depth, inside='"]["')):
        with pytest.raises(NotUnderstood, match="nested more than"):
            parse(text)


def test_brackets_in_strings_do_not_hide_depth_and_do_not_count() -> None:
    depth = 500
    hidden = '["]",' * depth + "1" + ',"["]' * depth
    with pytest.raises(NotUnderstood, match="nested more than"):
        parse(hidden)
    escaped = '["\\"]",' * depth + "1" + ',"[\\\\"]' * depth
    with pytest.raises(NotUnderstood, match="nested more than"):
        parse(escaped)
    harmless = json.dumps(["[" * 1000, '"' + "{" * 1000, "\\" * 7, "]" * 3])
    assert compact(parse(harmless)) == harmless.replace(", ", ",")


@given(st.integers(0, 300), st.integers(0, 300))
def test_brackets_that_do_not_pair_are_refused(opened: int, closed: int) -> None:
    if opened != closed:
        with pytest.raises(NotUnderstood):
            parse("[" * opened + "]" * closed)


@given(st.text('[]{}":,1a\\ ', max_size=40))
def test_any_heap_of_brackets_is_read_as_json_reads_it(text: str) -> None:
    try:
        expected: Json = json.loads(text)
    except ValueError:
        with pytest.raises(NotUnderstood):
            parse(text, unique_keys=False)
        return
    assert parse(text, unique_keys=False) == expected


def test_overlong_text_is_refused_unread() -> None:
    # It is not JSON at all, so whoever reads it would complain of something else.
    for text in ("x" * (MAX_BYTES + 1), b"x" * (MAX_BYTES + 1), "é" * (MAX_BYTES // 2 + 1)):
        with pytest.raises(TooLarge):
            parse(text)


@pytest.mark.parametrize("value", [math.nan, math.inf, [-math.inf], {"a": math.nan}, b"bytes", {"a": {1, 2}}, object()])
def test_what_json_cannot_hold_is_not_written(value: Any) -> None:
    for write in (compact, text_form):
        with pytest.raises(NotUnderstood):
            write(value)


@pytest.mark.parametrize("number", [1.2891942448009923e303, 5.960464477539063e-08, 7.647002071380294e40])
def test_a_number_that_changes_when_it_is_read_back_is_not_settled(number: float) -> None:
    assert not is_settled({"a": [number]})


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 22))
def test_a_number_of_fifteen_digits_is_settled(digits: int, places: int) -> None:
    assert is_settled([digits, float(f"{digits}e-{places}")])


def test_members_are_sorted_by_code_point_and_not_by_utf16() -> None:
    assert text_form({"\U00010000": 1, "\uffff": 2}) == '{"\uffff":2,"\U00010000":1}'
