"""Change how a persona looks, or put it out of sight; every change is in the log, with the names of what changed.

A persona is never deleted: its key derives from the seed, and claims name its DID. What a user does not want to see is
hidden, and can be shown again.
"""

from __future__ import annotations

from prometheus.errors import Conflict
from prometheus.model import collection
from prometheus.model.avatar import media_type_of
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.usecases import audit
from prometheus.usecases.persona_look import checked_colour, checked_glyph, checked_label, checked_notes, face_of
from prometheus.usecases.personas import (
    active_persona,
    find_persona,
    keep_changed,
    refuse_taken_label,
)

if TYPE_CHECKING:
    from prometheus.model.persona import Persona
    from prometheus.usecases.session import Commit, Session


class Edit(NamedTuple):
    """What to change; None leaves a member as it is, an empty text goes back to the face of the key."""

    label: str | None = None
    glyph: str | None = None
    colour: str | None = None
    notes: str | None = None
    avatar: bytes | None = None
    """The picture; empty bytes remove it."""


def edit_persona(session: Session, text: str, edit: Edit) -> Persona:
    """Change the look of the persona that a text names and return it as it is now.

    Raises:
        Conflict: When another persona has the label.
        NotUnderstood: When a member has a form that is not allowed; nothing is changed then.
    """
    with session.commit() as commit:
        after = preview_edit(session, text, edit)
        if edit.avatar is not None:
            _keep_avatar(commit, after, edit.avatar)
        keep_changed(commit, after)
        changed = [name for name, value in edit._asdict().items() if value is not None]
        audit.append(commit, "persona.edit", persona=after.did, facts={"changed": changed})
    return after


def preview_edit(session: Session, text: str, edit: Edit) -> Persona:
    """Return the persona as it would be after a change, changing nothing; errors as `edit_persona`."""
    before = find_persona(session, text)
    after = _edited(before, edit)
    if edit.label:
        refuse_taken_label(session, after.label, own=before.did)
    return after


def hide_persona(session: Session, text: str) -> Persona:
    """Put a persona out of sight; its key, claims and DID stay.

    Raises:
        Conflict: When it is the one that acts.
    """
    return _show_or_hide(session, text, hidden=True)


def unhide_persona(session: Session, text: str) -> Persona:
    """Show a hidden persona again."""
    return _show_or_hide(session, text, hidden=False)


def avatar_of(session: Session, persona: Persona) -> bytes | None:
    """Return the picture of a persona, or None."""
    from prometheus.identity.multibase import b64u_decode

    fields = session.get(collection.SETTING, _avatar_record(persona))
    return None if fields is None else b64u_decode(fields["content"])


def _show_or_hide(session: Session, text: str, *, hidden: bool) -> Persona:
    act = "persona.hide" if hidden else "persona.unhide"
    with session.commit() as commit:
        persona = find_persona(session, text)
        if hidden and persona == active_persona(session):
            raise Conflict(
                f"'{persona.shown_name}' is the persona that acts",
                code="PERSONA-ACTS",
                remedy="let another act first with 'prometheus persona use NAME'",
            )
        after = persona._replace(hidden=hidden)
        keep_changed(commit, after)
        audit.append(commit, act, persona=after.did, facts={})
    return after


def _edited(persona: Persona, edit: Edit) -> Persona:
    face = face_of(persona.public_key)
    if edit.label is not None:
        persona = persona._replace(label=checked_label(edit.label))
    if edit.glyph is not None:
        persona = persona._replace(glyph=checked_glyph(edit.glyph) or face.glyph)
    if edit.colour is not None:
        persona = persona._replace(colour=checked_colour(edit.colour) or face.colour)
    if edit.notes is not None:
        persona = persona._replace(notes=checked_notes(edit.notes))
    if edit.avatar is not None:
        persona = persona._replace(avatar=media_type_of(edit.avatar) if edit.avatar else "")
    return persona


def _keep_avatar(commit: Commit, persona: Persona, content: bytes) -> None:
    from prometheus.identity.multibase import b64u_encode

    if not content:
        commit.delete(collection.SETTING, _avatar_record(persona))
        return
    fields = {"media_type": persona.avatar, "content": b64u_encode(content)}
    commit.put(collection.SETTING, _avatar_record(persona), fields)


def _avatar_record(persona: Persona) -> str:
    return f"avatar/{persona.record_name}"
