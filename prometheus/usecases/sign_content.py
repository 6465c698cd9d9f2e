"""Sign bytes as they are with a persona's key, and check such a signature.

Bytes can mean more than they show: a signature over the text of a content id also signs the JSON behind that id, and
one over ``header.payload`` is a token. `hidden_meaning` says so before anything is signed. The log has the digest
before the signature is released.
"""

from __future__ import annotations

import hashlib

from prometheus.errors import Conflict
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.usecases import audit

if TYPE_CHECKING:
    from prometheus.model.persona import Persona
    from prometheus.usecases.session import Session

CONTENT_LIMIT: Final = 64 << 20
"""Bytes of a file that is signed: 64 MiB, held in memory."""
_LONGEST_PREFIX: Final = 10
"""Bytes of a length before the operations on a DID: a number of 64 bits in groups of seven."""


class SignedContent(NamedTuple):
    """A signature with what is needed to check it."""

    signature: str
    public_key: str
    did: str
    sha256: str
    size: int


def sign_content(session: Session, persona: Persona, content: bytes) -> SignedContent:
    """Sign bytes with a persona's key.

    Raises:
        Conflict: When the persona is hidden.
        KeyUnavailable: When its key is not of this vault.
    """
    if persona.hidden:
        raise Conflict(f"the persona '{persona.shown_name}' is hidden", code="PERSONA-HIDDEN")
    digest = hashlib.sha256(content).hexdigest()
    signature = session.signer.sign(persona.public_key, content)
    with session.commit() as commit:
        audit.append(commit, "key.sign", persona=persona.did, facts={"sha256": digest, "bytes": len(content)})
    return SignedContent(signature, persona.public_key, persona.did, digest, len(content))


def is_signed(content: bytes, signature: str, public_key: str) -> bool:
    """Return whether a signature over bytes was made by the secret of a public key.

    Raises:
        NotUnderstood: When signature or public key have another form.
    """
    from prometheus.identity.multicipher import PublicKey, Signature

    return PublicKey.parse(public_key).verify(content, Signature.parse(signature))


def hidden_meaning(content: bytes) -> str:
    """Return what else a signature over these bytes would mean, or an empty text."""
    text = content.strip()
    if _is_content_id(text):
        return "these bytes are a content id: the signature would also be one under the JSON document behind it"
    if _is_token(text):
        return "these bytes are the signed part of a token: with the signature anyone can act with it"
    if _is_operation(content):
        return "these bytes look like a ledger operation"
    return ""


def _is_content_id(text: bytes) -> bool:
    from prometheus.claims.digest import is_content_id

    return len(text) < 100 and text.isascii() and is_content_id(text.decode())


def _is_token(text: bytes) -> bool:
    """Return whether it is ``header.payload``: two parts in base64url, the first of which is a JSON object."""
    from prometheus.claims.jsontext import parse
    from prometheus.errors import InputError
    from prometheus.identity.multibase import b64u_decode

    header, dot, payload = text.partition(b".")
    if not dot or b"." in payload or not text.isascii():
        return False
    try:
        b64u_decode(payload.decode())
        return isinstance(parse(b64u_decode(header.decode()), unique_keys=False), dict)
    except InputError:
        return False


def _is_operation(content: bytes) -> bool:
    """Return whether it is JSON with operations, bare or behind its length, which is how one on a DID is signed."""
    start = content.lstrip()[: _LONGEST_PREFIX + 1]
    return (b"[" in start or b"{" in start) and b'"operation' in content
