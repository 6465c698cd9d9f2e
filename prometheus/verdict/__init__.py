"""The verdict: what a judged document is worth, check by check.

What lives here: one shape for the outcome of every judging verb, the fixed order of checks, the rule that sums them up.
What may come in: findings of a verifier, as plain values. What may go out: a `Verdict`, its JSON form, its exit code.
What never happens here: cryptography, parsing, input or output, and no outcome is ever a bare boolean.
Where to start reading: `check.py`, then `verdict.py`.
"""

from prometheus.verdict.check import CHECK_IDS, Check, failed, in_order, passed, skipped, unknown, warned
from prometheus.verdict.no_verdict import NoVerdict
from prometheus.verdict.verdict import Disclosed, Holder, Issuer, Status, Verdict, summary

__all__ = [
    "CHECK_IDS",
    "Check",
    "Disclosed",
    "Holder",
    "Issuer",
    "NoVerdict",
    "Status",
    "Verdict",
    "failed",
    "in_order",
    "passed",
    "skipped",
    "summary",
    "unknown",
    "warned",
]
