"""``claim export``: one claim as it was issued, or several in a bundle."""

from __future__ import annotations

from prometheus.claims.jsontext import parse
from prometheus.cli.claim.handing_over import hand_over
from prometheus.cli.unlocking import open_session
from prometheus.errors import NotFound, NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.claim_bundle import export_claims
from prometheus.usecases.claims_store import find_claim, list_claims

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.model.claim_record import ClaimRecord
    from prometheus.usecases.session import Session


def run(call: Invocation) -> int:
    """Write claims with all their values."""
    _refuse_unclear(call)
    with open_session(call) as session:
        found = _chosen(call, session)
        content = export_claims(session, found)
    document = parse(content) if call.output.is_json else None
    hand_over(call, content, {"exported": [claim.id for claim in found]}, document)
    call.output.note("every value in it is open: keep it as you would keep the claim itself")
    return 0


def _refuse_unclear(call: Invocation) -> None:
    if bool(call.many("claims")) == call.flag("all"):
        raise NotUnderstood("name the claims, or give --all", code="USAGE", remedy="'prometheus claim list' shows them")


def _chosen(call: Invocation, session: Session) -> list[ClaimRecord]:
    named = [find_claim(session, text) for text in call.many("claims")]
    found = list_claims(session) if call.flag("all") else list({claim.id: claim for claim in named}.values())
    if not found:
        raise NotFound("there is no claim to export", code="CLAIM-NOT-FOUND")
    return found
