"""Ask a ledger for a verb of the house, where the person names endpoints; a plugin does the asking.

Imported only then, so that nobody else pays for it. What nobody could be asked about is no error: it makes the verdict
unknown and is said.
"""

from __future__ import annotations

from datetime import timedelta

from prometheus.claims.ledger_view import LedgerKnowledge, LedgerSources
from prometheus.cli.moments import local
from prometheus.cli.output import safe
from prometheus.cli.plugin_commands import enabled_plugins
from prometheus.compose.clock import SystemClock
from prometheus.errors import NetworkError, PluginOff, TooLarge
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.ledger_knowledge import gather
from prometheus.usecases.ledger_view import ledger_view

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from prometheus.claims.ledger_view import LedgerView
    from prometheus.cli.invocation import Invocation


def look_up(call: Invocation, document: bytes, endpoints: Sequence[str], max_bytes: int) -> LedgerKnowledge:
    """Return what the ledger says about everything that a document of so many bytes at most names.

    Raises:
        PluginOff: When no enabled plugin can ask a ledger.
        NotUnderstood: When an endpoint is none.
    """
    view = _view()
    sources = LedgerSources(tuple(endpoints), SystemClock())
    try:
        found = gather(document, view, sources, max_bytes=max_bytes)
    except (NetworkError, TooLarge) as error:
        found = LedgerKnowledge(unreached=(error.what,))
    for note in (*found.notes, *_relied_on(found, endpoints, sources.clock.now())):
        call.output.note(f"ledger: {safe(note)}")
    return found


def _relied_on(found: LedgerKnowledge, endpoints: Sequence[str], now: datetime) -> Iterator[str]:
    """Yield which ledger was relied on, how far it was, and when it was asked."""
    heights = dict.fromkeys((one.source, one.document.queried_at, one.age_s) for one in found.documents)
    for source, height, age_s in heights:
        yield f"{source} at height {height}, asked {local(now - timedelta(seconds=age_s))}"
    if not heights and (found.before_proofs or found.block_ids):
        yield f"{', '.join(endpoints)}, asked {local(now)}"


def _view() -> LedgerView:
    found = ledger_view(enabled_plugins())
    if found is None:
        raise PluginOff(
            "no enabled plugin can ask a ledger",
            code="LEDGER-OFF",
            meaning="endpoints of a ledger are named, by --ledger, PROMETHEUS_LEDGER or the configuration",
            remedy="`prometheus plugin enable morpheus`, or --offline to ask nobody",
        )
    return found
