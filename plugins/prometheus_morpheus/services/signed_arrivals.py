"""Whether what came in is signed, and by what name it goes: the content id of the whole signed object.

Rules: `what` is how texts name it. The texts are those that the reference services were recorded with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.claims.digest import content_id
from prometheus.claims.signed import signature_is_valid
from prometheus.errors import InputError, NotUnderstood, ProofError

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json


def name_of(document: Json, what: str) -> str:
    """Return the content id of what was sent.

    Raises:
        NotUnderstood: When it is no object, has none, or is not signed at all.
    """
    if not isinstance(document, dict):
        raise NotUnderstood(f"{what} is not an object")
    try:
        name = content_id(document)
    except InputError as error:
        raise NotUnderstood(f"{what} has no content id: {error.what}") from None
    if "signature" not in document:
        raise NotUnderstood(f"{what} {name} is missing signature")
    return name


def require_signature(document: Json, what: str) -> str:
    """Return the content id of a signed document whose signature fits.

    Raises:
        NotUnderstood: ``<what> <content id> is missing signature`` or ``… has invalid signature``.
    """
    name = name_of(document, what)
    try:
        fits = signature_is_valid(document)
    except (InputError, ProofError):
        fits = False
    if not fits:
        raise NotUnderstood(f"{what} {name} has invalid signature")
    return name
