"""``claim verify --verifier``: what leaves, what comes back, and what it does to the verdict."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.foreign_services import fails, garbage, says
from prometheus_simulators.service_town import ServiceTown, service_town

from prometheus.claims.digest import content_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prometheus_simulators.house import Answer


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[ServiceTown]:
    with service_town(tmp_path / "home", monkeypatch, capsys) as made:
        made.run(f"trust add {made.did('library')} --name Library")
        yield made


def verify(town: ServiceTown, file: str, options: str = "") -> Answer:
    return town.run(f"claim verify {file} --verifier {town.service.url} --json {options}")


def fetch(answer: Answer) -> list[Any]:
    return [check for check in answer.document["checks"] if check["id"] == "status.fetch"]


def test_a_statement_is_asked_about_by_key_id_and_did_alone(town: ServiceTown) -> None:
    answer = verify(town, town.statement())
    assert answer.code == 0, answer
    (body,) = town.service.validated
    assert set(body) == {"publicKey", "contentId", "signature", "onBehalfOf", "afterProof"}
    assert (body["publicKey"], body["onBehalfOf"]) == (town.key(), town.did("library"))
    assert "Kovacs" not in json.dumps(body)
    (check,) = fetch(answer)
    assert (check["status"], check["evidence"]["verifier"]) == ("pass", town.service.url)
    assert "asking" in answer.err
    assert "1 signature" in answer.err


def test_a_presentation_is_asked_about_with_its_statements(town: ServiceTown) -> None:
    town.claim()
    town.policy('[[rule]]\neffect = "allow"\n')
    out = town.path("shown.json")
    assert town.reader(f"claim present --ask .ageOver18 --out {out} --yes").code == 0
    answer = verify(town, out)
    assert answer.code == 0, answer
    assert [body["onBehalfOf"] for body in town.service.validated] == [town.did("library")]
    assert len(fetch(answer)) == 1
    both = verify(town, out, "--about-presenter")
    assert {body["onBehalfOf"] for body in town.service.validated} == {town.did("library"), town.did()}
    assert (len(fetch(both)), "can fetch the whole presentation" in " ".join(both.err.split())) == (2, True)


def test_without_being_told_to_nobody_can_work_out_where_the_presentation_lies(town: ServiceTown) -> None:
    town.claim()
    town.policy('[[rule]]\neffect = "allow"\n')
    out = town.path("shown.json")
    assert town.reader(f"claim present --ask .ageOver18 --out {out} --yes").code == 0
    verify(town, out)
    shell = content_id(json.loads((town.home / "shown.json").read_text()))
    made = {
        content_id(
            {"signature": {"publicKey": one["publicKey"], "bytes": one["signature"]}, "content": one["contentId"]}
        )
        for one in town.service.validated
    }
    assert made
    assert shell not in made


@pytest.mark.parametrize(
    "said",
    [
        ([], ["Signature is invalid (0)"]),
        (["bogus is not a valid DID"], []),
        ([], ["Key expired during given period (0)"]),
        ([], ["No matching authentication found in DID (0)"]),
    ],
)
def test_an_objection_makes_a_valid_verdict_unknown(town: ServiceTown, said: tuple[list[str], list[str]]) -> None:
    file = town.statement()
    assert town.run(f"claim verify {file}").code == 0
    town.service.lie("validate", says({"errors": said[0], "warnings": said[1]}))
    answer = verify(town, file)
    assert answer.code == 13, answer
    assert fetch(answer)[0]["status"] == "unknown"


@pytest.mark.parametrize(
    "lie", [fails(500), garbage(), says({"errors": "none"}), says({"errors": [1], "warnings": []})]
)
def test_a_verifier_that_gives_no_answer_leaves_unknown(town: ServiceTown, lie: Any) -> None:
    town.service.lie("validate", lie)
    answer = verify(town, town.statement())
    assert (answer.code, fetch(answer)[0]["code"]) == (13, "VERIFIER-SILENT")


def test_nobody_there_leaves_unknown(town: ServiceTown) -> None:
    answer = town.run(f"claim verify {town.statement()} --verifier http://127.0.0.1:9 --json")
    assert (answer.code, fetch(answer)[0]["code"]) == (13, "VERIFIER-SILENT")


def test_offline_the_verifier_is_silent_and_nothing_leaves(town: ServiceTown) -> None:
    answer = verify(town, town.statement(), "--offline")
    assert (answer.code, fetch(answer)[0]["code"]) == (13, "VERIFIER-SILENT")
    assert town.service.asked == []
    assert "asking" not in answer.err


def test_its_agreement_saves_no_altered_document(town: ServiceTown) -> None:
    statement = json.loads((town.home / town.statement()).read_text())
    statement["content"]["claim"]["content"]["familyName"]["value"] = "Habsburg"
    answer = verify(town, town.file("altered.json", statement))
    assert answer.code == 1
    assert fetch(answer)[0]["code"] == "VERIFIER-OVERLOOKS"


def test_its_agreement_makes_nobody_trusted(town: ServiceTown) -> None:
    file = town.statement()
    town.run(f"trust remove {town.did('library')}")
    assert verify(town, file).code == 13


def test_a_document_that_cannot_be_read_is_asked_about_nowhere(town: ServiceTown) -> None:
    answer = verify(town, town.file("half.json", '{"content": '))
    assert (answer.code, town.service.asked) == (1, [])


def test_an_address_without_encryption_is_refused(town: ServiceTown) -> None:
    answer = town.run(f"claim verify {town.statement()} --verifier http://verifier.example --json")
    assert (answer.code, answer.document["code"]) == (5, "SERVICE-PLAIN-HTTP")
