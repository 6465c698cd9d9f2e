"""What a verifier's service is asked about a document: each signature in it, and in whose name it was made.

Rules: a question names a key, the content id that was signed, the signature, the DID that the key is to act for and, of
a statement that has one, the newest after proof. Nothing else leaves: no claim, no field, no licence. A statement whose
constraints are hidden names nobody, so nothing is asked about it. Nor is anything asked about the signature of whoever
shows a presentation, unless that is wanted: key, id and signature make the id under which an inspector's service hands
the whole of it out, claims and all.
Not here: asking, and what follows from the answers (`verifier_word`).
"""

from __future__ import annotations

from prometheus.claims.after_proof import after_proofs_in
from prometheus.claims.reading import ReadPresentation, ReadRequest, read
from prometheus.claims.statement import Constraints
from prometheus.errors import InputError, ProofError
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.claims.reading import Document, ReadStatement

SIGNATURE, CONTROLLER, HOLDER = "proof.signature", "issuer.controller", "binding.holder"


class AboutSignature(NamedTuple):
    """One question, and which findings of our own it is about: pairs of a check's id and a place, any where empty."""

    public_key: str
    content_id: str
    signature: str
    on_behalf_of: str
    after_proof: tuple[int, str] | None
    what: str
    own: tuple[tuple[str, str], ...]

    @property
    def asked(self) -> tuple[str, str, str, str, tuple[int, str] | None]:
        """What is sent, in the order of `Verifier.validate`."""
        return self.public_key, self.content_id, self.signature, self.on_behalf_of, self.after_proof


def questions_about(
    document: str | bytes, *, max_bytes: int, about_presenter: bool = False
) -> tuple[AboutSignature, ...]:
    """Return what a verifier can be asked about a presentation, statement or request; nothing for another document.

    Args:
        document: The document.
        max_bytes: How long it may be.
        about_presenter: Whether the signature of a presentation itself is asked about too.
    """
    try:
        found = read(document, max_bytes=max_bytes, contents={})
    except (InputError, ProofError):
        return ()
    return tuple(dict.fromkeys(_questions(found, about_presenter=about_presenter)))


def _questions(found: Document, *, about_presenter: bool) -> Iterator[AboutSignature]:
    if isinstance(found, ReadRequest):
        subject = found.signed.content.claim.subject
        own = ((SIGNATURE, ""), (HOLDER, ""))
        yield AboutSignature(
            found.signed.public_key, found.digest, found.signed.signature, subject, None, "the request", own
        )
        return
    if not isinstance(found, ReadPresentation):
        yield from _about_statement(found)
        return
    signed = found.signed
    for claim in found.claims:
        if about_presenter and claim.claim is not None:
            own = ((SIGNATURE, "/"), (HOLDER, claim.at))
            yield AboutSignature(
                signed.public_key,
                found.digest,
                signed.signature,
                claim.claim.subject,
                None,
                "the presentation",
                own,
            )
        for statement in claim.statements:
            yield from _about_statement(statement)


def _about_statement(statement: ReadStatement) -> Iterator[AboutSignature]:
    content, at = statement.content, statement.at or "/"
    if content is None or not isinstance(content.constraints, Constraints):
        return
    proofs = after_proofs_in(content.to_json())
    newest = max(proofs, key=lambda proof: proof.height, default=None)
    yield AboutSignature(
        statement.signed.public_key,
        statement.digest,
        statement.signed.signature,
        content.constraints.authority,
        None if newest is None else (newest.height, newest.block_id),
        "a statement",
        ((SIGNATURE, at), (CONTROLLER, at)),
    )
