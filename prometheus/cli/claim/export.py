"""``claim export``: one claim, request or statement as it was issued, or several statements in a bundle."""

from __future__ import annotations

from prometheus.claims.jsontext import parse
from prometheus.cli.claim.handing_over import hand_over, require_place
from prometheus.cli.unlocking import open_session
from prometheus.errors import NotFound, NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.claim_bundle import export_papers
from prometheus.usecases.claims_store import list_claims
from prometheus.usecases.trash import find_paper

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.usecases.session import Session
    from prometheus.usecases.trash import Paper


def run(call: Invocation) -> int:
    """Write claims with all their values."""
    _refuse_unclear(call)
    require_place(call)
    with open_session(call) as session:
        found = _chosen(call, session)
        content = export_papers(session, found)
    document = parse(content) if call.output.is_json else None
    hand_over(call, content, {"exported": [claim.id for claim in found]}, document)
    call.output.note("every value in it is open: keep it as you would keep the claim itself")
    return 0


def _refuse_unclear(call: Invocation) -> None:
    if bool(call.many("claims")) == call.flag("all"):
        raise NotUnderstood("name the claims, or give --all", code="USAGE", remedy="'prometheus claim list' shows them")


def _chosen(call: Invocation, session: Session) -> list[Paper]:
    named = [find_paper(session, text) for text in call.many("claims")]
    found: list[Paper] = [*(list_claims(session) if call.flag("all") else {one.id: one for one in named}.values())]
    if not found:
        raise NotFound("there is no claim to export", code="CLAIM-NOT-FOUND")
    return found
