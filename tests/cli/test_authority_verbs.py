"""The verbs of a clerk: list, show, approve, reject, with a service that answers, fails and lies."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.foreign_lies import done_but
from prometheus_simulators.foreign_services import fails, garbage, lost, moves_away, says
from prometheus_simulators.neighbourhood import CARD
from prometheus_simulators.service_town import PHOTO, ServiceTown, post, service_town

from prometheus.claims.digest import content_id
from prometheus.claims.signed import parse_signed
from prometheus.files import DOCUMENT_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_simulators.foreign_lies import Lie

    from prometheus.claims.jsontext import Json


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[ServiceTown]:
    with service_town(tmp_path / "home", monkeypatch, capsys) as made:
        made.service.clerks.add(made.key())
        yield made


def acts(town: ServiceTown, act: str) -> list[dict[str, object]]:
    entries = town.library(f"audit list --act {act} --json").document["entries"]
    return [entry["facts"] for entry in entries]


def test_an_empty_list_says_so(town: ServiceTown) -> None:
    answer = town.clerk("authority requests")
    assert (answer.code, answer.out) == (0, "nobody has asked for anything yet\n")


def test_what_waits_is_listed_without_values_or_links(town: ServiceTown) -> None:
    request_id = town.hand_in()
    answer = town.clerk("authority requests")
    assert answer.code == 0, answer
    assert request_id[:13] in answer.out
    assert "pending" in answer.out
    told = town.clerk("authority requests --json")
    (row,) = told.document["requests"]
    assert (row["id"], row["state"]) == (request_id, "pending")
    link = town.service.only_request().link
    assert link not in answer.out + answer.err + told.out + told.err
    assert "Kovacs" not in answer.out + told.out


def test_one_entry_that_nobody_can_read_does_not_hide_the_others(town: ServiceTown) -> None:
    town.hand_in()
    kept = town.service.only_request()
    row = {"requestId": kept.request_id, "dateOfRequest": kept.date, "status": "pending", "processId": kept.process_id}
    rows = [{**row, "capabilityLink": link} for link in ("../elsewhere", kept.link)]
    town.service.lie("list_requests", says({"requests": rows}))
    answer = town.clerk("authority requests")
    assert answer.code == 0
    assert kept.request_id[:13] in answer.out
    assert "warning: left out of the list of requests, because they cannot be read: 1" in answer.err
    assert town.clerk(f"authority show {kept.request_id}").code == 0


def test_a_clerk_that_the_service_does_not_list_is_refused(town: ServiceTown) -> None:
    town.service.clerks = {town.key("personal")}
    answer = town.clerk("authority requests --json")
    assert (answer.code, answer.document["code"]) == (12, "SERVICE-REFUSED")
    assert "is not authorized" in answer.document["why"] + answer.document["error"]


def test_without_a_service_the_way_to_name_one_is_said(town: ServiceTown) -> None:
    answer = town.library("authority requests --json")
    assert (answer.code, answer.document["code"]) == (2, "SERVICE-NEEDED")


def test_the_service_comes_from_the_environment(town: ServiceTown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_AUTHORITY", town.service.url)
    assert town.library("authority requests").code == 0


def test_a_service_elsewhere_without_encryption_is_not_asked(town: ServiceTown) -> None:
    answer = town.library("authority requests --service http://authority.example --json")
    assert (answer.code, answer.document["code"]) == (5, "SERVICE-PLAIN-HTTP")


def test_with_offline_nobody_is_asked(town: ServiceTown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_OFFLINE", "1")
    answer = town.clerk("authority requests --json")
    assert (answer.code, answer.document["code"]) == (12, "OFFLINE-WANTED")
    assert town.service.asked == []


def test_one_is_shown_whole_with_its_evidence_on_the_disk(town: ServiceTown) -> None:
    request_id = town.hand_in(evidence={"photo": PHOTO, "note": "seen in person"})
    folder = town.path("evidence")
    answer = town.clerk(f"authority show {request_id[3:10]} --evidence-out {folder}")
    assert answer.code == 0, answer
    assert "Kovacs" in answer.out
    assert ".photo  image/png, 70 bytes" in answer.out
    assert "seen in person" in answer.out
    assert "iVBORw0" not in answer.out
    (written,) = Path(folder).iterdir()
    assert (written.name, written.read_bytes()[:4]) == ("1-photo.png", b"\x89PNG")
    assert written.stat().st_mode & 0o777 == 0o600
    again = town.clerk(f"authority show {request_id} --evidence-out {folder} --json")
    assert again.code == 11


def test_more_files_than_anybody_looks_at_are_summed_up_and_not_written(town: ServiceTown) -> None:
    evidence = {"photos": ["data:image/gif;base64,R0lGODlh"] * 60, "none": "data:image/gif;base64,"}
    request_id = town.hand_in(evidence=evidence)
    folder = Path(town.path("evidence"))
    answer = town.clerk(f"authority show {request_id} --evidence-out {folder} --json")
    assert (answer.code, answer.document["code"], folder.exists()) == (2, "EVIDENCE-FILES", False)
    told = town.clerk(f"authority show {request_id}").out
    assert "and 11 more, 11 of them files; --json shows all" in told


def test_an_empty_file_is_not_written(town: ServiceTown) -> None:
    request_id = town.hand_in(evidence={"none": "data:image/gif;base64,", "photo": PHOTO})
    folder = Path(town.path("evidence"))
    assert town.clerk(f"authority show {request_id} --evidence-out {folder}").code == 0
    assert [one.name for one in folder.iterdir()] == ["1-photo.png"]


def test_a_request_with_a_large_picture_can_be_approved(town: ServiceTown) -> None:
    picture = "data:image/jpeg;base64," + b64encode(b"\xff\xd8\xff" + bytes(700_000)).decode()
    assert len(picture) < DOCUMENT_LIMIT < 2 * len(picture)
    request_id = town.hand_in(evidence={"front": picture})
    waiting = town.service.only_request()
    shown = town.clerk(f"authority show {request_id}")
    assert "image/jpeg, 700,003 bytes" in shown.out
    assert len(shown.out) < 5000
    assert waiting.status == "pending"
    approved = town.clerk(f"authority approve {request_id} --before P1Y --yes")
    assert approved.code == 0, approved
    assert len(approved.err) < 5000


def test_what_must_not_be_signed_is_shown_with_the_reason_and_can_be_rejected(town: ServiceTown) -> None:
    town.hand_in()
    waiting = town.service.only_request()
    waiting.document["content"]["claim"]["content"]["familyName"]["value"] = "Habsburg"
    waiting.request_id = content_id(waiting.document)
    town.service.private[waiting.request_id] = waiting.document
    shown = town.clerk(f"authority show {waiting.request_id} --json")
    assert (shown.code, shown.document["may_be_approved"]) == (0, False)
    assert shown.document["refusal"]["code"] == "REQUEST-INVALID"
    assert "must not be approved" in town.clerk(f"authority show {waiting.request_id}").out
    refused = town.clerk(f"authority approve {waiting.request_id} --yes --json")
    assert (refused.code, refused.document["code"]) == (5, "REQUEST-INVALID")
    assert acts(town, "claim.witness") == []
    assert town.clerk(f"authority reject {waiting.request_id} --reason 'It was changed' --yes").code == 0


def test_approval_signs_here_keeps_a_copy_and_hands_it_in(town: ServiceTown) -> None:
    request_id = town.hand_in()
    answer = town.clerk(f"authority approve {request_id} --before P1Y --yes --json")
    assert answer.code == 0, answer
    waiting = town.service.only_request()
    assert waiting.status == "approved"
    assert parse_signed(waiting.statement).is_valid()
    assert waiting.statement["content"]["claim"] == waiting.document["content"]["claim"]
    assert waiting.statement["signature"]["publicKey"] == town.key()
    (kept,) = town.library("claim list --witnessed --json").document["statements"]
    assert (kept["id"], kept["request"]) == (answer.document["id"], request_id)
    (entry,) = acts(town, "authority.approve")
    assert entry == {"request": request_id, "statement": answer.document["id"], "service": town.service.url}
    assert waiting.link not in json.dumps(acts(town, "claim.witness"))
    file = town.file("statement.json", waiting.statement)
    assert town.reader(f"claim accept {file}").code == 0


def test_a_dry_run_signs_and_sends_nothing(town: ServiceTown) -> None:
    request_id = town.hand_in()
    assert town.clerk(f"authority approve {request_id} --before P1Y --dry-run").code == 0
    assert town.service.only_request().status == "pending"
    assert "approve" not in town.service.routes()
    assert town.library("claim list --witnessed --json").document["statements"] == []


def test_without_consent_nothing_is_signed(town: ServiceTown) -> None:
    request_id = town.hand_in()
    answer = town.clerk(f"authority approve {request_id} --json")
    assert (answer.code, answer.document["code"]) == (5, "CONSENT-NEEDED")
    assert acts(town, "claim.witness") == []


def test_a_lost_answer_is_safe_to_repeat(town: ServiceTown) -> None:
    request_id = town.hand_in()
    town.service.lie("approve", lost())
    town.service.lie("status", fails(500))
    town.clerk(f"authority approve {request_id} --before P1Y --yes --json")
    town.service.be_honest()
    again = town.clerk(f"authority approve {request_id} --before P1Y --yes --json")
    assert again.code == 0, again
    (kept,) = town.library("claim list --witnessed --json").document["statements"]
    assert again.document["id"] == kept["id"]
    assert again.document["had_it"] is True
    assert len(acts(town, "claim.witness")) == 1


def test_a_statement_that_never_arrived_goes_with_the_next_try(town: ServiceTown) -> None:
    request_id = town.hand_in()
    town.service.lie("approve", fails(500))
    refused = town.clerk(f"authority approve {request_id} --before P1Y --yes --json")
    assert refused.code in (10, 12), refused
    assert town.service.only_request().status == "pending"
    assert "--anew" in refused.document["hint"]
    town.service.be_honest()
    other = town.clerk(f"authority approve {request_id} --before P9Y --yes --json")
    assert (other.code, other.document["code"]) == (11, "TERMS-DIFFER")
    sent = town.clerk(f"authority approve {request_id} --before P1Y --yes --json")
    assert sent.code == 0, sent
    (kept,) = town.library("claim list --witnessed --json").document["statements"]
    assert kept["id"] == sent.document["id"]
    anew = town.clerk(f"authority approve {request_id} --before P9Y --anew --yes --json")
    assert (anew.code, anew.document["code"]) == (11, "REQUEST-DECIDED")


def test_what_another_clerk_decided_is_a_conflict(town: ServiceTown) -> None:
    request_id = town.hand_in()
    waiting = town.service.only_request()
    waiting.status, waiting.reason = "rejected", "blurred"
    for line in (
        f"authority approve {request_id} --yes --json",
        f"authority reject {request_id} --reason x --yes --json",
    ):
        answer = town.clerk(line)
        assert (answer.code, answer.document["code"]) == (11, "REQUEST-DECIDED")


def test_a_rejection_gives_its_reason_and_logs_none(town: ServiceTown) -> None:
    request_id = town.hand_in()
    answer = town.clerk(f"authority reject {request_id} --reason 'The photo is blurred' --yes")
    assert answer.code == 0, answer
    waiting = town.service.only_request()
    assert (waiting.status, waiting.reason) == ("rejected", "The photo is blurred")
    (entry,) = acts(town, "authority.reject")
    assert "blurred" not in json.dumps(entry)
    assert town.clerk("authority requests").out.startswith("no request is pending; --state all shows")
    assert "rejected" in town.clerk("authority requests --state all").out


def test_a_lost_answer_to_a_rejection_counts_as_done(town: ServiceTown) -> None:
    request_id = town.hand_in()
    town.service.lie("reject", lost(), times=1)
    assert town.clerk(f"authority reject {request_id} --reason blurred --yes").code == 0


def test_a_rejection_that_the_service_did_not_take_is_not_logged(town: ServiceTown) -> None:
    request_id = town.hand_in()
    town.service.lie("reject", fails(500))
    assert town.clerk(f"authority reject {request_id} --reason blurred --yes").code in (10, 12)
    assert acts(town, "authority.reject") == []
    town.service.be_honest()
    assert town.clerk(f"authority reject {request_id} --reason blurred --yes").code == 0
    assert len(acts(town, "authority.reject")) == 1


def test_a_rejection_of_which_nothing_was_heard_is_safe_to_repeat(town: ServiceTown) -> None:
    request_id = town.hand_in()
    town.service.lie("reject", lost())
    town.service.lie("status", fails(500))
    assert town.clerk(f"authority reject {request_id} --reason blurred --yes").code in (10, 12)
    assert acts(town, "authority.reject") == []
    town.service.be_honest()
    again = town.clerk(f"authority reject {request_id} --reason blurred --yes --json")
    assert (again.code, again.document["had_it"]) == (0, True), again
    assert len(acts(town, "authority.reject")) == 1


@pytest.mark.parametrize("answer", [garbage(), moves_away("https://elsewhere.example/")])
def test_an_answer_that_cannot_be_read_is_followed_by_a_question(town: ServiceTown, answer: Lie) -> None:
    request_id = town.hand_in()
    town.service.lie("approve", done_but(answer))
    assert town.clerk(f"authority approve {request_id} --before P1Y --yes").code == 0
    assert len(acts(town, "authority.approve")) == 1


def test_a_service_that_hands_out_another_request_is_caught(town: ServiceTown) -> None:
    first = town.hand_in()
    second = town.hand_in(data={**CARD, "familyName": "Szabo"})
    town.service.private[first] = town.service.private[second]
    answer = town.clerk(f"authority approve {first} --yes --json")
    assert answer.code == 12, answer
    assert acts(town, "claim.witness") == []


def test_a_service_that_lists_another_process_is_caught(town: ServiceTown) -> None:
    request_id = town.hand_in()
    town.service.only_request().process_id = "cju" + "A" * 43
    answer = town.clerk(f"authority show {request_id} --json")
    assert (answer.code, answer.document["code"]) == (12, "REQUEST-DIFFERS")


@pytest.mark.parametrize("lie", [garbage(), says({"requests": "none"}), says([1]), fails(500)])
def test_garbage_in_the_list_is_the_services_fault(town: ServiceTown, lie: object) -> None:
    town.service.lie("list_requests", lie)  # type: ignore[arg-type]  # the parameters are lies
    answer = town.clerk("authority requests --json")
    assert answer.code in (10, 12), answer


def test_six_characters_name_a_request_and_fewer_do_not(town: ServiceTown) -> None:
    request_id = town.hand_in()
    assert town.clerk(f"authority show {request_id[3:9]}").code == 0
    answer = town.clerk(f"authority show {request_id[3:7]} --json")
    assert (answer.code, answer.document["code"]) == (4, "REQUEST-NOT-FOUND")


LOYALTY: dict[str, Json] = {
    "name": "Loyalty card",
    "version": 1,
    "description": "Bring the card",
    "claimSchema": {"type": "object", "properties": {"number": {"type": "string", "maskable": True}}},
    "evidenceSchema": None,
    "constraintsSchema": None,
}


def hand_in_of_unknown_kind(town: ServiceTown) -> str:
    """Hand in a request of a process that the service publishes and this machine does not know; return its id."""
    process = town.service.publish_process(LOYALTY)
    assert town.run(f"schema add {town.file('loyalty.json', LOYALTY)} --yes").code == 0
    data, out = town.file("data.json", {"number": "A-1"}), town.path("request.json")
    asked = town.reader(f"claim request --schema {process} --data {data} --out {out} --yes")
    assert asked.code == 0, asked
    assert town.run(f"schema remove {process} --yes").code == 0
    post(f"{town.service.url}/requests", json.loads(Path(out).read_text()))
    return town.service.only_request().request_id


def test_a_process_that_is_not_known_here_comes_from_the_service(town: ServiceTown) -> None:
    request_id = hand_in_of_unknown_kind(town)
    assert "Loyalty card" in town.clerk("authority requests").out
    shown = town.clerk(f"authority show {request_id}")
    assert "A-1" in shown.out
    assert f"Loyalty card, version 1, {town.service.processes[0]}" in shown.out
    assert "not known here" in shown.err
    assert "Bring the card" in shown.err
    answer = town.clerk(f"authority approve {request_id} --yes")
    assert answer.code == 0, answer
    assert town.service.only_request().status == "approved"
    assert "Loyalty card" not in town.run("schema list").out


def test_a_process_that_was_changed_after_the_fact_is_caught(town: ServiceTown) -> None:
    request_id = hand_in_of_unknown_kind(town)
    process = town.service.processes[0]
    town.service.blobs[process] = {**town.service.blobs[process], "name": "Debt"}
    for line in (f"authority approve {request_id} --yes", f"authority show {request_id}"):
        answer = town.clerk(line)
        assert answer.code == 12, answer
    assert acts(town, "claim.witness") == []


def test_a_request_that_was_answered_says_with_what(town: ServiceTown) -> None:
    first = town.hand_in()
    assert town.clerk(f"authority approve {first} --before P1Y --yes").code == 0
    shown = town.clerk(f"authority show {first}")
    assert "you signed statement cju" in shown.out
