"""``inspect``: files, links, ids and what has arrived, judged by the demands of a scenario."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.foreign_services import fails, says
from prometheus_simulators.service_town import ALLOW, ServiceTown, post, service_town

from prometheus.cli.inspector import arrived

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[ServiceTown]:
    with service_town(tmp_path / "home", monkeypatch, capsys, has_extensions=True) as made:
        made.claim()
        made.policy(ALLOW)
        made.run(f"trust add {made.did('library')} --name Library")
        made.publish_door()
        made.service.clerks.add(made.key())
        yield made


def show(town: ServiceTown, options: str = "") -> str:
    """Present to the service; return the link."""
    answer = town.reader(f"claim present --inspector {town.service.url} --scenario door --yes --json {options}")
    assert answer.code == 0, answer
    return str(answer.document["link"])


def inspect(town: ServiceTown, rest: str = "") -> str:
    return f"inspect door --service {town.service.url} {rest}"


def test_a_file_is_judged_by_a_file(town: ServiceTown) -> None:
    show(town, f"--out {town.path('shown.json')}")
    door = town.file("door.json", town.door())
    answer = town.run(f"inspect {door} {town.path('shown.json')} --expect .ageOver18=true --json")
    assert answer.code == 0, answer
    (one,) = answer.document["presentations"]
    assert one["verdict"]["verdict"] == "valid"
    assert town.run(f"inspect {door} {town.path('shown.json')} --expect .ageOver18=false").code == 1


def test_where_a_link_leads_has_no_say_in_what_is_demanded(town: ServiceTown) -> None:
    link = show(town)
    answer = town.run(f"inspect door {link} --json")
    assert (answer.code, answer.document["code"]) == (4, "FILE-NOT-FOUND")
    door = town.file("door.json", town.door())
    by_file = town.run(f"inspect {door} {link} --json")
    assert (by_file.code, by_file.document["scenario"]) == (0, town.service.scenarios[0])
    assert f"judging by Door 1, {town.service.scenarios[0]}, from {door}" in by_file.err
    named = town.run(inspect(town, f"{link} --json"))
    assert (named.code, named.document["scenario_from"]) == (0, town.service.url)


def test_a_name_that_is_an_id_stands_for_nothing(town: ServiceTown) -> None:
    link, wanted = show(town), town.service.scenarios[0]
    town.service.publish_scenario({**town.door(wanted), "prerequisites": [], "requiredLicenses": []})
    answer = town.run(f"inspect {wanted} {link} --service {town.service.url} --json")
    assert (answer.code, answer.document["name"]) == (0, "Door")


def test_what_was_made_for_somebody_is_not_valid_for_whoever_does_not_say_who_it_is(town: ServiceTown) -> None:
    show(town, f"--out {town.path('shown.json')}")
    door = town.file("door.json", {**town.door(), "requiredLicenses": []})
    judged = f"inspect {door} {town.path('shown.json')} --json"
    answer = town.run(judged)
    codes = [check["code"] for check in answer.document["presentations"][0]["verdict"]["checks"]]
    assert (answer.code, "WHO-ASKS" in codes) == (13, True)
    assert town.run(f"{judged} --audience {town.did('library')}").code == 0
    assert town.run(f"{judged} --audience {town.did()}").code == 1


def test_how_fresh_it_has_to_be_can_be_said(town: ServiceTown) -> None:
    show(town)
    assert town.library(inspect(town, "--require recent --json")).code == 0
    show(town, f"--nonce 1234 --out {town.path('copy.json')}")
    door = town.file("door.json", town.door())
    assert town.run(f"inspect {door} {town.path('copy.json')} --json").code == 0
    assert town.run(f"inspect {door} {town.path('copy.json')} --require recent --json").code == 5


def test_what_is_handed_in_twice_is_judged_once(town: ServiceTown) -> None:
    first = show(town).rpartition("/")[2]
    document = dict(town.service.blobs[first])
    document["nonce"] = "uAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    second = post(f"{town.service.url}/presentation", document)["contentId"]
    assert second != first
    answer = town.library(inspect(town, "--json"))
    found = {one["id"]: one for one in answer.document["presentations"]}
    assert (answer.code, sorted(found)) == (11, sorted((first, second)))
    assert sorted("verdict" in one for one in found.values()) == [False, True]
    again = town.library(inspect(town, "--all --json")).document["presentations"]
    assert sorted("verdict" in one for one in again) == [False, True]
    assert all(one["before"] for one in again)


def test_an_unknown_verdict_settles_nothing(town: ServiceTown) -> None:
    town.run(f"trust remove {town.did('library')}")
    show(town)
    assert [town.library(inspect(town)).code for _ in range(2)] == [13, 13]
    assert len(town.library("audit list --act inspect --json").document["entries"]) == 1
    town.run(f"trust add {town.did('library')} --name Library")
    assert [town.library(inspect(town)).code for _ in range(2)] == [0, 4]


def test_a_scenario_with_other_demands_under_the_same_version_is_refused(town: ServiceTown) -> None:
    show(town)
    assert town.library(inspect(town)).code == 0
    town.service.scenarios.clear()
    town.publish_door("DOOR", (".nationality",))
    refused = town.library(inspect(town, "--all --json"))
    assert (refused.code, refused.document["code"]) == (12, "SCENARIO-CHANGED")
    assert town.library(inspect(town, "--accept-changed-scenario")).code == 13
    assert town.library(inspect(town)).code == 13
    town.service.scenarios.clear()
    town.publish_door("Door", (".ageOver18",), version=2)
    assert town.library(inspect(town)).code == 0


def test_what_the_service_has_forgotten_comes_up_once(town: ServiceTown) -> None:
    gone = show(town).rpartition("/")[2]
    town.service.lie("blob", says("it was purged", 410))
    door = town.file("door.json", town.door())
    judged = f"inspect {door} --service {town.service.url} --json"
    first = town.library(judged)
    assert [one["id"] for one in first.document["presentations"]] == [gone]
    assert (first.code, town.library(judged).code) == (12, 4)


def test_a_vault_is_free_for_others_while_somebody_waits(town: ServiceTown, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def pause(_seconds: float) -> None:
        made.append(town.library("persona add second --json").code)
        show(town)

    monkeypatch.setattr("prometheus.cli.inspector.arrived.time.sleep", pause)
    answer = town.library(inspect(town, "--wait --json"))
    assert (answer.code, made) == (0, [0])
    assert "second" in town.library("persona list").out


def test_an_id_is_fetched_from_the_service(town: ServiceTown) -> None:
    name = show(town).rpartition("/")[2]
    assert town.run(inspect(town, name)).code == 0


def test_what_was_not_asked_of_it_is_unknown(town: ServiceTown) -> None:
    link = show(town)
    town.publish_door("Name", (".familyName",))
    answer = town.run(f"inspect Name {link} --service {town.service.url} --json")
    assert answer.code == 13
    codes = [check["code"] for check in answer.document["presentations"][0]["verdict"]["checks"]]
    assert "MISSING" in codes


def test_several_have_the_gravest_exit_code(town: ServiceTown) -> None:
    link = show(town, f"--out {town.path('shown.json')}")
    shown = (town.home / "shown.json").read_text().replace("Enter", "Leave")
    altered = town.file("altered.json", shown)
    answer = town.run(inspect(town, f"{link} {altered} --json"))
    assert answer.code == 1
    assert [one["verdict"]["verdict"] for one in answer.document["presentations"]] == ["valid", "invalid"]


def test_what_has_arrived_is_judged_once(town: ServiceTown) -> None:
    show(town)
    first = town.library(inspect(town, "--json"))
    assert (first.code, len(first.document["presentations"])) == (0, 1)
    second = town.library(inspect(town, "--json"))
    assert (second.code, second.document["presentations"], second.document["others"]) == (4, [], 1)
    assert "nothing new has arrived" in town.library(inspect(town)).out
    again = town.library(inspect(town, "--all --json"))
    assert len(again.document["presentations"]) == 1
    entries = town.library("audit list --act inspect --json").document["entries"]
    assert entries[0]["facts"]["verdict"] == "valid"
    assert "Kovacs" not in json.dumps(entries)


def test_the_list_needs_a_key_that_the_service_knows(town: ServiceTown) -> None:
    answer = town.reader(inspect(town, "--json"))
    assert (answer.code, answer.document["code"]) == (12, "SERVICE-REFUSED")


def test_nothing_arrived_says_so(town: ServiceTown) -> None:
    answer = town.library(inspect(town))
    assert (answer.code, answer.out) == (4, "nothing has arrived yet; --wait stays until something does\n")


def test_waiting_lasts_until_something_arrives(town: ServiceTown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrived, "PAUSE_SECONDS", 0.05)
    show(town)
    town.service.lie("received", says({"presentations": []}), times=2)
    answer = town.library(inspect(town, "--wait --json"))
    assert (answer.code, len(answer.document["presentations"])) == (0, 1)
    assert town.service.routes().count("received") == 3


def test_waiting_ends(town: ServiceTown) -> None:
    answer = town.library(inspect(town, "--wait --timeout 1 --json"))
    assert (answer.code, answer.document["code"]) == (10, "NOTHING-ARRIVED")


def test_one_that_was_changed_at_the_service_holds_up_no_other(town: ServiceTown) -> None:
    bad = show(town).rpartition("/")[2]
    show(town, "--licence 'Stay:P1D'")
    town.service.blobs[bad] = {**town.service.blobs[bad], "content": "cju" + "A" * 43}
    answer = town.library(inspect(town, "--json"))
    assert answer.code == 12, answer
    kinds = [next(kind for kind in ("verdict", "error") if kind in one) for one in answer.document["presentations"]]
    assert sorted(kinds) == ["error", "verdict"]
    assert len(town.library("audit list --act inspect --json").document["entries"]) == 1
    assert town.run(inspect(town, f"{town.service.url}/blob/{bad} --json")).code == 12


def test_a_service_that_fails_is_no_verdict(town: ServiceTown) -> None:
    town.service.lie("list_scenarios", fails(500))
    answer = town.run(inspect(town, "--json"))
    assert answer.code in (10, 12)


def test_nothing_to_judge_is_a_usage_error(town: ServiceTown) -> None:
    door = town.file("door.json", town.door())
    answer = town.library(f"inspect {door} --json")
    assert (answer.code, answer.document["code"]) == (2, "USAGE")
    lost = town.run(f"inspect {door} missing.json --json")
    assert (lost.code, lost.document["code"]) == (4, "FILE-NOT-FOUND")
    unknown = town.run("inspect missing.json shown.json --json")
    assert (unknown.code, unknown.document["code"]) == (4, "FILE-NOT-FOUND")


def test_a_file_that_is_no_scenario_is_refused(town: ServiceTown) -> None:
    other = town.file("other.json", {"name": "x"})
    answer = town.run(f"inspect {other} {other} --json")
    assert (answer.code, answer.document["code"]) == (2, "SCENARIO")
