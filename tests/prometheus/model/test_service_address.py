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
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        service_address(text)


@pytest.mark.parametrize("host", ["a.example", "127.0.0.1.evil.example", "10.0.0.1", "localhost.evil.example"])
def test_plain_http_to_another_machine_needs_consent(host: str) -> None:
    with pytest.raises(PolicyForbids):
        service_address(f"http://{host}")
    assert service_address(f"http://{host}", allow_http=True).is_open_to_eavesdroppers
    assert not service_address(f"https://{host}").is_open_to_eavesdroppers


@given(st.text(max_size=60))
def test_any_text_is_an_address_in_its_one_form_or_refused(text: str) -> None:
    for start in ("", "https://", "http://"):
        try:
            address = service_address(start + text, allow_http=True)
        except NotUnderstood:
            continue
        assert service_address(address.url, allow_http=True) == address
        assert address.host
