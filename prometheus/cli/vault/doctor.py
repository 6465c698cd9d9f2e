"""``vault doctor``: look a vault over and say what is wrong with it and what to do, writing nothing.

What the file and its folder say comes first, for it needs no passphrase; then what is in it. A damaged vault is looked
through as far as it opens. With ``--query`` a question in SQL is answered from tables in memory instead; with
``--accept-damage`` a damaged vault is rebuilt from what opens, after its owner has seen what is lost.

Ends with 0 when nothing is wrong (what should be looked at included), 1 when something is, and with the exit code of
the reason when the vault is damaged, rolled back or cannot be opened.
"""

from __future__ import annotations

from contextlib import ExitStack

from prometheus.cli import ask
from prometheus.cli.output import safe
from prometheus.cli.progress import note_of_many
from prometheus.cli.unlocking import anchor_mirror, named_vault, network_disk, places
from prometheus.cli.vault import ages
from prometheus.cli.vault.backup_secret import asked_opener
from prometheus.cli.vault.backup_state import backup_state
from prometheus.cli.vault.doctor_look import look
from prometheus.compose import doctor
from prometheus.compose.clock import SystemClock
from prometheus.compose.shelf import shelf_entry
from prometheus.errors import Conflict, NoConsent
from prometheus.model.finding import FAIL, PASS, Finding, worst
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.usecases.examine_file import backup_finding, file_findings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.cli.invocation import Invocation
    from prometheus.cli.vault.doctor_look import Looked

_STYLES: Final = {"pass": "32", "warn": "33", "unknown": "33", "fail": "31;1"}
_SOMETHING_WRONG: Final = 1
_COLUMN: Final = 9


def run(call: Invocation) -> int:
    """Examine a vault, answer a question about it, or rebuild a damaged one."""
    name = named_vault(call)
    header = doctor.header_of(places(), name)
    findings = [*_outside(call, name, header.vault_id), *header.findings]
    if header.fault is not None:
        return _tell(call, name, findings, header.fault.exit_code)
    opener = asked_opener(call, name)
    note_of_many(call, header.records)
    with ExitStack() as stack:
        stack.callback(opener.wipe)
        opened = look(call, stack, name, opener)
        if call.flag("accept_damage"):
            return _accept(call, name, opened)
        question = call.maybe("query")
        if question is not None:
            return _answer(call, name, opened, question)
        return _tell(call, name, findings + opened.findings, opened.exit_code)


def _outside(call: Invocation, name: str, vault_id: bytes | None) -> list[Finding]:
    entry = shelf_entry(places(), name)
    state = doctor.file_state(places(), name, vault_id)
    findings = [*file_findings(state), *doctor.memory_findings()]
    known = backup_state(call, entry).document
    if known is not None:
        last = known["last"] or ""
        findings.append(backup_finding(known["reminder"] or "", last, ages.moment(last) if last else ""))
    return findings


def _tell(call: Invocation, name: str, findings: Sequence[Finding], exit_code: int) -> int:
    outcome = worst(findings)
    code = exit_code or (_SOMETHING_WRONG if outcome == FAIL else 0)
    document = {
        "vault": name,
        "status": outcome,
        "exit": code,
        "findings": [finding.as_document() for finding in findings],
    }
    lines = [line for finding in findings for line in _lines(call, finding)]
    call.output.result(document, [*lines, "", _summary(name, findings)])
    return code


def _lines(call: Invocation, finding: Finding) -> list[str]:
    word = call.output.paint(f"{finding.status:<{_COLUMN}}", _STYLES[finding.status])
    lines = [f"{word}{safe(finding.what)}"]
    if finding.remedy and finding.status != PASS:
        lines.append(f"{'':<{_COLUMN}}-> {safe(finding.remedy)}")
    return lines


def _summary(name: str, findings: Sequence[Finding]) -> str:
    wrong = sum(finding.status == FAIL for finding in findings)
    looks = sum(finding.status not in (PASS, FAIL) for finding in findings)
    if wrong:
        return f"{name}: {wrong} wrong, {looks} to look at"
    return f"{name}: nothing wrong, {looks} to look at" if looks else f"{name} is well"


def _answer(call: Invocation, name: str, opened: Looked, question: str) -> int:
    from prometheus.usecases.vault_views import ask as answered

    if opened.salvaged is not None:
        call.output.warn("the vault is damaged: the answer is about the records that open")
    answer = answered(opened.views, question, SystemClock())
    lines = ["\t".join(map(_cell, answer.columns)), *("\t".join(map(_cell, row)) for row in answer.rows)]
    call.output.result(
        {"vault": name, "columns": list(answer.columns), "rows": [list(row) for row in answer.rows]}, lines
    )
    return 0


def _cell(value: object) -> str:
    return "" if value is None else safe(str(value))


def _accept(call: Invocation, name: str, opened: Looked) -> int:
    from prometheus.compose.salvaging import accept_damage

    if opened.salvaged is None:
        raise Conflict(
            f"{name} is not damaged",
            code="NOT-DAMAGED",
            meaning="every record is as it was written",
            remedy="leave --accept-damage out",
        )
    for finding in opened.findings:
        if finding.status != PASS:
            for line in _lines(call, finding):
                call.output.tell(line)
    call.output.tell(
        "a backup is better: what is missing is gone for good when you go on, and what was put back stays so"
    )
    if not call.output.may_ask:
        raise NoConsent(
            "going on with a damaged vault needs a person, and you cannot be asked here",
            code="CONSENT-NEEDED",
            remedy="run it in a terminal",
        )
    if ask.ask_text(call, f"type {name} to go on with the {opened.salvaged.opened} records that open") != name:
        raise NoConsent(f"{name} was left as it is", meaning="the name was not typed as it is")
    found = opened.salvaged
    kept = accept_damage(places(), name, opened.salvaged, network_disk=network_disk(call), mirror=anchor_mirror(call))
    lines = [f"{name} is whole again, with {found.opened} records", f"the damaged file: {safe(kept)}"]
    document = {"vault": name, "rebuilt": True, "opened": found.opened, "missing": found.missing, "kept": kept}
    call.output.result(document, lines)
    return 0
