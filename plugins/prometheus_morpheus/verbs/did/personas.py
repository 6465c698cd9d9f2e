"""Whom the person means: a DID or key that was typed, or a persona of the open vault by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.errors import InputError, NotFound
from prometheus.identity.did import Did
from prometheus.identity.multicipher import PublicKey, parse_authentication

if TYPE_CHECKING:
    from prometheus.api import OpenVault, Persona
    from prometheus.identity.multicipher import Authentication


def is_did(text: str | None) -> bool:
    """Return whether a text is written as a DID of Morpheus, so that no vault is needed to know it."""
    return text is not None and text.startswith("did:morpheus:")


def did_meant(vault: OpenVault, text: str | None) -> Did:
    """Return the DID that a text names: itself, a persona's, or that of the active persona where there is no text.

    Raises:
        NotUnderstood: When it is written as a DID and is none.
        NotFound: When no persona has that name.
    """
    if text is None:
        return Did.parse(vault.active_persona().did)
    return Did.typed(text) if is_did(text) else Did.parse(vault.persona(text).did)


def key_meant(vault: OpenVault, text: str) -> Authentication:
    """Return the key or key id that a text names: itself, or that of a persona.

    Of a persona the key id is taken: it says no more than has to be known before the key is used.

    Raises:
        NotFound: When it is no key, no key id, and no persona has that name.
    """
    try:
        return parse_authentication(text)
    except InputError:
        pass
    try:
        return PublicKey.parse(vault.persona(text).public_key).key_id()
    except NotFound:
        raise NotFound(
            "no key is meant",
            code="DID-KEY-UNKNOWN",
            meaning=f"{text[:60]} is no public key, no key id, and no persona of yours",
            remedy="`prometheus persona list` shows yours; a public key begins with pez or psz",
        ) from None


def names_of(vault: OpenVault) -> dict[str, str]:
    """Return what the person calls each key of the vault, by the texts of public key and key id."""
    found: dict[str, str] = {}
    for persona in vault.personas():
        found[persona.public_key] = persona.shown_name
        found[PublicKey.parse(persona.public_key).key_id().text] = persona.shown_name
    return found


def owned(vault: OpenVault, key: Authentication) -> Persona | None:
    """Return the persona whose key is meant by a key or key id, None where it is nobody's of this vault."""
    for persona in vault.personas():
        public = PublicKey.parse(persona.public_key)
        if public == key or public.key_id() == key:
            return persona
    return None
