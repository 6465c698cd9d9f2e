"""The verbs of claims and schemas, each called with an invocation, on vaults in memory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.desk import Desk, acting, seated
from prometheus_simulators.two_vaults import CARD, CLUB

from prometheus.claims.jsontext import parse
from prometheus.cli import ask
from prometheus.errors import Ambiguous, Conflict, NoConsent, NotFound, NotUnderstood, RefusedError
from prometheus.usecases import audit
from prometheus.usecases.claims_store import list_claims
from prometheus.usecases.personas import active_persona

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    with seated(tmp_path, monkeypatch, capsys) as found:
        yield found


def test_from_plain_data_to_a_kept_claim(desk: Desk) -> None:
    claim_id = desk.claim()
    (row,) = desk.as_json("claim", "list")["claims"]
    assert (row["id"], row["type"], row["uses"], row["expired"]) == (claim_id, "Club card", 0, False)
    assert row["persona"] == active_persona(desk.world.holder).did
    acts = [entry.act for entry in audit.entries(desk.world.holder)]
    assert acts[-2:] == ["claim.request", "claim.accept"]


def test_a_list_shows_no_value(desk: Desk) -> None:
    desk.claim()
    for shown in (desk.run("claim", "list"), json.dumps(desk.as_json("claim", "list"))):
        assert "A-123" not in shown
        assert "Bonn" not in shown


def test_a_list_fits_the_terminal(desk: Desk) -> None:
    desk.claim()
    assert max(map(len, desk.run("claim", "list").splitlines())) <= 80
    assert max(map(len, desk.run("schema", "list").splitlines())) <= 80
    assert max(map(len, desk.run("schema", "show", "club card").splitlines())) <= 80


def test_showing_a_claim_shows_values_and_what_can_be_hidden(desk: Desk) -> None:
    shown = desk.run("claim", "show", desk.claim()[:12])
    assert ".number       A-123" in shown
    assert "cannot be hidden on its own" in shown
    assert "weak: .points" in shown


def test_a_claim_paints_nothing_on_the_terminal(desk: Desk) -> None:
    claim_id = desk.claim({"number": "A\x1b[2J\u202eX"})
    shown = desk.run("claim", "show", claim_id)
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_the_document_goes_to_standard_output_alone(desk: Desk) -> None:
    data = desk.file("data.json", CARD)
    out = desk.run("claim", "request", "--schema", "club card", "--data", data, "--yes")
    document: Any = parse(out)
    assert set(document) == {"signature", "content"}
    assert "A-123" in desk.said


def test_json_without_a_file_carries_the_document(desk: Desk) -> None:
    data = desk.file("data.json", CARD)
    shown = desk.as_json("claim", "request", "--schema", "club card", "--data", data, "--yes")
    assert shown["document"]["content"]["claim"]["subject"] == shown["persona"]
    assert {weakness["code"] for weakness in shown["weaknesses"]} >= {"UNWRAPPED", "GUESSABLE"}


def test_a_dry_run_signs_nothing(desk: Desk) -> None:
    data = desk.file("data.json", CARD)
    before = len(list(audit.entries(desk.world.holder)))
    desk.run("claim", "request", "--schema", "club card", "--data", data, "--dry-run")
    path = desk.request()
    with acting(desk.world.authority):
        said = desk.run("claim", "witness", path, "--dry-run")
        assert "nothing was signed" in said
        assert [entry.act for entry in audit.entries(desk.world.authority)] == ["vault.create"]
    assert len(list(audit.entries(desk.world.holder))) == before + 1


def test_without_consent_nothing_is_signed(desk: Desk) -> None:
    data = desk.file("data.json", CARD)
    with pytest.raises(NoConsent):
        desk.run("claim", "request", "--schema", "club card", "--data", data)
    with acting(desk.world.authority), pytest.raises(NoConsent):
        desk.run("claim", "witness", desk.request())


def test_without_data_and_terminal_it_says_what_is_needed(desk: Desk) -> None:
    with pytest.raises(NotUnderstood) as caught:
        desk.run("claim", "request", "--schema", "club card", "--yes")
    assert "--data" in caught.value.remedy


def _answers(monkeypatch: pytest.MonkeyPatch, texts: list[str], choices: list[int]) -> Callable[[], bool]:
    monkeypatch.setattr(ask, "ask_text", lambda *_: texts.pop(0))
    monkeypatch.setattr(ask, "choose", lambda *_: choices.pop(0))
    return lambda: not texts and not choices


def test_the_form_asks_again_until_it_fits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["", "x", "A-9", "many", "-1", "12", "Bonn", "", "one, two"]
    all_used = _answers(monkeypatch, texts, [0])
    out = desk.run("claim", "request", "--schema", "club card", "--yes", may_ask=True)
    document: Any = parse(out)
    assert all_used()
    content = document["content"]["claim"]["content"]
    assert content["number"]["value"] == "A-9"
    assert content["level"]["value"] == "gold"
    assert content["points"] == 12
    assert content["home"].keys() == {"city"}
    assert content["tags"] == ["one", "two"]
    assert "it is required" in desk.said


def test_the_form_leaves_out_what_is_left_empty(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    all_used = _answers(monkeypatch, ["A-9", "", "", "", ""], [2])
    out: Any = parse(desk.run("claim", "request", "--schema", "club card", "--yes", may_ask=True))
    assert all_used()
    assert out["content"]["claim"]["content"].keys() == {"number"}


def test_the_form_knows_dates_and_answers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["maybe", "yes", "1998-02-30", "12.4.1998", "1998-04-12", "AB1", "Kovács", "Ana", "HU"]
    all_used = _answers(monkeypatch, texts, [])
    out: Any = parse(desk.run("claim", "request", "--schema", "identity-card", "--yes", may_ask=True))
    assert all_used()
    content = out["content"]["claim"]["content"]
    assert content["ageOver18"]["value"] is True
    assert content["dateOfBirth"]["value"] == "1998-04-12"


def test_an_ambiguous_and_an_unknown_name_are_told(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.run("claim", "show", "abcdefgh")
    with pytest.raises(NotUnderstood):
        desk.run("claim", "show", "cju")
    desk.run("schema", "add", desk.file("again.json", {**CLUB, "description": "another"}))
    with pytest.raises(Ambiguous):
        desk.run("claim", "list", "--type", "club card")


def test_delete_and_restore(desk: Desk) -> None:
    claim_id = desk.claim()
    desk.run("claim", "delete", claim_id[:14], "--dry-run")
    assert len(list_claims(desk.world.holder)) == 1
    desk.run("claim", "delete", claim_id[:9])
    assert desk.run("claim", "list").startswith("there is no claim yet")
    assert claim_id[:13] in desk.run("claim", "list", "--trash")
    assert claim_id in desk.run("claim", "show", claim_id, "--trash")
    with pytest.raises(NotFound, match="in the trash"):
        desk.run("claim", "show", claim_id)
    desk.run("claim", "restore", claim_id[:14])
    assert [claim.id for claim in list_claims(desk.world.holder)] == [claim_id]
    with pytest.raises(NotFound):
        desk.run("claim", "restore", claim_id)


def test_export_and_import_carry_the_issued_bytes(desk: Desk) -> None:
    path = desk.statement()
    desk.run("claim", "accept", path)
    (claim,) = list_claims(desk.world.holder)
    issued = (desk.folder / "statement.json").read_text()
    assert desk.run("claim", "export", claim.id) == issued
    desk.claim({**CARD, "points": 8})
    bundle = desk.path("bundle.json")
    desk.run("claim", "export", "--all", "--out", bundle)
    with acting(desk.world.authority):
        assert desk.as_json("claim", "import", bundle, path)["counts"] == {"added": 2, "known": 1, "restored": 0}
        assert desk.as_json("claim", "import", bundle)["counts"] == {"added": 0, "known": 2, "restored": 0}


@pytest.mark.parametrize("words", [(), ("cjuabcdefgh", "--all")])
def test_export_wants_names_or_all(desk: Desk, words: tuple[str, ...]) -> None:
    with pytest.raises(NotUnderstood):
        desk.run("claim", "export", *words)


def test_export_of_nothing_is_told(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.run("claim", "export", "--all")


def test_search_and_empty_lists_say_what_to_do(desk: Desk) -> None:
    assert "claim request" in desk.run("claim", "list")
    assert "the trash is empty" in desk.run("claim", "list", "--trash")
    assert "you asked for no claim yet" in desk.run("claim", "list", "--requests")
    claim_id = desk.claim()
    assert claim_id[:13] in desk.run("claim", "search", "bonn", "gold")
    assert "no claim has that in it" in desk.run("claim", "search", "paris")
    assert "answered by" in desk.run("claim", "list", "--requests")
    assert "no claim fits" in desk.run("claim", "list", "--expired")


def test_a_refused_request_names_the_reason(desk: Desk) -> None:
    path = desk.request()
    document = json.loads((desk.folder / "request.json").read_text())
    document["content"]["claim"]["content"]["points"] = 8
    with acting(desk.world.authority), pytest.raises(RefusedError, match="must not be signed"):
        desk.run("claim", "witness", desk.file("altered.json", document), "--yes")
    with acting(desk.world.authority), pytest.raises(NotUnderstood):
        desk.run("claim", "witness", path, "--yes", "--before", "2001-01-01")


def test_constraints_and_another_authority_are_signed(desk: Desk) -> None:
    holder = active_persona(desk.world.holder).did
    extra = desk.file("extra.json", {"only": "members"})
    with acting(desk.world.authority):
        words = ("--constraints", extra, "--authority", holder, "--after", "2026-01-01", "--yes")
        document: Any = parse(desk.run("claim", "witness", desk.request(), *words))
    constraints = document["content"]["constraints"]
    assert constraints["authority"] == holder
    assert constraints["content"] == {"only": "members"}
    assert constraints["after"] == "2026-01-01T00:00:00Z"


def test_schemas_are_added_once_shown_and_removed(desk: Desk) -> None:
    schema = desk.file("own.json", {"title": "Own", "properties": {"a": {"type": "string"}}})
    first = desk.as_json("schema", "add", schema)
    assert first["new"]
    assert first["open_fields"] == [".a"]
    assert "cannot be hidden" in desk.said
    assert not desk.as_json("schema", "add", schema)["new"]
    hidden = desk.as_json("schema", "add", schema, "--maskable", "--name", "Hidden")
    assert hidden["open_fields"] == []
    shown = desk.as_json("schema", "show", "hidden")
    assert shown["fields"][0] == {
        "path": ".a",
        "title": "",
        "type": "text",
        "subtype": "",
        "hideable": True,
        "required": False,
        "choices": [],
    }
    out = desk.path("process.json")
    desk.run("schema", "show", "own", "--out", out)
    assert desk.as_json("schema", "add", out)["id"] == first["id"]
    desk.run("schema", "remove", "own", "--yes")
    with pytest.raises(NotFound):
        desk.run("schema", "show", "own")
    with pytest.raises(Conflict):
        desk.run("schema", "remove", "degree", "--yes")


def test_a_damaged_schema_is_told(desk: Desk) -> None:
    known = desk.world.club
    desk.file("x", "")
    path = f"{desk.world.schemas.folder}/{known.content_id}.json"
    with open(path, "w", encoding="utf-8") as stream:
        stream.write("{}")
    assert "Club card" not in desk.run("schema", "list")
    assert "does not hold what its name says" in desk.said


def test_weaknesses_of_one_kind_are_told_together(desk: Desk) -> None:
    schema = {"title": "Open", "type": "object", "properties": {"deep": {"type": "object"}, "list": {"type": "array"}}}
    desk.run("schema", "add", desk.file("open.json", schema))
    data = desk.file("data.json", {"deep": {f"k{n}": {"x": {}} for n in range(9)}, "list": [[{"a": 1}]] * 9})
    shown = desk.as_json("claim", "request", "--schema", "open", "--data", data, "--yes")
    paths = [weakness["path"] for weakness in shown["weaknesses"]]
    assert ".deep.k8.x" in paths
    assert [path for path in paths if path.startswith(".list")] == [".list"]
    told = " ".join(desk.said.split())
    assert told.count("can be found by guessing") == 1
    assert ".deep, .deep.k0, .deep.k0.x, .deep.k1, .deep.k1.x, .deep.k2 and 14 more:" in told


def test_a_long_value_is_cut_on_the_screen_and_whole_in_json(desk: Desk) -> None:
    path = desk.request({"number": "x" * 5000})
    assert "(5000 characters; --json has all)" in desk.said
    assert max(map(len, desk.said.splitlines())) < 300
    with acting(desk.world.authority):
        found = desk.as_json("claim", "witness", path, "--dry-run")
    assert found["claim"]["content"]["number"]["value"] == "x" * 5000


def test_a_text_in_a_list_that_looks_like_a_content_id_is_told(desk: Desk) -> None:
    schema = {"title": "Lists", "type": "object", "properties": {"list": {"type": "array", "maskable": True}}}
    desk.run("schema", "add", desk.file("lists.json", schema))
    data = desk.file("data.json", {"list": [{"a": ["cju" + "A" * 43]}]})
    shown = desk.as_json("claim", "request", "--schema", "lists", "--data", data, "--yes")
    assert [(one["code"], one["path"]) for one in shown["weaknesses"]] == [("LITERAL-ID", ".list.value.0.a.0")]
