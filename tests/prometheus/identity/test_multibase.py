from __future__ import annotations

import base64

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.errors import NotUnderstood, TooLarge
from prometheus.identity.multibase import (
    b58_decode,
    b58_encode,
    b64u_decode,
    b64u_encode,
    decode,
    encode_b58,
    encode_b64u,
)


@given(st.binary(max_size=200))
def test_base58_agrees_with_the_base58_package(raw: bytes) -> None:
    text = b58_encode(raw)
    assert text == base58.b58encode(raw).decode()
    assert b58_decode(text) == raw == base58.b58decode(text)


@given(st.binary(max_size=200))
def test_base64url_agrees_with_the_standard_library(raw: bytes) -> None:
    text = b64u_encode(raw)
    assert text == base64.urlsafe_b64encode(raw).decode().rstrip("=")
    assert b64u_decode(text) == raw


@given(st.binary(max_size=100))
def test_every_form_is_read_back(raw: bytes) -> None:
    padded32, padded64 = base64.b32encode(raw).decode(), base64.b64encode(raw).decode()
    hex32 = base64.b32hexencode(raw).decode()
    forms = [
        encode_b58(raw),
        encode_b64u(raw),
        "f" + raw.hex(),
        "F" + raw.hex().upper(),
        "m" + padded64.rstrip("="),
        "M" + padded64,
        "U" + base64.urlsafe_b64encode(raw).decode(),
        "b" + padded32.rstrip("=").lower(),
        "B" + padded32.rstrip("="),
        "c" + padded32.lower(),
        "C" + padded32,
        "v" + hex32.rstrip("=").lower(),
        "V" + hex32.rstrip("="),
        "t" + hex32.lower(),
        "T" + hex32,
        "0" + "".join(f"{byte:08b}" for byte in raw),
    ]
    assert [decode(form) for form in forms] == [raw] * len(forms)


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        # The examples of the multibase specification for "yes mani !".
        ("9573277761329450583662625", b"yes mani !"),
        ("k2lcpzo5yikidynfl", b"yes mani !"),
        ("K2LCPZO5YIKIDYNFL", b"yes mani !"),
        ("hxf1zgedpcfzg1ebb", b"yes mani !"),
        ("Z7Pznk19XTTzBtx", b"yes mani !"),
        ("z7paNL19xttacUY", b"yes mani !"),
        ("7362625631006654133464440102", b"yes mani !"),
        ("90573277761329450583662625", b"\0yes mani !"),
    ],
)
def test_the_examples_of_the_specification_are_read(text: str, raw: bytes) -> None:
    assert decode(text) == raw


@pytest.mark.parametrize("text", ["?abc", "xabc", "-abc", " z1", "Ωabc", "\0abc"])
def test_an_unknown_prefix_is_named(text: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        decode(text)
    assert refused.value.what == f"Unknown base code: {text[0]}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "z0",
        "zO",
        "z1 ",
        "z 1",
        "z1\n",
        "zé",
        "f0",
        "fgg",
        "f 00",
        "f00 ",
        "uA",
        "uAA==",
        "uAB",  # the last four bits stand for nothing
        "u+A",
        "u/w",
        "uAA\n",
        "uÀA",
        "m-A",
        "mAA==",
        "MAA",
        "MAA=",
        "UAA===",
        "b1",
        "ba",
        "bab",
        "cae",
        "cae==",
        "02",
        "01",
        "71",
        "9a",
        "hl",
        "k-",
        "Ké",
        "k\u212a",
    ],
)
def test_a_payload_outside_its_base_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        decode(text)
    assert refused.value.what == "Invalid base string"


@pytest.mark.parametrize("prefix", ["z", "Z", "9", "k", "b"])
def test_an_overlong_number_is_refused_before_it_costs_time(prefix: str) -> None:
    with pytest.raises(TooLarge):
        decode(prefix + "2" * 10_000_000)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_with_an_error_of_ours(text: str) -> None:
    try:
        raw = decode(text)
    except NotUnderstood:
        return
    assert isinstance(raw, bytes)


@pytest.mark.parametrize("prefix", "kK")
def test_base_36_is_read_in_either_case(prefix: str) -> None:
    assert decode(f"{prefix}1z") == decode(f"{prefix}1Z") == bytes([71])
