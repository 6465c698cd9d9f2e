"""One signed statement, several ids: its key and its signature can be written in more than one way.

The id of a signed statement covers the texts of key and signature. Nobody signed those texts: each may be written in
another base, and of an ECDSA signature there is a second form with the other sign of S, which verifies as well. So
whoever holds a withdrawn statement could write it anew, with an id that no list names.

Rule: a statement is looked for under its id as it is written, and under those of both forms of the signature with all
texts in base58, as they are issued. What this is not: the id that a statement is shown or kept under.
"""

from __future__ import annotations

from prometheus.claims.digest import content_id
from prometheus.errors import InputError, ProofError
from prometheus.identity.multicipher import SECP256K1, PublicKey, Signature
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.claims.reading import ReadStatement


def ids_of(statement: ReadStatement) -> frozenset[str]:
    """Return every id under which a list may name this signed statement."""
    return frozenset((statement.signed_id, *_as_issued(statement)))


def _as_issued(statement: ReadStatement) -> Iterator[str]:
    signed = statement.signed
    try:
        key, signature = PublicKey.parse(signed.public_key), Signature.parse(signed.signature)
    except (InputError, ProofError):
        return
    for form in (signature, *_with_other_s(signature)):
        written = signed._replace(public_key=key.text, signature=form.text, outer_nonce=None)
        yield content_id(written.shell(statement.digest))


def _with_other_s(signature: Signature) -> tuple[Signature, ...]:
    if signature.suite != SECP256K1:
        return ()
    from prometheus.identity.secp256k1 import ORDER

    other = (ORDER - int.from_bytes(signature.raw[32:], "big")) % ORDER
    return (signature._replace(raw=signature.raw[:32] + other.to_bytes(32, "big")),)
