"""The check of one signature: does the key in the document sign the content id of the content.

Rules: the suite is that of the key's own text; nothing else in the document chooses how a signature is checked. A key
or signature that cannot be read is a failed check, not an error.
Not here: whose key it is and what it may do.
"""

from __future__ import annotations

from prometheus.errors import InputError, ProofError
from prometheus.identity.multicipher import PublicKey, Signature
from prometheus.model.frozen import TYPE_CHECKING, Any, NamedTuple
from prometheus.verdict.check import Check, failed, passed

if TYPE_CHECKING:
    from prometheus.claims.shell import Signed

SIGNATURE = "proof.signature"


class Proof(NamedTuple):
    """What was found, the key that signed, None where its text is no key, and that text."""

    check: Check
    key: PublicKey | None
    key_text: str


def check_signature(signed: Signed[Any], digest: str, who: str, at: str) -> Proof:
    """Check the signature of a signed document over the content id of its content.

    Args:
        signed: The document.
        digest: The content id of its content, which is what was signed.
        who: For people: whose signature it is.
        at: Where in the text the document stands, as a JSON pointer.
    """
    evidence = {"at": at or "/", "key": signed.public_key, "content": digest}
    try:
        key = PublicKey.parse(signed.public_key)
        signature = Signature.parse(signed.signature)
    except (InputError, ProofError) as error:
        detail = f"{who} cannot be read: {error.what[:120]}"
        return Proof(
            failed(SIGNATURE, "SIGNATURE", detail, "ask for the original document", **evidence), None, signed.public_key
        )
    if key.verify(digest.encode(), signature):
        return Proof(passed(SIGNATURE, f"{who} is good", **evidence), key, signed.public_key)
    detail = f"{who} does not fit: the document was changed after it was signed, or another key signed it"
    check = failed(SIGNATURE, "SIGNATURE", detail, "ask for the original document", **evidence)
    return Proof(check, key, signed.public_key)
