"""Who signs a change of a DID: a persona of this vault whose key may update it and is not the one that is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus.claims.did_document import UPDATE, has_right_at, is_same_key
from prometheus.errors import RefusedError
from prometheus.identity.multicipher import PublicKey, Signature
from prometheus_morpheus.transactions.operations import SIGNED, signed_operations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.api import Persona, Signer
    from prometheus.claims.did_document import DidDocument
    from prometheus.claims.jsontext import Json
    from prometheus.identity.multicipher import Authentication
    from prometheus_morpheus.transactions.signables import Signable

_STAND_IN: Final = {"e": b"\x7f" * 63 + b"\x0f", "s": b"\x7f" * 64}
"""Bytes that have the form of a signature and are none."""


def who_signs(personas: Sequence[Persona], document: DidDocument, changed: Authentication | None) -> Persona:
    """Return the first persona whose key may update a DID, if there is one another than the key that is to be changed.

    Where only that key may, it is returned, and the rules say what it cannot do.

    Raises:
        RefusedError: When none may.
    """
    able = [one for one in personas if has_right_at(document, _key(one), UPDATE, document.queried_at)]
    others = [one for one in able if changed is None or not is_same_key(_key(one), changed)]
    if able:
        return (others or able)[0]
    if document.tombstoned_at is not None and document.tombstoned_at <= document.queried_at:
        raise RefusedError(
            "no key can sign a change of this DID any more",
            code="DID-SIGNER",
            meaning=f"it was given up for good at height {document.tombstoned_at}; no key can act for it",
            remedy="nothing can change that; `prometheus persona add` makes a new DID",
        )
    raise RefusedError(
        "no key of this vault may sign this change",
        code="DID-SIGNER",
        meaning="none of its keys has the right to update the DID",
        remedy="`prometheus did show` says who may; add another key first, or use the vault that holds one",
    )


def signed_group(operations: Sequence[Signable], persona: Persona, signer: Signer) -> dict[str, Json]:
    """Return operations signed by a persona's key, ready for the ledger."""
    return signed_operations(operations, persona.public_key, signer)


def stand_in(operations: Sequence[Signable], persona: Persona) -> dict[str, Json]:
    """Return the same group without a signature: as long, so as dear, and worth nothing to whoever sees it."""
    suite = _key(persona).suite
    signature = Signature(suite, _STAND_IN[suite])
    written: list[Json] = [operation.as_json() for operation in operations]
    return {
        "operation": SIGNED,
        "signables": written,
        "signerPublicKey": persona.public_key,
        "signature": signature.text,
    }


def _key(persona: Persona) -> PublicKey:
    return PublicKey.parse(persona.public_key)
