"""``claim present``: what is asked, what is shown before, who agrees, where it goes, and what the log has of it."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.neighbourhood import CARD, Neighbourhood

from prometheus.claims.shipped import SHIPPED

if TYPE_CHECKING:
    from pathlib import Path

ALLOW = '[[rule]]\neffect = "allow"\n'
DENY = '[[rule]]\neffect = "deny"\n'
RESERVED = "uAQ" + "A" * 42


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Neighbourhood:
    settled = Neighbourhood(tmp_path / "home", monkeypatch, capsys)
    settled.settle()
    return settled


def preview(home: Neighbourhood, options: str) -> Any:
    answer = home.reader(f"claim present {options} --dry-run --json")
    assert answer.code == 0, answer
    return answer.document


def scenario(home: Neighbourhood, fields: list[str], **changes: Any) -> str:
    licence = {"issuedTo": home.did("library"), "purpose": "Enter", "expiry": "P1M"}
    document = {
        "name": "Door",
        "version": 1,
        "description": "",
        "prerequisites": [{"process": SHIPPED["identity-card"], "claimFields": fields}],
        "requiredLicenses": [licence],
        "resultSchema": None,
    }
    return home.file("scenario.json", {**document, **changes})


def paths(found: Any, name: str) -> set[str]:
    return {field["path"] for field in found[name]}


def log(home: Neighbourhood, act: str = "claim.present") -> list[Any]:
    entries: list[Any] = home.reader(f"audit list --act {act} --json").document["entries"]
    return entries


def test_a_scenario_is_answered_with_what_it_asks(home: Neighbourhood) -> None:
    claim = home.claim()
    found = preview(home, scenario(home, [".ageOver18"]))
    assert found["signed"] is False
    assert [offer["id"] for offer in found["claims"]] == [claim]
    assert paths(found, "shown") == {".ageOver18"}
    assert paths(found, "hidden") == {f".{name}" for name in CARD} - {".ageOver18"}
    (licence,) = found["licences"]
    assert (licence["issuedTo"], licence["purpose"]) == (home.did("library"), "Enter")
    assert found["policy"] == {"decision": "ask", "rule": 0}
    assert log(home) == []


def test_a_scenario_comes_from_standard_input(home: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = home.claim()
    text = (home.home / scenario(home, [".ageOver18"])).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert [offer["id"] for offer in preview(home, "-")["claims"]] == [claim]


def test_the_policy_alone_lets_it_out_without_a_person(home: Neighbourhood) -> None:
    home.claim()
    refused = home.reader("claim present --ask .ageOver18 --yes --json")
    assert (refused.code, refused.document["code"]) == (5, "POLICY-ASKS")
    home.policy(ALLOW)
    unsaid = home.reader("claim present --ask .ageOver18 --json")
    assert (unsaid.code, unsaid.document["code"]) == (5, "CONSENT-NEEDED")
    home.policy(DENY + ALLOW)
    denied = home.reader("claim present --ask .ageOver18 --yes --json")
    assert (denied.code, denied.document["code"]) == (5, "POLICY-FORBIDS")
    assert log(home) == []
    home.policy(ALLOW)
    assert home.reader("claim present --ask .ageOver18 --yes").code == 0
    assert [entry["facts"]["consent"] for entry in log(home)] == ["rule 1"]


def test_what_is_handed_out_verifies_and_is_in_the_log(home: Neighbourhood) -> None:
    claim = home.claim()
    home.policy(ALLOW)
    home.run(f"trust add {home.did('library')}")
    out = home.path("shown.json")
    said = home.reader(f"claim present {scenario(home, ['.ageOver18'])} --out {out} --yes --json").document
    assert (said["signed"], said["out"]) == (True, out)
    judged = home.run(f"claim verify {out} --audience {home.did('library')} --expect .ageOver18=true --json")
    assert (judged.code, judged.document["verdict"]) == (0, "valid")
    (entry,) = log(home)
    facts = entry["facts"]
    assert (entry["persona"], facts["presentation"], facts["claims"]) == (home.did(), said["id"], [claim])
    assert (facts["shown"], facts["purpose"], facts["challenge"]) == ([".ageOver18"], ["Enter"], "one-way")
    assert "1998" not in json.dumps(entry)
    assert os.stat(out).st_mode & 0o777 == 0o600
    assert home.reader("claim list --json").document["claims"][0]["uses"] == 1


def test_without_a_file_the_document_alone_is_on_standard_output(home: Neighbourhood) -> None:
    home.claim()
    home.policy(ALLOW)
    plain = home.reader("claim present --ask .ageOver18 --yes")
    assert set(json.loads(plain.out)) == {"signature", "content"}
    assert "They will not learn" in plain.err
    told = home.reader("claim present --ask .ageOver18 --yes --json").document
    assert set(told["presentation"]) == {"signature", "content"}
    assert told["presentation"]["content"]["nonce"].startswith("uA")


def test_a_dry_run_needs_no_consent_and_leaves_no_trace(home: Neighbourhood) -> None:
    home.claim()
    home.policy(DENY)
    answer = home.reader("claim present --ask .ageOver18 --dry-run")
    assert answer.code == 0
    assert "Policy  deny" in answer.out
    assert log(home) == []


def test_the_preview_fits_the_terminal_and_says_what_matters(home: Neighbourhood) -> None:
    claim = home.claim()
    home.claim("email", {"email": "zoe@example.org"})
    purpose = "To see whether you may come in, which the law of the land wants to be asked"
    home.policy(f'[[rule]]\neffect = "ask"\naudience = "{home.did("library")}"\ntype = "identity-card"')
    line = f"--ask .ageOver18 --audience {home.did('library')} --licence '{purpose}:P5D' --nonce 17"
    shown = home.reader(f"claim present {line} --dry-run").out
    assert max(map(len, shown.splitlines())) <= 80
    text = " ".join(shown.split())
    for said in (
        f'to {home.did("library")} for "{purpose}"',
        f"from your claim {claim[:13]}, Identity card .ageOver18 true",
        f"subject {home.did()}",
        f"authority {home.did('library')}",
        "They will not learn .dateOfBirth, .documentNumber, .familyName, .givenName, .nationality",
        "key of the persona, DID of the persona",
        "signature of the statement, nonce of the statement, content ids of 5 hidden parts",
        "with what this persona showed to this audience before: never",
        "UNBOUND",
        "Claims not used",
        "it has no field .ageOver18",
        "Policy ask: rule 1",
    ):
        assert said in text, said


def test_how_often_somebody_was_told_before_is_said(home: Neighbourhood) -> None:
    home.claim()
    home.policy(ALLOW)
    line = f"claim present --ask .ageOver18 --audience {home.did('library')}"
    home.reader(f"{line} --yes")
    assert "before: once" in home.reader(f"{line} --dry-run").out
    assert "before:" not in home.reader("claim present --ask .ageOver18 --dry-run").out


def test_show_replaces_what_was_asked_and_says_what_is_missing(home: Neighbourhood) -> None:
    home.claim()
    found = preview(home, f"{scenario(home, ['.ageOver18'])} --show .givenName")
    assert (paths(found, "shown"), found["missing"]) == ({".givenName"}, [".ageOver18"])
    nothing = preview(home, f"{scenario(home, ['.ageOver18'])} --show ''")
    assert (paths(nothing, "shown"), paths(nothing, "hidden")) == (set(), {""})


NESTED = {
    "title": "Nested",
    "type": "object",
    "properties": {
        "home": {
            "type": "object",
            "properties": {
                "city": {"type": "string", "maskable": True},
                "flat": {"type": "object", "properties": {"door": {"type": "string", "maskable": True}}},
            },
        },
        "tags": {"type": "array", "items": {"type": "string"}},
        "name": {"type": "string"},
    },
}


def test_a_path_reaches_into_groups_and_not_into_lists(home: Neighbourhood) -> None:
    home.run(f"schema add {home.file('nested.json', NESTED)}")
    data = {"home": {"city": "Győr 日本", "flat": {"door": "7"}}, "tags": ["a", "b"], "name": "Zoë"}
    home.claim("nested", data)
    deep = preview(home, "--ask .home.flat.door")
    assert paths(deep, "shown") == {".home.flat.door", ".name"}
    assert deep["claims"][0]["besides"] == [".name"]
    assert {weakness["code"] for weakness in deep["weaknesses"]} >= {"UNWRAPPED", "GUESSABLE", "LINKABLE"}
    assert paths(preview(home, "--ask .home"), "shown") == {".home.city", ".home.flat.door", ".name"}
    both = preview(home, "--ask .home,.home.city,.home.city")
    assert paths(both, "shown") == {".home.city", ".home.flat.door", ".name"}
    assert paths(preview(home, "--ask .tags"), "shown") == {".tags", ".name"}
    inside = home.reader("claim present --ask .tags.0 --dry-run --json")
    assert (inside.code, inside.document["code"]) == (15, "NO-MATCHING-CLAIM")
    assert "only the whole of it can be shown" in inside.document["why"]


def test_the_weaknesses_are_shown_before_consent(home: Neighbourhood) -> None:
    home.run(f"schema add {home.file('nested.json', NESTED)}")
    home.claim("nested", {"home": {"flat": {"door": "7"}}, "tags": ["a"], "name": "Zoe"})
    shown = " ".join(home.reader("claim present --ask .home.flat --dry-run").out.split())
    assert "UNWRAPPED .name" in shown
    assert "GUESSABLE .tags" in shown
    assert "nobody asked, because it is not wrapped: .name" in shown


def test_a_claim_can_be_chosen_also_twice_and_others_are_left(home: Neighbourhood) -> None:
    first = home.claim()
    second = home.claim(data={**CARD, "givenName": "Ann"})
    assert [offer["id"] for offer in preview(home, f"--ask .givenName --claim {first[:12]}")["claims"]] == [first]
    twice = preview(home, f"--ask .givenName --claim {second[:12]} --claim {second}")
    assert [offer["id"] for offer in twice["claims"]] == [second]
    unnamed = preview(home, "--ask .givenName")
    assert len(unnamed["claims"]) == len(unnamed["unused"]) == 1
    assert unnamed["unused"][0]["code"] == "NOT-BEST"


def test_two_claims_answer_together(home: Neighbourhood) -> None:
    card, mail = home.claim(), home.claim("email", {"email": "zoe@example.org"})
    found = preview(home, "--ask .ageOver18,.email")
    assert {offer["id"] for offer in found["claims"]} == {card, mail}
    assert {(field["claim"], field["path"]) for field in found["shown"]} == {(0, ".ageOver18"), (1, ".email")}


@pytest.mark.parametrize(
    ("terms", "code", "said"),
    [("--before PT1S", "EXPIRED", "expired"), ("--after 2199-01-01", "NOT-YET", "may be used in")],
)
def test_a_claim_outside_its_time_is_not_used(home: Neighbourhood, terms: str, code: str, said: str) -> None:
    home.claim(terms=terms)
    if code == "EXPIRED":
        time.sleep(1.1)
    answer = home.reader("claim present --ask .ageOver18 --dry-run --json")
    assert answer.code == 15
    assert said in answer.document["why"]


def test_a_claim_of_another_persona_is_named_as_that(home: Neighbourhood) -> None:
    home.claim()
    home.reader("persona add Work")
    answer = home.reader("claim present --ask .ageOver18 --persona Work --dry-run --json")
    assert answer.code == 15
    assert "it is about your persona" in answer.document["why"]
    assert "--persona" in answer.document["hint"]
    home.claim(asked="--persona Work")
    assert preview(home, "--ask .ageOver18 --persona Work")["unused"][0]["code"] == "OTHER-PERSONA"


def test_many_reasons_are_told_once_each(home: Neighbourhood) -> None:
    for number in range(7):
        home.claim("email", {"email": f"a{number}@example.org"})
    answer = home.reader("claim present --ask .ageOver18 --dry-run --json")
    assert answer.document["why"].count("it has no field .ageOver18") == 1
    assert " and 2 more: " in answer.document["why"]


def test_licences_are_for_one_audience_with_their_own_times(home: Neighbourhood) -> None:
    home.claim()
    line = f"{scenario(home, ['.ageOver18'])} --licence 'Party: part two:P1Y2M' --licence ':PT90S'"
    own, party, short = preview(home, line)["licences"]
    assert {licence["issuedTo"] for licence in (own, party, short)} == {home.did("library")}
    assert (party["purpose"], short["purpose"]) == ("Party: part two", "")
    assert len({licence["validFrom"] for licence in (own, party, short)}) == 1
    assert own["validUntil"][5:7] != own["validFrom"][5:7]
    assert int(party["validUntil"][:4]) >= int(party["validFrom"][:4]) + 1
    (alone,) = preview(home, "--ask .ageOver18")["licences"]
    assert alone["issuedTo"] == home.did()


@pytest.mark.parametrize(
    ("options", "exit_code", "code"),
    [
        ("", 2, "USAGE"),
        ("missing.json", 4, "FILE-NOT-FOUND"),
        ("words.json", 2, "SCENARIO"),
        ("words.json --ask .a", 2, "USAGE"),
        ("--ask ''", 2, "PATH"),
        ("--ask ,", 2, "PATH"),
        ("--ask ageOver18", 2, "PATH"),
        ("--ask .ageOver18 --show givenName", 2, "PATH"),
        ("--ask .ageOver18 --audience somebody", 2, "DID"),
        ("--ask .ageOver18 --audience ''", 2, "DID"),
        ("--ask .ageOver18 --nonce ''", 2, "NONCE"),
        (f"--ask .ageOver18 --nonce {'x' * 129}", 2, "NONCE"),
        (f"--ask .ageOver18 --nonce {RESERVED}", 2, "NONCE-RESERVED"),
        ("--ask .ageOver18 --licence Nothing", 2, "LICENCE"),
        ("--ask .ageOver18 --licence A:5D", 2, "DURATION"),
        ("--ask .ageOver18 --licence A:P0D", 2, "LICENCE"),
        ("--ask .ageOver18 --licence A:P9999Y", 2, "DURATION"),
        (f"--ask .ageOver18 --licence {'x' * 201}:P1D", 2, "LICENCE"),
        ("--ask .ageOver18 --persona Nobody", 4, "PERSONA-NOT-FOUND"),
        ("--ask .ageOver18 --claim cjuAAAAAAAA", 4, "CLAIM-NOT-FOUND"),
        ("--ask .ageOver18 --claim cju", 2, "CLAIM-ID-SHORT"),
        ("--ask .ageOver18 --out none/shown.json", 16, "STORAGE"),
        ("--ask .ageOver18 --out .", 16, "STORAGE"),
        ("--ask .nothing", 15, "NO-MATCHING-CLAIM"),
    ],
)
def test_a_mistake_has_its_code_and_nothing_is_logged(
    home: Neighbourhood, monkeypatch: pytest.MonkeyPatch, options: str, exit_code: int, code: str
) -> None:
    monkeypatch.chdir(home.home)
    home.claim()
    home.policy(ALLOW)
    home.file("words.json", {"name": "no scenario"})
    answer = home.reader(f"claim present {options} --yes --json")
    assert (answer.code, answer.document["code"]) == (exit_code, code)
    assert answer.document["error"]
    assert log(home) == []


def test_an_audience_that_is_not_the_one_who_asks_is_refused(home: Neighbourhood) -> None:
    home.claim()
    answer = home.reader(f"claim present {scenario(home, ['.ageOver18'])} --audience {home.did()} --dry-run --json")
    assert (answer.code, answer.document["code"]) == (5, "AUDIENCE-DIFFERS")


def test_what_a_request_says_never_steers_the_terminal(home: Neighbourhood) -> None:
    home.claim()
    evil = "\x1b[2J\x9b31m\u202e\u200b"
    licence = {"issuedTo": home.did("library"), "purpose": f"go{evil}", "expiry": "P1D"}
    request = scenario(home, [".ageOver18"], name=evil, description=evil, requiredLicenses=[licence])
    for options in ("", "--json"):
        answer = home.reader(f"claim present {request} --dry-run {options}")
        assert answer.code == 0
        assert not set(evil) & set(answer.out + answer.err) - set("[2J31m")


def test_a_full_disk_is_found_before_anything_is_signed(home: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int, _start: int, _size: int) -> None:
        raise OSError(28, "No space left on device")

    home.claim()
    home.policy(ALLOW)
    monkeypatch.setattr(os, "posix_fallocate", full)
    answer = home.reader(f"claim present --ask .ageOver18 --yes --out {home.path('shown.json')} --json")
    assert (answer.code, answer.document["why"]) == (16, "the disk is full")
    assert not list(home.home.glob("shown*"))
    assert log(home) == []
