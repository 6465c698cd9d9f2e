"""Furnish a new vault: its seed, its first personas, the facts of its making, and the first line of its log.

All of it is one commit, so a vault either has everything or nothing. Which file it is, and how it is sealed, is the
business of whoever opened it.
"""

from __future__ import annotations

from prometheus.errors import Conflict
from prometheus.model import collection, key_record
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.usecases import audit
from prometheus.usecases.personas import activate, keep_new, persona_of_seed
from prometheus.usecases.seed import keep_seed
from prometheus.usecases.upgrade_vault import mark_edition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus.model.persona import Persona
    from prometheus.model.secret import Secret
    from prometheus.usecases.session import Session

FACTS: Final = "vault"
"""Name of the setting in which a vault keeps its facts."""
ORIGINS: Final = ("words", "restored", "imported")


class VaultFacts(NamedTuple):
    """What a vault knows about itself."""

    created: str
    origin: str
    """One of `ORIGINS`: drawn here, restored from words, or imported from an IOP vault file."""
    is_demo: bool


def furnish_vault(
    session: Session,
    seed: Secret,
    *,
    origin: str = "words",
    is_demo: bool = False,
    counts: Mapping[str, int] | None = None,
) -> list[Persona]:
    """Write the seed and the first identifiers of a new vault in one commit, and make persona 0 the active one.

    Args:
        session: A vault that has no seed yet.
        seed: The 64 bytes that everything derives from.
        origin: How the seed came here.
        is_demo: Whether the vault is stamped as one that nobody should keep anything in.
        counts: How many identifiers of each kind to make; persona 0 is always made.

    Returns:
        Every identifier made, persona 0 first.
    """
    wanted = {"persona": 1, **(counts or {})}
    wanted["persona"] = max(1, wanted["persona"])
    with session.commit() as commit:
        if commit.secret(key_record.SEED) is not None:
            raise Conflict("this vault has a seed already", code="SEED-EXISTS")
        now = commit.clock.now()
        created = now.strftime("%Y-%m-%dT%H:%M:%SZ")
        keep_seed(commit, seed, {"created": created})
        made = [persona_of_seed(seed, kind, index, now=now) for kind in wanted for index in range(wanted[kind])]
        for persona in made:
            keep_new(commit, persona)
        activate(commit, made[0])
        commit.put(collection.SETTING, FACTS, VaultFacts(created, origin, is_demo)._asdict())
        mark_edition(commit)
        audit.append(
            commit, "vault.create", persona=made[0].did, facts={"origin": origin, "demo": is_demo, "made": len(made)}
        )
    return made


def vault_facts(session: Session) -> VaultFacts:
    """Return what an open vault knows about itself."""
    fields = session.get(collection.SETTING, FACTS) or {"created": "", "origin": "", "is_demo": False}
    return VaultFacts(fields["created"], fields["origin"], fields["is_demo"])
