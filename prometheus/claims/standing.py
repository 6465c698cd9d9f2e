"""How a key stands to a DID: may it act for it at one height of the ledger.

Rules: one height, no intervals. It is the height of a before proof where there is one, else the newest that is known.
A key that lost its right after that height is fine, one that lost it before is not. Without a document there is only
the implicit one, in which the DID's default key may do everything; that is said, because later changes were not seen.
Not here: what a verdict makes of it.
"""

from __future__ import annotations

from prometheus.claims.did_document import IMPERSONATE, has_right_at, implicit_document, is_same_key, linked_key
from prometheus.claims.did_names import did_of
from prometheus.errors import InputError
from prometheus.identity.did import Did, KeyLink
from prometheus.model.frozen import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus.claims.did_document import DidDocument
    from prometheus.claims.knowledge import KnownDocument
    from prometheus.identity.multicipher import PublicKey

Right = Literal["held", "implicit", "lost", "never", "unknown", "beyond", "told-once"]


class Standing(NamedTuple):
    """What was found, at which height, from which document.

    ``implicit``: the default key, and no document at hand. ``lost``: held before and not at that height. ``unknown``:
    another key, and no document. ``beyond``: the height is newer than the document. ``told-once``: held at the height
    of a before proof and not at the newest one, and a single source tells that proof.
    """

    right: Right
    height: int | None = None
    known: KnownDocument | None = None

    def evidence(self) -> dict[str, object]:
        """Return height, source and age for the evidence of a check."""
        if self.known is None:
            return {}
        return {"height": self.height, "source": self.known.source, "age_s": self.known.age_s}


def newest_document(did: Did, documents: Iterable[KnownDocument]) -> KnownDocument | None:
    """Return the document of a DID that was asked at the greatest height, None when there is none."""
    return max(
        (known for known in documents if known.document.did == did),
        key=lambda known: known.document.queried_at,
        default=None,
    )


def contradictory(documents: Iterable[KnownDocument]) -> tuple[str, ...]:
    """Return the DIDs about which two documents of the same height say different things."""
    first: dict[tuple[Did, int], DidDocument] = {}
    differing = []
    for known in documents:
        document = known.document
        if first.setdefault((document.did, document.queried_at), document) != document:
            differing.append(document.did.text)
    return tuple(dict.fromkeys(differing))


def stand(did: Did, key: PublicKey, documents: Iterable[KnownDocument], height: int | None = None) -> Standing:
    """Return how a key stands to a DID at a height, or at the newest height known."""
    known = newest_document(did, documents)
    if known is None:
        return Standing("implicit" if key.matches(did.key_id) else "unknown", height)
    document = known.document
    judged_at = document.queried_at if height is None else height
    if judged_at > document.queried_at:
        return Standing("beyond", judged_at, known)
    if has_right_at(document, key, IMPERSONATE, judged_at):
        return Standing("held", judged_at, known)
    held_before = any(has_right_at(document, key, IMPERSONATE, at) for at in _changes(document) if at < judged_at)
    return Standing("lost" if held_before else "never", judged_at, known)


def stand_with_proof(
    did: Did, key: PublicKey, documents: Iterable[KnownDocument], height: int, *, is_agreed: bool
) -> Standing:
    """Return how a key stands to a DID at the height of a before proof.

    A source can invent a proof: a transaction that is signed today, in a block that it says is an old one. So what one
    source alone tells brings no right back that was lost since.
    """
    documents = tuple(documents)
    then = stand(did, key, documents, height)
    if is_agreed or then.right != "held" or stand(did, key, documents).right == "held":
        return then
    return then._replace(right="told-once")


def _changes(document: DidDocument) -> set[int]:
    """Return every height at which a right can begin: when a key or right starts, or an earlier key ends."""
    heights = {0}
    for key in document.keys:
        heights.update(height for height in (key.valid_from, key.valid_until) if height is not None)
    for entry in document.rights.get(IMPERSONATE, ()):
        heights.update(point.height for point in entry.history)
    return heights


def link_leads_to(link: str, key: PublicKey, documents: Iterable[KnownDocument]) -> bool | None:
    """Return whether a key link such as ``did:morpheus:ez…#0`` leads to a key, None where that cannot be told.

    Without a document only ``#0`` can be followed: the first key of a DID is its default key for ever.
    """
    name, _, index = link.partition("#")
    try:
        local = KeyLink.parse(f"#{index}")
        did = did_of(name)
        known = newest_document(did, documents)
        if known is None and local.key_index > 0:
            return None
        document = implicit_document(did) if known is None else known.document
        return is_same_key(linked_key(document, local.text).auth, key)
    except InputError:
        return False
