"""What others may know of a persona: its DID, its public key and its key id; the label only when asked for.

Kind index, notes, picture and everything else of the vault stay inside: the index would tell how many others there are.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases import audit

if TYPE_CHECKING:
    from prometheus.model.persona import Persona
    from prometheus.usecases.session import Session


def export_public(session: Session, persona: Persona, *, with_label: bool = False) -> dict[str, str]:
    """Return the public document of a persona, and put the export into the log."""
    document = public_document(persona, with_label=with_label)
    with session.commit() as commit:
        audit.append(commit, "persona.export", persona=persona.did, facts={"members": sorted(document)})
    return document


def public_document(persona: Persona, *, with_label: bool = False) -> dict[str, str]:
    """Return the public document of a persona."""
    from prometheus.identity.multicipher import PublicKey

    document = {
        "did": persona.did,
        "keyId": PublicKey.parse(persona.public_key).key_id().text,
        "publicKey": persona.public_key,
    }
    if with_label:
        document["label"] = persona.shown_name
    return document
