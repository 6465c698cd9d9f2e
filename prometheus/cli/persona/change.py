"""``persona use|rename|edit|hide|unhide``: each one change, in the log with its names and not its values."""

from __future__ import annotations

from prometheus import files
from prometheus.cli.output import safe
from prometheus.cli.persona.lines import details, fields
from prometheus.cli.unlocking import open_session
from prometheus.errors import NotUnderstood
from prometheus.model.avatar import AVATAR_LIMIT
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.edit_persona import Edit, edit_persona, hide_persona, preview_edit, unhide_persona
from prometheus.usecases.personas import use_persona

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.model.persona import Persona


def use(call: Invocation) -> int:
    """Choose who acts."""
    with open_session(call) as session:
        persona = use_persona(session, call.text("persona"))
    return _told(call, persona, f"{persona.glyph} {safe(persona.shown_name)} acts from now on")


def rename(call: Invocation) -> int:
    """Give another label."""
    return _edited(call, Edit(label=call.text("label")))


def edit(call: Invocation) -> int:
    """Change the look."""
    wanted = Edit(None, call.maybe("glyph"), call.maybe("colour"), call.maybe("notes"), _avatar(call))
    if wanted == Edit():
        raise NotUnderstood(
            "nothing to change was given", code="USAGE", remedy="see 'prometheus persona edit --help' for what can be"
        )
    return _edited(call, wanted)


def hide(call: Invocation) -> int:
    """Put out of sight."""
    with open_session(call) as session:
        persona = hide_persona(session, call.text("persona"))
    return _told(call, persona, f"{safe(persona.shown_name)} is hidden; 'persona list --all' still shows it")


def unhide(call: Invocation) -> int:
    """Show again."""
    with open_session(call) as session:
        persona = unhide_persona(session, call.text("persona"))
    return _told(call, persona, f"{safe(persona.shown_name)} is shown again")


def _edited(call: Invocation, wanted: Edit) -> int:
    act = preview_edit if call.flag("dry_run") else edit_persona
    with open_session(call) as session:
        persona = act(session, call.text("persona"), wanted)
    note = ["", "nothing was changed"] if call.flag("dry_run") else []
    document = {"persona": fields(persona), "dry_run": call.flag("dry_run")}
    call.output.result(document, details(persona) + note)
    return 0


def _avatar(call: Invocation) -> bytes | None:
    path = call.maybe("avatar")
    if path is not None and call.flag("no_avatar"):
        raise NotUnderstood("give --avatar or --no-avatar, not both", code="USAGE")
    if path is not None:
        content = files.read(path, AVATAR_LIMIT)
        if not content:
            raise NotUnderstood("the picture is empty", code="AVATAR-KIND")
        return content
    return b"" if call.flag("no_avatar") else None


def _told(call: Invocation, persona: Persona, line: str) -> int:
    call.output.result({"persona": fields(persona)}, [line])
    return 0
