"""Where a service is: what is taken as its address, in which form, and what is never asked without consent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.errors import NotUnderstood, PolicyForbids
from prometheus.model.service_address import LONGEST, service_address


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://a.example", "https://a.example"),
        (" HTTPS://A.Example:443/Town/ ", "https://a.example:443/Town"),
        ("http://127.0.0.1:4710/", "http://127.0.0.1:4710"),
        ("http://localhost", "http://localhost"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_address_has_one_form(text: str, url: str) -> None:
    assert service_address(text).url == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.example",
        "ftp://a.example",
        "https://",
        "https:///x",
        "https://user@a.example",
        "https://user:secret@a.example",
        "https://a.example?x=1",
        "https://a.example/#x",
        "https://a.example/../x",
        "https://a.example//x",
        "https://a.example:0",
        "https://a.example:65536",
        "https://a.example:",
        "https://[::1",
        "https://a b.example",
        "https://a.example\\@evil.example",
        "https://ä.example",
        "https://a.example\r\nHost: evil.example",
        "https://" + "a" * LONGEST,
        "https://a..b.example",
        "https://[1.2]",
        "https://a.example..",
        "https://" + "a" * 64 + ".example",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        service_address(text)


OTHER_MACHINES = (
    "a.example",
    "127.0.0.1.evil.example",
    "10.0.0.1",
    "localhost.evil.example",
    "127.999.1.1",
    "127.0.0.256",
    "127.",
    "127.1",
    "127.0.0.01",
)


@pytest.mark.parametrize("host", OTHER_MACHINES)
def test_plain_http_to_another_machine_needs_consent(host: str) -> None:
    with pytest.raises(PolicyForbids):
        service_address(f"http://{host}")
    assert service_address(f"http://{host}", allow_http=True).is_open_to_eavesdroppers
    assert not service_address(f"https://{host}").is_open_to_eavesdroppers


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.0", "127.255.255.255", "[::1]"])
def test_this_machine_needs_none(host: str) -> None:
    assert service_address(f"http://{host}:4710").place == "http://localhost:4710"


@pytest.mark.parametrize(
    ("text", "other", "is_same"),
    [
        ("https://a.example", "HTTPS://A.Example:443/", True),
        ("https://a.example./town", "https://a.example/town", True),
        ("https://a.example", "https://a.example/town", False),
        ("https://a.example/Town", "https://a.example/town", False),
        ("https://a.example", "https://a.example:4443", False),
        ("https://a.example", "https://b.example", False),
        ("https://a.example:80", "http://a.example", False),
        ("http://localhost:4710", "http://127.0.0.1:4711", False),
    ],
)
def test_one_place_is_the_same_however_it_is_written(text: str, other: str, *, is_same: bool) -> None:
    first, second = (service_address(each, allow_http=True).place for each in (text, other))
    assert (first == second) is is_same


@given(st.text(max_size=60))
def test_any_text_is_an_address_in_its_one_form_or_refused(text: str) -> None:
    for start in ("", "https://", "http://"):
        try:
            address = service_address(start + text, allow_http=True)
        except NotUnderstood:
            continue
        assert service_address(address.url, allow_http=True) == address
        assert address.host
