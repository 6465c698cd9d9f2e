"""The one error of the second layer: what was asked is against its rules, or the state is of no use any more."""

from __future__ import annotations

from prometheus.errors import Conflict

CORRUPT = "Morpheus state is corrupt. All incoming changes will be ignored."
"""What every change and every query answers after a failure that must not happen."""


class StateError(Conflict):
    """The second layer refuses; `what` is the text of the reference, to the letter."""

    code = "LEDGER-STATE"
