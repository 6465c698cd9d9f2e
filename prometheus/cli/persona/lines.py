"""A persona as lines for a person and as members for JSON; the same everywhere."""

from __future__ import annotations

from prometheus.cli.output import safe
from prometheus.model.frozen import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prometheus.model.persona import Persona


def fields(persona: Persona, *, is_active: bool | None = None) -> dict[str, Any]:
    """Return the members of a persona for ``--json``."""
    members = {**persona.as_fields(), "shown_name": persona.shown_name}
    return members if is_active is None else {**members, "active": is_active}


def details(persona: Persona, *, is_active: bool = False) -> list[str]:
    """Return everything that a vault knows of a persona, one fact a line."""
    default = f" (also {persona.name})" if persona.label else ""
    states = [state for state, holds in (("acts", is_active), ("hidden", persona.hidden)) if holds]
    lines = [
        f"{persona.kind:<10} {persona.glyph} {safe(persona.shown_name)}{default}",
        f"did        {persona.did}",
        f"public key {persona.public_key}",
        f"derived    {persona.kind} {persona.key_index}",
        f"colour     {persona.colour}",
    ]
    if states:
        lines.append(f"state      {', '.join(states)}")
    if persona.avatar:
        lines.append(f"picture    {persona.avatar}")
    notes = persona.notes.split("\n") if persona.notes else []
    return lines + [f"{'notes' if place == 0 else '':<10} {safe(line)}" for place, line in enumerate(notes)]


def row(persona: Persona, *, is_active: bool) -> str:
    """Return a persona as one line of at most 80 columns."""
    mark = "*" if is_active else " "
    name = _shortened(safe(persona.shown_name), 22)
    kind = "" if persona.kind == "persona" else persona.kind
    state = " ".join(word for word in (kind, "hidden" if persona.hidden else "") if word)
    return f"{mark} {persona.glyph} {name:<22} {persona.did}  {state}".rstrip()


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
