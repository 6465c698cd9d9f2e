"""``persona list`` and ``persona show``; what leaves with ``--export-public`` is public and nothing else."""

from __future__ import annotations

import json

from prometheus import files
from prometheus.cli.persona.lines import details, fields, row
from prometheus.cli.unlocking import open_session
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.model.persona import KINDS
from prometheus.usecases.export_persona import export_public
from prometheus.usecases.personas import active_persona, count_hidden, find_persona, list_personas

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation


def list_all(call: Invocation) -> int:
    """Show the personas, or everything of the kinds asked for."""
    everything = call.flag("all")
    kind = call.maybe("kind")
    kinds = (kind,) if kind else KINDS if everything else ("persona",)
    with open_session(call) as session:
        found = list_personas(session, kinds, hidden=everything)
        hidden = 0 if everything else count_hidden(session, kinds)
        active = active_persona(session)
    document = {"personas": [fields(persona, is_active=persona == active) for persona in found], "hidden": hidden}
    lines = [row(persona, is_active=persona == active) for persona in found]
    call.output.result(document, lines or ["there is none", "make one with 'prometheus persona add'"])
    if hidden:
        call.output.note(f"{hidden} hidden; --all shows them")
    return 0


def one(call: Invocation) -> int:
    """Show one persona, or write its public side."""
    if not call.flag("export_public") and (call.flag("with_label") or call.maybe("out") is not None):
        raise NotUnderstood("--with-label and --out belong to --export-public", code="USAGE")
    with open_session(call) as session:
        active = active_persona(session)
        text = call.maybe("persona")
        persona = find_persona(session, text) if text else active
        if call.flag("export_public"):
            document = export_public(session, persona, with_label=call.flag("with_label"))
            return _write(call, document)
    is_active = persona == active
    call.output.result({"persona": fields(persona, is_active=is_active)}, details(persona, is_active=is_active))
    return 0


def _write(call: Invocation, document: dict[str, str]) -> int:
    path = call.maybe("out")
    text = json.dumps(document, ensure_ascii=False, indent=2)
    if path is None or path == files.STANDARD_STREAM:
        call.output.result(document, [text])
        return 0
    files.write(path, f"{text}\n".encode(), mode=0o644)
    call.output.result({"file": path, **document}, [f"written to {path}"])
    return 0
