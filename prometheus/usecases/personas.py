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
from prometheus.usecases.indexing import HIDDEN, SHOWN, tag
from prometheus.usecases.persona_look import PLAIN_LOOK, face_of
from prometheus.usecases.seed import did_of, load_seed, public_key_of

if TYPE_CHECKING:
    from collections.abc import Iterable
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
    found: list[Persona] = []
    for kind in sorted(frozenset(kinds), key=KINDS.index):
        found += _tagged(session, tag("kind", kind), *(() if hidden else (SHOWN,)))
    return found


def count_hidden(session: Session, kinds: Iterable[str] = ("persona",)) -> int:
    """Return how many personas of these kinds are hidden."""
    return sum(session.count(collection.PERSONA, tags=(tag("kind", kind), HIDDEN)) for kind in frozenset(kinds))


def names_of(session: Session, dids: Iterable[str]) -> dict[str, str]:
    """Return what those DIDs are called that are the user's own, of any kind, hidden or not."""
    own = {did: _tagged(session, tag("did", did)) for did in dict.fromkeys(dids)}
    return {did: found[0].shown_name for did, found in own.items() if found}


def find_persona(session: Session, text: str) -> Persona:
    """Return the one persona, of any kind, that a text names; hidden ones are found too.

    Raises:
        NotFound: When none has that name; Ambiguous when several do.
    """
    found = _matches(session, text.strip())
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
    first = session.find(collection.PERSONA, tags=(tag("kind", "persona"), SHOWN), newest_first=False, limit=1)
    for persona in _read(session, first):
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
        refuse_taken_label(session, look.label)
        newest = _read(session, session.find(collection.PERSONA, tags=(tag("kind", kind),), limit=1))
        index = newest[0].key_index + 1 if newest else 0
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


def refuse_taken_label(session: Session, label: str, *, own: str = "") -> None:
    """Refuse a label that another persona than that of a DID is shown under, so that a label always names one."""
    name = label.casefold()
    taken = [*_tagged(session, tag("label", name)), *_tagged(session, tag("name", name))] if name else []
    if any(persona.did != own for persona in taken):
        raise Conflict(
            f"another persona is called '{label}'", code="PERSONA-LABEL-TAKEN", remedy="choose another label"
        )


def _matches(session: Session, text: str) -> list[Persona]:
    name = text.casefold()
    for kind, value in (("did", text), ("label", name), ("name", name)):
        found = _tagged(session, tag(kind, value))
        if found:
            return found
    start = text.removeprefix(METHOD)
    if len(start) < PREFIX_LENGTH:
        return []
    begun = _read(session, session.find(collection.PERSONA, words=start, newest_first=False))
    return [persona for persona in begun if persona.did.removeprefix(METHOD).startswith(start)]


def _tagged(session: Session, *tags: str) -> list[Persona]:
    return _read(session, session.find(collection.PERSONA, tags=tags, newest_first=False))


def _read(session: Session, names: Iterable[str]) -> list[Persona]:
    return [Persona.from_fields(fields) for fields in session.read(collection.PERSONA, names)]
