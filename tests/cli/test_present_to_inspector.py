"""``claim present --inspector``: what is asked there, what leaves, and what happens when the answer is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.foreign_services import fails, foreign_services, garbage, lost, says
from prometheus_simulators.service_town import ALLOW, ServiceTown, service_town

from prometheus.claims.digest import content_id

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[ServiceTown]:
    with service_town(tmp_path / "home", monkeypatch, capsys) as made:
        made.claim()
        made.policy(ALLOW)
        yield made


def present(town: ServiceTown, options: str = "") -> str:
    return f"claim present --inspector {town.service.url} --yes --json {options}"


def test_the_only_scenario_is_answered_and_the_link_told(town: ServiceTown) -> None:
    scenario = town.publish_door()
    answer = town.reader(present(town))
    assert answer.code == 0, answer
    found = answer.document
    assert list(town.service.presentations) == [found["id"]]
    assert found["link"] == f"{town.service.url}/blob/{found['id']}"
    assert (found["inspector"], found["scenario"]) == (town.service.url, scenario)
    assert f"sent to {town.service.url}" in " ".join(answer.err.split())
    (entry,) = town.reader("audit list --act claim.present --json").document["entries"]
    assert (entry["facts"]["inspector"], entry["facts"]["scenario"]) == (town.service.url, scenario)
    assert (entry["facts"]["presentation"], entry["facts"]["sent_as"]) == (found["content"], found["id"])
    sent = town.service.blobs[found["id"]]
    assert "1998" not in json.dumps(sent)
    assert sent["content"]["licenses"][0]["issuedTo"] == town.did("library")


def test_a_dry_run_asks_the_service_and_sends_nothing(town: ServiceTown) -> None:
    town.publish_door()
    answer = town.reader(present(town, "--dry-run"))
    assert (answer.code, answer.document["signed"], answer.document["inspector"]) == (0, False, town.service.url)
    assert "send_presentation" not in town.service.routes()


def test_one_of_several_scenarios_is_named(town: ServiceTown) -> None:
    town.publish_door()
    wanted = town.publish_door("Name on the door", (".familyName",))
    unnamed = town.reader(present(town))
    assert (unnamed.code, unnamed.document["code"]) == (2, "SCENARIO-AMBIGUOUS")
    by_name = town.reader(present(town, "--scenario 'name on the door' --dry-run"))
    by_id = town.reader(present(town, f"--scenario {wanted[3:10]} --dry-run"))
    assert by_name.document["scenario"] == by_id.document["scenario"] == wanted
    assert {field["path"] for field in by_name.document["shown"]} == {".familyName"}
    none = town.reader(present(town, "--scenario gate"))
    assert (none.code, none.document["code"]) == (4, "SCENARIO-NOT-FOUND")


def test_two_versions_of_one_name_are_told_apart_by_their_ids(town: ServiceTown) -> None:
    town.publish_door()
    town.publish_door(version=2)
    answer = town.reader(present(town, "--scenario door"))
    assert (answer.code, answer.document["code"]) == (2, "SCENARIO-AMBIGUOUS")
    assert all(name in answer.document["why"] for name in town.service.scenarios)


def test_nothing_leaves_without_consent(town: ServiceTown) -> None:
    town.publish_door()
    town.policy('[[rule]]\neffect = "deny"\n')
    answer = town.reader(present(town))
    assert (answer.code, answer.document["code"]) == (5, "POLICY-FORBIDS")
    assert town.service.presentations == {}
    assert town.reader("audit list --act claim.present --json").document["entries"] == []


def test_a_scenario_that_is_not_what_its_id_says_is_caught(town: ServiceTown) -> None:
    scenario = town.publish_door()
    town.service.blobs[scenario] = {**town.service.blobs[scenario], "name": "Gate"}
    answer = town.reader(present(town))
    assert answer.code == 12, answer
    assert town.service.presentations == {}


def test_a_service_that_says_another_id_is_caught_and_the_file_is_kept(town: ServiceTown) -> None:
    town.publish_door()
    town.service.lie("send_presentation", says({"contentId": "cju" + "A" * 43}, 202))
    answer = town.reader(present(town, f"--out {town.path('shown.json')}"))
    assert answer.code == 12, answer
    assert "--again" in answer.document["hint"]
    assert Path(town.path("shown.json")).exists()


@pytest.mark.parametrize("lie", [fails(500), garbage(), lost()])
def test_a_presentation_outlives_a_failure_and_is_sent_again(town: ServiceTown, lie: object) -> None:
    town.publish_door()
    town.service.lie("send_presentation", lie)  # type: ignore[arg-type]  # the parameters are lies
    out = town.path("shown.json")
    refused = town.reader(present(town, f"--out {out}"))
    assert refused.code in (10, 12), refused
    assert f"--again {out}" in refused.document["hint"]
    own = content_id(json.loads(Path(out).read_text()))
    town.service.be_honest()
    again = town.reader(f"claim present --again {out} --inspector {town.service.url} --yes --json")
    assert (again.code, again.document["id"]) == (0, own)
    assert ".ageOver18" in again.err
    assert list(town.service.presentations) == [own]
    assert len(town.reader("audit list --act claim.present --json").document["entries"]) == 1


def test_a_presentation_is_sent_again_to_no_other_inspector(town: ServiceTown) -> None:
    town.publish_door()
    out = town.path("shown.json")
    assert town.reader(f"claim present --inspector {town.service.url} --yes --json --out {out}").code == 0
    with foreign_services() as other:
        again = town.reader(f"claim present --again {out} --inspector {other.url} --yes --json")
        assert (again.code, again.document["code"]) == (5, "PRESENTATION-FOR-ANOTHER")
        assert other.asked == []


def test_without_a_file_the_remedy_is_to_sign_anew(town: ServiceTown) -> None:
    town.publish_door()
    town.service.lie("send_presentation", fails(500))
    answer = town.reader(present(town))
    assert answer.code in (10, 12)
    assert "--out FILE" in answer.document["hint"]


def test_a_file_that_is_no_presentation_is_not_sent(town: ServiceTown) -> None:
    file = town.file("other.json", {"content": {}, "signature": {}})
    answer = town.run(f"claim present --again {file} --inspector {town.service.url} --yes --json")
    assert (answer.code, answer.document["code"]) == (2, "NOT-A-PRESENTATION")
    assert town.service.asked == []


@pytest.mark.parametrize("options", ["--scenario door", "--ask .ageOver18 --scenario door", ""])
def test_what_is_asked_has_to_be_said_once(town: ServiceTown, options: str) -> None:
    answer = town.reader(f"claim present {options} --json")
    assert (answer.code, answer.document["code"]) == (2, "USAGE")


@pytest.mark.parametrize("options", ["--ask .ageOver18", "--scenario door", "door.json"])
def test_sending_again_answers_no_further_question(town: ServiceTown, options: str) -> None:
    answer = town.run(f"claim present --again shown.json --inspector {town.service.url} {options} --json")
    assert (answer.code, answer.document["code"]) == (2, "USAGE")
    alone = town.run("claim present --again shown.json --json")
    assert (alone.code, alone.document["code"]) == (2, "USAGE")


def test_a_question_beside_the_inspectors_is_refused(town: ServiceTown) -> None:
    town.publish_door()
    answer = town.reader(present(town, "--ask .ageOver18"))
    assert (answer.code, answer.document["code"]) == (2, "USAGE")


def test_the_later_generation_of_paths_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with service_town(tmp_path / "home", monkeypatch, capsys, generation="singular") as town:
        town.claim()
        town.policy(ALLOW)
        town.publish_door()
        assert town.reader(present(town)).code == 0
        assert len(town.service.presentations) == 1


def test_a_name_from_the_service_steers_no_terminal(town: ServiceTown) -> None:
    town.publish_door("Door\x1b[2J\u202e")
    town.publish_door("Gate\x1b]0;owned\x07")
    for line in (
        f"claim present --inspector {town.service.url}",
        f"claim present --inspector {town.service.url} --scenario {town.service.scenarios[0]} --dry-run",
        f"claim present --inspector {town.service.url} --scenario none",
    ):
        answer = town.reader(line)
        assert not {"\x1b", "\x07", "\u202e"} & set(answer.out + answer.err), line
