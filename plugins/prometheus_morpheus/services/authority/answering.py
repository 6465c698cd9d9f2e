"""Whether a statement answers a request: what can be said of it without a ledger.

Rules:
* It is signed, by the very key that signed the token, and nothing in it is hidden.
* It is for the request's process, and its claim is the claim that was asked for, to the last field: one with a part
  hidden, or with one opened that the clerk did not see, has the same digest and is another.
* It is made in the name of an authority that this service is for, where those were named at start.
* Its witness is a link to a key, its limits in time are times in their order, and the end is not past.
* The text about a wrong signature says "presentation", as the reference does; it is about the statement.

What this is not: whether the clerk's key may speak for the authority; see `clerk_rights`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.claims.canonical import canonical
from prometheus.claims.digest import content_id, is_content_id
from prometheus.claims.moments import read_moment
from prometheus.claims.statement import Constraints, Statement, parse_signed_statement
from prometheus.errors import InputError, NotUnderstood, ProofError
from prometheus.identity.did import Did, KeyLink
from prometheus.identity.multicipher import PublicKey
from prometheus_morpheus.services.signed_arrivals import require_signature

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from prometheus.claims.jsontext import Json
    from prometheus.claims.request import WitnessRequest


def read_answer(
    document: Json, request: WitnessRequest, clerk: PublicKey, now: datetime, dids: Collection[str] = ()
) -> Constraints:
    """Return the constraints of a statement that answers a request.

    Args:
        document: The signed statement as it came.
        request: What was asked.
        clerk: The key that signed the token.
        now: The present moment, aware.
        dids: Those in whose names this service answers; any where there are none.

    Raises:
        NotUnderstood: When it does not; the text says why.
    """
    name = require_signature(document, "Signed presentation")
    try:
        signed = parse_signed_statement(document)
    except (InputError, ProofError) as error:
        raise _refusal(name, f"cannot be read: {error.what} {error.meaning}".rstrip()) from None
    statement = signed.content
    if isinstance(statement, str) or isinstance(statement.claim, str) or isinstance(statement.constraints, str):
        raise _refusal(name, "hides what it says")
    if PublicKey.parse(signed.public_key) != clerk:
        raise _refusal(name, "is signed by another key than the token")
    _require_same_claim(name, statement, request)
    if dids and Did.parse(statement.constraints.authority).text not in dids:
        raise _refusal(name, f"is in the name of {statement.constraints.authority}, which is no authority here")
    _require_sense(name, statement.constraints, now)
    return statement.constraints


def _require_same_claim(name: str, statement: Statement, request: WitnessRequest) -> None:
    if statement.process_id != request.process_id:
        raise _refusal(name, "is for another process than the request")
    claim = statement.claim if isinstance(statement.claim, str) else statement.claim.to_json()
    asked = request.claim.to_json()
    if content_id(claim) != content_id(asked) or canonical(claim) != canonical(asked):
        raise _refusal(name, "confirms another claim than the request")


def _require_sense(name: str, constraints: Constraints, now: datetime) -> None:
    if isinstance(constraints.content, str) and is_content_id(constraints.content):
        raise _refusal(name, "hides what it says")
    try:
        link = KeyLink.parse(constraints.witness)
    except (InputError, ProofError) as error:
        raise _refusal(name, f"has a witness that is no key link: {error.what}") from None
    if link.did is None:
        raise _refusal(name, "has a witness that names no DID")
    after, before = (_seconds(name, text) for text in (constraints.after, constraints.before))
    if after is not None and before is not None and before <= after:
        raise _refusal(name, "ends before it begins")
    if before is not None and before <= now.timestamp():
        raise _refusal(name, "has expired already")


def _seconds(name: str, text: str | None) -> float | None:
    if text is None:
        return None
    moment = read_moment(text)
    if moment is None:
        raise _refusal(name, f"has a limit that is no time: '{text[:40]}'")
    return moment.seconds


def _refusal(name: str, why: str) -> NotUnderstood:
    return NotUnderstood(f"Signed statement {name} {why}")
