"""The page of a service: what it says, in which form, and that nothing in a process can do harm there."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from prometheus.claims.digest import content_id
from prometheus.claims.process import parse_process
from prometheus.claims.scenario import parse_scenario
from prometheus_morpheus.services.catalogue import OfferedProcess, OfferedScenario, catalogue_of
from prometheus_morpheus.services.description import describe
from prometheus_morpheus.services.http.asked import Asked, Reply
from prometheus_morpheus.services.http.page import page_of, preferred
from prometheus_morpheus.services.purging import Rule

if TYPE_CHECKING:
    from prometheus_morpheus.services.description import Kind

URL = "https://town.example"
EVIL = "<script>alert(1)</script>&\"'</pre>"


def process(**changes: Any) -> OfferedProcess:
    schema = {
        "type": "object",
        "properties": {
            "address": {"type": "string", "maskable": True, "description": "Where she lives"},
            "birth": {"type": "object", "properties": {"city": {"type": "string"}}},
        },
    }
    value: dict[str, Any] = {
        "name": "Library card",
        "version": 2,
        "description": "With a look at the card",
        "claimSchema": schema,
        "evidenceSchema": None,
        "constraintsSchema": None,
        **changes,
    }
    return OfferedProcess(content_id(value), parse_process(value))


def scenario() -> OfferedScenario:
    value: dict[str, Any] = {
        "name": "Pool",
        "version": 1,
        "description": "Swim for less",
        "prerequisites": [{"process": content_id({}), "claimFields": [".address"]}],
        "requiredLicenses": [
            {"issuedTo": "did:morpheus:ezbeWGSY2dqcUBqT8K7R14xr", "purpose": "the gate", "expiry": "P5M"}
        ],
        "resultSchema": None,
    }
    return OfferedScenario(content_id(value), parse_scenario(value))


def shown(kind: Kind, accept: str, *, is_open: bool = True, days: int = 30, **changes: Any) -> Reply:
    catalogue = catalogue_of((process(**changes),), (scenario(),))
    return page_of(describe(kind, URL, catalogue, Rule(days, 180, days), is_open=is_open))(Asked({}, {}, accept=accept))


def test_an_authority_says_what_it_witnesses_and_how_to_ask() -> None:
    text = shown("authority", "text/plain").text
    for told in ("Library card, version 2", ".address (can be hidden)  Where she lives", ".birth.city", "30 days"):
        assert told in text
    assert f"prometheus claim request --authority {URL} --process {process().content_id}" in text
    assert "Pool" not in text


def test_a_version_is_written_out() -> None:
    assert "Library card, version 20261122\n" in shown("authority", "text/plain", version=20261122).text
    assert "Library card, version 2.5\n" in shown("authority", "text/plain", version=2.5).text


def test_a_page_says_what_address_a_wallet_needs_and_who_says_to_run_it() -> None:
    catalogue = catalogue_of((process(),), ())
    named = page_of(describe("authority", URL, catalogue, Rule(), is_open=True, name=EVIL))
    text, html = (named(Asked({}, {}, accept=kind)).text for kind in ("text/plain", "text/html"))
    assert f"Give your wallet this address: {URL}\n" in text
    assert f"It says of itself that it is run by: {EVIL}\n" in text
    assert f"Give your wallet this address: <code>{URL}</code>" in html
    assert "<script" not in html
    assert "run by" not in shown("authority", "text/plain").text


def test_an_inspector_says_what_it_asks_to_see_and_for_what() -> None:
    text = shown("inspector", "text/plain", days=1).text
    assert f"prometheus claim present --inspector {URL} --scenario {scenario().content_id}" in text
    assert "wants leave: did:morpheus:ezbeWGSY2dqcUBqT8K7R14xr: the gate, for P5M" in text
    assert "1 day after" in text
    assert "Library card" not in text


def test_a_verifier_says_that_it_keeps_nothing() -> None:
    text = shown("verifier", "text/plain").text
    assert f"prometheus claim verify FILE --verifier {URL}" in text
    assert "Nothing that is sent here is kept." in text
    assert "Pool" not in text


def test_a_page_tells_where_not_everybody_may_ask() -> None:
    assert "listed" in shown("authority", "", is_open=False).text
    assert "listed" not in shown("authority", "").text


def test_nothing_in_a_process_becomes_a_part_of_the_page() -> None:
    fields = {"type": "object", "properties": {EVIL: {"description": EVIL}}}
    page = shown("authority", "text/html", name=EVIL, description=EVIL, claimSchema=fields).text
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 4
    assert page.count("</pre>") == page.count("<pre>")


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    reply = shown("authority", "text/html")
    policy = dict(reply.headers)["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not re.search(r"<(script|link|img|iframe|form)|\bstyle=|\bon\w+=|url\(|@import", reply.text)


def test_the_style_is_the_one_that_the_policy_names() -> None:
    from base64 import b64encode
    from hashlib import sha256

    reply = shown("authority", "text/html")
    style = reply.text.partition("<style>")[2].partition("</style>")[0]
    assert b64encode(sha256(style.encode()).digest()).decode() in dict(reply.headers)["Content-Security-Policy"]


def test_programs_get_json() -> None:
    document = json.loads(shown("authority", "application/json").text)
    assert document["service"] == "authority"
    assert [one["id"] for one in document["processes"]] == [process().content_id]
    assert document["processes"][0]["fields"][0]["maskable"]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "text/plain"),
        ("*/*", "text/plain"),
        ("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json", "application/json"),
        ("text/html;q=0.1, application/json;q=0.5", "application/json"),
        ("TEXT/HTML", "text/html"),
        ("text/html;q=0", "text/plain"),
        ("text/html;q=x", "text/plain"),
        ("," * 10_000, "text/plain"),
    ],
)
def test_the_form_is_the_one_that_is_wanted_most(accept: str, kind: str) -> None:
    assert preferred(accept) == kind
