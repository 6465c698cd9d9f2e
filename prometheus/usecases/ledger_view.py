"""The way to learn what a ledger says that an enabled plugin brings, where one does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.hooks.loading import working

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus.claims.ledger_view import LedgerView
    from prometheus.hooks.enabled import EnabledPlugin


def ledger_view(plugins: Iterable[EnabledPlugin]) -> LedgerView | None:
    """Return the view of the first enabled plugin that has one; None where none has."""
    return next((plugin.ledger for plugin in working(plugins) if plugin.ledger is not None), None)
