"""What a verdict tells besides its checks: what is open, what is hidden, who issued, who presents.

Rules: what is shown anywhere in a document is shown; a part counts as hidden only when it is hidden in every form of
the claim that the document holds.
"""

from __future__ import annotations

from prometheus.claims.shown import leaves
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.verdict import Holder, Issuer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus.claims.jsontext import Json
    from prometheus.claims.judge_statement import JudgedStatement
    from prometheus.claims.shown import Leaf
    from prometheus.verdict import Check


def open_and_hidden(contents: tuple[tuple[Json, Json], ...]) -> tuple[tuple[Leaf, ...], int]:
    """Return each open leaf once, and how many parts are hidden in every form that is shown."""
    every = [leaves(content, schema) for content, schema in contents]
    open_leaves = {leaf.path: leaf for found in every for leaf in found if not leaf.is_hidden}
    hidden = [sum(1 for leaf in found if leaf.is_hidden) for found in every]
    return tuple(open_leaves.values()), min(hidden, default=0)


def issuer_of(judged: Iterable[JudgedStatement], subjects: set[str]) -> Issuer | None:
    """Return who stands behind the first statement that says so."""
    for statement in judged:
        if statement.constraints is None:
            continue
        authority = statement.constraints.authority
        if statement.via is not None:
            return Issuer(authority, "listed", statement.via)
        return Issuer(authority, "self" if authority in subjects else "unknown")
    return None


def holder_of(checks: Iterable[Check], key: str) -> Holder:
    """Return whether the key that signed may act for every subject."""
    findings = [check.status for check in checks if check.id == "binding.holder"]
    return Holder(bool(findings) and all(state in ("pass", "warn") for state in findings), key)
