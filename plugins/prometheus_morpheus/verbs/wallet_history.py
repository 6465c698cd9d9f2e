"""``wallet history``: what came and went, page by page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from prometheus.errors import NotUnderstood
from prometheus.model.written_time import local
from prometheus_morpheus.verbs.asking import asked
from prometheus_morpheus.verbs.wallet_past import past_page
from prometheus_morpheus.verbs.wallet_place import network_for, purse_of
from prometheus_morpheus.wallet.address_book import AddressBook
from prometheus_morpheus.wallet.coins import coins_of
from prometheus_morpheus.wallet.exported import LAST_SECOND, as_document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prometheus.api import Call
    from prometheus_morpheus.wallet.movements import Movement

LARGEST_PAGE: Final = 100
_SHOWN: Final = 2
"""Names or addresses in one line; the others are in the export."""
_LONGEST_NAME: Final = 64
_HEAD: Final = f"{'block':>8}  {'time':<20}  {'coins':>14} {'fee':>8}  with, or for"


def run(call: Call) -> int:
    """Show one page of what came and went."""
    page, limit = call.number("page") or 0, call.number("limit") or 0
    if page < 1 or not 1 <= limit <= LARGEST_PAGE:
        raise NotUnderstood(f"pages count from 1 and have 1 to {LARGEST_PAGE} lines", code="USAGE")
    network = network_for(call)
    with call.open_vault() as vault:
        purse, names = purse_of(call, vault, network), AddressBook(vault.store).names()
        personas = {each.did: each.shown_name for each in vault.personas()}
    past = asked(call, lambda nodes: past_page(nodes, purse, page, limit))
    document = {
        "address": purse.address,
        "network": network.name,
        "source": past.source,
        "page": page,
        "pages": past.pages,
        "movements": [as_document(each, names) for each in past.movements],
    }
    lines = [_HEAD, *(_line(each, names | personas, call.safe) for each in past.movements)]
    if past.pages > page:
        lines.append(f"page {page} of {past.pages}; older ones: --page {page + 1}")
    empty = [f"nothing came or went yet; `prometheus wallet receive` shows the address of {purse.place}"]
    call.output.result(document, lines if past.movements else empty)
    return 0


def _line(each: Movement, names: Mapping[str, str], safe: Callable[[str], str]) -> str:
    at = local(datetime.fromtimestamp(min(max(each.unix, 0), LAST_SECOND), UTC))
    sign = "+" if each.amount > 0 else ""
    fee = coins_of(each.fee) if each.fee else ""
    return f"{each.height:>8}  {at}  {sign + coins_of(each.amount):>14} {fee:>8}  {safe(_what(each, names))}"


def _what(each: Movement, names: Mapping[str, str]) -> str:
    """Return with whom it was, or what it was for."""
    if each.kind in {"transfer", "multi-payment"} and each.others:
        return _some(each.others, names)
    dated = len(each.content_ids)
    about = [f"DID {_some(each.dids, names)}"] if each.dids else []
    about += ["a timestamp" if dated == 1 else f"{dated} timestamps"] if dated else []
    return " and ".join(about) or each.kind


def _some(texts: Sequence[str], names: Mapping[str, str]) -> str:
    named = [names.get(text, text)[:_LONGEST_NAME] for text in texts[:_SHOWN]]
    further = len(texts) - len(named)
    return ", ".join(named) + (f" and {further} more" if further else "")
