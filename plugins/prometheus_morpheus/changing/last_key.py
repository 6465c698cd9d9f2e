"""Whether a document leaves its DID without a key that may change it, and from which height on.

From then on nobody can give any key the right to: that is as final as giving the DID up, and nothing on the ledger
warns of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.claims.did_document import UPDATE, has_right_at, is_tombstoned_at

if TYPE_CHECKING:
    from prometheus.claims.did_document import DidDocument


def last_update(document: DidDocument) -> int | None:
    """Return the first height from which no key can change the DID, as its document is; None where one always can.

    Of a DID that was given up it is None: there is nothing left to lose.
    """
    height = document.queried_at
    if is_tombstoned_at(document, height):
        return None
    able = [
        key for key in document.keys if key.is_valid_at(height) and has_right_at(document, key.auth, UPDATE, height)
    ]
    ends = [key.valid_until for key in able if key.valid_until is not None]
    if len(ends) < len(able):
        return None
    return max(ends, default=height)


def loses_its_last(before: DidDocument, after: DidDocument) -> int | None:
    """Return `last_update` of the document after a change that brought it about, or brought it nearer; else None."""
    then, now = last_update(after), last_update(before)
    if then is None or (now is not None and now <= then):
        return None
    return then
