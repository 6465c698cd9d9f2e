"""What the word of a verifier's service is worth in a verdict: it can cast doubt, and it can lift none.

A verifier answers without evidence: nobody can work out again what it says, unlike what a ledger's nodes tell. So:
* What it objects to, and we found in order or could not find out, is `unknown`. Not `fail`: an objection alone proves
  nothing either, and whoever runs a verifier must not be able to brand other people's documents as forged.
* That it objects to nothing is told, and changes no finding of ours: what was unknown stays unknown, and a key that was
  not looked up is still not looked up. Otherwise one lying verifier would be enough to make a verdict valid.
* A remark about the period (a key that began or ended within it) is a warning where our own finding rests on a
  document of the ledger, which knows more. Where it does not, the remark says that the DID changed, which is what we
  did not look up: `unknown`.
* A verifier that was named and gave no answer leaves `unknown`, as a silent ledger does.

The reference service writes its errors among the warnings. So of the warnings only the four remarks that the method has
are read as such; every other sentence there is an objection.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.verdict.check import Check, in_order, passed, skipped, unknown, warned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus.claims.services_view import Validation
    from prometheus.claims.verifier_questions import AboutSignature
    from prometheus.verdict import Verdict

FETCH = "status.fetch"
REMARKS = frozenset(
    {
        "DID was tombstoned during given period",
        "Key was enabled during given period",
        "Key expired during given period",
        "Required right changed during given period",
    }
)
_CODE_SUFFIX = " (0)"
_MOST_TOLD = 4
_LONGEST_TOLD = 160


class Word(NamedTuple):
    """What was said about one signature; without it, why nothing was."""

    question: AboutSignature
    said: Validation | None
    silence: str = ""

    @property
    def objections(self) -> tuple[str, ...]:
        """Everything said against the signature: errors, and warnings that are none of the known remarks."""
        if self.said is None:
            return ()
        return (*self.said.errors, *(text for text in self.said.warnings if not _is_remark(text)))

    @property
    def remarks(self) -> tuple[str, ...]:
        """The remarks about the period."""
        return () if self.said is None else tuple(text for text in self.said.warnings if _is_remark(text))


def with_words(verdict: Verdict, words: Iterable[Word], verifier: str) -> Verdict:
    """Return a verdict with the word of a verifier beside our own findings.

    Args:
        verdict: Ours.
        words: What it said about each signature; without any, nothing in the document could be asked about.
        verifier: Its address.
    """
    checks = tuple(_weigh(word, verdict, verifier) for word in words)
    if not checks:
        detail = "nothing in the document names whom a verifier could be asked about"
        checks = (skipped(FETCH, detail, verifier=verifier),)
    return verdict._replace(checks=in_order((*verdict.checks, *checks)))


def _weigh(word: Word, verdict: Verdict, verifier: str) -> Check:
    question = word.question
    evidence: dict[str, object] = {
        "verifier": verifier,
        "key": question.public_key,
        "on_behalf_of": question.on_behalf_of,
        "objections": [text[:_LONGEST_TOLD] for text in word.objections[:_MOST_TOLD]],
        "remarks": [text[:_LONGEST_TOLD] for text in word.remarks[:_MOST_TOLD]],
    }
    states = _own_states(verdict, question)
    about = f"about the signature of {question.what}"
    if word.said is None:
        detail = f"{verifier} gave no answer {about}: {word.silence[:_LONGEST_TOLD]}"
        return unknown(FETCH, "VERIFIER-SILENT", detail, "ask again, or leave it out", **evidence)
    if "fail" in states:
        return _beside_a_failure(word, verifier, about, evidence)
    if word.objections:
        detail = f"{verifier} objects to it, {about}: {_told(word.objections)}"
        remedy = "ask a ledger with --ledger, whose answer can be worked out again"
        return unknown(FETCH, "VERIFIER-OBJECTS", detail, remedy, **evidence)
    if word.remarks:
        detail = f"{verifier} remarks {about}: {_told(word.remarks)}"
        if states == {"pass"}:
            return warned(FETCH, "VERIFIER-REMARKS", detail, "the ledger that you asked knows more", **evidence)
        remedy = "the DID has changed: ask a ledger with --ledger"
        return unknown(FETCH, "VERIFIER-REMARKS", detail, remedy, **evidence)
    return passed(FETCH, f"{verifier} objects to nothing {about}; that is its word, and lifts no doubt", **evidence)


def _beside_a_failure(word: Word, verifier: str, about: str, evidence: dict[str, object]) -> Check:
    if word.objections:
        return skipped(FETCH, f"{verifier} objects to it too, {about}: {_told(word.objections)}", **evidence)
    detail = f"{verifier} objects to nothing {about}, in which a check of ours failed"
    return warned(FETCH, "VERIFIER-OVERLOOKS", detail, "do not rely on that verifier", **evidence)


def _own_states(verdict: Verdict, question: AboutSignature) -> set[str]:
    """Return the states of our own findings about what was asked."""
    wanted = dict(question.own)
    return {
        check.status
        for check in verdict.checks
        if check.id in wanted and wanted[check.id] in ("", check.evidence.get("at"))
    }


def _is_remark(text: str) -> bool:
    return text.removesuffix(_CODE_SUFFIX) in REMARKS


def _told(texts: tuple[str, ...]) -> str:
    shown = "; ".join(text.removesuffix(_CODE_SUFFIX)[:_LONGEST_TOLD] for text in texts[:_MOST_TOLD])
    more = len(texts) - _MOST_TOLD
    return f"{shown} and {more} more" if more > 0 else shown
