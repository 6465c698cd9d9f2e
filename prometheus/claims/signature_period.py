"""Judging a signature against a DID document over a range of heights, message by message as the reference does.

Rules: the range starts at ``from``, inclusive (an after proof, or 1), and ends at ``until``, exclusive (a before proof,
or the height the document was asked at). The right asked for is ``impersonate``. The result is ``invalid`` when any
issue is an error, ``maybe valid`` when there are only warnings, else ``valid``. Only the first entry whose key matches
is judged.

A weakness that comes with the method: a right that was granted at the start of the range and revoked inside it is not
reported. Where one height is known, `prometheus.claims.did_document.has_right_at` is the better question.
"""

from __future__ import annotations

from prometheus.claims.did_document import IMPERSONATE, is_same_key, linked_key
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from prometheus.claims.did_document import DidDocument, DocumentKey, RightEntry
    from prometheus.claims.jsontext import Json
    from prometheus.identity.multicipher import PublicKey

ERROR = "error"
WARNING = "warning"


class Signed(Protocol):
    """A signature with what it covers: `SignedJson` or `SignedBytes`."""

    @property
    def public_key(self) -> PublicKey:
        """Whose signature it claims to be."""
        ...

    def is_valid(self) -> bool:
        """Return whether the signature fits."""
        ...


class Issue(NamedTuple):
    """One finding: its severity is ``error`` or ``warning``."""

    severity: str
    reason: str


class Validation(NamedTuple):
    """The findings about one signature, in the order they were made."""

    issues: tuple[Issue, ...]

    @property
    def status(self) -> str:
        """``invalid``, ``maybe valid`` or ``valid``."""
        if any(issue.severity == ERROR for issue in self.issues):
            return "invalid"
        return "maybe valid" if self.issues else "valid"

    def as_document(self) -> dict[str, Json]:
        """Return the findings as the reference writes them."""
        messages: list[Json] = [
            {"code": 0, "severity": issue.severity, "reason": issue.reason} for issue in self.issues
        ]
        return {"status": self.status, "messages": messages}


class _Period(NamedTuple):
    start: int
    end: int

    def holds(self, height: int) -> bool:
        return self.start < height < self.end


def validate_signature(
    signed: Signed,
    document: DidDocument,
    from_height: int = 1,
    until_height: int | None = None,
) -> Validation:
    """Return what there is to say against a signature that shall have been made by a DID within a range of heights.

    Raises:
        NotUnderstood: When the range is empty, starts before 1 or ends after the height known, and when the history of
            the right is empty or goes back in height.
    """
    period = _period(document, from_height, until_height)
    issues = [*_tombstone_issues(document, period), *_right_issues(signed.public_key, document, period)]
    if not signed.is_valid():
        issues.append(Issue(ERROR, "Signature is invalid"))
    return Validation(tuple(issues))


def _period(document: DidDocument, start: int, until_height: int | None) -> _Period:
    end = document.queried_at if until_height is None else until_height
    if start < 1:
        raise NotUnderstood("Range must not predate genesis block", code="BLOCK-RANGE")
    if start >= end:
        raise NotUnderstood(f"Invalid block range {start}-{end}", code="BLOCK-RANGE")
    if document.queried_at < end:
        raise NotUnderstood(f"Queried future height {end}, present is {document.queried_at}", code="FUTURE-HEIGHT")
    return _Period(start, end)


def _tombstone_issues(document: DidDocument, period: _Period) -> list[Issue]:
    height = document.tombstoned_at
    if height is None:
        return []
    if height <= period.start:
        return [Issue(ERROR, "DID was tombstoned before given period")]
    if period.holds(height):
        return [Issue(WARNING, "DID was tombstoned during given period")]
    return []


def _right_issues(signer: PublicKey, document: DidDocument, period: _Period) -> list[Issue]:
    if IMPERSONATE not in document.rights:
        return [Issue(ERROR, "Right was never granted to given authentication")]
    issues: list[Issue] = []
    for entry in document.rights[IMPERSONATE]:
        try:
            key = linked_key(document, entry.key_link)
        except NotUnderstood as error:
            issues.append(Issue(ERROR, error.what))
            continue
        if is_same_key(key.auth, signer):
            return [*issues, *_key_issues(key, period), *_history_issues(entry, period)]
    return [*issues, Issue(ERROR, "No matching authentication found in DID")]


def _key_issues(key: DocumentKey, period: _Period) -> list[Issue]:
    issues = []
    if key.valid_from is not None:
        if period.end < key.valid_from:
            issues.append(Issue(ERROR, "Key was enabled only after given period"))
        elif period.holds(key.valid_from):
            issues.append(Issue(WARNING, "Key was enabled during given period"))
    if key.valid_until is not None:
        if key.valid_until < period.start:
            issues.append(Issue(ERROR, "Key expired before given period"))
        elif period.holds(key.valid_until):
            issues.append(Issue(WARNING, "Key expired during given period"))
    return issues


def _history_issues(entry: RightEntry, period: _Period) -> list[Issue]:
    heights = [point.height for point in entry.history]
    if not heights:
        raise NotUnderstood(
            "Implementation error: key related to rights were already filtered, right must be present here",
            code="RIGHT-HISTORY",
        )
    if heights != sorted(heights):
        raise NotUnderstood("Height of key history items must be strictly increasing", code="RIGHT-HISTORY")
    if entry.is_granted_at(period.start):
        return []
    if any(period.holds(height) for height in heights):
        return [Issue(WARNING, "Required right changed during given period")]
    return [Issue(ERROR, "Required right was never granted for key")]
