"""``claim delete`` and ``claim restore``: into the trash, and out of it."""

from __future__ import annotations

from prometheus.cli.schema.lines import SHOWN_ID
from prometheus.cli.unlocking import open_session
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.claims_store import TRASH_DAYS
from prometheus.usecases.trash import bring_back, discard, find_paper

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation


def delete(call: Invocation) -> int:
    """Put claims into the trash, all of them or none."""
    with open_session(call) as session:
        found = {paper.id: paper for text in call.many("claims") for paper in [find_paper(session, text)]}
        if not call.flag("dry_run"):
            discard(session, found.values())
    ids = list(found)
    said = "would be put into the trash" if call.flag("dry_run") else "is in the trash"
    call.output.result({"deleted": ids, "dry_run": call.flag("dry_run")}, [f"{claim_id} {said}" for claim_id in ids])
    call.output.note(f"'prometheus claim restore {ids[0][:SHOWN_ID]}' brings it back within {TRASH_DAYS} days")
    return 0


def restore(call: Invocation) -> int:
    """Take claims out of the trash, all of them or none."""
    with open_session(call) as session:
        found = {
            paper.id: paper for text in call.many("claims") for paper in [find_paper(session, text, in_trash=True)]
        }
        bring_back(session, found.values())
    ids = list(found)
    call.output.result({"restored": ids}, [f"{claim_id} is back" for claim_id in ids])
    return 0
