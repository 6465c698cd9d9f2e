"""The records of a vault as tables that can be asked, and that nothing leaves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.old_vaults import FOLDERS

from prometheus.errors import NotUnderstood, TooLarge
from prometheus.model import collection, record
from prometheus.model.audit_entry import AuditEntry
from prometheus.model.finding import FAIL, PASS, UNKNOWN, WARN, Finding, worst
from prometheus.usecases import vault_views
from prometheus.usecases.examine_records import key_findings, record_findings
from prometheus.usecases.vault_views import TABLES, ask, build

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database

    Body = tuple[int, str, bytes]

EXPECTED: dict[str, Any] = json.loads((FOLDERS[0] / "expected.json").read_text())
STAMP = {"hlc": "000000000001-0000", "device": "aa"}
FIRST = AuditEntry.follow(None, at="2026-11-22T10:00:00Z", act="vault.create", persona="", facts={})
SECOND = AuditEntry.follow(FIRST, at="2026-11-22T10:01:00Z", act="claim.accept", persona="", facts={})
CLAIM_ID, CLAIM = next(iter(EXPECTED["claims"].items()))
REQUEST = EXPECTED["requests"][0]
PERSONA = {"did": "did:morpheus:ezMe", "kind": "persona", "key_index": 0, "public_key": "pezMe", "label": "Me"}


def body(fields: dict[str, Any], version: int = 1) -> bytes:
    return record.canonical({"v": version, **STAMP, **fields})


def claim(**members: Any) -> Body:
    fields = {"id": CLAIM_ID, "raw": CLAIM["raw"], "persona": PERSONA["did"], "process_id": "cjuKnown", **members}
    return collection.CLAIM, fields["id"], body(fields)


WELL: list[Body] = [
    (collection.KEY, "seed", b""),
    (collection.PERSONA, "persona/0", body({"name": "Elfin Panda", **PERSONA})),
    claim(),
    (collection.AUDIT, FIRST.record_name, body(FIRST.as_fields())),
    (collection.AUDIT, SECOND.record_name, body(SECOND.as_fields())),
    (collection.SETTING, "audit-head", body({"entry": SECOND.as_fields()})),
]


def found(records: list[Body], known: frozenset[str] = frozenset({"cjuKnown"})) -> dict[str, Finding]:
    return {finding.id: finding for finding in record_findings(build(records), known)}


def test_a_vault_without_a_fault_is_told_to_be_well() -> None:
    assert {finding.status for finding in found(WELL).values()} == {PASS}
    assert found(WELL)["records.counts"].facts == {
        "key": {"records": 1, "bytes": 0},
        "persona": {"records": 1, "bytes": len(WELL[1][2])},
        "claim": {"records": 1, "bytes": len(WELL[2][2])},
        "setting": {"records": 1, "bytes": len(WELL[5][2])},
        "log entry": {"records": 2, "bytes": len(WELL[3][2]) + len(WELL[4][2])},
    }


def test_an_empty_vault_is_examined_too() -> None:
    assert found([])["records.counts"].what == "0 records, 0 bytes in all"
    assert worst(found([]).values()) == PASS


@pytest.mark.parametrize(
    ("records", "name", "status", "told"),
    [
        ([*WELL, claim(id="cjuOther", persona="did:gone")], "claims.personas", WARN, "1 documents belong to a persona"),
        ([*WELL, (2, "persona/1", body({**PERSONA, "label": "ME"}))], "personas.labels", WARN, "1 labels belong"),
        ([*WELL, claim(id="cjuX", process_id="cjuNew")], "schemas.known", UNKNOWN, "1 schemas are not known here"),
        ([*WELL, claim(id="cjuX")], "claims.proofs", FAIL, "1 of 2 claims have a signature or an id that does not fit"),
        ([*WELL, claim(id="cjuX", raw="e30")], "claims.proofs", FAIL, "1 of 2 claims"),
        ([*WELL, (3, "cjuX", b"{")], "records.readable", FAIL, "1 records have a body that no version"),
        ([*WELL, (3, "cjuX", body({"v": 9}))], "records.readable", WARN, "1 records were written by a later version"),
        ([*WELL, (8, "witness/x", body(REQUEST, 1))], "records.version", WARN, "1 records are of an earlier version"),
        ([*WELL, (99, "x", b"\xff")], "records.kinds", PASS, "1 records are of a kind that is not known here"),
        ([*WELL[:3], *WELL[4:]], "log.chain", FAIL, "the log is broken at 1 places"),
        ([*WELL[:4], WELL[5]], "log.chain", FAIL, "the newest entries of the log are missing"),
        (WELL[:5], "log.chain", FAIL, "the newest entries of the log are missing"),
    ],
)
def test_each_fault_is_told_with_what_to_do(records: list[Body], name: str, status: str, told: str) -> None:
    finding = found(records)[name]
    assert finding.status == status
    assert finding.what.startswith(told)
    assert finding.remedy or status == PASS


def test_a_changed_entry_of_the_log_is_told() -> None:
    changed = body({**FIRST.as_fields(), "act": "nothing"})
    records = [*WELL[:3], (collection.AUDIT, FIRST.record_name, changed), *WELL[4:]]
    assert found(records)["log.chain"].status == FAIL


def test_personas_that_do_not_derive_from_the_seed_are_told() -> None:
    assert key_findings({"did:a": True, "did:b": False}).status == FAIL
    assert key_findings({"did:a": True, "did:b": False}).facts == {"dids": ["did:b"]}
    assert key_findings({"did:a": True}).status == PASS
    assert key_findings(None).status == FAIL


@given(st.lists(st.tuples(st.integers(1, 255), st.text(max_size=5), st.binary(max_size=60)), max_size=6))
def test_whatever_lies_in_a_vault_is_examined(records: list[Body]) -> None:
    assert list(record_findings(build(records), frozenset()))


MEMBERS = sorted({*TABLES["claims"], *TABLES["log"], "raw", "entry"})


@given(
    st.sampled_from([2, 3, 7, 8, 10]),
    st.dictionaries(st.sampled_from(MEMBERS), st.none() | st.integers() | st.text() | st.lists(st.integers())),
)
def test_whatever_members_a_body_has_it_is_examined(group: int, members: dict[str, Any]) -> None:
    content = json.dumps({**members, "v": 1}).encode()
    assert list(record_findings(build([(group, "audit-head", content)]), frozenset()))


@pytest.fixture(scope="module")
def tables() -> Database:
    return build(WELL)


def test_a_question_is_answered(tables: Database) -> None:
    answer = ask(tables, "SELECT label, key_index FROM personas", FakeClock())
    assert answer == (("label", "key_index"), (("Me", 0),))
    assert ask(tables, "SELECT x'ff', 9e999, NULL", FakeClock()).rows == (("ff", "inf", None),)
    assert "witness" in ask(tables, "SELECT statement FROM claims", FakeClock()).rows[0][0]


def test_no_table_has_what_is_in_a_key() -> None:
    views = build([(collection.KEY, "seed", b"never shown")])
    assert ask(views, "SELECT name, size FROM records", FakeClock()).rows == (("seed", None),)
    assert "never shown" not in "\n".join(views.conn.iterdump())


@pytest.mark.parametrize(
    "question",
    [
        "DELETE FROM claims",
        "INSERT INTO claims(id) VALUES ('x')",
        "UPDATE claims SET id = 'x'",
        "CREATE TABLE x(y)",
        "CREATE TEMP TABLE x(y)",
        "DROP TABLE claims",
        "ATTACH DATABASE '{path}' AS x",
        "VACUUM INTO '{path}'",
        "VACUUM",
        "PRAGMA temp_store=FILE",
        "PRAGMA query_only=OFF",
        "PRAGMA table_info(claims)",
        "SELECT load_extension('{path}')",
        "SELECT writefile('{path}', 'x')",
        "SELECT readfile('/etc/passwd')",
        "BEGIN",
        "COMMIT",
        "SELECT 1; SELECT 2",
        "SELECT * FROM nothing",
        "",
        "-- nothing",
        "\0",
        "\ud800",
    ],
)
def test_what_is_no_question_is_refused_and_writes_nothing(question: str, tmp_path: Path) -> None:
    views = build(WELL)
    path = tmp_path / "leak"
    with pytest.raises(NotUnderstood) as refused:
        ask(views, question.replace("{path}", str(path)), FakeClock())
    assert refused.value.exit_code == 2
    assert not path.exists()
    assert ask(views, "SELECT count(*) FROM claims", FakeClock()).rows == ((1,),)


def test_the_tables_and_their_sorting_stay_in_memory(tables: Database) -> None:
    assert [row[2] for row in tables.conn.execute("PRAGMA database_list")] == [""]
    assert tables.conn.execute("PRAGMA temp_store").fetchone() == (2,)


def test_a_question_that_says_too_much_is_stopped(tables: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_views, "ROWS_AT_MOST", 1)
    with pytest.raises(TooLarge, match="more than 1 rows"):
        ask(tables, "SELECT * FROM log", FakeClock())


def test_an_answer_of_few_rows_that_is_too_large_is_stopped(tables: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_views, "WEIGHT_AT_MOST", 1 << 20)
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT zeroblob(400000) FROM c"
    with pytest.raises(TooLarge, match="more than 1 MiB"):
        ask(tables, endless, FakeClock())
    assert len(ask(tables, f"{endless} LIMIT 2", FakeClock()).rows) == 2


def test_a_question_that_takes_too_long_is_stopped(tables: Database) -> None:
    class Hurried(FakeClock):
        def monotonic(self) -> float:
            self.advance(60)
            return super().monotonic()

    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"
    with pytest.raises(TooLarge, match="takes longer"):
        ask(tables, endless, Hurried())
