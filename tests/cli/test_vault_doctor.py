"""``vault doctor`` and ``vault upgrade`` as a person runs them, on old vaults, whole and damaged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.command_line import COMMAND, CommandLine
from prometheus_simulators.old_vaults import FOLDERS, PASSPHRASE, VAULT, OldVault, moved_in
from prometheus_simulators.terminal import Terminal
from prometheus_simulators.vault_lab import flipped, header_of, put_header, run_sql

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

EARLY = next(path for path in FOLDERS if path.name.endswith("early"))
SECRET = ("--vault", VAULT, "--passphrase-file", "pass")
FIRST = "(SELECT min(id) FROM rec)"


class Patient(CommandLine):
    """Runs commands on a copy of an old vault."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.old: OldVault = moved_in(EARLY, home)
        (home / "pass").write_bytes(PASSPHRASE + b"\n")

    def on_vault(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run(*words, *SECRET)

    def document(self, *words: str, code: int = 0) -> Any:
        done = self.on_vault(*words, "--json")
        assert done.returncode == code, done
        return json.loads(done.stdout)

    def findings(self, code: int = 0) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for finding in self.document("vault", "doctor", code=code)["findings"]:
            found.setdefault(finding["id"], finding)
        return found

    def at_terminal(self, *words: str) -> Terminal:
        return Terminal([COMMAND, *words, *SECRET], environ=self.environ, folder=self.home)


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    return Patient(tmp_path / "home")


def test_a_vault_is_looked_over_and_nothing_is_written(patient: Patient) -> None:
    before = patient.old.file.read_bytes()
    found = patient.findings()
    assert patient.old.file.read_bytes() == before
    assert {name for name, finding in found.items() if finding["status"] == "fail"} == set()
    assert found["records.version"]["status"] == "warn"
    assert found["slots.cost"]["status"] == "warn"
    assert found["set.whole"]["facts"] == {"epoch": patient.old.expected["epoch"]}
    assert found["log.chain"]["what"].startswith(f"the log has {len(patient.old.expected['acts'])} entries, ")
    said = patient.on_vault("vault", "doctor")
    assert (said.returncode, said.stdout.splitlines()[-1].startswith(f"{VAULT}: nothing wrong")) == (0, True)
    assert PASSPHRASE.decode() not in said.stdout + said.stderr


def test_what_others_may_read_and_what_was_left_over_is_told(patient: Patient) -> None:
    patient.old.file.chmod(0o644)
    (patient.old.file.parent / f".{VAULT}.0123456789abcdef.unfinished").write_bytes(b"")
    found = patient.findings()
    assert found["file.mode"]["status"] == "warn"
    assert found["file.mode"]["remedy"].startswith("chmod 600 ")
    assert found["folder.left-over"]["facts"]["names"] == [f".{VAULT}.0123456789abcdef.unfinished"]


def test_an_older_copy_is_told_with_the_exit_code_of_a_rollback(patient: Patient) -> None:
    older = patient.old.file.read_bytes()
    assert patient.on_vault("persona", "add", "Newer").returncode == 0
    patient.old.file.write_bytes(older)
    assert patient.findings(code=8)["anchor.state"]["status"] == "fail"


def test_damage_is_told_row_by_row(patient: Patient) -> None:
    run_sql(patient.old.file, f"UPDATE rec SET ct = zeroblob(104) WHERE id = {FIRST}")  # noqa: S608  # the attack
    found = patient.findings(code=7)
    assert found["set.whole"]["what"] == "1 row: a record is not authentic"
    assert found["set.opened"]["facts"] == {"opened": 29, "missing": 1}
    assert "older state" in found["set.age"]["what"]
    assert "--accept-damage" in found["set.whole"]["remedy"]


def test_an_older_copy_that_is_damaged_too_is_told_as_both(patient: Patient) -> None:
    older = patient.old.file.read_bytes()
    assert patient.on_vault("persona", "add", "Newer").returncode == 0
    patient.old.file.write_bytes(older)
    run_sql(patient.old.file, f"UPDATE rec SET ct = zeroblob(104) WHERE id = {FIRST}")  # noqa: S608  # the attack
    told = [finding["what"] for finding in patient.document("vault", "doctor", code=7)["findings"]]
    assert any("older than it was" in each for each in told)


def test_a_damaged_header_is_told_without_a_passphrase(patient: Patient) -> None:
    put_header(patient.old.file, flipped(header_of(patient.old.file), 900))
    assert patient.findings(code=7)["header"]["status"] == "fail"


def test_a_wrong_passphrase_is_no_damage(patient: Patient) -> None:
    (patient.home / "pass").write_text("another\n")
    assert patient.document("vault", "doctor", code=6)["code"] == "VAULT-WRONG-PASSPHRASE"


def test_a_question_is_answered_from_memory(patient: Patient) -> None:
    question = "SELECT kind, count(*) FROM copies GROUP BY kind"
    asked = patient.document("vault", "doctor", "--query", question)
    assert (asked["columns"], asked["rows"]) == (["kind", "count(*)"], [["request", 3]])
    assert patient.on_vault("vault", "doctor", "--query", question).stdout == "kind\tcount(*)\nrequest\t3\n"
    refused = patient.document("vault", "doctor", "--query", f"VACUUM INTO '{patient.home}/leak'", code=2)
    assert refused["code"] == "QUERY-NOT-UNDERSTOOD"
    assert not (patient.home / "leak").exists()


def test_damage_is_never_accepted_without_a_person(patient: Patient) -> None:
    run_sql(patient.old.file, f"DELETE FROM rec WHERE id = {FIRST}")  # noqa: S608  # the attack
    before = patient.old.file.read_bytes()
    for more in ((), ("--yes",), ("--no-input", "--yes")):
        done = patient.on_vault("vault", "doctor", "--accept-damage", *more)
        assert done.returncode == 5, done
        assert "1 of 30 records are missing" in done.stderr
    assert patient.old.file.read_bytes() == before


def test_a_whole_vault_has_no_damage_to_accept(patient: Patient) -> None:
    assert patient.document("vault", "doctor", "--accept-damage", code=11)["code"] == "NOT-DAMAGED"


def test_a_person_goes_on_with_what_opens(patient: Patient) -> None:
    run_sql(patient.old.file, "DELETE FROM meta WHERE k = 'root'")
    with patient.at_terminal("vault", "doctor", "--accept-damage") as terminal:
        terminal.wait_for("type demo-ana to go on with the 30 records that open")
        terminal.type(VAULT + "\n")
        assert terminal.end() == 0, terminal.shown
    assert "nothing counts the records any more" in terminal.shown
    kept = list(patient.old.file.parent.glob(f"{VAULT}.vault.damaged-*"))
    assert len(kept) == 1
    assert patient.findings()["folder.kept"]["facts"]["names"] == [kept[0].name]
    newest = patient.document("audit", "list")["entries"][0]
    assert newest["act"] == "vault.accept-damage"
    assert newest["facts"] == {"opened": 30, "missing": None, "kept": kept[0].name}
    assert patient.document("audit", "verify")["intact"]


def test_another_name_leaves_the_damaged_vault_as_it_is(patient: Patient) -> None:
    run_sql(patient.old.file, "DELETE FROM meta WHERE k = 'root'")
    before = patient.old.file.read_bytes()
    with patient.at_terminal("vault", "doctor", "--accept-damage") as terminal:
        terminal.wait_for("type demo-ana")
        terminal.type("yes\n")
        assert terminal.end() == 5
    assert patient.old.file.read_bytes() == before


def test_a_verb_says_that_a_vault_is_old_and_changes_nothing_about_it(patient: Patient) -> None:
    before = patient.old.file.read_bytes()
    said = patient.on_vault("claim", "list", "--requests")
    assert said.returncode == 0
    assert len(said.stdout.splitlines()) == 3
    assert "'prometheus vault upgrade' writes them anew" in said.stderr
    assert patient.old.file.read_bytes() == before


def test_a_vault_is_upgraded_with_consent_and_no_verb_speaks_of_it_again(patient: Patient) -> None:
    tried = patient.document("vault", "upgrade", "--dry-run")
    assert (tried["upgraded"], tried["needed"], tried["valid_signatures"]) == (False, True, 6)
    assert patient.document("vault", "upgrade", code=5)["code"] == "CONSENT-NEEDED"
    done = patient.document("vault", "upgrade", "--yes")
    assert (done["from_edition"], done["to_edition"], done["records"]) == (1, 2, 30)
    assert done["kept"] == f"{patient.old.file}.v1"
    said = patient.on_vault("claim", "list", "--requests")
    assert "upgrade" not in said.stderr
    assert len(said.stdout.splitlines()) == 3
    assert patient.document("vault", "upgrade")["needed"] is False
    assert patient.findings()["records.version"]["status"] == "pass"
    gone = patient.run("vault", "delete", VAULT, "--confirm", VAULT)
    assert gone.returncode == 0
    assert f"{VAULT}.vault.v1" in gone.stderr


def test_an_upgrade_asks_at_the_terminal(patient: Patient) -> None:
    with patient.at_terminal("vault", "upgrade") as terminal:
        terminal.wait_for("upgrade demo-ana? [Y/n]")
        terminal.type("n\n")
        assert terminal.end() == 5
    assert not list(patient.old.file.parent.glob("*.v1"))
