"""Public documents by their content ids.

Rules: what was published once stays there under its id, so a process that changed can be compared with what it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_morpheus.services.http.asked import text_refusal

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.services.floor import Floor


def published(floor: Floor, content_id: str) -> Json:
    """Return a document that is or was public here.

    Raises:
        Refused: 404 ``"Unknown contentId 'x'"``.
    """
    document = floor.store.published.blob(content_id)
    if document is None:
        raise text_refusal(404, f"Unknown contentId '{content_id}'")
    return document
