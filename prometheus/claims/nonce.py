"""Nonces: 33 random bytes as 45 characters, which make a short value impossible to guess from its content id.

Rules: ``u`` and base64url without padding. A scalar that shall be hidden on its own is wrapped as
``{"nonce": …, "value": …}``. Random bytes come from the operating system.

What this is not: a check. Nobody validates the length or alphabet of a nonce that others wrote.
"""

from __future__ import annotations

from os import urandom

from prometheus.errors import NotUnderstood
from prometheus.identity.multibase import encode_b64u
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

NONCE_BYTES = 33


def encode(raw: bytes) -> str:
    """Return the text of 33 bytes.

    Raises:
        NotUnderstood: When there are more or fewer.
    """
    if len(raw) != NONCE_BYTES:
        raise NotUnderstood(f"a nonce has {NONCE_BYTES} bytes, not {len(raw)}", code="NONCE")
    return encode_b64u(raw)


def new_nonce() -> str:
    """Return a fresh nonce."""
    return encode(urandom(NONCE_BYTES))


def wrap(value: Json) -> dict[str, Json]:
    """Return a value with a fresh nonce beside it, so that it can be masked on its own."""
    return {"nonce": new_nonce(), "value": value}
