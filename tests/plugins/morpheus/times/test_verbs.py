"""``timestamp`` and its kin as a person types them, against a real development ledger over HTTP."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.ledger_town import wallet

from prometheus.claims.digest import content_id, content_id_of_bytes

if TYPE_CHECKING:
    from prometheus_simulators.ledger_town import LedgerTown


def second(url: str) -> str:
    """Return options that name the ledger twice, as if somebody else ran another node of it."""
    return f"--ledger {url} --ledger {url.replace('127.0.0.1', 'localhost')}"


def checked(town: LedgerTown, what: str, code: int = 0) -> Any:
    answer = town.run(f"timestamp check {what} --json")
    assert answer.code == code, answer
    return answer.document


def test_a_document_is_registered_once_and_checked_by_its_transaction(town: LedgerTown, url: str) -> None:
    file = town.file("doc.json", {"b": 1, "a": [True]})
    assert checked(town, file, 13)["existed_at"] is None
    made = town.well(f"timestamp {file} --yes --json").document
    assert (made["id"], made["state"]) == (content_id({"a": [True], "b": 1}), "applied")
    found = checked(town, file, 13)  # one endpoint alone can make it up
    assert (found["existed_at"], found["transaction"]) == (made["height"], made["transaction"])
    assert checked(town, made["id"], 13)["existed_at"] == made["height"]
    again = town.reader(f"timestamp {file} --yes --json")
    assert (again.code, again.document["code"]) == (11, "TIMESTAMP-EXISTS")


def test_what_one_endpoint_alone_says_is_shown_and_is_not_proven(town: LedgerTown, url: str) -> None:
    file = town.file("doc.json", {"a": 1})
    made = town.well(f"timestamp {file} --yes --json").document
    told = checked(town, file, 13)
    assert (told["existed_at"], told["proven"]) == (made["height"], False)
    shown = town.run(f"timestamp check {file}")
    assert (shown.code, "UNKNOWN  one endpoint alone says so" in shown.out) == (13, True)
    assert "signed and checked" not in shown.out


def test_nothing_is_sent_with_dry_run(town: LedgerTown, url: str) -> None:
    file = town.file("doc.json", {"a": 1})
    answer = town.well(f"timestamp {file} --dry-run --json").document
    assert (answer["sent"], int(answer["cost"]["fee"]) > 0) == (False, True)
    town.wait_blocks(url, 2)
    assert wallet(url, answer["cost"]["address"])["nonce"] == "0"
    assert checked(town, file, 13)["existed_at"] is None


def test_other_files_are_named_by_their_bytes(town: LedgerTown, url: str) -> None:
    for content, options in (("no json", ""), ('{"a": 1}', "--bytes"), ("5", "")):
        file = town.file("doc", content)
        assert checked(town, f"{file} {options}", 13)["id"] == content_id_of_bytes(content.encode())


def test_a_signed_statement_is_named_with_its_signature_however_much_is_hidden(town: LedgerTown, url: str) -> None:
    town.create("library")
    statement = json.loads((town.home / town.statement()).read_text())
    whole = checked(town, town.file("whole.json", statement), 13)["id"]
    assert whole == content_id(statement)
    statement["nonce"] = "uAAAA"
    assert checked(town, town.file("outer.json", statement), 13)["id"] == whole
    statement["content"]["claim"] = content_id(statement["content"]["claim"])
    masked = checked(town, town.file("masked.json", statement), 13)
    assert (masked["id"], masked["words_existed_at"]) == (whole, None)


def test_that_only_the_words_are_registered_is_told(town: LedgerTown, url: str) -> None:
    town.create("library")
    statement = json.loads((town.home / town.statement()).read_text())
    made = town.well(f"timestamp {content_id(statement['content'])} --yes --json").document
    found = checked(town, town.file("whole.json", statement), 13)
    assert (found["existed_at"], found["words_existed_at"]) == (None, made["height"])


def test_an_after_proof_is_made_alone_or_around_a_file_and_checked(town: LedgerTown, url: str) -> None:
    town.wait_blocks(url, 4)
    alone = json.loads(town.well("timestamp after").out)
    assert set(alone) == {"blockHeight", "blockHash"}
    out = town.path("wrapped.json")
    town.well(f"timestamp after {town.file('doc.json', {'a': 1})} --out {out}")
    with open(out, encoding="utf-8") as stream:
        wrapped = json.load(stream)
    assert wrapped["content"] == {"a": 1}
    assert [proof["true"] for proof in checked(town, out, 13)["after"]] == [True]
    wrapped["afterProof"]["blockHash"] = "ab" * 32
    [false] = checked(town, town.file("forged.json", wrapped), 1)["after"]
    assert (false["true"], len(false["ledger"])) == (False, 64)
    wrapped["afterProof"]["blockHeight"] = 10**6
    [unknown] = checked(town, town.file("future.json", wrapped), 13)["after"]
    assert (unknown["true"], unknown["ledger"]) == (False, None)


@pytest.mark.parametrize(
    ("line", "code", "name"),
    [
        ("timestamp nowhere.json --yes", 4, "FILE-NOT-FOUND"),
        ("timestamp check nowhere.json", 4, "FILE-NOT-FOUND"),
        ("timestamp after --depth -1", 2, "USAGE"),
        ("timestamp after nowhere.json", 4, "FILE-NOT-FOUND"),
    ],
)
def test_what_cannot_be_used_is_refused(town: LedgerTown, url: str, line: str, code: int, name: str) -> None:
    answer = town.reader(f"{line} --json")
    assert (answer.code, answer.document["code"]) == (code, name)


def test_a_file_that_is_there_is_not_replaced_unasked_and_never_the_one_that_is_read(
    town: LedgerTown, url: str
) -> None:
    town.wait_blocks(url, 4)
    file, out = town.file("doc.json", {"a": 1}), town.file("other.json", {"b": 2})
    refused = town.reader(f"timestamp after {file} --out {out} --json")
    assert refused.code != 0
    assert json.loads((town.home / "other.json").read_text()) == {"b": 2}
    own = town.reader(f"timestamp after {file} --out {file} --yes --json")
    assert (own.code, own.document["code"]) == (11, "FILE-EXISTS")
    town.well(f"timestamp after {file} --out {out} --yes")
    assert "afterProof" in json.loads((town.home / "other.json").read_text())


def test_a_depth_below_the_first_block_is_refused(town: LedgerTown, url: str) -> None:
    answer = town.reader("timestamp after --depth 99999 --json")
    assert (answer.code, answer.document["code"]) == (2, "USAGE")
    assert "the newest is block" in answer.document["why"]


def test_lines_fit_80_columns_and_times_are_local_with_their_zone(
    town: LedgerTown, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "ZON-5")
    time.tzset()
    try:
        file = town.file("doc.json", {"a": 1})
        town.well(f"timestamp {file} --yes")
        found = town.reader(f"timestamp check {file}").out
    finally:
        monkeypatch.undo()
        time.tzset()
    assert max(map(len, found.splitlines())) <= 80
    assert " ZON\n" in found
