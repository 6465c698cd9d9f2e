"""Whether what came in is a request that can be kept: its form, its signature, and that its process is published here.

Rules:
* A request is named by the content id of the whole signed object, as the reference does; so one whose content is
  replaced by its content id has the same name, and is answered where the whole one is known already.
* Nothing in a new request may be hidden: a clerk has to see what is to be signed. Unknown members are refused, because
  whoever drops them confirms something else than was signed.
* Texts are those that the reference service was recorded with; where it takes anything, ours begin in the same way.

What this is not: a judgement of claim and evidence. That is the clerk's, with the checks of `claim witness`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus.claims.digest import is_content_id
from prometheus.claims.request import parse_signed_request
from prometheus.errors import InputError, NotUnderstood, ProofError
from prometheus_morpheus.services.signed_arrivals import require_signature

if TYPE_CHECKING:
    from collections.abc import Container

    from prometheus.claims.jsontext import Json

WHAT = "Signed witness request"
"""How texts name what comes in."""


class ArrivedRequest(NamedTuple):
    """A request that was found good: its name, and its process."""

    request_id: str
    process_id: str
    document: dict[str, Json]


def read_request(document: Json, processes: Container[str]) -> ArrivedRequest:
    """Return a request that may be kept.

    Args:
        document: As it came.
        processes: Ids of the processes that are published here, or were.

    Raises:
        NotUnderstood: When its signature does not fit, a part is hidden or wrong, or its process is not known here.
    """
    name = require_signature(document, WHAT)
    try:
        request = parse_signed_request(document).content
    except (InputError, ProofError) as error:
        raise _refusal(f"{WHAT} {name} cannot be read: {error.what} {error.meaning}".rstrip()) from None
    if _is_hidden(request.claim.content) or _is_hidden(request.evidence):
        raise _refusal(f"{WHAT} {name} hides claim or evidence")
    if request.process_id not in processes:
        raise _refusal(f"{WHAT} {name} is for the unknown processId '{request.process_id[:60]}'")
    return ArrivedRequest(name, request.process_id, document if isinstance(document, dict) else {})


def _is_hidden(part: Json) -> bool:
    """Return whether a whole part is replaced by its content id; within it a text of that form may be meant."""
    return isinstance(part, str) and is_content_id(part)


def _refusal(text: str) -> NotUnderstood:
    return NotUnderstood(text)
