"""``claim delete`` and ``claim restore``: into the trash, and out of it."""

from __future__ import annotations

from prometheus.cli.schema.lines import SHOWN_ID
from prometheus.cli.unlocking import open_session
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.claims_store import TRASH_DAYS, find_claim
from prometheus.usecases.discard_claim import bring_back, discard

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation


def delete(call: Invocation) -> int:
    """Put claims into the trash; all of them are found before the first is touched."""
    with open_session(call) as session:
        found = [find_claim(session, text) for text in call.many("claims")]
        if not call.flag("dry_run"):
            for claim_id in dict.fromkeys(claim.id for claim in found):
                discard(session, claim_id)
    ids = [claim.id for claim in found]
    said = "would be put into the trash" if call.flag("dry_run") else "is in the trash"
    call.output.result({"deleted": ids, "dry_run": call.flag("dry_run")}, [f"{claim_id} {said}" for claim_id in ids])
    call.output.note(f"'prometheus claim restore {ids[0][:SHOWN_ID]}' brings it back within {TRASH_DAYS} days")
    return 0


def restore(call: Invocation) -> int:
    """Take claims out of the trash."""
    with open_session(call) as session:
        found = [find_claim(session, text, in_trash=True) for text in call.many("claims")]
        for claim_id in dict.fromkeys(claim.id for claim in found):
            bring_back(session, claim_id)
    ids = [claim.id for claim in found]
    call.output.result({"restored": ids}, [f"{claim_id} is back" for claim_id in ids])
    return 0
