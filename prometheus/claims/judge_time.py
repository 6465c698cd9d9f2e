"""The checks that compare times: the period of a statement, the age of what is known of the ledger.

Rules: `after` is inclusive, `before` exclusive, null is open. A text that is no time leaves the check unknown; a time
without offset is taken as UTC and that is said. Knowledge of the ledger grows old: past the policy's limit it is STALE.
Not here: licences (`prometheus.claims.judge_audience`), heights of the ledger (`prometheus.claims.standing`).
"""

from __future__ import annotations

from prometheus.claims.moments import read_moment
from prometheus.claims.standing import contradictory
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.verdict.check import Check, failed, passed, skipped, unknown, warned
from prometheus.verdict.verdict import Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from prometheus.claims.knowledge import Knowledge
    from prometheus.claims.standing import Standing
    from prometheus.claims.statement import Constraints

VALIDITY = "time.validity"
STATUS = "status.value"
NO_OFFSET = "the time names no offset from UTC and is taken as UTC"


def check_period(constraints: Constraints | None, now: datetime, at: str) -> Check:
    """Check that the present moment lies within the period for which a statement may be used."""
    if constraints is None:
        detail = "the constraints are hidden: from when until when the statement may be used is not known"
        return unknown(VALIDITY, "CONSTRAINTS-HIDDEN", detail, "ask for a presentation that shows them", at=at or "/")
    evidence: dict[str, object] = {"at": at or "/", "after": constraints.after, "before": constraints.before}
    after = None if constraints.after is None else read_moment(constraints.after)
    before = None if constraints.before is None else read_moment(constraints.before)
    present = now.timestamp()
    if after is not None and present < after.seconds:
        return failed(VALIDITY, "NOT-YET", "the statement may not be used yet", "wait until it may", **evidence)
    if before is not None and present >= before.seconds:
        return failed(VALIDITY, "EXPIRED", "the statement has expired", "ask for a new one", **evidence)
    if (after is None) != (constraints.after is None) or (before is None) != (constraints.before is None):
        return unknown(VALIDITY, "NOT-A-TIME", "a time of the statement cannot be read", "judge it by eye", **evidence)
    if not all(moment.has_offset for moment in (after, before) if moment is not None):
        return warned(VALIDITY, "NO-OFFSET", f"the statement may be used now; {NO_OFFSET}", "", **evidence)
    return passed(VALIDITY, "the statement may be used now", **evidence)


def check_status(standings: Iterable[Standing | None], knowledge: Knowledge) -> tuple[Check, Status]:
    """Check the age of all ledger knowledge that was used, and that nothing in it contradicts the rest."""
    known = [standing.known for standing in standings if standing is not None and standing.known is not None]
    ages = [document.age_s for document in known] + [withdrawn.age_s for withdrawn in knowledge.withdrawn]
    age = max(ages, default=None)
    sources = sorted({document.source for document in known} | {withdrawn.source for withdrawn in knowledge.withdrawn})
    is_stale = age is not None and age > knowledge.policy.max_age_s
    check = _status_finding(age, knowledge, {"sources": sources, "age_s": age}, is_stale=is_stale)
    state = {"pass": "ok", "skip": "not-looked-up"}.get(check.status, check.code.lower())
    return check, Status(state, age, is_stale)


def _status_finding(age: int | None, knowledge: Knowledge, evidence: dict[str, object], *, is_stale: bool) -> Check:
    forked = contradictory(knowledge.documents)
    if forked or knowledge.contradictions:
        evidence["dids"] = list(forked)
    sources = _sources_finding(knowledge, evidence, is_forked=bool(forked))
    if sources is not None:
        return sources
    if knowledge.newest_signed is not None and knowledge.now < knowledge.newest_signed:
        detail = "your clock is behind something that was signed already"
        return unknown(STATUS, "CLOCK", detail, "set the clock, or use a challenge", **evidence)
    if age is None:
        detail = "no ledger knowledge was used: this assumes that the DIDs never changed"
        return skipped(STATUS, detail, **evidence)
    if is_stale:
        detail = f"what is known of the ledger is {age // 86400} days old; later changes cannot be seen"
        return unknown(STATUS, "STALE", detail, "look the DIDs up on the ledger again", **evidence)
    return passed(STATUS, "what is known of the ledger is recent enough", **evidence)


def _sources_finding(knowledge: Knowledge, evidence: dict[str, object], *, is_forked: bool) -> Check | None:
    """Return what keeps the sources from being relied on, None where nothing does."""
    if is_forked or knowledge.contradictions:
        detail = "; ".join(knowledge.contradictions) or "two sources say different things about one DID at one height"
        remedy = "`prometheus did verify DID` shows and keeps both sides; ask a source that you run yourself"
        return unknown(STATUS, "LEDGER-FORK", detail, remedy, **evidence)
    if knowledge.doubts:
        detail = f"the ledger shows something that cannot be read: {'; '.join(knowledge.doubts)[:300]}"
        return unknown(STATUS, "LEDGER-DOUBT", detail, "ask an endpoint of another kind, or run a node", **evidence)
    if knowledge.unreached:
        detail = f"the ledger that you named could not be asked: {'; '.join(knowledge.unreached)[:300]}"
        return unknown(STATUS, "LEDGER-SILENT", detail, "try again, or judge without it by --offline", **evidence)
    return None
