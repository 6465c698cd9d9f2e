"""The body of a request, read by its declared type."""

from __future__ import annotations

import pytest

from prometheus_morpheus.ledger.http import payload
from prometheus_morpheus.ledger.http.asked import Refused


def test_no_declared_type_counts_as_json() -> None:
    assert payload.read_body("", b'{"a":1}') == {"a": 1}


def test_nothing_is_no_value() -> None:
    assert payload.read_body("application/json", b"") is None


def test_another_text_arrives_as_one_string() -> None:
    assert payload.read_body("text/plain; charset=utf-8", b"[]") == "[]"


def test_bytes_arrive_as_one_string_too() -> None:
    assert payload.read_body("application/octet-stream", b"[]") == "[]"


def test_a_form_arrives_as_its_fields() -> None:
    assert payload.read_body("application/x-www-form-urlencoded", b"transactions=1&b=") == {
        "transactions": "1",
        "b": "",
    }


def test_the_last_of_two_members_counts() -> None:
    assert payload.read_body("application/json", b'{"a":1,"a":2}') == {"a": 2}


@pytest.mark.parametrize(
    ("declared", "raw", "status"),
    [
        ("application/json", b"{not json", 422),
        ("application/json", b'"\\ud800"', 422),
        ("application/json", b"[" * 5000 + b"]" * 5000, 422),
        ("application/json", b"\xff", 422),
        ("application/json", b'[{"__proto__": {}}]', 422),
        ("multipart/form-data; boundary=x", b"--x--", 422),
        ("garbage", b"[]", 422),
    ],
    ids=["no JSON", "half a surrogate", "deep nesting", "no UTF-8", "a prototype", "parts", "no type"],
)
def test_what_cannot_be_read_is_refused(declared: str, raw: bytes, status: int) -> None:
    with pytest.raises(Refused) as refused:
        payload.read_body(declared, raw)
    assert refused.value.status == status


def test_a_body_beyond_the_limit_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payload, "LARGEST", 4)
    assert payload.read_body("application/json", b"1234") == 1234
    with pytest.raises(Refused) as refused:
        payload.read_body("application/json", b"12345")
    assert refused.value.status == 413
