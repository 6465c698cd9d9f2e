"""What an examination found: one sentence each, with what to do about it."""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, Any, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Status = Literal["pass", "warn", "unknown", "fail"]

PASS: Final = "pass"  # noqa: S105  # the name of a result
WARN: Final = "warn"
UNKNOWN: Final = "unknown"
FAIL: Final = "fail"
_ORDER: Final = (PASS, UNKNOWN, WARN, FAIL)


class Finding(NamedTuple):
    """One thing that was looked at."""

    id: str
    """Stable name, such as ``file.mode``."""
    status: Status
    what: str
    """Lower case, no full stop; never a secret or the value of a claim."""
    remedy: str = ""
    """What to do, where something should be done."""
    facts: Mapping[str, Any] | None = None
    """Numbers and names behind it, as JSON values."""

    def as_document(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {**self._asdict(), "facts": dict(self.facts or {})}


def worst(findings: Iterable[Finding]) -> Status:
    """Return the worst status; `pass` where nothing was found."""
    return max((finding.status for finding in findings), key=_ORDER.index, default=PASS)
