"""The lines of an export: out and in again without a change, and refused when anything is not as it was written."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from prometheus.errors import NotUnderstood, PrometheusError, TooLarge, TooNew
from prometheus.portable import export_record, export_text
from prometheus.portable.export_record import KINDS, ExportRecord, line_of, record_of
from prometheus.portable.export_text import Origin, read_export, write_export

if TYPE_CHECKING:
    from collections.abc import Callable

ORIGIN = Origin(bytes(range(16)), "2026-03-01T12:00:00Z", has_keys=False)
RECORDS = (
    ExportRecord(2, "persona/0000000000", rfc8785.dumps({"v": 1, "label": "Ana \u00e9\U0001f600", "n": 1.5e-7})),
    ExportRecord(3, "cju1", b'{"raw":"e30","v":1}'),
    ExportRecord(3, "cju2", b'{ "spaces": 1 }'),
    ExportRecord(7, "active", b"{}"),
    ExportRecord(12, "later", b"\x00\xff"),
    ExportRecord(128, "acme-plugin/note\x00one", b""),
)


def text(records: tuple[ExportRecord, ...] = RECORDS, origin: Origin = ORIGIN) -> bytes:
    return write_export(records, origin)


def signed(lines: bytes, **changes: Any) -> bytes:
    """Return an export of given lines whose manifest fits them, but for what is changed."""
    manifest = json.loads(text().partition(b"\n")[0])
    manifest |= {"lines": lines.count(b"\n"), "sha256": hashlib.sha256(lines).hexdigest()} | changes
    return rfc8785.dumps(manifest) + b"\n" + lines


def test_what_goes_out_comes_in_unchanged() -> None:
    export = read_export(text())
    assert export.records == RECORDS
    assert export.manifest.counts == {"persona": 1, "claim": 2, "setting": 1, "12": 1, "plugin": 1}
    assert (export.manifest.lines, export.manifest.keys, export.manifest.whole) == (6, False, True)
    assert (export.manifest.vault, export.manifest.created) == (bytes(range(16)).hex(), ORIGIN.created)


def test_the_text_is_the_same_every_time() -> None:
    assert text() == text()
    assert hashlib.sha256(text()).hexdigest() == "7fd9843b212b242e6d16ec3bb65a93ce8d05c843824e47ffd66d4aad9c39b9ae"


def test_a_body_in_canonical_form_can_be_read_and_any_other_is_base64() -> None:
    lines = [json.loads(line) for line in text().splitlines()[1:]]
    assert lines[0]["body"]["label"] == "Ana \u00e9\U0001f600"
    assert ["body" in line for line in lines] == [True, True, False, True, False, False]
    assert [line["collection"] for line in lines] == ["persona", "claim", "claim", "setting", "12", "plugin"]


def test_the_hash_is_that_of_everything_after_the_first_line_end() -> None:
    first, _, rest = text().partition(b"\n")
    assert json.loads(first)["sha256"] == hashlib.sha256(rest).hexdigest()


def test_an_empty_vault_is_an_export_too() -> None:
    assert read_export(text(())).records == ()


def test_what_was_left_of_a_damaged_vault_says_so() -> None:
    assert not read_export(text(origin=ORIGIN._replace(is_whole=False))).manifest.whole


@pytest.mark.parametrize("depth", [1, 63, 64, 65, 66, 200, 5000])
def test_bodies_nested_deeply_come_in_unchanged(depth: int) -> None:
    record = ExportRecord(3, "deep", b'{"a":' * depth + b"1" + b"}" * depth)
    assert read_export(text((record,))).records == (record,)
    assert (b'"body"' in line_of(record)) == (depth <= export_record.DEPTH_LIMIT)


@pytest.mark.parametrize(
    "created", ["2026-99-99T00:00:00Z", "2026-02-30T00:00:00Z", "0000-01-01T00:00:00Z", "2026-01-01T25:00:00Z"]
)
def test_a_moment_that_no_calendar_has_is_refused(created: str) -> None:
    with pytest.raises(NotUnderstood, match="no export"):
        read_export(text(origin=ORIGIN._replace(created=created)))


@settings(max_examples=200)
@given(
    st.dictionaries(
        st.tuples(st.integers(1, 255), st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)),
        st.one_of(
            st.binary(max_size=60),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
            ).map(
                lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
            ),
        ),
        max_size=8,
    )
)
def test_any_records_come_in_as_they_went_out(found: dict[tuple[int, str], bytes]) -> None:
    records = tuple(ExportRecord(*place, found[place]) for place in sorted(found))
    has_keys = any(record.collection == 1 for record in records)
    assert read_export(text(records, ORIGIN._replace(has_keys=has_keys))).records == records


@settings(max_examples=400)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(max_size=4),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
        max_leaves=8,
    ),
    st.booleans(),
)
def test_a_body_stands_as_it_is_exactly_when_rfc_8785_would_write_it_so(value: Any, is_sorted: bool) -> None:
    text = json.dumps({"a": value, "b": 1}, ensure_ascii=False, separators=(",", ":"), sort_keys=is_sorted)
    body = text.encode("utf-8", "replace")
    try:
        is_canonical = rfc8785.dumps(json.loads(body)) == body
    except ValueError:
        is_canonical = False
    line = line_of(ExportRecord(7, "a", body))
    assert line.startswith(b'{"body":' if is_canonical else b'{"base64":')
    assert rfc8785.dumps(json.loads(line)) == line


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10))
def test_a_name_is_quoted_as_rfc_8785_does(name: str) -> None:
    line = line_of(ExportRecord(7, name, b"{}"))
    assert rfc8785.dumps(json.loads(line)) == line


def swapped(content: bytes) -> bytes:
    first, second, *rest = content.splitlines(keepends=True)
    return b"".join((second, first, *rest))


def line_lost(content: bytes) -> bytes:
    return b"".join(content.splitlines(keepends=True)[:-1])


FIRST = text().partition(b"\n")[0]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda content: content[:-1],
        lambda content: content[:100],
        lambda content: content + b"\n",
        lambda content: content + b"{}\n",
        lambda content: content + b"x",
        lambda content: b"\n" + content,
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: content.replace(b"active", b"Active"),
        lambda content: content.replace(b'"lines":6', b'"lines":5'),
        lambda content: content.replace(b'"lines":6', b'"lines":6.0'),
        lambda content: content.replace(b'"lines":6', b'"lines":true'),
        lambda content: content.replace(b'"lines":6', b'"lines":-1'),
        lambda content: content.replace(b'"persona":1,', b'"persona":2,'),
        lambda content: content.replace(b'"persona":1,', b'"nonsense":1,'),
        lambda content: content.replace(b'"persona":1,', rb'"p\ud800":1,'),
        lambda content: content.replace(b'"keys":false', b'"keys":true'),
        lambda content: content.replace(b'"whole":true', b'"whole":1'),
        lambda content: content.replace(b'"v":1,', b'"v":1,"x":1,', 1),
        lambda content: content.replace(b'"v":1,', b'"v":0,', 1),
        lambda content: content.replace(b'"v":1,', b'"v":true,', 1),
        lambda content: content.replace(b'"v":1,', b'"v":1,"v":1,', 1),
        lambda content: content.replace(b'"v":1,', b'"v": 1,', 1),
        lambda content: content.replace(b"prometheus-export", b"prometheus-exports"),
        lambda content: content.replace(b"2026-03-01T12:00:00Z", b"2026-03-01 12:00:00Z"),
        lambda content: re.sub(rb'"sha256":"[0-9a-f]+"', b'"sha256":"00"', content),
        lambda content: re.sub(rb'"vault":"[0-9a-f]+"', b'"vault":"00"', content),
        swapped,
        line_lost,
        lambda _: b"[" * 100_000 + b"\n",
        lambda content: b" " * (1 << 17) + content,
    ],
)
def test_an_export_that_was_changed_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    assert spoil(text()) != text()
    with pytest.raises(NotUnderstood) as refused:
        read_export(spoil(text()))
    assert refused.value.code == "EXPORT-FORM"


@pytest.mark.parametrize("version", [2, 10**15])
def test_a_later_version_is_too_new(version: int) -> None:
    with pytest.raises(TooNew):
        read_export(text().replace(b'"v":1,"vault"', f'"v":{version},"vault"'.encode()))


def test_more_lines_than_are_read_are_refused_before_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_text, "LINES_LIMIT", 5)
    monkeypatch.setattr(export_text, "record_of", lambda *_: pytest.fail("a line was read"))
    with pytest.raises(TooLarge):
        write_export(RECORDS, ORIGIN)
    with pytest.raises(TooLarge):
        read_export(signed(b"{}\n" * 6))


LINE = line_of(RECORDS[3])


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"not json",
        b"\xff",
        b'{"body":{},"collection":"setting"}',
        b'{"body":{},"collection":"setting","name":"a","x":1}',
        b'{"base64":"","body":{},"collection":"setting","name":"a"}',
        b'{"body":{},"collection":"setting","name":"a","name":"a"}',
        b'{"body":{"a":1,"a":1},"collection":"setting","name":"a"}',
        b'{"body":{},"collection":"setting","name":1}',
        b'{"body":{},"collection":7,"name":"a"}',
        b'{"body":{},"collection":"7","name":"a"}',
        b'{"body":{},"collection":"0","name":"a"}',
        b'{"body":{},"collection":"012","name":"a"}',
        b'{"body":{},"collection":"256","name":"a"}',
        b'{"body":{},"collection":"-1","name":"a"}',
        b'{"body":{},"collection":"' + "\u0661\u0662".encode() + b'","name":"a"}',
        b'{"body":{},"collection":"nonsense","name":"a"}',
        b'{"body":{},"collection":"setting","name":""}',
        b'{"body":{},"collection":"setting","name":"' + b"a" * 1025 + b'"}',
        b'{"body":{},"collection":"setting","name":"' + "\u00e9".encode() * 513 + b'"}',
        rb'{"body":{},"collection":"setting","name":"\ud800"}',
        rb'{"body":{},"collection":"setting","name":"\u0061"}',
        rb'{"body":{"a":"\ud800"},"collection":"setting","name":"a"}',
        b'{"body":{"a":NaN},"collection":"setting","name":"a"}',
        b'{"body":{"a":1e400},"collection":"setting","name":"a"}',
        b'{"body":{"a":1.0},"collection":"setting","name":"a"}',
        b'{"body":{"a":9007199254740993},"collection":"setting","name":"a"}',
        b'{"body":{"a":' + b"1" * 5000 + b'},"collection":"setting","name":"a"}',
        b'{"body":{"b":1,"a":1},"collection":"setting","name":"a"}',
        b'{"body":[],"collection":"setting","name":"a"}',
        b'{"body": {},"collection":"setting","name":"a"}',
        b'{"body":{},"collection":"setting","name":"a"} ',
        b'{"collection":"setting","body":{},"name":"a"}',
        b'{"body":' + b'{"a":' * 65 + b"1" + b"}" * 65 + b',"collection":"setting","name":"a"}',
        b'{"body":' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b',"collection":"setting","name":"a"}',
        b'{"base64":"e30=","collection":"setting","name":"a"}',
        b'{"base64":"AA","collection":"setting","name":"a"}',
        b'{"base64":"AB==","collection":"setting","name":"a"}',
        b'{"base64":"AA==\\n","collection":"setting","name":"a"}',
        b'{"base64":"-_==","collection":"setting","name":"a"}',
        b'{"base64":7,"collection":"setting","name":"a"}',
        '{"base64":"\u00e9","collection":"setting","name":"a"}'.encode(),
    ],
)
def test_a_line_that_is_no_record_is_refused(line: bytes) -> None:
    with pytest.raises(NotUnderstood) as refused:
        record_of(line, 2)
    assert refused.value.code == "EXPORT-LINE"


def test_lines_and_bodies_beyond_the_limits_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_record, "LINE_LIMIT", len(LINE) - 1)
    with pytest.raises(NotUnderstood, match="no record"):
        record_of(LINE, 2)
    monkeypatch.setattr(export_record, "LINE_LIMIT", 1000)
    monkeypatch.setattr(export_record, "BODY_LIMIT", 1)
    with pytest.raises(NotUnderstood, match="no record"):
        record_of(LINE, 2)


def test_the_largest_record_fits_into_a_line() -> None:
    record = ExportRecord(128, "\x01" * 1024, bytes(export_record.BODY_LIMIT))
    assert len(line_of(record)) <= export_record.LINE_LIMIT
    assert record_of(line_of(record), 2) == record


@pytest.mark.parametrize("lines", [(3, 3), (4, 3), (0, 1, 2, 3, 5, 4)])
def test_lines_doubled_or_out_of_order_are_refused(lines: tuple[int, ...]) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_export(signed(b"".join(line_of(RECORDS[number]) + b"\n" for number in lines)))
    assert refused.value.code == "EXPORT-FORM"


def test_keys_that_the_manifest_does_not_speak_of_are_refused() -> None:
    with_key = text((ExportRecord(1, "seed", b"\x01"), *RECORDS), ORIGIN._replace(has_keys=True))
    assert read_export(with_key).manifest.keys
    with pytest.raises(NotUnderstood):
        read_export(with_key.replace(b'"keys":true', b'"keys":false'))


def test_every_collection_of_the_vault_has_a_word() -> None:
    from prometheus.model import collection

    numbers = {value for value in vars(collection).values() if isinstance(value, int)}
    assert set(KINDS) == numbers


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_random_bytes_give_errors_of_ours(content: bytes) -> None:
    for whole in (content, FIRST + b"\n" + content, signed(content)):
        with pytest.raises(PrometheusError):
            read_export(whole)


@settings(max_examples=300)
@given(st.data())
def test_one_byte_changed_in_a_line_gives_an_error_or_another_record(data: st.DataObject) -> None:
    line = bytearray(LINE)
    place = data.draw(st.integers(0, len(line) - 1))
    line[place] = data.draw(st.integers(0, 255).filter(lambda value: value != LINE[place]))
    try:
        record = record_of(bytes(line), 2)
    except NotUnderstood:
        return
    assert record != RECORDS[3]
    assert line_of(record) == line
