"""The outcome that is no verdict: what was shown does not answer the question that was asked.

An answer to another request, one that came too late and one that was shown here before say nothing about the document
itself, so they are neither valid nor invalid. Not here: how that is found (`prometheus.claims`).
"""

from __future__ import annotations

from prometheus.model.frozen import NamedTuple


class NoVerdict(NamedTuple):
    """Why no verdict was made: ``ANSWER``, ``LATE`` or ``SEEN``."""

    code: str
    detail: str
    remedy: str = ""

    @property
    def exit_code(self) -> int:
        """The exit code for a conflict with the question asked: 11."""
        return 11

    def as_document(self) -> dict[str, object]:
        """Return the fields that ``--json`` shows, in the shape of an error."""
        return {"code": self.code, "error": self.detail, "exit": self.exit_code, "hint": self.remedy, "why": ""}
