"""One finding about a judged document, and the order in which findings are told.

Rules: a check has one of five states. `fail` and `unknown` decide the verdict; `warn` and `skip` are told and decide
nothing. The same id may appear several times, once for each part of the document it was made for.
Not here: how a check is made (each format's verifier), nor what follows from it (`verdict.py`).
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

State = Literal["pass", "fail", "warn", "skip", "unknown"]

CHECK_IDS = (
    "parse",
    "schema.vcdm",
    "schema.credential",
    "context.known",
    "time.validity",
    "proof.format",
    "proof.key",
    "proof.signature",
    "proof.purpose",
    "issuer.controller",
    "issuer.trust",
    "binding.holder",
    "binding.nonce",
    "binding.audience",
    "disclosure.digests",
    "disclosure.bound",
    "disclosure.mandatory",
    "status.fetch",
    "status.value",
    "related.digest",
)
"""The fixed order of checks: ``proof.*`` says genuine, ``issuer.*`` and ``status.*`` say acceptable."""


_PLACES = {name: place for place, name in enumerate(CHECK_IDS)}


class Check(NamedTuple):
    """One finding: which check, how it ended, and what a person can do about it.

    `code` is a stable word such as ``EXPIRED``, empty for a plain pass. `detail` and `remedy` are sentences for people,
    lower case, no full stop. `evidence` holds public facts only: keys, heights, content ids, the place in the document.
    """

    id: str
    status: State
    code: str = ""
    detail: str = ""
    remedy: str = ""
    evidence: Mapping[str, object] = {}

    def as_document(self) -> dict[str, object]:
        """Return the finding as ``--json`` shows it."""
        return {
            "id": self.id,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "remedy": self.remedy,
            "evidence": dict(self.evidence),
        }


def passed(check_id: str, detail: str = "", **evidence: object) -> Check:
    """Return a check that found what it looked for."""
    return Check(check_id, "pass", "", detail, "", evidence)


def skipped(check_id: str, detail: str, **evidence: object) -> Check:
    """Return a check that this document or this question does not call for."""
    return Check(check_id, "skip", "", detail, "", evidence)


def warned(check_id: str, code: str, detail: str, remedy: str = "", **evidence: object) -> Check:
    """Return a check that a person should know about although it decides nothing."""
    return Check(check_id, "warn", code, detail, remedy, evidence)


def unknown(check_id: str, code: str, detail: str, remedy: str = "", **evidence: object) -> Check:
    """Return a check that could not be made with what is at hand."""
    return Check(check_id, "unknown", code, detail, remedy, evidence)


def failed(check_id: str, code: str, detail: str, remedy: str = "", **evidence: object) -> Check:
    """Return a check that found the document wanting."""
    return Check(check_id, "fail", code, detail, remedy, evidence)


def in_order(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Return the checks in the fixed order; those of one id keep the order in which they were made.

    Raises:
        KeyError: For an id that is not in the table: a slip in a verifier, never a property of a document.
    """
    return tuple(sorted(checks, key=lambda check: _PLACES[check.id]))
