"""``claim witness``: an authority checks a request, looks at it, and signs a statement."""

from __future__ import annotations

from prometheus import files
from prometheus.cli import ask
from prometheus.cli.claim.handing_over import hand_over, require_place
from prometheus.cli.claim.lines import weakness_members
from prometheus.cli.claim.verify import what_ledgers_say
from prometheus.cli.claim.witnessing import clerk_of, tell_dry, tell_of_another, tell_review, terms_of
from prometheus.cli.unlocking import open_session
from prometheus.compose.known_schemas import schemas
from prometheus.errors import NoConsent
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.request_claim import LARGEST_REQUEST
from prometheus.usecases.witness_claim import refuse_doubts, review_request, sign_statement

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation


def run(call: Invocation) -> int:
    """Check a request, show it, ask, sign a statement and hand it over."""
    raw = files.read(call.text("request"), LARGEST_REQUEST)
    require_place(call)
    with open_session(call) as session:
        now = session.clock.now()
        review = review_request(raw, schemas(), now, what_ledgers_say(call, raw, LARGEST_REQUEST))
        clerk = clerk_of(call, session)
        terms = terms_of(call, review, clerk.did, now)
        tell_review(call, review, terms)
        tell_of_another(call, session, review)
        if not call.flag("accept_unknown"):
            refuse_doubts(review)
        if call.flag("dry_run"):
            return tell_dry(call, review, terms)
        if not ask.confirm(call, f"do you, {clerk.shown_name}, witness that this is true?"):
            raise NoConsent("nothing was signed")
        signed = sign_statement(session, review, clerk, terms)
    facts = {"id": signed.id, "request": review.id, "authority": terms.authority, "persona": clerk.did}
    weaknesses = weakness_members(review.weaknesses)
    hand_over(call, signed.raw, {**facts, "weaknesses": weaknesses}, signed.document, kept_as=signed.id)
    call.output.note(f"statement {signed.id}")
    call.output.note("give it to the claimant; a copy is in your vault")
    return 0
