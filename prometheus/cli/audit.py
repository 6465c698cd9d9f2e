"""The verbs ``audit list``, ``audit show``, ``audit verify`` and ``audit export``."""

from __future__ import annotations

import json

from prometheus import files
from prometheus.cli import ask
from prometheus.cli.claim.handing_over import require_place
from prometheus.cli.output import safe
from prometheus.cli.unlocking import open_session
from prometheus.errors import NoConsent, NotFound
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases import audit
from prometheus.usecases.personas import find_persona, names_of
from prometheus.usecases.trash import find_paper

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.model.audit_entry import AuditEntry
    from prometheus.usecases.session import Session

_DIFFERS = 1


def list_entries(call: Invocation) -> int:
    """Show the newest entries, one a line."""
    with open_session(call) as session:
        named = call.maybe("persona")
        about = audit.About(
            act=call.maybe("act") or "",
            persona=find_persona(session, named).did if named else "",
            claim=_claim_id(session, call.maybe("claim")),
            audience=call.maybe("audience") or "",
        )
        newest = audit.newest(session, about, call.number("limit") or None)
        total = audit.count(session, about)
        names = names_of(session, (entry.persona for entry in newest))
    document = {"entries": [entry.as_fields() for entry in newest], "total": total}
    lines = [_line(entry, names) for entry in newest]
    call.output.result(document, lines or ["nothing was done yet that fits"])
    if len(newest) < total:
        call.output.note(f"{len(newest)} of {total} entries; --limit shows more")
    return 0


def show(call: Invocation) -> int:
    """Show one entry with all its members."""
    number = call.number("number") or 0
    with open_session(call) as session:
        entry = audit.entry_of(session, number)
    if entry is None:
        raise NotFound(f"the log has no entry {number}", remedy="`prometheus audit list` shows the numbers")
    fields = entry.as_fields()
    lines = [f"{name:<8} {safe(_shown(value))}" for name, value in fields.items()]
    call.output.result({"entry": fields, "whole": entry.is_whole}, lines)
    return 0


def verify(call: Invocation) -> int:
    """Check the chain and say where it breaks."""
    with open_session(call) as session:
        report = audit.check(session)
    count = f"{report.entries} {'entry' if report.entries == 1 else 'entries'}"
    lines = [f"the log is intact: {count}, newest {report.head[:16]}"]
    document = {**report._asdict(), "intact": report.is_intact}
    call.output.result(document, lines if report.is_intact else report.faults)
    return 0 if report.is_intact else _DIFFERS


def export(call: Invocation) -> int:
    """Write every entry as one JSON line; the export is itself an entry, the last one written."""
    out = call.text("out")
    require_place(call)
    with open_session(call) as session:
        call.output.note("the log names your personas side by side: who reads it can link them")
        if not ask.confirm(call, "export the log?"):
            raise NoConsent("nothing was exported")
        with session.commit() as commit:
            audit.append(commit, "audit.export", facts={"to": "standard output" if out == "-" else "a file"})
        lines = [json.dumps(entry.as_fields(), ensure_ascii=False) for entry in audit.entries(session)]
    content = ("\n".join(lines) + "\n").encode()
    if out == files.STANDARD_STREAM:
        call.output.data(content)
        return 0
    files.write(out, content)
    call.output.result({"entries": len(lines), "out": out}, [f"{len(lines)} entries written to {safe(out)}"])
    return 0


def _claim_id(session: Session, text: str | None) -> str:
    """Return the whole id of a claim or copy that is here; of one that is gone, the id as it was given."""
    if text is None:
        return ""
    for in_trash in (False, True):
        try:
            return find_paper(session, text, in_trash=in_trash).id
        except NotFound:
            continue
    return text


def _line(entry: AuditEntry, names: dict[str, str]) -> str:
    from datetime import datetime

    when = datetime.fromisoformat(entry.at).astimezone().strftime("%Y-%m-%d %H:%M %Z")
    who = names.get(entry.persona, entry.persona or "-")
    return f"{entry.seq:>5}  {when:<20}  {safe(who):<18.18}  {safe(entry.act)}"


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
