"""The identifiers of the user: list them, find one by what a person types, add one, say which one acts.

A persona's record holds its public side only. Names are looked up in this order: a whole DID, a label or default name
(case does not matter), the beginning of a DID after its method with six characters or more.
"""

from __future__ import annotations

from prometheus.errors import Ambiguous, Conflict, NotFound
from prometheus.model import collection
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.model.persona import KINDS, Persona
from prometheus.usecases import audit
from prometheus.usecases.persona_look import PLAIN_LOOK, face_of
from prometheus.usecases.seed import did_of, load_seed, public_key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from prometheus.model.secret import Secret
    from prometheus.usecases.persona_look import Look
    from prometheus.usecases.session import Commit, Session

METHOD: Final = "did:morpheus:"
PREFIX_LENGTH: Final = 6
"""Characters of a DID after its method that name it, when no other begins with them."""
_ACTIVE: Final = "active-persona"


def list_personas(session: Session, kinds: Iterable[str] = ("persona",), *, hidden: bool = False) -> list[Persona]:
    """Return the personas of the kinds asked for, by kind and key index; hidden ones only when asked."""
    wanted = frozenset(kinds)
    found = [Persona.from_fields(fields) for _, fields in session.scan(collection.PERSONA)]
    kept = [persona for persona in found if persona.kind in wanted and (hidden or not persona.hidden)]
    return sorted(kept, key=lambda persona: (KINDS.index(persona.kind), persona.key_index))


def find_persona(session: Session, text: str) -> Persona:
    """Return the one persona, of any kind, that a text names; hidden ones are found too.

    Raises:
        NotFound: When none has that name; Ambiguous when several do.
    """
    everyone = list_personas(session, KINDS, hidden=True)
    found = _matches(everyone, text.strip())
    if not found:
        raise NotFound(
            f"no persona is called '{text}'",
            code="PERSONA-NOT-FOUND",
            remedy="list them with 'prometheus persona list --all'",
        )
    if len(found) > 1:
        shown = ", ".join(f"{persona.shown_name} ({persona.did})" for persona in found)
        raise Ambiguous(
            f"'{text}' names {len(found)} personas",
            code="PERSONA-AMBIGUOUS",
            meaning=shown,
            remedy="give the whole DID, or rename one of them",
        )
    return found[0]


def active_persona(session: Session) -> Persona:
    """Return the persona that acts when no other is named.

    Raises:
        NotFound: When the vault has no persona yet.
    """
    chosen = session.get(collection.SETTING, _ACTIVE)
    fields = session.get(collection.PERSONA, chosen["record"]) if chosen else None
    if fields is not None:
        return Persona.from_fields(fields)
    for persona in list_personas(session):
        return persona
    raise NotFound(
        "this vault has no persona", code="PERSONA-NOT-FOUND", remedy="make one with 'prometheus persona add'"
    )


def use_persona(session: Session, text: str) -> Persona:
    """Make a persona the one that acts when no other is named."""
    with session.commit() as commit:
        persona = find_persona(session, text)
        if persona.kind != "persona":
            raise Conflict(f"a {persona.kind} cannot act; only a persona can", code="PERSONA-CANNOT-ACT")
        if persona.hidden:
            raise Conflict(
                f"the persona '{persona.shown_name}' is hidden",
                code="PERSONA-HIDDEN",
                remedy=f"show it again with 'prometheus persona unhide \"{persona.shown_name}\"'",
            )
        activate(commit, persona)
        audit.append(commit, "persona.use", persona=persona.did, facts={})
    return persona


def add_persona(session: Session, *, kind: str = "persona", look: Look = PLAIN_LOOK) -> Persona:
    """Make the next persona, device, group or resource of the seed, with the look given or the face of its key."""
    with session.commit() as commit:
        there = list_personas(session, KINDS, hidden=True)
        refuse_taken_label(there, look.label)
        index = max((persona.key_index for persona in there if persona.kind == kind), default=-1) + 1
        persona = persona_of_seed(load_seed(session.vault), kind, index, look=look, now=commit.clock.now())
        keep_new(commit, persona)
        audit.append(commit, "persona.add", persona=persona.did, facts={"kind": kind, "key_index": index})
    return persona


def persona_of_seed(seed: Secret, kind: str, index: int, *, look: Look = PLAIN_LOOK, now: datetime) -> Persona:
    """Return the persona that a seed has at one kind and key index, without writing it."""
    public_key = public_key_of(seed, kind, index)
    face = face_of(public_key)
    return Persona(
        kind=kind,
        key_index=index,
        public_key=public_key,
        did=did_of(public_key),
        name=face.name,
        label=look.label,
        glyph=look.glyph or face.glyph,
        colour=look.colour or face.colour,
        notes=look.notes,
        avatar="",
        hidden=False,
        created=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def keep_new(commit: Commit, persona: Persona) -> None:
    """Write a new persona within a commit.

    Raises:
        Conflict: When the vault has one of that kind and key index.
    """
    if commit.get(collection.PERSONA, persona.record_name) is not None:
        raise Conflict(f"{persona.kind} {persona.key_index} is in the vault already", code="PERSONA-EXISTS")
    commit.put(collection.PERSONA, persona.record_name, persona.as_fields())


def keep_changed(commit: Commit, persona: Persona) -> None:
    """Write a persona that the vault has, within a commit."""
    commit.put(collection.PERSONA, persona.record_name, persona.as_fields())


def activate(commit: Commit, persona: Persona) -> None:
    """Remember within a commit which persona acts."""
    commit.put(collection.SETTING, _ACTIVE, {"record": persona.record_name})


def refuse_taken_label(others: Iterable[Persona], label: str) -> None:
    """Refuse a label that another persona is shown under, so that a label always names one."""
    taken = {name.casefold() for persona in others for name in (persona.label, persona.name) if name}
    if label and label.casefold() in taken:
        raise Conflict(
            f"another persona is called '{label}'", code="PERSONA-LABEL-TAKEN", remedy="choose another label"
        )


def _matches(everyone: Sequence[Persona], text: str) -> list[Persona]:
    exact = [persona for persona in everyone if persona.did == text]
    if exact:
        return exact
    name = text.casefold()
    labelled = [persona for persona in everyone if persona.label.casefold() == name and name]
    if labelled:
        return labelled
    named = [persona for persona in everyone if persona.name.casefold() == name]
    if named:
        return named
    start = text.removeprefix(METHOD)
    if len(start) < PREFIX_LENGTH:
        return []
    return [persona for persona in everyone if persona.did.removeprefix(METHOD).startswith(start)]
