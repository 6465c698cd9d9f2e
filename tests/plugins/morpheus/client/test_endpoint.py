"""Endpoints are base URLs or network names, and nothing else."""

from __future__ import annotations

import pytest

from prometheus.errors import NotUnderstood
from prometheus_morpheus.client.endpoint import Endpoint, parse_endpoint, parse_endpoints


@pytest.mark.parametrize(
    ("text", "base_url"),
    [
        ("https://explorer.example:4705", "https://explorer.example:4705"),
        ("https://explorer.example:4705/", "https://explorer.example:4705"),
        ("HTTPS://Explorer.Example", "https://explorer.example"),
        ("http://[::1]:4703", "http://[::1]:4703"),
        (" http://127.0.0.1:4703 ", "http://127.0.0.1:4703"),
    ],
)
def test_a_base_url_is_kept_without_its_slash(text: str, base_url: str) -> None:
    assert parse_endpoint(text) == Endpoint(base_url)


@pytest.mark.parametrize(("name", "start"), [("mainnet", "https://"), ("Devnet", "https://"), ("local", "http://127")])
def test_the_name_of_a_network_stands_for_its_node(name: str, start: str) -> None:
    found = parse_endpoint(name)
    assert found.base_url.startswith(start)
    assert found.network == name.lower()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "morenet",
        "ftp://host",
        "file:///etc/passwd",
        "https://",
        "https://user:secret@host",
        "https://user@host",
        "https://host/api",
        "https://host?",
        "https://host/?x=1",
        "https://host#x",
        "https://host:99999",
        "https://host:port",
        "https://ho st",
        "https://hést",
        "https://host\\@evil",
        "https://ho\nst",
        "https://" + "x" * 400,
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        parse_endpoint(text)


def test_a_list_has_each_endpoint_once_in_its_order() -> None:
    found = parse_endpoints("http://b:1, http://a:1 http://b:1/,,local")
    assert [each.base_url for each in found] == ["http://b:1", "http://a:1", "http://127.0.0.1:4703"]
    assert parse_endpoints("  ") == ()


def test_too_many_endpoints_are_refused() -> None:
    with pytest.raises(NotUnderstood):
        parse_endpoints(" ".join(f"http://host:{port}" for port in range(1, 18)))


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("http://127.0.0.1:4703", False),
        ("http://127.9.9.9:4703", False),
        ("http://localhost:4703", False),
        ("http://[::1]:4703", False),
        ("https://host", False),
        ("http://host", True),
        ("http://127.evil.example", True),
        ("http://localhost.evil.example", True),
        ("http://127.999.1.1", True),
        ("http://127.1.evil", True),
        ("http://127.0.0.1.5", True),
    ],
)
def test_plain_http_to_elsewhere_is_open_to_eavesdroppers(text: str, is_open: bool) -> None:
    assert parse_endpoint(text).is_open_to_eavesdroppers is is_open


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("127.0.0.1:4703", "http://127.0.0.1:4703"),
        ("localhost:4703", "http://localhost:4703"),
        ("node.example:4705", "https://node.example:4705"),
        ("locale", "a URL such as https://host:4705"),
    ],
)
def test_a_host_without_a_scheme_is_told_what_may_be_meant(typed: str, meant: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        parse_endpoint(typed)
    assert caught.value.remedy.endswith(f", or {meant}")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("http://localhost:4703 http://127.0.0.1:4703 local http://[::1]:4703", 1),
        ("http://localhost:4703 http://localhost:4704", 2),
        ("https://node https://node:443", 1),
        ("http://one:4703 http://two:4703", 2),
        ("http://127.0.0.1:4703 http://127.0.0.2:4703", 1),
        ("http://127.1:4703 http://[::ffff:7f00:1]:4703 http://0.0.0.0:4703 http://localhost.:04703", 1),
        ("https://node https://NODE./", 1),
        ("https://xn--bcher-kva.example https://XN--Bcher-KVA.example", 1),
        ("http://192.0.2.1 http://192.0.2.2", 2),
        ("https://a.example https://b.example", 2),
        ("http://node https://node", 2),
    ],
)
def test_spellings_of_one_node_count_once(text: str, count: int) -> None:
    assert len(parse_endpoints(text)) == count
