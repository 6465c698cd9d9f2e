"""The two generations of paths, as pairs: the one that the recorded services answer, and the later, singular one.

A pair of the same two is a path that both have. What stands in a path was checked before it comes here.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from prometheus.claims.digest import is_content_id
from prometheus.errors import NotUnderstood

_LINK = re.compile(r"[A-Za-z0-9_-]{1,256}")


class Paths(NamedTuple):
    """One path in both generations."""

    plural: str
    singular: str

    @property
    def in_order(self) -> tuple[str, ...]:
        """The paths to try, each once."""
        return tuple(dict.fromkeys(self))


PROCESSES = Paths("/processes", "/process")
REQUESTS = Paths("/requests", "/request")
SCENARIOS = Paths("/scenarios", "/scenario")
PRESENTATION = Paths("/presentation", "/presentation")
PRESENTATIONS = Paths("/presentations", "/presentations")
AFTER_PROOF = Paths("/after-proof", "/afterProof")
VALIDATE = Paths("/validate", "/validate")


def blob(content_id: str) -> Paths:
    """Return the path of a public document."""
    path = f"/blob/{_checked_id(content_id)}"
    return Paths(path, path)


def private_blob(content_id: str) -> Paths:
    """Return the path of a document that only clerks may see."""
    found = _checked_id(content_id)
    return Paths(f"/private-blob/{found}", f"/privateBlob/{found}")


def of_request(link: str, act: str) -> Paths:
    """Return the path of what is done with a request.

    Raises:
        NotUnderstood: When the link is none.
    """
    if not is_link(link):
        raise NotUnderstood("this is no capability link", code="SERVICE-LINK")
    return Paths(f"/requests/{link}/{act}", f"/request/{link}/{act}")


def is_link(text: str) -> bool:
    """Whether a text can be a capability link; it must not lead to another path."""
    return _LINK.fullmatch(text) is not None


def _checked_id(content_id: str) -> str:
    if not is_content_id(content_id):
        raise NotUnderstood(f"`{content_id[:60]}` is no content id", code="SERVICE-CONTENT-ID")
    return content_id
