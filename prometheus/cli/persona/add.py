"""``persona add``: the next key of the seed, with a look."""

from __future__ import annotations

from prometheus.cli.output import safe
from prometheus.cli.persona.lines import details, fields
from prometheus.cli.unlocking import open_session
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.persona_look import checked_look
from prometheus.usecases.personas import add_persona

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation


def run(call: Invocation) -> int:
    """Make a persona, device, group or resource."""
    look = checked_look(
        label=call.maybe("label") or "",
        glyph=call.maybe("glyph") or "",
        colour=call.maybe("colour") or "",
        notes=call.maybe("notes") or "",
    )
    with open_session(call) as session:
        persona = add_persona(session, kind=call.text("kind"), look=look)
    call.output.result({"persona": fields(persona)}, details(persona))
    if persona.kind == "persona":
        call.output.note(f"let it act with: prometheus persona use '{safe(persona.shown_name)}'")
    return 0
