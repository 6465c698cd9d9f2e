"""``claim verify``: the verdict of a file, by what the person says about what was asked."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.neighbourhood import Neighbourhood

from prometheus.claims.binding import answer_nonce, disclosure_hash
from prometheus.claims.shipped import SHIPPED

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus_simulators.house import Answer

STRANGER = "did:morpheus:ezbwg32t1Hh8xbfDbyNxkhkG"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Neighbourhood:
    settled = Neighbourhood(tmp_path / "home", monkeypatch, capsys)
    settled.settle()
    settled.claim()
    settled.policy('[[rule]]\neffect = "allow"\n')
    settled.run(f"trust add {settled.did('library')} --name Library")
    return settled


def presented(home: Neighbourhood, options: str = "") -> str:
    """Return the file of a presentation of one field."""
    out = home.path("shown.json")
    answer = home.reader(f"claim present --ask .ageOver18 --out {out} --yes {options}")
    assert answer.code == 0, answer
    return out


def judged(home: Neighbourhood, options: str) -> Answer:
    return home.run(f"claim verify {options} --json")


def codes(answer: Answer) -> list[str]:
    return [check["code"] for check in answer.document["checks"] if check["code"]]


def state(answer: Answer, check_id: str) -> list[str]:
    return [check["status"] for check in answer.document["checks"] if check["id"] == check_id]


def test_a_presentation_a_statement_and_a_request_are_judged(home: Neighbourhood) -> None:
    for file, format_ in (
        (presented(home), "morpheus/presentation"),
        (home.path("statement.json"), "morpheus/statement"),
        (home.path("request.json"), "morpheus/request"),
    ):
        answer = judged(home, file)
        assert (answer.code, answer.document["verdict"], answer.document["format"]) == (0, "valid", format_)


def test_the_shape_of_a_verdict(home: Neighbourhood) -> None:
    document = judged(home, presented(home)).document
    assert set(document) == {
        *("v", "verdict", "format", "policy", "at", "checks", "disclosed", "withheld"),
        *("issuer", "holder", "linkability", "status"),
    }
    assert document["disclosed"] == [{"claim": 0, "path": ["ageOver18"], "value": True}]
    assert document["withheld"] == 5
    assert document["issuer"] == {
        "id": home.did("library"),
        "trust": "listed",
        "via": "your trust list as Library",
    }
    assert {frozenset(check) for check in document["checks"]} == {
        frozenset({"id", "status", "code", "detail", "remedy", "evidence"})
    }


def test_what_needs_a_ledger_says_so(home: Neighbourhood) -> None:
    answer = judged(home, presented(home))
    assert codes(answer) == ["NOT-LOOKED-UP", "NOT-LOOKED-UP"]
    assert answer.document["status"]["state"] == "not-looked-up"


def test_it_comes_from_standard_input(home: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> None:
    with open(presented(home), "rb") as stream:
        text = stream.read()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert judged(home, "-").code == 0


@pytest.mark.parametrize(
    ("expected", "exit_code", "code"),
    [
        (".ageOver18=true", 0, ""),
        (".ageOver18=1", 1, "EXPECTED"),
        (".ageOver18=yes", 1, "EXPECTED"),
        (".givenName=Zoe", 13, "MISSING"),
    ],
)
def test_an_expected_value_is_compared(home: Neighbourhood, expected: str, exit_code: int, code: str) -> None:
    answer = judged(home, f"{presented(home)} --expect {expected}")
    assert answer.code == exit_code
    assert (code in codes(answer)) == bool(code)


def test_texts_are_expected_as_they_are(home: Neighbourhood) -> None:
    for expected in (".givenName=Zoe", ".givenName='\"Zoe\"'"):
        assert judged(home, f"{home.path('statement.json')} --expect {expected}").code == 0
    assert judged(home, f"{home.path('statement.json')} --expect .givenName=zoe").code == 1


def test_what_was_asked_has_to_be_shown(home: Neighbourhood) -> None:
    file = presented(home)
    assert judged(home, f"{file} --ask .ageOver18").code == 0
    missing = judged(home, f"{file} --ask .ageOver18,.givenName")
    assert (missing.code, "MISSING" in codes(missing)) == (13, True)


def test_the_request_brings_paths_and_audience(home: Neighbourhood) -> None:
    licence = {"issuedTo": home.did("library"), "purpose": "Enter", "expiry": "P1D"}
    scenario: dict[str, Any] = {
        "name": "Door",
        "version": 1,
        "description": "",
        "prerequisites": [{"process": SHIPPED["identity-card"], "claimFields": [".ageOver18"]}],
        "requiredLicenses": [licence],
        "resultSchema": None,
    }
    request = home.file("door.json", scenario)
    out = home.path("answer.json")
    home.reader(f"claim present {request} --out {out} --yes")
    answer = judged(home, f"{out} --request {request}")
    assert (answer.code, state(answer, "binding.audience")) == (0, ["pass"])
    scenario["prerequisites"][0]["claimFields"] = [".givenName"]
    assert judged(home, f"{out} --request {home.file('other.json', scenario)}").code == 13
    assert judged(home, f"{presented(home, f'--audience {STRANGER}')} --request {request}").code == 1
    for other in ("", f"--audience {home.did('library')}", *_other_licences(home)):
        answer = judged(home, f"{presented(home, other)} --request {request}")
        assert (answer.code, "LICENCE" in codes(answer)) == (1, True), other
    fitting = f"--audience {home.did('library')} --licence Leave:P9Y --licence Enter:PT1H"
    assert judged(home, f"{presented(home, fitting)} --request {request}").code == 0
    scenario["requiredLicenses"] = [{**licence, "expiry": "a day"}]
    assert "NOT-A-TIME" in codes(judged(home, f"{out} --request {home.file('other.json', scenario)}"))


def _other_licences(home: Neighbourhood) -> list[str]:
    """Return options that give the library licences, none of which is for entering and at most a day."""
    return [f"--audience {home.did('library')} --licence {other}" for other in ("Leave:P1D", "Enter:P20Y", "Enter:P2D")]


def test_a_challenge_given_as_text_has_to_be_carried(home: Neighbourhood) -> None:
    file = presented(home, "--nonce 'Türe 7'")
    right = judged(home, f"{file} --nonce 'Türe 7'")
    assert (right.code, state(right, "binding.nonce")) == (0, ["pass"])
    assert "UNBOUND" in codes(right)
    wrong = judged(home, f"{file} --nonce other")
    assert (wrong.code, "NONCE" in codes(wrong)) == (1, True)
    assert judged(home, f"{presented(home)} --nonce other").code == 1


def test_an_audience_has_to_be_named(home: Neighbourhood) -> None:
    file = presented(home, f"--audience {home.did('library')}")
    assert state(judged(home, file), "binding.audience") == ["skip"]
    assert state(judged(home, f"{file} --audience {home.did('library')}"), "binding.audience") == ["pass"]
    other = judged(home, f"{file} --audience {STRANGER}")
    assert (other.code, "AUDIENCE" in codes(other)) == (1, True)


@pytest.mark.parametrize(("level", "exit_code"), [("document", 0), ("recent", 0), ("live", 5)])
def test_a_level_that_is_not_reached_has_its_own_exit_code(home: Neighbourhood, level: str, exit_code: int) -> None:
    file = presented(home, f"--audience {home.did('library')}")
    answer = judged(home, f"{file} --audience {home.did('library')} --require {level}")
    assert answer.code == exit_code
    assert ("COPY" in codes(answer)) == (exit_code == 5)


def test_an_answer_to_another_request_gets_no_verdict(home: Neighbourhood) -> None:
    with open(presented(home)) as stream:
        content = json.load(stream)["content"]
    content["nonce"] = answer_nonce(bytes(32), disclosure_hash(content))
    forged = home.file("forged.json", {"content": content, "signature": {"publicKey": "pezA", "bytes": "sezA"}})
    told = judged(home, f"{forged} --require live")
    assert told.code in (1, 11)
    signed = home.file("answer.json", _signed(home, content))
    answer = judged(home, f"{signed} --require live")
    assert (answer.code, answer.document["code"], answer.document["exit"]) == (11, "ANSWER", 11)
    assert "verdict" not in answer.document
    plain = home.run(f"claim verify {signed} --require recent")
    assert (plain.code, plain.out.split()[:2]) == (11, ["NO", "VERDICT"])
    as_file = judged(home, signed)
    assert (as_file.code, "UNBOUND" in codes(as_file)) == (0, True)


def _signed(home: Neighbourhood, content: Any) -> Any:
    """Return the content signed with the reader's key, as another program of the reader's could do it."""
    from prometheus.claims.digest import content_id

    shown = home.reader("persona show --json").document["persona"]
    message = home.path("message")
    with open(message, "w", encoding="ascii") as stream:
        stream.write(content_id(content))
    signed = home.reader(f"key sign {message} --yes --json")
    assert signed.code == 0, signed
    return {"signature": {"publicKey": shown["public_key"], "bytes": signed.document["signature"]}, "content": content}


def test_one_changed_character_is_invalid_and_says_why(home: Neighbourhood) -> None:
    with open(presented(home)) as stream:
        text = stream.read()
    for changed in (text.replace("true", "false"), text.replace('"validUntil":"2', '"validUntil":"3')):
        answer = home.run(f"claim verify {home.file('changed.json', changed)}")
        assert answer.code == 1
        assert answer.out.startswith("INVALID  do not accept it")
        assert "hint: " in answer.out


def test_a_statement_outside_its_time_is_invalid(home: Neighbourhood) -> None:
    answer = judged(home, home.statement(terms="--after 2199-01-01"))
    assert (answer.code, "NOT-YET" in codes(answer)) == (1, True)


@pytest.mark.parametrize(
    ("options", "exit_code", "code"),
    [
        ("", 2, "USAGE"),
        ("missing.json", 4, "FILE-NOT-FOUND"),
        ("shown.json --audience somebody", 2, "DID"),
        ("shown.json --audience ''", 2, "DID"),
        ("shown.json --nonce ''", 2, "NONCE"),
        (f"shown.json --nonce uAQ{'A' * 42}", 2, "NONCE-RESERVED"),
        ("shown.json --ask ageOver18", 2, "PATH"),
        ("shown.json --ask ''", 2, "PATH"),
        ("shown.json --expect ageOver18=true", 2, "EXPECT"),
        ("shown.json --expect .ageOver18", 2, "EXPECT"),
        ("shown.json --request shown.json", 2, "SCENARIO"),
        ("shown.json --request missing.json", 4, "FILE-NOT-FOUND"),
        ("shown.json --require tomorrow", 2, "USAGE"),
    ],
)
def test_a_mistake_has_its_code(
    home: Neighbourhood, monkeypatch: pytest.MonkeyPatch, options: str, exit_code: int, code: str
) -> None:
    monkeypatch.chdir(home.home)
    presented(home)
    answer = judged(home, options)
    assert (answer.code, answer.document["code"]) == (exit_code, code)


@pytest.mark.parametrize("text", ["", "no json", "{}", "[]", '{"content": {}}', "[" * 100_000, '{"a": 1, "a": 2}'])
def test_what_is_no_document_is_invalid_and_not_a_crash(home: Neighbourhood, text: str) -> None:
    answer = judged(home, home.file("odd.json", text))
    assert (answer.code, codes(answer)) == (1, ["PARSE"])


def test_what_a_document_says_never_steers_the_terminal(home: Neighbourhood) -> None:
    evil = "\x1b[2J\x9b31m\u202e\u200b"
    data = {"email": "zoe@example.org"}
    home.statement("email", data)
    with open(home.path("statement.json")) as stream:
        document = json.load(stream)
    document["content"]["claim"]["content"]["email"]["value"] = evil
    document["content"]["constraints"]["witness"] = f"did:morpheus:{evil}"
    for file in (document, {**document, evil: evil}, evil):
        for options in ("", "--json"):
            answer = home.run(f"claim verify {home.file('evil.json', file)} {options}")
            assert answer.code == 1
            assert not set(evil) - set("[2J31m") & set(answer.out + answer.err)


def test_lines_fit_the_terminal(home: Neighbourhood) -> None:
    for line in (presented(home), home.path("statement.json"), f"{presented(home)} --audience {STRANGER}"):
        shown = home.run(f"claim verify {line}").out
        assert max(map(len, shown.splitlines())) <= 80


def test_a_field_counts_only_of_the_kind_of_claim_that_is_named(home: Neighbourhood) -> None:
    shown = presented(home)
    right = judged(home, f"{shown} --expect .ageOver18=true --type identity-card")
    other = judged(home, f"{shown} --expect .ageOver18=true --type age")
    assert (right.code, other.code) == (0, 13)
    assert "OTHER-PROCESS" in codes(other)
    assert home.run(f"claim verify {shown} --type identity-card").code == 2
    assert home.run(f"claim verify {shown} --ask .ageOver18 --type nonsense").code == 4


def test_a_claim_of_the_named_kind_is_presented_or_none(home: Neighbourhood) -> None:
    assert home.reader("claim present --ask .ageOver18 --type identity-card --dry-run").code == 0
    assert home.reader("claim present --ask .ageOver18 --type age --dry-run").code == 15
