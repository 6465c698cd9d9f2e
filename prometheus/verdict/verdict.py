"""The verdict over all checks of one document.

Rule: any check that failed makes it invalid; else any that could not be made leaves it unknown; else it is valid.
So `unknown` is never shown as valid, and more evidence can only be asked for, never assumed.
A valid verdict speaks about signatures and rights, not about whether the values are the ones somebody hoped for.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus.verdict.check import Check

Outcome = Literal["valid", "invalid", "unknown"]

EXIT_CODES: dict[Outcome, int] = {"valid": 0, "invalid": 1, "unknown": 13}
REQUIRED_LEVEL_UNMET = 5


class Disclosed(NamedTuple):
    """One value that the document shows: number of the proven claim, path of member names, plain JSON value."""

    claim: int
    path: tuple[str, ...]
    value: object

    def as_document(self) -> dict[str, object]:
        """Return the shown value as ``--json`` has it."""
        return {"claim": self.claim, "path": list(self.path), "value": self.value}


class Issuer(NamedTuple):
    """Who stands behind the statement; `trust` is ``listed``, ``self`` or ``unknown``, `via` names the list."""

    id: str
    trust: str
    via: str = ""


class Holder(NamedTuple):
    """Which key presented, and whether it may speak for the subject."""

    bound: bool
    key: str


class Status(NamedTuple):
    """How old the ledger knowledge is that was used; `age_s` in seconds, None where nothing was used."""

    state: str
    age_s: int | None = None
    stale: bool = False


class Verdict(NamedTuple):
    """What a judged document is worth, and why.

    `at` is the judging time as an RFC 3339 text in UTC. `withheld` counts hidden parts. `linkability` is
    ``unlinkable``, ``pairwise`` or ``reused``.
    """

    format: str
    at: str
    checks: tuple[Check, ...]
    policy: str = "default"
    disclosed: tuple[Disclosed, ...] = ()
    withheld: int = 0
    issuer: Issuer | None = None
    holder: Holder | None = None
    linkability: str = "reused"
    status: Status = Status("not-looked-up")

    @property
    def verdict(self) -> Outcome:
        """``valid``, ``invalid`` or ``unknown``."""
        return summary(self.checks)

    @property
    def exit_code(self) -> int:
        """0 for valid, 1 for invalid, 13 for unknown."""
        return EXIT_CODES[self.verdict]

    def exit_code_when_required(self) -> int:
        """Return the exit code where a level of freshness was demanded: 5 if only that level was not reached."""
        if self.verdict == "unknown" and self.state_of("binding.nonce") == "unknown":
            return REQUIRED_LEVEL_UNMET
        return self.exit_code

    def of(self, check_id: str) -> tuple[Check, ...]:
        """Return all findings of one check."""
        return tuple(check for check in self.checks if check.id == check_id)

    def state_of(self, check_id: str) -> str:
        """Return the gravest state among the findings of one check, ``skip`` when it was not made."""
        found = {check.status for check in self.checks if check.id == check_id}
        return next((state for state in ("fail", "unknown", "warn", "pass") if state in found), "skip")

    def codes(self) -> tuple[str, ...]:
        """Return every code in the order of the checks."""
        return tuple(check.code for check in self.checks if check.code)

    def as_document(self) -> dict[str, object]:
        """Return the one JSON shape that ``--json``, the log and services show."""
        return {
            "verdict": self.verdict,
            "format": self.format,
            "policy": self.policy,
            "at": self.at,
            "checks": [check.as_document() for check in self.checks],
            "disclosed": [shown.as_document() for shown in self.disclosed],
            "withheld": self.withheld,
            "issuer": None if self.issuer is None else self.issuer._asdict(),
            "holder": None if self.holder is None else self.holder._asdict(),
            "linkability": self.linkability,
            "status": self.status._asdict(),
        }


def summary(checks: Iterable[Check]) -> Outcome:
    """Return what a list of checks amounts to."""
    states = {check.status for check in checks}
    if "fail" in states:
        return "invalid"
    return "unknown" if "unknown" in states or not states else "valid"
